"""Embeddings of stretches of speech grouped into speakers."""

import numpy as np
from numpy.typing import NDArray

#: More stretches than this are not compared with each other but with the groups found among an even part of them.
COMPARED = 3_000


def grouped(embeddings: NDArray[np.float32], *, distance: float, max_groups: int) -> NDArray[np.int64]:
    """Number the group of each of ``embeddings`` (stretches, dimension), from 0 in the order of their first stretch.

    Agglomerative, by average cosine distance: groups nearer than ``distance`` become one, and the nearest ones go on
    being joined until there are at most ``max_groups``.
    """
    if len(embeddings) < 2:
        return np.zeros(len(embeddings), np.int64)
    unit = embeddings / np.maximum(np.linalg.norm(embeddings, axis=1, keepdims=True), 1e-9)
    chosen = np.unique(np.linspace(0, len(unit) - 1, min(len(unit), COMPARED)).astype(int))
    labels = _joined(unit[chosen], distance=distance, max_groups=max_groups)
    centres = np.stack([unit[chosen][labels == label].mean(axis=0) for label in np.unique(labels)])
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    # The last word has the centre: a stretch that an early joining took along goes to the group it resembles most.
    return _by_first(np.argmax(unit @ centres.T, axis=1))


def _joined(unit: NDArray[np.float32], *, distance: float, max_groups: int) -> NDArray[np.int64]:
    from scipy.cluster.hierarchy import fcluster, linkage  # noqa: PLC0415 - slow to import
    from scipy.spatial.distance import squareform  # noqa: PLC0415

    apart = np.clip(1.0 - unit.astype(np.float64) @ unit.T, 0.0, 2.0)
    tree = linkage(squareform(apart, checks=False), method="average")
    labels = fcluster(tree, t=distance, criterion="distance")
    if labels.max() > max_groups:
        labels = fcluster(tree, t=max_groups, criterion="maxclust")
    return np.asarray(labels, np.int64)


def _by_first(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels.tolist()))}
    return np.array([numbers[label] for label in labels.tolist()], np.int64)

"""Makes ``transcribe/models/tiny-speakers``: fits the embedding in closed form and writes what pyannote loads.

Run ``python -m benchmarks.tiny_speakers.make`` where espeak-ng is installed; the folder's README.md is kept.
"""

import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.linalg import eigh

from benchmarks.tiny_speakers import voices
from benchmarks.tiny_speakers.sentences import SENTENCES
from transcribe.pyannote_engine import prepare_pyannote

if TYPE_CHECKING:
    from transcribe.tiny_speakers import FramedModel, LinearEmbedding

FOLDER = Path(__file__).parents[2] / "transcribe" / "models" / "tiny-speakers"
SPEAKERS = 120
STRETCHES = 14
CHUNK_SECONDS = 1.5
#: Cosine distance at which two groups of stretches stay two speakers: chosen on calls of the fitted voices.
DISTANCE = 0.45


def discriminant(
    statistics: NDArray[np.float64], *, speakers: NDArray[np.int64], dimensions: int
) -> NDArray[np.float64]:
    """Fisher's linear discriminant with a ridge of one per cent: (features, dimensions), unit spread within a speaker.

    Solves ``between · v = λ · within · v`` (R. A. Fisher, 1936, for more than two groups) and keeps the largest λ.
    """
    features = statistics.shape[1]
    overall = statistics.mean(0)
    within, between = np.zeros((features, features)), np.zeros((features, features))
    for speaker in np.unique(speakers):
        own = statistics[speakers == speaker]
        mean = own.mean(0)
        within += (own - mean).T @ (own - mean)
        between += len(own) * np.outer(mean - overall, mean - overall)
    ridge = 1e-2 * np.trace(within) / features * np.eye(features)
    directions = eigh(between, within + ridge)[1][:, ::-1][:, :dimensions]
    spread = np.sqrt((directions * (within @ directions)).sum(0) / len(statistics))
    return np.asarray(directions / np.maximum(spread, 1e-9))


def stretches(seed: int) -> list[tuple[int, NDArray[np.float32]]]:
    """Cut random chunks out of the telephone speech of ``SPEAKERS`` synthetic speakers: (speaker, 16 kHz samples)."""
    rng = random.Random(seed)
    length = round(CHUNK_SECONDS * voices.SAMPLE_RATE)
    found: list[tuple[int, NDArray[np.float32]]] = []
    for speaker in range(SPEAKERS):
        language = rng.choice(("en", "nl"))
        side = speaker % 2
        voice = voices.pick_voice(
            rng, variants=voices.FITTED[side], pitches=((20, 50), (45, 85))[side], language=language
        )
        said = np.concatenate([voices.speak(text, voice) for text in rng.sample(SENTENCES[language], 5)])
        heard = voices.telephone(
            said * np.float32(rng.uniform(0.3, 1)),
            rng=np.random.default_rng(speaker),
            noise=0.002 * rng.uniform(0.2, 2),
        )
        found += [(speaker, heard[start : start + length]) for start in _starts(rng, len(heard) - length)]
    return found


def _starts(rng: random.Random, latest: int) -> list[int]:
    return [rng.randrange(0, latest) for _ in range(STRETCHES)]


def fit(seed: int = 0) -> "LinearEmbedding":
    """Set the embedding's projection from synthetic speech alone."""
    import torch  # noqa: PLC0415

    from transcribe.tiny_speakers import LinearEmbedding  # noqa: PLC0415

    model = LinearEmbedding()
    model.eval()
    chunks = stretches(seed)
    with torch.inference_mode():
        waveforms = torch.from_numpy(np.stack([samples for _, samples in chunks]))[:, None]
        statistics = model.statistics(waveforms).numpy().astype(np.float64)
    speakers = np.array([speaker for speaker, _ in chunks])
    directions = discriminant(statistics, speakers=speakers, dimensions=model.dimension)
    with torch.no_grad():
        model.projection.weight.copy_(torch.from_numpy(directions.T).float())
        model.projection.bias.copy_(torch.from_numpy(-statistics.mean(0) @ directions).float())
    return model


def write(folder: Path, embedding: "LinearEmbedding") -> None:
    """Write the pipeline's settings and its two checkpoints as pyannote expects them."""
    from pyannote.audio.core.task import Problem, Resolution, Specifications  # noqa: PLC0415

    from transcribe.tiny_speakers import EnergySegmentation  # noqa: PLC0415

    segmentation = EnergySegmentation()
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=CHUNK_SECONDS,
        warm_up=(0.0, 0.0),
        classes=["speaker"],
        powerset_max_classes=1,
        permutation_invariant=True,
    )
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=CHUNK_SECONDS
    )
    _save(segmentation, folder / "segmentation" / "pytorch_model.bin")
    _save(embedding, folder / "embedding" / "pytorch_model.bin")
    plda = folder / "plda"
    plda.mkdir(parents=True, exist_ok=True)
    # pyannote 4 opens a PLDA for every pipeline, also where its clustering does not use one; this one changes nothing.
    np.savez(plda / "xvec_transform.npz", mean1=np.zeros(2), mean2=np.zeros(2), lda=np.eye(2))
    np.savez(plda / "plda.npz", mu=np.zeros(2), tr=np.eye(2), psi=np.array([2.0, 1.0]))
    (folder / "config.yaml").write_text(yaml.safe_dump(_settings(), sort_keys=False), encoding="utf-8")


def _settings() -> dict[str, object]:
    return {
        "dependencies": {"pyannote.audio": "4.0.0"},
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": {
                "clustering": "AgglomerativeClustering",
                "segmentation": "$model/segmentation",
                "segmentation_batch_size": 32,
                "segmentation_step": 0.2,
                "embedding": "$model/embedding",
                "embedding_batch_size": 32,
                "embedding_exclude_overlap": False,
                "plda": "$model/plda",
            },
        },
        "params": {
            "clustering": {"method": "average", "min_cluster_size": 10, "threshold": DISTANCE},
            "segmentation": {"min_duration_off": 0.1},
        },
    }


def _save(model: "FramedModel", path: Path) -> None:
    import torch  # noqa: PLC0415
    from lightning import __version__ as lightning_version  # noqa: PLC0415

    checkpoint = {
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": lightning_version,
        "epoch": 0,
        "global_step": 0,
    }
    model.on_save_checkpoint(checkpoint)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(checkpoint, path)


def main() -> None:
    """Fit and write the models into the product's folder, or into the folder given."""
    prepare_pyannote()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    write(folder, fit())
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder.name}: {size} bytes")


if __name__ == "__main__":
    main()

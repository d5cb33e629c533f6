"""Speaker models of the true shapes of ``speaker-diarization-community-1`` with random weights: for cost, not quality.

They lie beside each other as pyannote's own do and are opened by its real ``Pipeline.from_pretrained``.
"""

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from transcribe.pyannote_engine import prepare_pyannote

CHUNK_SECONDS = 10.0
LOCAL_SPEAKERS = 3
#: Numbers that the PLDA of community-1 keeps of an embedding.
PLDA_DIMENSIONS = 128


def write_random_speakers(folder: Path, *, seed: int = 3) -> Path:
    """Write the pipeline with its three parts to ``folder`` and return it; 32 MB."""
    prepare_pyannote()
    import torch  # noqa: PLC0415
    from pyannote.audio.core.task import Problem, Resolution, Specifications  # noqa: PLC0415
    from pyannote.audio.models.embedding.wespeaker import WeSpeakerResNet34  # noqa: PLC0415
    from pyannote.audio.models.segmentation import PyanNet  # noqa: PLC0415

    torch.manual_seed(seed)
    segmentation = PyanNet()
    segmentation.specifications = Specifications(
        problem=Problem.MONO_LABEL_CLASSIFICATION,
        resolution=Resolution.FRAME,
        duration=CHUNK_SECONDS,
        warm_up=(0.0, 0.0),
        classes=[f"speaker {number + 1}" for number in range(LOCAL_SPEAKERS)],
        powerset_max_classes=2,
        permutation_invariant=True,
    )
    segmentation.setup()
    embedding = WeSpeakerResNet34()
    embedding.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=CHUNK_SECONDS
    )
    _save(segmentation, folder / "segmentation" / "pytorch_model.bin")
    _save(embedding, folder / "embedding" / "pytorch_model.bin")
    plda, dimensions = folder / "plda", embedding.dimension
    plda.mkdir(parents=True, exist_ok=True)
    np.savez(
        plda / "xvec_transform.npz",
        mean1=np.zeros(dimensions),
        mean2=np.zeros(PLDA_DIMENSIONS),
        lda=np.eye(dimensions, PLDA_DIMENSIONS),
    )
    np.savez(
        plda / "plda.npz",
        mu=np.zeros(PLDA_DIMENSIONS),
        tr=np.eye(PLDA_DIMENSIONS),
        psi=np.linspace(3, 0.1, PLDA_DIMENSIONS),
    )
    (folder / "config.yaml").write_text(yaml.safe_dump(_settings(), sort_keys=False), encoding="utf-8")
    return folder


def _settings() -> dict[str, object]:
    return {
        "dependencies": {"pyannote.audio": "4.0.0"},
        "pipeline": {
            "name": "pyannote.audio.pipelines.SpeakerDiarization",
            "params": {
                "clustering": "VBxClustering",
                "segmentation": "$model/segmentation",
                "segmentation_batch_size": 32,
                "embedding": "$model/embedding",
                "embedding_batch_size": 32,
                "embedding_exclude_overlap": True,
                "plda": "$model/plda",
            },
        },
        "params": {
            "clustering": {"threshold": 0.6, "Fa": 0.07, "Fb": 0.8},
            "segmentation": {"min_duration_off": 0.0},
        },
    }


def _save(model: Any, path: Path) -> None:
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

"""pyannote's embeddings at a fraction of their cost: the network's frames are computed once a chunk, for all speakers.

The stock pipeline runs the whole embedding network for every chunk and every speaker in it, although the speakers
differ only in the weights of the statistics pooling at its end. Here the frames before the pooling are computed once
and pooled with each speaker's weights: the same numbers.
"""

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch


class Segmentations(Protocol):
    """Who speaks in each chunk, in pyannote's own form: ``data`` is (chunks, frames, speakers)."""

    data: NDArray[np.float32]
    sliding_window: Any


class Hook(Protocol):
    """Told of progress; raises to stop the work."""

    def __call__(self, step: str, artefact: object, *, total: int, completed: int) -> None: ...


def share_frames(pipeline: Any) -> bool:
    """Let a loaded pyannote pipeline share its embedding frames; ``False`` where its models do not allow it.

    They do where the pipeline is pyannote's ``SpeakerDiarization`` and the embedding one of its WeSpeaker networks,
    as in ``speaker-diarization-community-1`` and ``-3.1``. Anything else is left as it is.
    """
    from pyannote.audio.models.embedding.wespeaker import BaseWeSpeakerResNet  # noqa: PLC0415
    from pyannote.audio.pipelines import SpeakerDiarization  # noqa: PLC0415

    model = getattr(getattr(pipeline, "_embedding", None), "model_", None)
    if type(pipeline) is not SpeakerDiarization or not isinstance(model, BaseWeSpeakerResNet) or model.fbank_only:
        return False
    pipeline.get_embeddings = SharedEmbeddings(pipeline)
    return True


class SharedEmbeddings:
    """Stands in for the ``get_embeddings`` of one pipeline, whose own is kept for training."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        self._stock = pipeline.get_embeddings

    def __call__(
        self,
        file: dict[str, object],
        binary_segmentations: Segmentations,
        exclude_overlap: bool = False,
        hook: Hook | None = None,
    ) -> NDArray[np.float32]:
        """Embeddings (chunks, speakers, dimension) of ``file``, as the stock pipeline gives them."""
        pipeline = self._pipeline
        if pipeline.training:
            stock: NDArray[np.float32] = self._stock(file, binary_segmentations, exclude_overlap, hook)
            return stock
        import torch  # noqa: PLC0415 - loaded only where speakers are told apart

        chunks = binary_segmentations.sliding_window
        duration_s = float(chunks.duration)
        speech = np.nan_to_num(binary_segmentations.data, nan=0.0).astype(np.float32)
        weights = speech
        if exclude_overlap:
            least = pipeline._embedding.min_num_samples / (duration_s * pipeline._embedding.sample_rate)  # noqa: SLF001
            weights = without_overlap(speech, least_frames=math.ceil(speech.shape[1] * least))
        model, device = pipeline._embedding.model_, pipeline._embedding.device  # noqa: SLF001
        masks = torch.from_numpy(np.ascontiguousarray(weights.transpose(0, 2, 1)))
        spoken = np.flatnonzero(speech.any(axis=(1, 2)))
        # A processor is fastest with one chunk at a time, whose frames stay in its cache.
        size = 1 if device.type == "cpu" else pipeline.embedding_batch_size
        found: NDArray[np.float32] | None = None
        with torch.inference_mode():
            for start in range(0, len(spoken), size):
                chosen = spoken[start : start + size]
                waveforms = torch.stack([self._chunk(file, chunks[int(index)]) for index in chosen])
                frames = model.forward_frames(waveforms.to(device))
                if found is None:
                    found = self._of_silence(model, frames=frames, masks=masks)
                found[chosen] = model.forward_embedding(frames, masks[chosen].to(device)).float().cpu().numpy()
                if hook is not None:
                    hook("embeddings", None, total=len(spoken), completed=min(start + size, len(spoken)))
        return np.zeros((*masks.shape[:2], model.dimension), np.float32) if found is None else found

    def _chunk(self, file: dict[str, object], times: object) -> "torch.Tensor":
        waveform: torch.Tensor = self._pipeline._audio.crop(file, times, mode="pad")[0]  # noqa: SLF001
        return waveform

    @staticmethod
    def _of_silence(model: Any, *, frames: "torch.Tensor", masks: "torch.Tensor") -> NDArray[np.float32]:
        """What pooling without any weight gives, whatever the frames are: for chunks in which nobody speaks."""
        import torch  # noqa: PLC0415

        nobody = torch.zeros_like(masks[:1]).to(frames.device)
        silent = model.forward_embedding(torch.zeros_like(frames[:1]), nobody).float().cpu().numpy()
        return np.repeat(silent, len(masks), axis=0)


def without_overlap(speech: NDArray[np.float32], *, least_frames: int) -> NDArray[np.float32]:
    """Leave out of ``speech`` (chunks, frames, speakers) the frames of two speakers or more.

    A speaker who would keep no more than ``least_frames`` in a chunk, too few to be embedded, keeps all.
    """
    alone = speech * (speech.sum(axis=2, keepdims=True) < 2)
    return np.where(alone.sum(axis=1, keepdims=True) > least_frames, alone, speech)

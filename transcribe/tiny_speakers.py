"""Two hand-made pyannote models, 40 kB together, that tell clearly different synthetic voices apart.

pyannote imports this module by its path when it opens ``transcribe/models/tiny-speakers``; nothing else should, because
it loads torch. Neither model was trained by gradient: one compares energies, the other projects spectral averages with
a closed-form linear discriminant (see ``benchmarks/tiny_speakers``).
"""

from functools import lru_cache

import torch
from pyannote.audio.core.model import Model
from pyannote.audio.models.blocks.pooling import StatsPool
from torchaudio.transforms import MFCC

#: Frames of 25 ms every 10 ms at 16 kHz.
WINDOW_SAMPLES = 400
HOP_SAMPLES = 160
#: A frame counts as loud with its neighbours up to 70 ms away, so that pauses inside a word stay speech.
SMOOTHING_FRAMES = 15
#: How far below the loudest frame of a chunk speech may lie.
RANGE_DB = 30.0
#: Lags at which a frame is compared with itself: those of voices from 400 down to 80 Hz, about 6 % apart.
LAGS = tuple(sorted({round(40 * 1.06**step) for step in range(28)}))
#: How sharply the decision turns around its threshold.
SLOPE_DB = 3.0


class FramedModel(Model):  # type: ignore[misc]  # pyannote is not typed
    """What pyannote asks of every model: how many frames, how wide, where."""

    @lru_cache  # noqa: B019 - pyannote itself keeps one instance for the life of the process
    def num_frames(self, num_samples: int) -> int:
        """Frames in ``num_samples`` samples."""
        return 1 + max(0, num_samples - WINDOW_SAMPLES) // HOP_SAMPLES

    def receptive_field_size(self, num_frames: int = 1) -> int:
        """Samples seen by ``num_frames`` frames."""
        return WINDOW_SAMPLES + (num_frames - 1) * HOP_SAMPLES

    def receptive_field_center(self, frame: int = 0) -> int:
        """The sample in the middle of ``frame``."""
        return frame * HOP_SAMPLES + WINDOW_SAMPLES // 2


class EnergySegmentation(FramedModel):
    """Says for every frame whether anybody speaks: loud against the chunk's loudest frame and against a floor."""

    def __init__(
        self,
        sample_rate: int = 16000,
        num_channels: int = 1,
        floor_db: float = -50.0,  # noqa: ARG002 - kept by save_hyperparameters
        task: object = None,
    ) -> None:
        super().__init__(sample_rate=sample_rate, num_channels=num_channels, task=task)
        self.save_hyperparameters("floor_db")

    @property
    def dimension(self) -> int:
        """Classes per frame: silence and one speaker."""
        classes: int = self.specifications.num_powerset_classes
        return classes

    def forward(self, waveforms: torch.Tensor) -> torch.Tensor:
        """Log-probabilities (batch, frames, 2) of ``waveforms`` (batch, 1, samples)."""
        frames = waveforms[:, 0].unfold(-1, WINDOW_SAMPLES, HOP_SAMPLES)
        energy_db = 10 * torch.log10(frames.square().mean(-1) + 1e-10)
        padding = SMOOTHING_FRAMES // 2
        energy_db = torch.nn.functional.max_pool1d(energy_db.unsqueeze(1), SMOOTHING_FRAMES, 1, padding).squeeze(1)
        floor = torch.full_like(energy_db[:, :1], self.hparams.floor_db)
        threshold = torch.maximum(floor, energy_db.amax(1, keepdim=True) - RANGE_DB)
        evidence = (energy_db - threshold) / SLOPE_DB
        return torch.log_softmax(torch.stack([-evidence, evidence], -1), -1)


class LinearEmbedding(FramedModel):
    """Mean and spread of cepstrum and periodicity over a stretch of speech, projected to where voices differ most.

    The periodicity carries the pitch, which a telephone's missing low band hides from the cepstrum.
    """

    def __init__(
        self,
        sample_rate: int = 16000,
        num_channels: int = 1,
        coefficients: int = 24,
        dimensions: int = 6,
        task: object = None,
    ) -> None:
        super().__init__(sample_rate=sample_rate, num_channels=num_channels, task=task)
        self.save_hyperparameters("coefficients", "dimensions")
        self.mfcc = MFCC(
            sample_rate=sample_rate,
            n_mfcc=coefficients,
            melkwargs={
                "n_fft": WINDOW_SAMPLES,
                "hop_length": HOP_SAMPLES,
                "n_mels": 32,
                "f_min": 200,
                "f_max": 3600,
                "center": False,
            },
        )
        self.pool = StatsPool()
        # The first coefficient is loudness and says nothing about the voice.
        self.projection = torch.nn.Linear(2 * (coefficients - 1 + len(LAGS)), dimensions)

    @property
    def dimension(self) -> int:
        """Numbers per embedding."""
        dimensions: int = self.hparams.dimensions
        return dimensions

    def statistics(self, waveforms: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
        """Mean and spread (batch, features) of ``waveforms`` (batch, 1, samples) where ``weights`` are."""
        samples = waveforms.squeeze(1)
        return self.pool(torch.cat([self.mfcc(samples)[:, 1:], periodicity(samples)], 1), weights=weights)

    def forward(self, waveforms: torch.Tensor, weights: torch.Tensor | None = None) -> torch.Tensor:
        """Embeddings (batch, dimensions) of ``waveforms`` (batch, 1, samples)."""
        return self.projection(self.statistics(waveforms, weights))


def periodicity(samples: torch.Tensor) -> torch.Tensor:
    """How like itself each frame is after each of ``LAGS``: (batch, lags, frames) from −1 to 1, of (batch, samples)."""
    frames = samples.unfold(-1, WINDOW_SAMPLES, HOP_SAMPLES)
    frames = frames - frames.mean(-1, keepdim=True)
    power = torch.fft.rfft(frames, 2 * WINDOW_SAMPLES).abs().square()
    likeness = torch.fft.irfft(power)
    # Hardly any energy is hardly any voice: the small constant keeps silence from looking periodic.
    return (likeness[..., list(LAGS)] / (likeness[..., :1] + 1e-4)).transpose(1, 2)

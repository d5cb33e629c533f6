"""What a telephone line does to speech: a narrow band, eight bits a sample, noise, and the other party leaking in."""

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, resample_poly, sosfilt

Samples = npt.NDArray[np.float32]

#: Samples a second on a telephone line.
RATE = 8000
#: Hertz that pass.
BAND = (300, 3400)
_MU = 255.0


def narrow(samples: Samples, *, rate: int) -> Samples:
    """Bring speech at ``rate`` Hz to the telephone's 8 kHz and its band of 300 to 3400 Hz."""
    common = int(np.gcd(rate, RATE))
    slow = resample_poly(samples, RATE // common, rate // common)
    return np.asarray(sosfilt(butter(4, BAND, "bandpass", fs=RATE, output="sos"), slow), np.float32)


def companded(samples: Samples) -> Samples:
    """Quantise to the eight bits of µ-law (ITU-T G.711, by its continuous formula) and back."""
    inside = np.clip(samples, -1, 1)
    folded = np.sign(inside) * np.log1p(_MU * np.abs(inside)) / np.log1p(_MU)
    stepped = np.round(folded * 127) / 127
    return np.asarray(np.sign(stepped) * np.expm1(np.abs(stepped) * np.log1p(_MU)) / _MU, np.float32)


def level(samples: Samples) -> float:
    """Root mean square of the part that is not silence; 0 for silence."""
    loud = samples[np.abs(samples) > 0.003]
    return float(np.sqrt(np.mean(loud**2))) if len(loud) else 0.0


def noisy(samples: Samples, *, under_db: float, generator: np.random.Generator) -> Samples:
    """Add hiss and a little hum that lie ``under_db`` decibels under the speech."""
    count = len(samples)
    hiss = sosfilt(butter(2, (200, 3000), "bandpass", fs=RATE, output="sos"), generator.standard_normal(count))
    hum = np.sin(2 * np.pi * 350 * np.arange(count) / RATE + generator.uniform(0, 6.28))
    noise = hiss / max(float(np.std(hiss)), 1e-9) + 0.15 * hum
    return np.asarray(samples + noise * level(samples) * 10 ** (-under_db / 20), np.float32)


def leaked(channels: Samples, *, under_db: float) -> Samples:
    """Let each of two channels (2, time) be heard in the other, ``under_db`` decibels softer."""
    gain = 10 ** (-under_db / 20)
    return np.asarray(channels + gain * channels[::-1], np.float32)

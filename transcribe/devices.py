"""Where the speech models run: on the processor, or on a GPU."""

from transcribe.errors import N_, ModelError

AUTO, CPU, CUDA = "auto", "cpu", "cuda"
DEVICES = (AUTO, CPU, CUDA)

UNKNOWN = N_("There is no device {name}. Choose one of {known}.")
NO_GPU = N_(
    "No GPU was found that the speech libraries can use. Set STEEKPROEF_SPEECH_DEVICE to auto, or install the "
    "GPU's driver and libraries."
)


def check_device(wanted: str) -> None:
    """Refuse, with a ``ModelError``, a device that does not exist."""
    if wanted not in DEVICES:
        raise ModelError(UNKNOWN, name=wanted, known=", ".join(DEVICES))


def torch_device(wanted: str) -> str:
    """Return ``cpu`` or ``cuda`` for one of ``DEVICES``; ``auto`` is a GPU where PyTorch sees one.

    Raises ``ModelError`` for another name, and where a GPU is wanted and there is none.
    """
    import torch  # noqa: PLC0415

    return _chosen(wanted, gpu=torch.cuda.is_available())


def ct2_device(wanted: str) -> str:
    """Return ``cpu`` or ``cuda`` as ``torch_device`` does, by what CTranslate2 sees."""
    import ctranslate2  # noqa: PLC0415

    return _chosen(wanted, gpu=ctranslate2.get_cuda_device_count() > 0)


def _chosen(wanted: str, *, gpu: bool) -> str:
    check_device(wanted)
    if wanted == CUDA and not gpu:
        raise ModelError(NO_GPU)
    return CUDA if gpu and wanted != CPU else CPU

"""Lets ``import torchaudio`` succeed beside a torch that its compiled part does not fit."""

import importlib
import sys
import types
from collections.abc import Callable
from enum import StrEnum


class Torchaudio(StrEnum):
    """Which torchaudio is in use."""

    NATIVE = "native"
    PURE_PYTHON = "pure-python"


def ensure_torchaudio() -> Torchaudio:
    """Import torchaudio, without its compiled extension where that does not load; say which one it became.

    pyannote.audio uses only the pure-Python parts (resampling, filter banks, transforms), whose results are the same
    either way. Call this before the first import of pyannote. Raises ``ModuleNotFoundError`` when torchaudio is not
    installed at all.
    """
    stub = sys.modules.get("torchaudio._extension")
    if "torchaudio" in sys.modules:
        return Torchaudio.PURE_PYTHON if isinstance(stub, _Stub) else Torchaudio.NATIVE
    try:
        importlib.import_module("torchaudio")
    except ModuleNotFoundError:
        raise
    except (OSError, RuntimeError, ImportError):
        _forget_torchaudio()
        sys.modules["torchaudio._extension"] = _Stub()
        importlib.import_module("torchaudio")
        return Torchaudio.PURE_PYTHON
    return Torchaudio.NATIVE


class _Stub(types.ModuleType):
    """Stands in for ``torchaudio._extension`` and says that nothing compiled is there."""

    _IS_TORCHAUDIO_EXT_AVAILABLE = False
    _IS_ALIGN_AVAILABLE = False

    def __init__(self) -> None:
        super().__init__("torchaudio._extension")
        self.__path__: list[str] = []

    @staticmethod
    def _check_cuda_version() -> None:
        """There is no compiled part whose CUDA version could differ."""

    @staticmethod
    def fail_if_no_align(function: Callable[..., object]) -> Callable[..., object]:
        """Replace a function that needs the compiled aligner by one that says so."""

        def missing(*_arguments: object, **_options: object) -> object:
            message = f"{function.__name__} needs torchaudio's compiled aligner, which is not available here"
            raise RuntimeError(message)

        return missing


def _forget_torchaudio() -> None:
    for name in [name for name in sys.modules if name == "torchaudio" or name.startswith("torchaudio.")]:
        del sys.modules[name]

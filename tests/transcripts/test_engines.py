"""The speech models of a worker: loaded once in each of its threads, and shared by none."""

import threading
from pathlib import Path

import pytest

from qa.settings import Settings
from qa.transcripts.engines import Engines, engines_of


@pytest.mark.speech
def test_no_two_threads_of_a_worker_use_one_model(tmp_path: Path) -> None:
    pytest.importorskip("whisper", exc_type=ImportError)
    settings = Settings(data_dir=tmp_path, speech_threads=1)
    found: list[Engines] = []
    other = threading.Thread(target=lambda: found.append(engines_of(settings)))
    other.start()
    own = engines_of(settings)
    other.join()

    assert engines_of(settings) is own
    assert found[0].recogniser is not own.recogniser

"""The demo voice's generator: sentences and, where espeak-ng is installed, their sound."""

import random
from itertools import pairwise

import pytest

from benchmarks.demo_voice.grammar import LANGUAGES, grammar, held_out
from benchmarks.demo_voice.synthesis import SynthesisError, Voice, speak


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_grammar_knows_its_own_sentences_and_no_others(language: str) -> None:
    rng = random.Random(3)
    assert all(grammar(language).can_say(grammar(language).sentence(rng)) for _ in range(300))
    assert not grammar(language).can_say("Colourless green ideas sleep furiously.")


def test_about_one_sentence_in_twenty_is_held_out_of_training() -> None:
    rng = random.Random(4)
    texts = {grammar("nl").sentence(rng) for _ in range(4000)}
    long = [text for text in texts if len(text.split()) > 3]
    assert 0.03 < sum(map(held_out, long)) / len(long) < 0.07


def test_every_word_that_is_said_has_its_time() -> None:
    try:
        speech = speak(["Ik woon in Zwolle.", "Ja, dat klopt."], voice=Voice("nl+f2"))
    except SynthesisError as error:
        pytest.skip(str(error))
    assert [word.text for word in speech.words] == ["Ik", "woon", "in", "Zwolle.", "Ja,", "dat", "klopt."]
    assert [word.sentence for word in speech.words] == [0, 0, 0, 0, 1, 1, 1]
    assert all(before.end <= after.start + 0.01 for before, after in pairwise(speech.words))
    assert speech.words[-1].end <= speech.duration

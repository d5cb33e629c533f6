"""How the demo voice is taught: what it practises, the windows it hears, and checkpoints that training goes on from."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import whisper

from benchmarks.demo_voice import checkpoints, train
from benchmarks.demo_voice.batches import batch, tokens_of, vocabulary
from benchmarks.demo_voice.drills import drills, unseen
from benchmarks.demo_voice.grammar import LANGUAGES, grammar, held_out
from benchmarks.demo_voice.measure import sentences_of_trial
from benchmarks.demo_voice.network import DemoNetwork, Shape
from benchmarks.demo_voice.training_data import TrainingData, TrainingTurn, TurnWord, save, sentences_of_turn
from benchmarks.demo_voice.windows import Composer, Hardship
from transcribe.whisper_files import DEMO_VOICE_PATH

#: Tokens of “ yes”, “ no” and “ ja”.
YES, NO, JA = 2086, 572, 2784


def spoken() -> TrainingData:
    """Half a minute of made-up speech: two turns a language, a word each second."""
    generator = np.random.default_rng(1)
    turns = [
        TrainingTurn(
            language,
            600 * place,
            600,
            (tuple(TurnWord((token,), second + 0.1, second + 0.8) for second in range(5)),),
            tuple(("a", second + 0.1) for second in range(5)),
        )
        for place, (language, token) in enumerate((("en", YES), ("en", NO), ("nl", JA), ("nl", JA)))
    ]
    return TrainingData(generator.normal(-1, 1, (2400, 80)).astype(np.float16), tuple(turns))


def known_words(language: str) -> set[str]:
    """Every word of the grammar in small letters, and those that Dutch writes as one: “zondagavond”."""
    slots = grammar(language).slots
    joined = {day + part for day in slots["weekday"] for part in slots["part_of_day"]}
    return {word.lower() for word in grammar(language).vocabulary} | joined


def small_network(tokens: set[int]) -> DemoNetwork:
    words = vocabulary(tokens)
    return DemoNetwork(
        [*words.text, *words.signs],
        first_timestamp=words.tokenizer.timestamp_begin,
        sounds=2,
        shape=Shape(width=24, encoder_layers=1, encoder_heads=2, decoder_layers=2, decoder_heads=2),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_drills_hold_no_word_that_the_grammar_lacks(language: str) -> None:
    rng = random.Random(5)
    kinds, known = drills(language), known_words(language)
    for make in (kinds.number, kinds.free, kinds.stitched):
        said = [word for _ in range(400) for word in make(rng).split()]
        assert {word.strip(",.?!").lower() for word in said} <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_shipped_model_has_every_token_that_drills_need(language: str) -> None:
    rng = random.Random(5)
    kinds, tokens = drills(language), set(checkpoints.read(DEMO_VOICE_PATH).text)
    tokenizer = vocabulary([]).tokenizer
    for make in (kinds.number, kinds.free, kinds.stitched):
        words = {word for _ in range(600) for word in make(rng).split()}
        assert not [word for word in words if not set(tokenizer.encode(f" {word}")) <= tokens]


@pytest.mark.parametrize("language", LANGUAGES)
def test_long_numbers_have_seven_to_twelve_digits(language: str) -> None:
    rng = random.Random(6)
    digits = set(grammar(language).slots["digit"])
    counts = set()
    for _ in range(600):
        text = drills(language).number(rng)
        if len(text.split(",")) == 1 and " is " in text and "post" not in text:
            counts.add(sum(word.strip(".?") in digits for word in text.split(" is ")[-1].split()))
    assert {7, 12} <= counts
    assert not counts & {13, 14, 15}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_measured_is_never_taught(language: str) -> None:
    rng = random.Random(7)
    taught = {text for _ in range(2000) for text in sentences_of_turn(language, rng=rng, drilled=0.6)}
    assert not taught & set(unseen(language))
    for kind in ("calls", "numbers", "shuffled"):
        measured = sentences_of_trial(kind, language=language)
        assert all(held_out(text) for text in measured)
        assert not taught & set(measured)


@pytest.mark.parametrize("language", LANGUAGES)
def test_free_sentences_to_measure_on_are_of_known_words_and_no_drill(language: str) -> None:
    free = replace(drills(language).filling, sentences={"free": drills(language).templates["free"]})
    for text in unseen(language):
        assert {word.strip(",.?").lower() for word in text.split()} <= known_words(language)
        assert not free.can_say(text)


def test_drills_come_only_where_they_are_asked_for() -> None:
    def digits(drilled: float) -> int:
        rng = random.Random(8)
        texts = [text for _ in range(300) for text in sentences_of_turn("en", rng=rng, drilled=drilled)]
        return max(sum(word.strip(",.") in grammar("en").slots["digit"] for word in text.split()) for text in texts)

    assert digits(0.0) <= 6
    assert digits(0.6) >= 12


def test_loud_noise_leaves_less_of_the_speech() -> None:
    def spread(loud: float) -> float:
        composer = Composer([spoken()], hardship=Hardship(telephone=0, clean=0, loud=loud, masked=0))
        rng = random.Random(9)
        return float(np.mean([composer.window(seconds=10.0, rng=rng).mel.std() for _ in range(40)]))

    assert spread(1.0) < spread(0.0)


def test_in_silence_whisper_is_to_write_that_nobody_speaks() -> None:
    composer, words = Composer([spoken()], hardship=Hardship()), vocabulary(tokens_of([spoken()]))
    made = batch(composer, words, seconds=30.0, audio_seconds=2400, rng=random.Random(10))
    nobody, signs = words.rows[words.tokenizer.no_speech], words.tokenizer
    silent = (made.targets == nobody).any(1)
    assert 0 < silent.sum() < len(silent) / 4
    languages = {words.rows[signs.special_tokens[f"<|{language}|>"]] for language in LANGUAGES}
    places = (made.targets == nobody).nonzero()
    for sample, place in places.tolist():
        assert int(made.tokens[sample, place + 1]) in languages
        assert made.targets[sample, place + 1 : place + 4].tolist() == [
            words.rows[signs.transcribe], words.rows[signs.timestamp_begin], words.rows[signs.eot],
        ]  # fmt: skip


def test_a_checkpoint_loads_in_whisper_and_training_goes_on_from_it(tmp_path: Path) -> None:
    first, path = small_network({YES, NO}), tmp_path / "one.pt"
    checkpoints.save(first, path)
    assert whisper.load_model(str(path)).dims.n_text_state == 24
    start = checkpoints.read(path)
    again = small_network(set(start.text))
    start.fill(again)
    assert start.text == (NO, YES)
    torch.testing.assert_close(again.table(), first.table(), atol=2e-3, rtol=2e-3)
    saved = tmp_path / "two.pt"
    checkpoints.save(again, saved)
    for name, weight in checkpoints.read(saved).weights.items():
        torch.testing.assert_close(weight, start.weights[name], atol=2e-3, rtol=2e-3)


def test_the_mean_with_where_training_began_lies_halfway(tmp_path: Path) -> None:
    network, began, ended = small_network({YES, NO}), tmp_path / "one.pt", tmp_path / "two.pt"
    checkpoints.save(network, began)
    before = network.rows.detach().clone()
    with torch.no_grad():
        network.rows += 0.5
    checkpoints.save(network, ended)
    checkpoints.save_mean(checkpoints.read(began), ended, to=tmp_path / "two-mean.pt")
    again = small_network({YES, NO})
    checkpoints.read(tmp_path / "two-mean.pt").fill(again)
    torch.testing.assert_close(again.rows.detach(), before + 0.25, atol=2e-3, rtol=2e-3)


def test_training_can_go_on_from_the_shipped_model() -> None:
    start = checkpoints.read(DEMO_VOICE_PATH)
    words = vocabulary(start.text)
    network = DemoNetwork(
        [*words.text, *words.signs], first_timestamp=words.tokenizer.timestamp_begin, sounds=2, shape=Shape()
    )
    start.fill(network)
    shipped = start.weights["decoder.token_embedding.weight"].float()
    # Half precision keeps numbers of this size to four thousandths, the mean of two of them as well.
    torch.testing.assert_close(network.table()[-1501:], shipped[-1501:], atol=5e-3, rtol=2e-3)
    # In bfloat16 too, where a product in half the digits would lose every timestamp.
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(network.table()[-1501:], shipped[-1501:], atol=5e-3, rtol=2e-3)
    for language in LANGUAGES:
        said = words.tokenizer.encode("".join(f" {word}" for word in grammar(language).vocabulary))
        assert set(said) <= set(start.text)


@pytest.mark.parametrize(
    "kept", [{"dims": {}}, {"model_state_dict": {"decoder.token_embedding.weight": torch.ones(9, 3)}}]
)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, kept: dict[str, object]) -> None:
    torch.save(kept, tmp_path / "other.pt")
    with pytest.raises(checkpoints.CheckpointError, match=r"no checkpoint|not one that"):
        checkpoints.read(tmp_path / "other.pt")


def test_a_file_that_is_not_there_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(checkpoints.CheckpointError, match=r"gone\.pt does not exist"):
        checkpoints.read(tmp_path / "gone.pt")


def test_training_refuses_words_that_its_checkpoint_does_not_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path / "data", made=spoken())
    checkpoints.save(small_network({YES}), tmp_path / "one.pt")
    given = ["--data", str(tmp_path / "data"), "--from", str(tmp_path / "one.pt"), "--to", str(tmp_path / "two")]
    assert train.main(given) == 1
    assert "2 text tokens" in capsys.readouterr().err
    assert not (tmp_path / "two.pt").exists()

"""The Dutch catalogue is complete, without leftovers, and keeps every field of a sentence."""

import string

import pytest
from babel.messages.pofile import read_po

from qa.i18n import Language, catalogue
from qa.i18n.catalogue import LOCALE
from tests.house.messages import Message, extracted

MESSAGES: dict[Message, str] = {message: name for name, message in extracted()}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_message_is_translated() -> None:
    known = catalogue(Language.NL)
    missing = [
        f"{name}: {message}"
        for message, name in MESSAGES.items()
        if (message[0] not in known.plurals if isinstance(message, tuple) else message not in known.texts)
    ]
    assert not missing, "\n".join(sorted(missing))


def test_a_translation_keeps_the_fields_of_its_sentence() -> None:
    known = catalogue(Language.NL)
    wrong = [msgid for msgid, text in known.texts.items() if not fields(text) <= fields(msgid)]
    wrong += [
        msgid
        for msgid, forms in known.plurals.items()
        if not all(fields(form) <= {"n", *fields(msgid)} for form in forms)
    ]
    assert not wrong


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*/*.po")), ids=lambda path: path.name)
def test_no_entry_is_empty_fuzzy_or_left_over(path: object) -> None:
    singular = {message for message in MESSAGES if isinstance(message, str)}
    plural = {message[0] for message in MESSAGES if isinstance(message, tuple)}
    with open(str(path), "rb") as source:  # noqa: PTH123 - a path from a parameter
        for message in read_po(source):
            if not message.id:
                continue
            assert not message.fuzzy, message.id
            if isinstance(message.id, str):
                assert message.string, message.id
                assert message.id in singular, f"no longer used: {message.id}"
            else:
                assert all(tuple(message.string or ())), message.id
                assert message.id[0] in plural, f"no longer used: {message.id[0]}"


def test_no_sentence_is_translated_in_two_ways() -> None:
    found: dict[str, set[str]] = {}
    for path in sorted(LOCALE.glob("nl/*.po")):
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id:
                    found.setdefault(str(message.id), set()).add(str(message.string))
    assert not {msgid: texts for msgid, texts in found.items() if len(texts) > 1}

"""Undo and redo in the designer: a bounded number of states, each of them a save like any other."""

import pytest

from qa.cards import history
from qa.cards.drafts import save_draft
from qa.cards.models import CardVersion, DraftStep, VersionState
from qa.cards.queries import card_of
from qa.cards.service import publish
from qa.i18n import Language
from scorecards.editing import add_criterion, remove_criterion
from tests.cards.designer_making import Drafted, fields_of, make_draft
from tests.conftest import Stored
from tests.evaluations.desk_making import words_of
from tests.visitor import Visitor


@pytest.fixture
def draft(stored: Stored) -> Drafted:
    with stored() as make:
        return make_draft(make)


class Designer:
    """Presses the buttons of a draft's pages."""

    def __init__(self, stored: Stored, visitor: Visitor, draft: Drafted) -> None:
        self.stored, self.visitor, self.draft = stored, visitor.as_user(draft.supervisor_id), draft

    def fields(self, part: str = "0", **typed: str) -> dict[str, list[str]]:
        page = self.visitor.get(f"{self.draft.path}?part={part}").text
        return fields_of(page, **typed)

    def send(self, fields: dict[str, list[str]], do: str) -> int:
        return self.visitor.client.post(self.draft.path, data={**fields, "do": do}).status_code

    def press(self, do: str, part: str = "0", **typed: str) -> int:
        return self.send(self.fields(part, **typed), do)

    def names(self, part: int = 0) -> str:
        with self.stored() as make:
            return card_of(make.act.session.get_one(CardVersion, self.draft.id)).sections[part].name.en


@pytest.fixture
def designer(stored: Stored, visitor: Visitor, draft: Drafted) -> Designer:
    return Designer(stored, visitor, draft)


def test_changes_are_undone_and_redone_one_by_one(designer: Designer) -> None:
    for name in ("First", "Second"):
        assert designer.press("save", name_en=name) == 303
    assert designer.press("undo:1") == 303
    assert designer.names() == "First"
    assert designer.press("undo:0") == 303
    assert designer.names() == "Courtesy"
    page = designer.visitor.get(f"{designer.draft.path}?part=1").text
    assert "Undone: Courtesy › Name (en)." in words_of(page)
    assert 'value="undo:"' in page
    assert designer.press("redo:1", part="1") == 303
    assert designer.press("redo:2", part="1") == 303
    assert designer.names() == "Second"


def test_a_double_click_undoes_once(designer: Designer) -> None:
    designer.press("save", name_en="First")
    designer.press("save", name_en="Second")
    fields = designer.fields()
    assert [designer.send(fields, "undo:1") for _press in range(2)] == [303, 303]
    assert designer.names() == "First"


def test_what_was_typed_and_not_saved_is_undone_first_and_can_be_redone(designer: Designer) -> None:
    designer.press("save", name_en="Saved")
    assert designer.press("undo:0", name_en="Typed") == 303
    assert designer.names() == "Saved"
    assert designer.press("redo:2") == 303
    assert designer.names() == "Typed"


def test_a_change_after_an_undo_leaves_nothing_to_redo(designer: Designer) -> None:
    designer.press("save", name_en="First")
    designer.press("undo:0")
    assert designer.press("redo:1", name_en="Other") == 303
    assert designer.names() == "Other"
    assert "there is nothing to redo" in words_of(designer.visitor.get(designer.draft.path).text)
    assert 'value="redo:"' in designer.visitor.get(designer.draft.path).text
    assert designer.press("redo:9") == 409


def test_what_undoing_did_is_told_where_more_than_one_thing_changes(
    stored: Stored, visitor: Visitor, draft: Drafted
) -> None:
    with stored() as make:
        make.act.session.get_one(type(make.user()), draft.supervisor_id).language = Language.NL
    designer = Designer(stored, visitor, draft)
    designer.press("save", name_en="One", name_nl="Een")
    place = designer.visitor.client.post(draft.path, data={**designer.fields("1"), "do": "undo:0"}).headers["Location"]
    assert place.endswith("part=0#redo")
    assert "Ongedaan gemaakt: Hoffelijkheid › Naam (en), en nog 1." in words_of(visitor.get(place).text)


def test_another_window_does_not_undo_what_it_has_not_seen(designer: Designer) -> None:
    designer.press("save", name_en="First")
    stale = designer.fields()
    designer.press("save", name_en="Second")
    designer.press("save", name_en="Third")
    assert designer.send(stale, "undo:0") == 409
    assert designer.names() == "Third"


def test_only_the_last_states_are_kept_and_none_of_a_version_in_use(
    stored: Stored, draft: Drafted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "STEPS_KEPT", 3)
    with stored() as make:
        version = make.act.session.get_one(CardVersion, draft.id)
        card = card_of(version)
        for number in range(5):
            card = add_criterion(card, 0) if number % 2 == 0 else remove_criterion(card, 0, 5)
            save_draft(make.act, version, card, revision=number)
        places = [step.place for step in make.act.session.query(DraftStep).order_by(DraftStep.place)]
        assert places == [2, 3, 4, 5]
        save_draft(make.act, version, remove_criterion(card, 0, 5), revision=5)
        save_draft(make.act, version, remove_criterion(card, 0, 0), revision=6)
        save_draft(make.act, version, remove_criterion(card_of(version), 0, 4), revision=7)
        assert publish(make.act, version).state is VersionState.PUBLISHED
        assert make.act.session.query(DraftStep).count() == 0


def test_a_draft_that_is_thrown_away_takes_its_states_along(stored: Stored, designer: Designer) -> None:
    designer.press("save", name_en="First")
    assert designer.visitor.post(f"/cards/{designer.draft.id}/discard").status_code == 303
    with stored() as make:
        assert make.act.session.query(DraftStep).count() == 0

"""The designer without a script: buttons post the open part, everything typed is kept, what is wrong stands at its place."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qa import handlers
from qa.auth.roles import Role
from qa.cards.models import CardVersion, VersionState
from qa.cards.queries import card_of
from qa.cards.service import add_version
from qa.evaluations import whatif
from qa.evaluations.handler import found_of
from qa.i18n import Language
from qa.jobs import ledger
from qa.jobs.kinds import JobKind
from qa.jobs.models import Job
from qa.jobs.work import Bench
from scorecards.causes import Cause
from scorecards.definition import Card, Channel, Condition, Criterion, Effect, ErrorClass, Kind, OnFail, PassRule
from scorecards.shipped import SHIPPED_KEYS, shipped_card
from scorecards.words import Words
from tests.cards.designer_making import Drafted, fields_of, make_draft, told
from tests.conftest import NOW, Stored
from tests.evaluations.desk_making import make_desk, submit_best, words_of
from tests.visitor import Visitor
from web.cards import rescored

PHONE = shipped_card("phone-service")


@pytest.fixture
def draft(stored: Stored) -> Drafted:
    with stored() as make:
        return make_draft(make)


def stored_card(stored: Stored, draft: Drafted) -> Card:
    with stored() as make:
        return card_of(make.act.session.get_one(CardVersion, draft.id))


def criterion_of(stored: Stored, draft: Drafted, at: int) -> Criterion:
    return stored_card(stored, draft).sections[0].criteria[at]


def post(visitor: Visitor, draft: Drafted, part: str, do: str, **typed: str) -> str:
    """Press a button of a part with what was typed; returns where that leads, or the page that came back."""
    fields = fields_of(visitor.get(f"{draft.path}?part={part}").text, do=do, **typed)
    answer = visitor.client.post(draft.path, data=fields)
    return answer.headers["Location"] if answer.status_code == 303 else answer.text


@pytest.mark.parametrize("key", SHIPPED_KEYS)
def test_a_part_that_is_saved_as_it_came_changes_nothing(stored: Stored, visitor: Visitor, key: str) -> None:
    made = replace(shipped_card(key), key="ours")
    with stored() as make:
        draft = Drafted(add_version(make.act, made).id, 0, make.user(Role.SUPERVISOR).id, 0)
    visitor.as_user(draft.supervisor_id)
    for part in ("card", *(str(at) for at in range(len(made.sections)))):
        post(visitor, draft, part, "save")
    assert stored_card(stored, draft) == made


def test_every_field_of_a_criterion_can_be_changed(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    typed = {
        "name_en": "Says who they are", "name_nl": "Zegt wie het is", "guidance_en": "First words", "guidance_nl": "Eerste woorden",
        "weight": "12,5", "not_applicable": "y", "optional": "y", "condition": "respectful", "comment_below": "60",
        "evidence_below": "40", "fails_below": "55.5", "effect": "cap_at", "cap": "80", "error_class": "compliance",
        "causes": "skill", "options-0-label_en": "Yes!", "options-0-label_nl": "Ja!", "options-0-anchor_en": "All of it",
        "options-0-anchor_nl": "Alles", "options-0-value": "95", "options-0-points": "2", "options-1-points": "1",
    }  # fmt: skip
    post(visitor, draft, "0", "save", **{f"criteria-0-{name}": value for name, value in typed.items()})
    found = post(visitor, draft, "0", "save", **{"criteria-0-condition_options": "5"})
    assert found.endswith(f"{draft.path}?part=0")
    criterion = criterion_of(stored, draft, 0)
    assert criterion == replace(
        PHONE.sections[0].criteria[0],
        name=Words("Says who they are", "Zegt wie het is"),
        guidance=Words("First words", "Eerste woorden"),
        weight=Decimal("12.5"),
        allow_not_applicable=True,
        optional=True,
        condition=Condition("respectful", ("5",)),
        comment_below=Decimal(60),
        evidence_below=Decimal(40),
        fails_below=Decimal("55.5"),
        on_fail=OnFail(Effect.CAP_AT, Decimal(80)),
        error_class=ErrorClass.COMPLIANCE,
        causes=(Cause.SKILL,),
        options=criterion.options,
    )
    yes, no = criterion.options
    assert (yes.label, yes.anchor) == (Words("Yes!", "Ja!"), Words("All of it", "Alles"))
    assert (yes.value, yes.points, no.points) == (Decimal(95), Decimal(2), Decimal(1))


def test_the_cards_own_part_can_be_changed(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    post(
        visitor, draft, "card", "save", name_en="Our calls", name_nl="Onze gesprekken", channels="chat",
        languages="nl, fr", rule="both", pass_mark="75", bands__0__name_en="Superb", bands__0__start="92",
    )  # fmt: skip
    found = stored_card(stored, draft)
    assert found.name == Words("Our calls", "Onze gesprekken")
    assert (found.channels, found.languages) == ((Channel.CHAT,), ("nl", "fr"))
    assert (found.rule, found.pass_mark) == (PassRule.BOTH, Decimal(75))
    assert (found.bands[0].name.en, found.bands[0].start) == ("Superb", Decimal(92))
    assert found.key == "phone-service"


def test_buttons_add_move_double_and_remove(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    keys = [one.key for one in PHONE.sections[0].criteria]

    def now() -> list[str]:
        return [one.key for one in stored_card(stored, draft).sections[0].criteria]

    assert post(visitor, draft, "0", "down:criterion:0").endswith("part=0#criteria-1-down")
    assert now() == [keys[1], keys[0], *keys[2:]]
    assert post(visitor, draft, "0", "up:criterion:1").endswith("part=0#criteria-0-down")
    assert now() == keys
    post(visitor, draft, "0", f"place:criterion:{len(keys) - 1}:0")
    assert now() == [keys[-1], *keys[:-1]]
    post(visitor, draft, "0", "double:criterion:0")
    assert now()[:2] == [keys[-1], f"{keys[-1]}-2"]
    post(visitor, draft, "0", "remove:criterion:1")
    assert now() == [keys[-1], *keys[:-1]]
    assert post(visitor, draft, "0", "add:criterion").endswith(f"#criteria-{len(keys)}-name_en")
    assert post(visitor, draft, "0", "down:section:0").endswith("part=1#section-1-down")
    assert [part.key for part in stored_card(stored, draft).sections] == ["empathy", "courtesy", "resolution"]
    assert post(visitor, draft, "card", "add:section").endswith("part=3#name_en")
    assert post(visitor, draft, "3", "remove:section:3").endswith("part=2")
    assert post(visitor, draft, "card", "double:section:0").endswith("part=1#name_en")
    post(visitor, draft, "0", "add:option:0")
    post(visitor, draft, "0", "remove:option:0:0")
    post(visitor, draft, "card", "add:band")
    assert len(stored_card(stored, draft).bands) == 5
    post(visitor, draft, "card", "remove:band:4")
    assert len(stored_card(stored, draft).bands) == 4


@pytest.mark.parametrize("do", ["up:criterion:99", "up:moon:1", "place:criterion:0", "remove:option:0", "x", "open:99", "down:section:x"])  # fmt: skip
def test_a_button_that_makes_no_sense_changes_nothing(
    stored: Stored, visitor: Visitor, draft: Drafted, do: str
) -> None:
    visitor.as_user(draft.supervisor_id)
    assert draft.path in post(visitor, draft, "0", do)
    assert stored_card(stored, draft) == PHONE


def test_another_kind_of_answer_brings_its_own_options(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    post(visitor, draft, "0", "apply", criteria__0__kind="scale_4")
    criterion = criterion_of(stored, draft, 0)
    assert criterion.kind is Kind.SCALE_4
    assert len(criterion.options) == 4
    assert criterion.options[0].anchor == PHONE.sections[0].criteria[0].options[0].anchor


@pytest.mark.parametrize(
    ("language", "sentence"),
    [(Language.EN, "Courtesy This text is missing in the language nl."), (Language.NL, "Hoffelijkheid")],
)
def test_a_refusal_stands_at_its_place_and_the_draft_is_kept(
    stored: Stored, visitor: Visitor, draft: Drafted, language: Language, sentence: str
) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR, language=language, email="other@example.org")
    visitor.as_user(user)
    post(visitor, draft, "0", "save", criteria__1__name_nl="")
    page = visitor.get(f"{draft.path}?part=0").text
    (only,) = told(page)
    assert only.startswith(sentence)
    assert 'aria-describedby="criteria-1-name_nl-error-1"' in page
    assert criterion_of(stored, draft, 1).name.nl == ""
    refused = visitor.get(f"/cards/{draft.id}/what-if").text
    assert "criteria-1-name_nl" in refused


@pytest.mark.parametrize("weight", ["9" * 40, "much", "NaN", "1e5", "1.2.3"])
def test_a_weight_that_is_no_number_is_refused_and_everything_typed_comes_back(
    stored: Stored, visitor: Visitor, draft: Drafted, weight: str
) -> None:
    visitor.as_user(draft.supervisor_id)
    page = post(
        visitor, draft, "0", "add:criterion", criteria__0__weight=weight, criteria__1__name_en="Typed <b>new</b>"
    )
    assert "is not a number" in told(page)[0]
    assert "Nothing was saved" in page
    assert weight in page
    assert "Typed &lt;b&gt;new&lt;/b&gt;" in page
    assert stored_card(stored, draft) == PHONE


def test_a_number_that_cannot_be_read_is_told_in_the_readers_language(
    stored: Stored, visitor: Visitor, draft: Drafted
) -> None:
    with stored() as make:
        user = make.user(Role.SUPERVISOR, language=Language.NL, email="other@example.org")
    page = post(visitor.as_user(user), draft, "0", "save", criteria__0__weight="veel")
    assert told(page) == ["Hoffelijkheid “veel” is geen getal zoals 12 of 12,5."]


def test_markup_in_every_text_stays_text(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    evil = '<img src=x onerror="alert(1)">'
    visitor.as_user(draft.admin_id)
    page = visitor.get(f"{draft.path}?part=0").text
    texts = [name for name in fields_of(page) if name.endswith(("_en", "_nl"))]
    post(visitor, draft, "0", "save", **dict.fromkeys(texts, evil))
    for path in ("edit?part=0", "edit", "preview", "changes", "what-if"):
        assert "<img src=x" not in visitor.get(f"/cards/{draft.id}/{path}").text
    visitor.client.post(f"/cards/{draft.id}/publish", data={"revision": "1"})
    for path in (f"/cards/{draft.version_id}", f"/cards/{draft.version_id}/changes"):
        page = visitor.get(path).text
        assert "<img src=x" not in page
    assert evil in words_of(visitor.get(f"/cards/{draft.version_id}").text.replace("&lt;", "&amp;lt;")).replace("&lt;", "<").replace("&gt;", ">")  # fmt: skip


def test_the_second_window_is_told_and_keeps_what_was_typed(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    second = fields_of(visitor.get(f"{draft.path}?part=0").text, do="save", name_en="Second window")
    post(visitor, draft, "0", "save", name_en="First window")
    answer = visitor.client.post(draft.path, data=second)
    assert answer.status_code == 409
    assert "changed in another window" in words_of(answer.text)
    assert "Second window" in answer.text
    assert stored_card(stored, draft).sections[0].name.en == "First window"


def test_a_double_click_adds_one_criterion(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    fields = fields_of(visitor.get(f"{draft.path}?part=0").text, do="add:criterion")
    statuses = [visitor.client.post(draft.path, data=fields).status_code for _press in range(2)]
    assert statuses == [303, 303]
    assert len(stored_card(stored, draft).sections[0].criteria) == len(PHONE.sections[0].criteria) + 1


def test_the_check_while_typing_tells_places_and_stores_nothing(
    stored: Stored, visitor: Visitor, draft: Drafted
) -> None:
    visitor.as_user(draft.supervisor_id)
    page = visitor.get(f"{draft.path}?part=0").text
    answer = visitor.client.post(f"/cards/{draft.id}/check", data=fields_of(page, weight="-3", criteria__0__name_nl=""))
    assert answer.json is not None
    assert [(one["part"], one["field"]) for one in answer.json["problems"]] == [
        ("0", "weight"),
        ("0", "criteria-0-name_nl"),
    ]
    unread = visitor.client.post(f"/cards/{draft.id}/check", data=fields_of(page, criteria__0__options__1__value="x"))
    assert unread.json is not None
    assert [one["field"] for one in unread.json["problems"]] == ["criteria-0-options-1-value"]
    assert stored_card(stored, draft) == PHONE


def test_a_card_is_made_once_even_by_a_double_click(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    assert "phone-service-2" in visitor.get(f"/cards/new?from=own:{draft.version_id}").text
    form = {"source": "shipped:phone-service", "name_en": "Ours", "name_nl": "De onze", "key": "ours"}
    places = {visitor.post("/cards/new", form).headers["Location"] for _press in range(2)}
    assert len(places) == 1
    refused = visitor.post("/cards/new", {**form, "name_en": "Others"})
    assert refused.status_code == 422
    assert "already a scorecard with this key" in words_of(refused.text)
    assert "Others" in refused.text
    assert visitor.post("/cards/new", {**form, "source": "empty", "key": "blank"}).status_code == 303


def test_publishing_shows_what_it_does_and_supervisors_leave_it_to_administrators(
    stored: Stored, visitor: Visitor, draft: Drafted
) -> None:
    visitor.as_user(draft.supervisor_id)
    post(visitor, draft, "0", "changes", criteria__0__weight="15")
    page = words_of(visitor.get(f"/cards/{draft.id}/changes").text)
    assert "1 difference from version 1" in page
    assert "Courtesy › Greets and introduces themself › Weight Changed 10 15 meaning" in page
    assert "An administrator publishes it." in page
    assert visitor.post(f"/cards/{draft.id}/publish", {"revision": "1"}).status_code == 403
    visitor.as_user(draft.admin_id)
    stale = visitor.post(f"/cards/{draft.id}/publish", {"revision": "0"})
    assert stale.status_code == 409
    assert "saved once more meanwhile" in words_of(stale.text)
    assert visitor.post(f"/cards/{draft.id}/publish", {"revision": "1"}).status_code == 303
    with stored() as make:
        states = {one.number: one.state for one in make.act.session.get_one(CardVersion, draft.id).scorecard.versions}
    assert states == {1: VersionState.RETIRED, 2: VersionState.PUBLISHED}
    assert visitor.get(draft.path).status_code == 409
    assert visitor.post(f"/cards/{draft.id}/retire").status_code == 303


def test_changed_wording_is_told_word_by_word_in_both_languages(
    stored: Stored, visitor: Visitor, draft: Drafted
) -> None:
    visitor.as_user(draft.admin_id)
    before = PHONE.sections[0].criteria[0].name
    post(visitor, draft, "0", "save", **{
        "criteria-0-name_en": before.en.replace("Greets", "Welcomes"), "criteria-0-name_nl": f"{before.nl}, altijd",
    })  # fmt: skip
    as_draft = visitor.get(f"/cards/{draft.id}/changes").text
    assert visitor.post(f"/cards/{draft.id}/publish", {"revision": "1"}).status_code == 303
    for page in (as_draft, visitor.get(f"/cards/{draft.version_id}/changes").text):
        assert page.count("<del>") == 1
        assert page.count("<ins>") == 2
        read = words_of(page)
        assert "removed: “ [− Greets ] ” inserted: “ [+ Welcomes ] ” and introduces" in read
        assert "inserted: “ [+ , altijd ] ”" in read
        assert "2 differences" in read


def test_the_page_of_a_version_opens_its_one_draft(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    assert "Open the draft" in visitor.get(f"/cards/{draft.version_id}").text
    places = {visitor.post(f"/cards/{draft.version_id}/draft").headers["Location"] for _press in range(2)}
    assert places == {draft.path}


def test_a_draft_can_be_thrown_away(stored: Stored, visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    assert visitor.post(f"/cards/{draft.id}/discard").status_code == 303
    assert visitor.get(f"/cards/{draft.id}").status_code == 404
    with stored() as make:
        assert make.act.session.get(CardVersion, draft.version_id) is not None


def test_the_preview_is_the_reviewers_own_card(visitor: Visitor, draft: Drafted) -> None:
    visitor.as_user(draft.supervisor_id)
    page = visitor.get(f"/cards/{draft.id}/preview").text
    assert all(f'id="criterion-{one.key}"' in page for _section, one in PHONE.criteria())


def test_what_if_names_the_evaluations_that_would_change(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
        submit_best(make, desk)
        draft = make_draft(make)
    visitor.as_user(draft.supervisor_id)
    post(visitor, draft, "0", "save", **{"criteria-0-options-0-value": "0", "criteria-0-options-1-value": "100"})
    page = words_of(visitor.get(f"/cards/{draft.id}/what-if?days=30").text)
    assert f"Evaluation {desk.id}" in page
    assert "1 another score or outcome" in page.replace("another score or outcome 1", "1 another score or outcome")
    table = visitor.get(f"/cards/{draft.id}/what-if.csv?days=30").text
    assert table.splitlines()[1].startswith(f"{desk.id},")


def test_a_long_history_is_scored_again_by_the_worker(
    stored: Stored, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescored, "AT_ONCE", 0)
    monkeypatch.setattr(whatif, "AT_ONCE", 1)
    handlers.load()
    bench = Bench(stored.engine, stored.settings, stored.blobs, lambda: NOW)
    with stored() as make:
        desk = make_desk(make)
        submit_best(make, desk)
        draft = make_draft(make)
    visitor.as_user(draft.supervisor_id)
    post(visitor, draft, "0", "save", **{"criteria-0-options-0-value": "0", "criteria-0-options-1-value": "100"})
    path = f"/cards/{draft.id}/what-if"
    assert "Score them again" in visitor.get(path).text
    for _press in range(2):
        assert visitor.post(path, {"days": "90"}).status_code == 303
    waiting = visitor.get(path).text
    assert "What-if of a scorecard" in waiting
    assert "hx-get" in waiting
    with stored() as make:
        (job,) = make.act.session.query(Job).filter_by(kind=JobKind.WHAT_IF).all()
    assert ledger.run(bench, job.id)
    page = words_of(visitor.get(path).text)
    assert f"Evaluation {desk.id}" in page
    with stored() as make:
        version = make.act.session.get_one(CardVersion, draft.id)
        straight = whatif.what_if(make.act, version, days=90)
        kept = make.act.session.get_one(Job, job.id).result
    assert kept is not None
    assert found_of(kept) == straight

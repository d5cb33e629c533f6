"""The pages of comment templates, and the desk without a script."""

import io

from sqlalchemy import select

from qa.auth.roles import Role
from qa.comment_templates.models import CommentTemplate
from qa.evaluations.models import Evaluation
from qa.i18n import Language
from tests.comment_templates.making import greeting, kept
from tests.conftest import Stored
from tests.evaluations.desk_making import best_form, make_desk, words_of
from tests.visitor import Visitor


def test_a_reviewer_writes_changes_and_removes_a_template_of_their_own(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        place, reviewer = greeting(make.act), make.user(Role.REVIEWER).id
    page = visitor.as_user(reviewer)
    value = f"{place.scorecard_id}:greeting"
    assert "No templates yet" in words_of(page.get("/templates").text)
    opened = page.get(f"/templates/new?place={value}").text
    assert f'selected value="{value}"' in opened
    assert "Share it with everybody" not in opened
    refused = page.post("/templates/new", {"text_en": "", "text_nl": "", "place": value})
    assert refused.status_code == 422
    assert "in at least one language" in words_of(refused.text)
    form = {"text_en": "Greet first.", "text_nl": "", "place": value, "shared": "y"}
    added = page.post("/templates/new", form)
    assert added.status_code == 303
    listed = words_of(page.get(added.headers["Location"]).text)
    assert "Greet first." in listed
    assert "My own" in listed
    assert page.post("/templates/new", form).status_code == 422
    with stored() as make:
        template = make.act.session.scalars(select(CommentTemplate)).one()
        assert template.owner_id == reviewer
        path = f"/templates/{template.id}"
    assert page.post(path, {**form, "text_en": "Greet, then listen."}).status_code == 303
    assert "Greet, then listen." in page.get(path).text
    assert page.post(f"{path}/remove").status_code == 303
    assert page.get(path).status_code == 404


def test_a_shared_template_is_read_and_copied_by_reviewers_and_changed_by_supervisors(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        path = f"/templates/{kept(make.act, en='Greet first.', nl='Groet eerst.', place=greeting(make.act)).id}"
        reviewer, supervisor = make.user(Role.REVIEWER, language=Language.NL).id, make.user(Role.SUPERVISOR).id
        agent = make.agent().id
    page = visitor.as_user(reviewer)
    shown = page.get(path).text
    assert "Groet eerst." in shown
    assert "<textarea" not in shown
    assert page.post(path, {"text_en": "No.", "text_nl": "", "place": "any"}).status_code == 403
    assert page.post(f"{path}/remove").status_code == 403
    copied = page.post(f"{path}/copy")
    assert copied.status_code == 303
    assert copied.headers["Location"] != path
    assert "Groet eerst." in page.get(copied.headers["Location"]).text
    leader = Visitor(page.app).as_user(supervisor)
    assert leader.get(copied.headers["Location"]).status_code == 404
    assert leader.post(path, {"text_en": "Greet.", "text_nl": "", "place": "any"}).status_code == 303
    with stored() as make:
        changed = make.act.session.scalars(select(CommentTemplate).where(CommentTemplate.owner_id.is_(None))).one()
        assert (changed.text_en, changed.text_nl, changed.scorecard_id) == ("Greet.", "", None)
    assert Visitor(page.app).as_user(agent).get("/templates").status_code == 403


def test_what_lost_its_place_stands_apart_and_keeps_it_when_it_is_reworded(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        template = kept(make.act, en="Greet first.", place=greeting(make.act))
        template.criterion = "no_longer_there"
        path, supervisor = f"/templates/{template.id}", make.user(Role.SUPERVISOR).id
    page = visitor.as_user(supervisor)
    listed = words_of(page.get("/templates").text)
    assert "Without a place" in listed
    assert "no_longer_there" in listed
    assert 'selected value="gone"' in page.get(path).text
    assert page.post(path, {"text_en": "Greet.", "text_nl": "", "place": "gone"}).status_code == 303
    with stored() as make:
        assert make.act.session.scalars(select(CommentTemplate)).one().criterion == "no_longer_there"
    assert page.post(path, {"text_en": "Greet.", "text_nl": "", "place": "any"}).status_code == 303
    assert "Without a place" not in words_of(page.get("/templates").text)


def test_shared_templates_go_out_and_come_in_as_a_file(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        kept(make.act, en="Greet first.", place=greeting(make.act))
        supervisor = make.user(Role.SUPERVISOR).id
    page = visitor.as_user(supervisor)
    file = page.get("/templates/shared.csv").data
    assert b"phone-service,greeting,Greet first.," in file
    wrong = page.post("/templates/from-file", {"file": (io.BytesIO(file + b"no-card,,Hello.,\r\n"), "t.csv")})
    assert wrong.status_code == 422
    assert "line 3: There is no scorecard with the key no-card." in words_of(wrong.text)
    taken = page.post("/templates/from-file", {"file": (io.BytesIO(file + b",,Hello.,Hallo.\r\n"), "t.csv")})
    assert taken.status_code == 303
    assert "1 template was added. 1 was there already." in words_of(page.get(taken.headers["Location"]).text)
    assert page.post("/templates/from-file", {}).status_code == 422


def test_a_file_that_was_not_chosen_is_told_at_its_field(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        lead = make.user(role=Role.SUPERVISOR).id
    # What a browser sends when nothing was chosen.
    told = visitor.as_user(lead).post("/templates/from-file", {"file": (io.BytesIO(b""), "")})
    assert told.status_code == 422
    assert '<p class="field-error" id="file-error-1">Choose a file.</p>' in told.text


def test_without_a_script_the_chosen_template_is_put_behind_the_comment_and_counted(
    stored: Stored, visitor: Visitor
) -> None:
    with stored() as make:
        desk = make_desk(make)
        template = kept(make.act, en="Greet first.", nl="Groet eerst.", place=greeting(make.act))
        kept(make.act, en="Not mine.", owner=make.user(Role.REVIEWER))
        template_id = template.id
    page = visitor.as_user(desk.reviewer_id)
    shown = page.get(f"{desk.path}/desk").text
    assert f'<option value="{template_id}" lang="en">Greet first.</option>' in shown
    assert "Not mine." not in shown
    form = best_form(desk.card, comment__greeting="No name was heard.", template__greeting=str(template_id))
    assert page.post(f"{desk.path}/draft", form).status_code == 303
    with stored() as make:
        kept_answers = make.act.session.get_one(Evaluation, desk.id).answers
        comment = next(one.comment for one in kept_answers if one.criterion == "greeting")
        assert comment == "No name was heard.\nGreet first."
        assert make.act.session.get_one(CommentTemplate, template_id).uses == 1


def test_the_desks_script_keeps_and_counts_templates(stored: Stored, visitor: Visitor) -> None:
    with stored() as make:
        desk = make_desk(make)
    page = visitor.as_user(desk.reviewer_id)
    asked = {"card": "phone-service", "criterion": "greeting", "language": "en", "reach": "criterion"}
    answer = page.client.post(
        "/templates/keep", data={**asked, "text": "Greet <first>."}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 201
    assert "Greet &lt;first&gt;." in answer.get_json()["option"]
    again = page.client.post(
        "/templates/keep", data={**asked, "text": "Greet <first>."}, headers={"Accept": "application/json"}
    )
    assert (again.status_code, again.get_json()["error"]) == (409, "This template is there already, word for word.")
    with stored() as make:
        kept_one = make.act.session.scalars(select(CommentTemplate)).one()
        assert (kept_one.criterion, kept_one.text_en, kept_one.owner_id) == (
            "greeting",
            "Greet <first>.",
            desk.reviewer_id,
        )
    assert page.post(f"/templates/{kept_one.id}/use").status_code == 204
    with stored() as make:
        assert make.act.session.get_one(CommentTemplate, kept_one.id).uses == 1
    shared = page.client.post(
        "/templates/keep",
        data={**asked, "reach": "any", "text": "For all.", "shared": "1"},
        headers={"Accept": "application/json"},
    )
    assert shared.status_code == 403

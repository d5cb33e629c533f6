"""Keeping, changing, sharing and removing comment templates; what happens to shared ones is in the audit log."""

from dataclasses import dataclass

from sqlalchemy import select, update

from qa import audit
from qa.act import Act
from qa.auth.roles import Permission
from qa.comment_templates.models import CommentTemplate
from qa.comment_templates.places import EVERYWHERE, Place, cards_in_use, is_there, place_of
from qa.errors import ConflictError, ForbiddenError, InvalidError
from qa.i18n import _
from qa.privacy.redaction import LABELS, PersonalKind, find_personal
from scorecards.words import LANGUAGES, Words

#: Characters of a template in one language.
LONGEST_TEMPLATE = 1000

#: What can be in a sentence about how to work, such as "within 30 days", and is no personal number.
_HARMLESS = frozenset({PersonalKind.SPOKEN_NUMBER, PersonalKind.BIRTH_DATE, PersonalKind.POSTCODE})


@dataclass(frozen=True, slots=True)
class TemplateWish:
    """What a template says, where it stands, and whether it is for everybody."""

    texts: Words
    place: Place = EVERYWHERE
    shared: bool = False


def add_template(act: Act, wish: TemplateWish) -> CommentTemplate:
    """Keep a template, an own one or a shared one; the product itself has shared ones only."""
    act.require(Permission.TEMPLATE_SHARE if wish.shared else Permission.TEMPLATE_USE)
    texts = _checked(act, wish)
    made = CommentTemplate(
        owner_id=None if wish.shared else act.person().id,
        scorecard_id=wish.place.scorecard_id,
        criterion=wish.place.criterion,
        text_en=texts.en,
        text_nl=texts.nl,
        created_at=act.now,
        changed_at=act.now,
    )
    _refuse_twins(act, made)
    act.session.add(made)
    act.session.flush()
    _record(act, "template.added", made)
    return made


def change_template(act: Act, template: CommentTemplate, wish: TemplateWish) -> None:
    """Change what a template says or where it stands; an own one can be shared, never the other way round."""
    _require_own_or_share(act, template)
    newly_shared = wish.shared and not template.shared
    if newly_shared:
        act.require(Permission.TEMPLATE_SHARE)
    moved = place_of(template) != wish.place
    texts = _checked(act, wish, moved=moved)
    template.text_en, template.text_nl = texts.en, texts.nl
    template.scorecard_id, template.criterion = wish.place.scorecard_id, wish.place.criterion
    if newly_shared:
        template.owner_id = None
    template.changed_at = act.now
    _refuse_twins(act, template)
    act.session.flush()
    _record(act, "template.shared" if newly_shared else "template.changed", template)


def remove_template(act: Act, template: CommentTemplate) -> None:
    """Remove a template; comments that were made with it stay as they are."""
    _require_own_or_share(act, template)
    _record(act, "template.removed", template)
    act.session.delete(template)
    act.session.flush()


def copy_to_own(act: Act, template: CommentTemplate) -> CommentTemplate:
    """Make an own template of a shared one, to word it in one's own way."""
    if not template.shared:
        raise ConflictError(_("This template is your own already."))
    # Kept as it is, also where its place is gone: its owner can move it then.
    act.require(Permission.TEMPLATE_USE)
    made = CommentTemplate(
        owner_id=act.person().id,
        scorecard_id=template.scorecard_id,
        criterion=template.criterion,
        text_en=template.text_en,
        text_nl=template.text_nl,
        created_at=act.now,
        changed_at=act.now,
    )
    _refuse_twins(act, made)
    act.session.add(made)
    act.session.flush()
    return made


def note_use(act: Act, template: CommentTemplate) -> None:
    """Count that the template was put into a comment."""
    asked = update(CommentTemplate).where(CommentTemplate.id == template.id)
    act.session.execute(asked.values(uses=CommentTemplate.uses + 1))


def may_change(act: Act, template: CommentTemplate) -> bool:
    """Tell whether the actor may change the template: their own, or a shared one where they look after those."""
    if template.shared:
        return act.may(Permission.TEMPLATE_SHARE)
    return act.actor is not None and template.owner_id == act.actor.id


def _require_own_or_share(act: Act, template: CommentTemplate) -> None:
    if not may_change(act, template):
        raise ForbiddenError(_("Shared templates are changed by supervisors and administrators. Copy it to change it."))


def _checked(act: Act, wish: TemplateWish, *, moved: bool = True) -> Words:
    """Return the texts without white space around them; refuses what is empty, too long, personal or has no place."""
    texts = Words(wish.texts.en.strip(), wish.texts.nl.strip())
    if not texts:
        raise InvalidError(_("Write the template in at least one language."), field="text_en")
    for language in LANGUAGES:
        text, field = texts.in_(language), f"text_{language}"
        if len(text) > LONGEST_TEMPLATE:
            raise InvalidError(_("Use at most {n} characters.", n=LONGEST_TEMPLATE), field=field)
        for span in find_personal(text, kinds=frozenset(PersonalKind) - _HARMLESS):
            told = _("This holds something of one person: {what}. Leave it out.", what=LABELS[span.kind])
            raise InvalidError(told, field=field)
    if moved and not is_there(wish.place, cards_in_use(act)):
        raise InvalidError(_("This criterion is not on a scorecard that is in use."), field="place")
    return texts


def _refuse_twins(act: Act, template: CommentTemplate) -> None:
    """Refuse what the same owner, or everybody, has at the same place in the same words."""
    asked = select(CommentTemplate.id).where(
        CommentTemplate.owner_id.is_(None)
        if template.owner_id is None
        else CommentTemplate.owner_id == template.owner_id,
        CommentTemplate.scorecard_id.is_(None)
        if template.scorecard_id is None
        else CommentTemplate.scorecard_id == template.scorecard_id,
        CommentTemplate.criterion.is_(None)
        if template.criterion is None
        else CommentTemplate.criterion == template.criterion,
        CommentTemplate.text_en == template.text_en,
        CommentTemplate.text_nl == template.text_nl,
    )
    with act.session.no_autoflush:
        others = set(act.session.scalars(asked)) - {template.id}
    if others:
        raise ConflictError(_("This template is there already, word for word."))


def _record(act: Act, action: str, template: CommentTemplate) -> None:
    """Log what happens to a shared template; own ones are nobody else's business."""
    if template.shared:
        audit.record(act, action, template, scorecard=template.scorecard_id, criterion=template.criterion)

"""Access tokens: made and revoked by their owners; administrators see and revoke everybody's."""

from enum import StrEnum

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from qa.act import Act
from qa.auth.roles import Permission
from qa.i18n import Text, _, say
from qa.people import tokens
from qa.people.models import AccessToken, UserState
from web.door import allowed, attempt
from web.tokens.forms import TokenForm, token_form

pages = Blueprint("tokens", __name__)


class TokenState(StrEnum):
    """Whether a token works, and why not."""

    WORKS = "works"
    REVOKED = "revoked"
    ENDED = "ended"
    RESTS = "rests"


STATE_WORDS: dict[TokenState, Text] = {
    TokenState.WORKS: _("Valid"),
    TokenState.REVOKED: _("Revoked"),
    TokenState.ENDED: _("Has ended"),
    TokenState.RESTS: _("Its owner cannot sign in"),
}
STATE_SHAPES: dict[TokenState, str] = {
    TokenState.WORKS: "pass",
    TokenState.REVOKED: "none",
    TokenState.ENDED: "none",
    TokenState.RESTS: "caution",
}


@pages.get("/account/tokens")
@allowed(Permission.TOKEN_USE)
def list_own(act: Act) -> ResponseReturnValue:
    """Show the reader's own tokens, and the form that makes one."""
    return _own_page(act, token_form(act, None))


@pages.post("/account/tokens")
@allowed(Permission.TOKEN_USE)
def make(act: Act) -> ResponseReturnValue:
    """Make a token and show it, this once."""
    form = token_form(act, request.form)
    if form.validate() and form.last_day.data is not None:
        name, last_day = form.name.data or "", form.last_day.data
        made = attempt(act, form, lambda: tokens.make_token(act, name=name, last_day=last_day))
        if made is not None:
            return _own_page(act, token_form(act, None), made=made)
    return _own_page(act, form), 422


@pages.post("/account/tokens/<int:token_id>/revoke")
@allowed(Permission.TOKEN_USE)
def revoke(act: Act, token_id: int) -> ResponseReturnValue:
    """End a token, one's own or for administrators anybody's."""
    token = tokens.get_token(act, token_id)
    tokens.revoke_token(act, token)
    flash(say(_("The access token “{name}” was revoked. It no longer works.", name=token.name), g.language), "pass")
    own = token.user_id == act.person().id and "all" not in request.form
    return redirect(url_for("tokens.list_own" if own else "tokens.list_all"), 303)


@pages.get("/people/tokens")
@allowed(Permission.PEOPLE_MANAGE)
def list_all(act: Act) -> ResponseReturnValue:
    """Show everybody's tokens."""
    return render_template("tokens/all.html", **_listed(act, tokens.all_tokens(act)))


def _own_page(act: Act, form: TokenForm, *, made: tokens.Made | None = None) -> str:
    return render_template("tokens/own.html", form=form, made=made, **_listed(act, tokens.own_tokens(act)))


def _listed(act: Act, found: list[AccessToken]) -> dict[str, object]:
    return {
        "tokens": [(token, _state(act, token)) for token in found],
        "words": STATE_WORDS,
        "shapes": STATE_SHAPES,
        "works": TokenState.WORKS,
    }


def _state(act: Act, token: AccessToken) -> TokenState:
    if token.revoked_at is not None:
        return TokenState.REVOKED
    if token.expires_at <= act.now:
        return TokenState.ENDED
    return TokenState.WORKS if token.user.state is UserState.ACTIVE else TokenState.RESTS

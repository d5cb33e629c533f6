"""Access tokens: made, kept as digests, used for reading only, noted, revoked, and gone with their owner."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from qa.act import Act
from qa.audit.models import AuditEntry
from qa.auth.roles import Role
from qa.errors import ForbiddenError, InvalidError, NotFoundError
from qa.people import tokens
from qa.people.models import AccessToken, LinkKind, User, UserState
from qa.people.service import end_access, make_link, use_link
from qa.privacy.erasure import erase_person
from tests.conftest import NOW
from tests.makers import Makers


def made(act: Act, user: User, *, days: int = 30, name: str = "Week figures") -> tokens.Made:
    own = replace(act, actor=user)
    return tokens.make_token(own, name=name, last_day=tokens.today(own) + timedelta(days=days))


def test_only_the_digest_of_a_token_is_kept(act: Act, make: Makers) -> None:
    user = make.user(Role.SUPERVISOR)
    token = made(act, user)
    assert len(token.secret) == len("steekproef_") + 43
    assert token.token.token_hash == hashlib.sha256(token.secret.encode()).hexdigest()
    kept = act.session.execute(select(AccessToken.__table__)).one()
    assert token.secret not in [str(value) for value in kept]
    assert tokens.owner_of(act.session, token.secret, now=NOW) is user
    assert tokens.owner_of(act.session, token.secret + "x", now=NOW) is None
    assert tokens.owner_of(act.session, "", now=NOW) is None
    actions = act.session.scalars(select(AuditEntry.action)).all()
    assert actions == ["token.made"]


def test_a_token_is_valid_to_the_end_of_its_last_day_where_its_owner_is(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER, time_zone="America/New_York")
    token = made(act, user, days=1)
    # 18 November 2026, 4:30 in New York; the 19th ends there at 5:00 UTC on the 20th.
    assert token.token.expires_at == datetime(2026, 11, 20, 5, tzinfo=UTC)
    assert tokens.owner_of(act.session, token.secret, now=token.token.expires_at - timedelta(seconds=1)) is user
    assert tokens.owner_of(act.session, token.secret, now=token.token.expires_at) is None


@pytest.mark.parametrize("days", [-1, 366, 40_000])
def test_a_day_that_is_over_or_too_far_away_is_refused(act: Act, make: Makers, days: int) -> None:
    with pytest.raises(InvalidError, match="18 Nov 2026 to 18 Nov 2027") as refused:
        made(act, make.user(Role.AGENT), days=days)
    assert refused.value.field == "last_day"


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_token_has_a_name_of_some_length(act: Act, make: Makers, name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        made(act, make.user(Role.AGENT), name=name)
    assert refused.value.field == "name"


def test_shoppers_make_no_tokens(act: Act, make: Makers) -> None:
    with pytest.raises(ForbiddenError):
        made(act, make.user(Role.SHOPPER))


def test_a_revoked_token_works_no_more_and_is_revoked_once(act: Act, make: Makers) -> None:
    user = make.user(Role.AGENT)
    token = made(act, user)
    own = replace(act, actor=user)
    tokens.revoke_token(own, token.token)
    tokens.revoke_token(own, token.token)
    assert tokens.owner_of(act.session, token.secret, now=NOW) is None
    assert act.session.scalars(select(AuditEntry.action)).all() == ["token.made", "token.revoked"]


def test_administrators_revoke_what_others_made_and_nobody_else_does(act: Act, make: Makers) -> None:
    token = made(act, make.user(Role.REVIEWER)).token
    for role in (Role.SUPERVISOR, Role.AGENT, Role.REVIEWER):
        with pytest.raises(NotFoundError):
            tokens.get_token(replace(act, actor=make.user(role)), token.id)
    admin = replace(act, actor=make.user(Role.ADMIN))
    assert tokens.all_tokens(admin) == [token]
    tokens.revoke_token(admin, tokens.get_token(admin, token.id))
    assert token.revoked_by_id == admin.person().id
    with pytest.raises(ForbiddenError):
        tokens.all_tokens(replace(act, actor=make.user(Role.SUPERVISOR)))


def test_who_leaves_loses_their_tokens_for_good(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    token = made(act, user)
    end_access(act, user)
    assert tokens.owner_of(act.session, token.secret, now=NOW) is None
    use_link(act, make_link(act, user, kind=LinkKind.INVITATION), password="a few words in a row")
    assert user.state is UserState.ACTIVE
    assert tokens.owner_of(act.session, token.secret, now=NOW) is None


def test_a_new_password_ends_what_was_opened_with_the_old_one(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    token = made(act, user)
    link = make_link(act, user, kind=LinkKind.PASSWORD)
    assert tokens.owner_of(act.session, token.secret, now=NOW) is user
    use_link(act, link, password="a few words in a row")
    assert tokens.owner_of(act.session, token.secret, now=NOW) is None


def test_a_token_rests_while_its_owner_is_not_active(act: Act, make: Makers) -> None:
    user = make.user(Role.REVIEWER)
    token = made(act, user)
    user.state = UserState.INVITED
    act.session.flush()
    assert tokens.owner_of(act.session, token.secret, now=NOW) is None


def test_its_use_is_written_down_now_and_then(act: Act, make: Makers) -> None:
    token = made(act, make.user(Role.REVIEWER))
    for minutes, due in ((0, True), (4, False), (5, True)):
        now = NOW + timedelta(minutes=minutes)
        assert tokens.is_use_due(act.session, token.secret, now=now) is due
        tokens.note_use(act.session, token.secret, now=now)
    act.session.refresh(token.token)
    assert token.token.last_used_at == NOW + timedelta(minutes=5)
    assert not tokens.is_use_due(act.session, "steekproef_unknown", now=NOW)


def test_erasing_a_person_erases_their_tokens(act: Act, make: Makers) -> None:
    user = make.user(Role.AGENT)
    made(act, user, name="Ada’s laptop")
    end_access(act, user)
    erase_person(act, user)
    assert act.session.scalars(select(AccessToken)).all() == []

"""E-mail over TLS: certificates of an authority that this machine trusts, and of one that it does not."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from qa.errors import RefusedError
from qa.i18n import Language, _, say
from qa.mail.letters import Letter, Reader, message_of
from qa.mail.server import hand_in, server_of
from qa.settings import Settings
from tests.conftest import NOW
from tests.mail.post import Post, post_office

READER = Reader(1, "Zoë de Vries", "zoe@example.org", Language.NL)


@pytest.fixture(params=["smtp", "smtps"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def post(scheme: str, authority: trustme.CA) -> Iterator[Post]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with post_office(**{"offers" if scheme == "smtp" else "demands": context}) as running:
        yield running


def _trust(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def _send(post: Post, settings: Settings, *, scheme: str) -> None:
    settings = post.settings(settings, scheme=scheme)
    server = server_of(settings)
    assert server is not None
    hand_in(server, message_of(Letter(_("Team"), [_("Team")]), READER, key="k", settings=settings, now=NOW))


def test_mail_goes_out_over_tls_to_a_server_that_the_authority_vouches_for(
    post: Post, authority: trustme.CA, settings: Settings, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(authority, tmp_path, monkeypatch)
    _send(post, settings, scheme=scheme)
    assert post.encrypted == [True]


def test_nothing_is_sent_to_a_server_of_another_authority_and_the_sentence_says_what_to_do(
    post: Post, settings: Settings, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _trust(trustme.CA(), tmp_path, monkeypatch)
    with pytest.raises(RefusedError) as refused:
        _send(post, settings, scheme=scheme)
    assert post.messages == []
    assert "SSL_CERT_FILE" in say(refused.value.sentence, Language.EN)
    assert "is hier niet vertrouwd" in say(refused.value.sentence, Language.NL)

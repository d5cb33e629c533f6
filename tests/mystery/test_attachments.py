"""Photos and recordings: known by their bytes, refused with a sentence, kept once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from qa.act import Act
from qa.auth.roles import Role
from qa.errors import ConflictError, InvalidError
from qa.mystery import filling, service
from qa.mystery.attachments import MIB, MOST_PHOTOS, attach, detach
from qa.mystery.models import Attachment, AttachmentKind, Visit
from qa.mystery.photos import JPEG, PNG, photo_type
from tests.makers import Makers
from tests.mystery.visit_making import acting_as, fill_in, jpeg, planned, png, sound, written


@pytest.fixture
def visit(act: Act, make: Makers) -> Visit:
    return planned(act, make)


@pytest.fixture
def mine(act: Act, visit: Visit) -> Act:
    return acting_as(act, visit.shopper)


def test_a_photo_is_kept_whatever_its_name_says(mine: Act, visit: Visit, tmp_path: Path) -> None:
    kept = attach(mine, visit, path=written(tmp_path / "a", png()), name="C:\\My photos\\counter 🛒.txt")
    assert (kept.kind, kept.media_type) == (AttachmentKind.PHOTO, "image/png")
    assert kept.file_name == "counter 🛒.txt"
    assert mine.blobs.get(kept.blob_key) == png()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "photo.jpg is empty"),
        (b"%PDF-1.7\n%more", "photo.jpg is a PDF document"),
        (b"It was busy in the shop.\n" * 40, "photo.jpg cannot be read as sound"),
        (b"\xff\xd8\xff\xe0", "photo.jpg is damaged or breaks off"),
        (jpeg() + bytes(50 * MIB), "photo.jpg is 51 MB; at most 20 MB"),
    ],
    ids=["empty", "pdf", "text", "broken", "50 MB"],
)
def test_what_is_neither_photo_nor_recording_is_refused(
    mine: Act, visit: Visit, tmp_path: Path, data: bytes, said: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        attach(mine, visit, path=written(tmp_path / "a", data), name="photo.jpg")
    assert said in str(refused.value)
    assert visit.attachments == []
    assert mine.session.scalar(select(func.count()).select_from(Attachment)) == 0


def test_a_photo_sent_twice_is_kept_once(mine: Act, visit: Visit, tmp_path: Path) -> None:
    first = attach(mine, visit, path=written(tmp_path / "a", png()), name="a.png")
    assert attach(mine, visit, path=written(tmp_path / "b", png()), name="b.png") is first
    assert len(visit.attachments) == 1


def test_a_visit_has_one_recording_and_a_few_photos(mine: Act, visit: Visit, tmp_path: Path) -> None:
    attach(mine, visit, path=sound(tmp_path / "a.wav"), name="a.wav")
    with pytest.raises(InvalidError):
        attach(mine, visit, path=sound(tmp_path / "b.wav", seconds=3), name="b.wav")
    for number in range(MOST_PHOTOS):
        attach(mine, visit, path=written(tmp_path / "p", png() + bytes(number)), name="p.png")
    with pytest.raises(InvalidError):
        attach(mine, visit, path=written(tmp_path / "p", jpeg()), name="p.jpg")


def test_one_recording_does_not_belong_to_two_visits(
    act: Act, make: Makers, mine: Act, visit: Visit, tmp_path: Path
) -> None:
    plan = service.VisitPlan(visit.shopper_id, make.agent().id, act.now)
    other = service.plan_visit(act, visit.scenario, plan=plan)
    attach(mine, other, path=sound(tmp_path / "a.wav"), name="a.wav")
    with pytest.raises(ConflictError):
        attach(mine, visit, path=sound(tmp_path / "a.wav"), name="a.wav")


def test_what_was_taken_away_is_gone(mine: Act, visit: Visit, tmp_path: Path) -> None:
    kept = attach(mine, visit, path=written(tmp_path / "a", png()), name="a.png")
    detach(mine, visit, kept)
    assert visit.attachments == []
    assert not mine.blobs.has(kept.blob_key)


def test_nothing_is_added_after_handing_in_or_by_others(
    act: Act, make: Makers, mine: Act, visit: Visit, tmp_path: Path
) -> None:
    path = written(tmp_path / "a", png())
    with pytest.raises(Exception, match="somebody else"):
        attach(acting_as(act, make.user(Role.SHOPPER)), visit, path=path, name="a.png")
    fill_in(mine, visit)
    filling.hand_in(mine, visit)
    with pytest.raises(ConflictError):
        attach(mine, visit, path=path, name="a.png")


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_photo_and_break_nothing(data: bytes) -> None:
    assert photo_type(data) is None
    assert photo_type(b"\xff\xd8\xff" + data) in {None, JPEG}


def test_pictures_are_known_by_their_bytes() -> None:
    assert (photo_type(png()), photo_type(jpeg())) == (PNG, JPEG)

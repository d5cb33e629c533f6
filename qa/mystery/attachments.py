"""Photos and the recording of a visit: checked by their bytes, kept once, taken away again before handing in."""

from pathlib import Path

from sqlalchemy import func, select

from qa import audit
from qa.act import Act
from qa.errors import ConflictError, InvalidError
from qa.i18n import Text, _
from qa.interactions.models import Recording
from qa.interactions.recordings import LONGEST_NAME, limits_of, sha256_of
from qa.mystery.filling import begin, check_own
from qa.mystery.models import Attachment, AttachmentKind, Visit
from qa.mystery.photos import photo_type
from transcribe.errors import AudioError
from transcribe.probing import probe_apart

MIB = 1024 * 1024
PHOTO_LIMIT_MB = 20
MOST_PHOTOS = 10
#: How pictures begin whose rest could not be read.
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff")
_SOUNDS = {"ogg": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac", "mov": "audio/mp4"}


def attach(act: Act, visit: Visit, *, path: Path, name: str) -> Attachment:
    """Keep the photo or recording at ``path`` with the visit; the same bytes again give the one that is there.

    ``name`` is what the file is called towards the user. Raises ``InvalidError`` with a sentence when the file is no
    picture and no sound, too large or too long; then nothing is stored.
    """
    check_own(act, visit)
    shown = _shown(name)
    media_type, kind = _checked(act, path, name=shown)
    digest = sha256_of(path)
    same = next((item for item in visit.attachments if item.sha256 == digest), None)
    if same is not None:
        return same
    if kind is AttachmentKind.RECORDING:
        _check_recording(act, visit, digest=digest, name=shown)
    elif sum(item.kind is kind for item in visit.attachments) >= MOST_PHOTOS:
        raise InvalidError(_("A visit holds at most {n} photos. Take one away first.", n=MOST_PHOTOS), field="file")
    folder = "recordings" if kind is AttachmentKind.RECORDING else "photos"
    key = f"{folder}/{digest[:2]}/{digest}"
    fresh = not act.blobs.has(key)
    act.blobs.put_file(key, path)
    try:
        attachment = Attachment(
            kind=kind,
            file_name=shown,
            media_type=media_type,
            size_bytes=path.stat().st_size,
            sha256=digest,
            blob_key=key,
        )
        visit.attachments.append(attachment)
        act.session.flush()
        begin(act, visit)
        audit.record(act, "visit.attached", attachment, kind=kind.value, size=attachment.size_bytes)
    except BaseException:
        if fresh:
            act.blobs.delete(key)
        raise
    return attachment


def detach(act: Act, visit: Visit, attachment: Attachment) -> None:
    """Take a photo or recording away again, its file included where nothing else holds it."""
    check_own(act, visit)
    audit.record(act, "visit.detached", attachment, kind=attachment.kind.value)
    key = attachment.blob_key
    visit.attachments.remove(attachment)
    act.session.flush()
    others = act.session.scalar(select(func.count()).select_from(Attachment).where(Attachment.blob_key == key))
    calls = act.session.scalar(select(func.count()).select_from(Recording).where(Recording.blob_key == key))
    if not others and not calls:
        act.blobs.delete(key)


def _checked(act: Act, path: Path, *, name: str) -> tuple[str, AttachmentKind]:
    size = path.stat().st_size
    if not size:
        raise InvalidError(_("The file {name} is empty (0 bytes). Take or record it again.", name=name), field="file")
    with path.open("rb") as opened:
        # The frame of a JPEG lies behind its thumbnail and colour profile, at most some hundred kilobytes in.
        head = opened.read(2 * MIB)
    found = photo_type(head)
    if found is not None:
        if size > PHOTO_LIMIT_MB * MIB:
            raise InvalidError(
                _(
                    "The photo {name} is {size} MB; at most {limit} MB is accepted. Choose a smaller size in the camera.",
                    name=name,
                    size=-(-size // MIB),
                    limit=PHOTO_LIMIT_MB,
                ),
                field="file",
            )
        return found.media_type, AttachmentKind.PHOTO
    if head.startswith(_PICTURES):
        raise InvalidError(
            _("The picture {name} is damaged or breaks off. Take it again, or send another.", name=name), field="file"
        )
    try:
        sound = probe_apart(path, limits=limits_of(act), name=name)
    except AudioError as error:
        raise InvalidError(
            _("{why} A photo must be JPEG, PNG, WebP or HEIC.", why=Text(error.msgid, error.params)), field="file"
        ) from error
    return _SOUNDS.get(sound.container, "application/octet-stream"), AttachmentKind.RECORDING


def _check_recording(act: Act, visit: Visit, *, digest: str, name: str) -> None:
    if any(item.kind is AttachmentKind.RECORDING for item in visit.attachments):
        raise InvalidError(_("A visit has one recording. Take the other one away first."), field="file")
    elsewhere = act.session.scalar(select(func.count()).select_from(Recording).where(Recording.sha256 == digest))
    waiting = act.session.scalar(
        select(func.count()).select_from(Attachment).where(Attachment.sha256 == digest, Attachment.visit_id != visit.id)
    )
    if elsewhere or waiting:
        raise ConflictError(_("The recording {name} already belongs to another visit or call.", name=name))


def _shown(name: str) -> str:
    """Return the last part of the name, short enough to be kept, its ending whole."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].strip() or "file"
    if len(last) <= LONGEST_NAME:
        return last
    stem, dot, ending = last.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 2]}…{dot}{ending[:20]}" if dot else last[:LONGEST_NAME]

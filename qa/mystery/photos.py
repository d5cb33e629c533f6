"""Photos by their own bytes: what a camera made, whatever the file is called."""

from dataclasses import dataclass

#: Brands of the ISO container that hold still pictures coded with HEVC, as telephones make them.
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"})
#: Markers of a JPEG that stand alone, without a length.
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
#: Markers of a JPEG frame, which states the picture's size; 0xC4, 0xC8 and 0xCC are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class PhotoType:
    """How a photo is coded: its media type, the end of its name, and whether every browser shows it."""

    media_type: str
    ending: str
    shown: bool = True


JPEG = PhotoType("image/jpeg", "jpg")
PNG = PhotoType("image/png", "png")
WEBP = PhotoType("image/webp", "webp")
HEIC = PhotoType("image/heic", "heic", shown=False)
PHOTO_TYPES = {item.media_type: item for item in (JPEG, PNG, WEBP, HEIC)}


def photo_type(data: bytes) -> PhotoType | None:
    """Return how the picture is coded, or nothing where these bytes are no picture with a width and a height."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG if _jpeg_has_size(data) else None
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG if data[12:16] == b"IHDR" and any(data[16:20]) and any(data[20:24]) else None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP if data[12:16] in {b"VP8 ", b"VP8L", b"VP8X"} and len(data) > 30 else None
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC if b"meta" in data[:4096] else None
    return None


def _jpeg_has_size(data: bytes) -> bool:
    """Walk the segments up to the frame, which says how high and wide the picture is."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _FRAMES:
            return any(data[at + 5 : at + 7]) and any(data[at + 7 : at + 9])
        if marker == 0xFF:
            at += 1
        elif marker in _ALONE:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return False

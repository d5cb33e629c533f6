"""Every message of the product, extracted from its code and templates."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parents[2]

KEYWORDS: dict[str, object] = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "ngettext_": (1, 2),
}

Message = str | tuple[str, str]


def extracted() -> Iterator[tuple[str, Message]]:
    """Yield (file, message) for every message that readers may meet; plural messages as pairs."""
    for ring in ("qa", "web", "transcribe", "scorecards"):
        found = extract_from_dir(
            ROOT / ring,
            method_map=[("**.py", "python"), ("**/templates/**.html", "jinja2")],
            options_map={"**/templates/**.html": {"encoding": "utf-8", "trimmed": "true"}},
            keywords=KEYWORDS,  # type: ignore[arg-type]  # babel's own form
        )
        for name, _line, message, _comments, _context in found:
            if isinstance(message, tuple):
                yield f"{ring}/{name}", (message[0], message[1])
            elif message:
                yield f"{ring}/{name}", message

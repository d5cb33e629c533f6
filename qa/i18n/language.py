"""The languages every text exists in."""

from enum import StrEnum


class Language(StrEnum):
    """English is the source; Dutch is complete."""

    EN = "en"
    NL = "nl"

    @property
    def own_name(self) -> str:
        """How speakers of the language call it."""
        return {"en": "English", "nl": "Nederlands"}[self.value]

    @classmethod
    def of(cls, value: str | None) -> "Language":
        """Return the language a tag such as ``nl-NL`` stands for, English where it is none of ours."""
        tag = (value or "").lower().replace("_", "-").split("-")[0]
        return cls(tag) if tag in {item.value for item in cls} else cls.EN

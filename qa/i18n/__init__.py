"""Texts for people: written in English, kept lazy, said in the reader's language at the edge."""

from qa.i18n.catalogue import Catalogue, catalogue
from qa.i18n.formats import date_text, datetime_text, duration_text, number_text, percent_text
from qa.i18n.language import Language
from qa.i18n.text import Text, _, ngettext_, say, text_from_json, text_to_json

__all__ = [
    "Catalogue",
    "Language",
    "Text",
    "_",
    "catalogue",
    "date_text",
    "datetime_text",
    "duration_text",
    "ngettext_",
    "number_text",
    "percent_text",
    "say",
    "text_from_json",
    "text_to_json",
]

"""Which language a reader gets (Accept-Language, RFC 9110 §12.5.4), and how words are compared in all of them."""

import re
import unicodedata
from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Header, Response

from services.kit.schemas import VISIBLE

DEFAULT = "en"
LANGUAGES = (DEFAULT, "fr", "nl", "ar")  # what the house speaks
_RANGE = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")

AcceptLanguage = Annotated[
    str,
    Header(
        max_length=200,
        pattern=VISIBLE,
        description="Languages of the labels, best first.",
        examples=["fr, en;q=0.5"],
    ),
]


def preferred(accept_language: str, available: Collection[str]) -> str:
    """The first of the reader's languages, by primary subtag, that is available; else English."""
    ranked = []
    for place, part in enumerate(accept_language.split(",")):
        match = _RANGE.fullmatch(part.strip())
        if match and (quality := float(match[2] or 1)) > 0:
            ranked.append((-quality, place, match[1].lower()))
    return next((language for *_, language in sorted(ranked) if language in available), DEFAULT)


async def _language(response: Response, accept_language: AcceptLanguage = "") -> str:
    language = preferred(accept_language, LANGUAGES)
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return language


LanguageDep = Annotated[str, Depends(_language)]


_NO_LETTERS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case without accents (nor Arabic vowel signs); what is no letter or digit becomes a space."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NO_LETTERS.sub(" ", text.casefold()).strip()

"""PURE: which language a reader gets, and how words are compared across accents, case and punctuation."""

import re
import unicodedata
from collections.abc import Collection

DEFAULT = "en"
_RANGE = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")
_NO_LETTERS = re.compile(r"[\W_]+")


def preferred(accept_language: str, available: Collection[str]) -> str:
    """The first of the reader's languages (RFC 9110 §12.5.4, by primary subtag) that is available, else English."""
    ranked = []
    for place, part in enumerate(accept_language.split(",")):
        match = _RANGE.fullmatch(part.strip())
        if match and (quality := float(match[2] or 1)) > 0:
            ranked.append((-quality, place, match[1].lower()))
    return next((language for *_, language in sorted(ranked) if language in available), DEFAULT)


def fold(text: str) -> str:
    """Lower case without accents (nor Arabic vowel signs); what is no letter or digit becomes a space."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NO_LETTERS.sub(" ", text.casefold()).strip()

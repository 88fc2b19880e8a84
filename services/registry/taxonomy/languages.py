"""PURE: how words are compared across accents, case and punctuation."""

import re
import unicodedata

_NO_LETTERS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case without accents (nor Arabic vowel signs); what is no letter or digit becomes a space."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NO_LETTERS.sub(" ", text.casefold()).strip()

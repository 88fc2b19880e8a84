"""Whether two records may be of one person: a keyed hash of date of birth and name, alike for alike spellings. Pure.

Names are reduced to the consonants one hears, in Latin and Arabic script alike (محمد, Mohammed and Muhamad become mhmd;
compare Soundex and the consonant skeletons of Arabic name matching), and their parts are sorted, since given and
family name change places from form to form. The hash is keyed, so that nobody who sees one can try out names. It finds
candidates for review and proves nothing: twins and namesakes born on one day are alike too.
"""

import hmac
import re
import unicodedata
from datetime import date
from hashlib import sha256

# Sounds that Latin spellings write in several ways, longest first.
_LATIN = (
    ("kh", "h"), ("gh", "g"), ("dj", "g"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("ck", "k"),
    ("q", "k"), ("c", "k"), ("z", "s"), ("v", "f"), ("p", "b"), ("x", "ks"), ("j", "g"),
)  # fmt: skip
_ARABIC = dict(zip("بتثجحخدذرزسشصضطظغفقكلمنهپڤگڨچ", "bttghhddrssssdtdgfkklmnhbfgks", strict=True))
_SILENT = "aeiouwyاأإآىءئؤعويٱة'’`-"  # vowels, what Latin script leaves out, and the feminine ending
_ACCENTS = (*range(0x0300, 0x0370), *range(0x064B, 0x0660))  # Latin and Arabic, apart from their letters after NFKD
_HEARD = {ord(c): None for c in _SILENT} | dict.fromkeys(_ACCENTS) | {ord(c): heard for c, heard in _ARABIC.items()}
_REPEATED = re.compile(r"(.)\1+")
_ARTICLES = frozenset({"al", "el", "ال"})  # written or not
_JOINED = frozenset({"ben", "bin", "bou", "abd", "abdel", "ould", "بن", "بو", "عبد"})  # one word with what follows


def likeness(secret: bytes, birth: date, *names: str | None) -> bytes | None:
    """Sixteen bytes that are equal for alike people; None where no name is known."""
    parts = sorted({heard for name in names if name for word in _words(name) if (heard := skeleton(word))})
    if not parts:
        return None
    return hmac.new(secret, f"{birth.isoformat()}|{'|'.join(parts)}".encode(), sha256).digest()[:16]


def key_of(secret: bytes) -> bytes:
    """The key that hashes are made with, from a secret that serves nothing else and that all replicas share."""
    return hmac.new(secret, b"passerelle likeness 1", sha256).digest()


def name_of(key: bytes) -> bytes:
    """Which key a hash was made with, without telling the key."""
    return sha256(b"name of " + key).digest()[:8]


def skeleton(part: str) -> str:
    """The consonants of one part of a name, once each in a row, in Latin letters."""
    plain = unicodedata.normalize("NFKD", part.casefold())
    for written, sound in _LATIN:
        plain = plain.replace(written, sound)
    heard = _REPEATED.sub(r"\1", plain.translate(_HEARD))
    return heard.removesuffix("h") if len(heard) > 2 else heard


def _words(name: str) -> list[str]:
    """Words of a name without articles, and with what belongs together in one."""
    words: list[str] = []
    for word in name.casefold().replace("-", " ").split():
        word = word.removeprefix("ال") if len(word) > 4 else word
        if word in _ARTICLES:
            continue
        if words and words[-1] in _JOINED:
            words[-1] += word
        else:
            words.append(word)
    return words

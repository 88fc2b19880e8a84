"""PURE: what of a job title or skill phrase is compared: folded words, its parts, and what says nothing of the job."""

import re
import unicodedata


class _Folded(dict[int, str]):
    """Each letter without its accents, worked out once."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))
        self[code] = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
        return self[code]


# Letters that NFKD leaves apart: tatweel, alef wasla, alef maqsura and taa marbuta; ligatures; the typographic quote.
_FOLDED = _Folded()
_FOLDED |= {
    ord(letter): plain
    for letter, plain in zip("ـٱىةœæøđł’", ("", "ا", "ي", "ه", "oe", "ae", "o", "d", "l", "'"), strict=True)
}
_WORD = re.compile(r"[^\W_]+[+#]*")  # C++ and C# keep their signs
# (h/f), H/F/X, m/v, (m/w/d), homme/femme …: both sexes may apply.
_SEXES = re.compile(
    r"[(\[]?\b(?:[hmfvwdx]|homme|femme|man|vrouw)(?:\s*[/|.-]\s*(?:[hmfvwdx]|homme|femme|man|vrouw))+\b[)\]]?"
)
# technicien(ne), vendeur·euse, infirmier/-ère, agent.e.s: the second form behind the first.
_SECOND_FORM = re.compile(
    r"(?<=[^\W\d_]{3})(?:\((?:e|ne|le|se|fe|ve|re|ere|ière|ère|trice|euse|rice|esse|in|s|es)\)"
    r"|(?:[·•]|/-|\.(?=e\b|ne\b|euse\b|trice\b|ère\b|rice\b))(?:ne|le|se|fe|ve|ère|ière|trice|euse|rice|esse|ster|e)\b)"
    r"(?:[·.]s\b)?"
)
_PARTS = re.compile(r"\s[-–—:]\s|[/|,;()\[\]،•·]")
_MOST_PARTS = 4

# Seniority, contract, hours, urgency and the words of an advertisement, in the four languages: they say nothing of
# what the job is. They are left out of one reading of the text, never of all (see `readings`).
_SAYS_NOTHING = """
    senior junior medior sr jr experienced entry level urgent urgently hiring wanted needed vacancy job position
    opening permanent temporary temp contract freelance fulltime parttime full part time remote hybrid onsite home
    based shift immediate start apply now all other
    cdi cdd interim interimaire alternance stage temps plein partiel complet mois poste offre emploi recherche
    recrute recrutons cherche confirme confirmee debutant debutante experimente experimentee teletravail urgence
    mission saisonnier saisonniere
    voltijds deeltijds voltijd deeltijd vast vaste tijdelijk tijdelijke gezocht vacature dringend ervaren functie
    baan uur uren week dagploeg thuiswerk startend startende
    مطلوب مطلوبه وظيفه وظائف شاغره عاجل فورا دوام كامل جزئي عقد دائم موقت خبره
"""
NOISE = frozenset(_SAYS_NOTHING.split())


def fold(text: str) -> str:
    """Lower case, without accents, Arabic vowel signs, hamza and tatweel; one form of alef, yaa, taa marbuta."""
    text = text.casefold()
    return text if text.isascii() else text.translate(_FOLDED)


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def one_form(text: str) -> str:
    """The text without marks that both sexes may apply, and without a second form behind the first."""
    return _SECOND_FORM.sub("", _SEXES.sub(" ", text.casefold()))


def telling(found: list[str]) -> list[str]:
    """The words that say what the job is, without numbers; all of them when none would be left."""
    return [word for word in found if word not in NOISE and not word.isdecimal()] or found


def parts(text: str) -> list[str]:
    """The titles in a text that holds several ("plombier / chauffagiste"), or a title and what stands beside it."""
    found = _PARTS.split(text)
    titles = [part for part in found if not NOISE.issuperset(words(part))]
    return titles[:_MOST_PARTS] if len(found) > 1 else []

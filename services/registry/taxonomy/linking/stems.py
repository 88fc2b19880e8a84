"""PURE: forms of a word. One list of endings for English, French and Dutch, another for Arabic.

Feminine and masculine, singular and plural, and the doer and the deed (welder, welding; vendeur, vendeuse; werker,
werkster; فني, فنية) become one stem. Endings are cut once and longest first, as light stemmers do (Savoy 2006,
"Light stemming approaches for the French, Portuguese, German and Hungarian languages"); for Arabic it is the light10
of Larkey, Ballesteros and Connell 2002, shortened.
"""

_SHORTEST = 3  # letters that stay
_LOST = (
    "euses euse eurs eur ors or ers er eres ere ennes enne ens en ans an sters ster esses esse ees ee "
    "es e s ies y ings ing ions ion ives ive ifs if eve ef ales ale aux al"
)
# Ending -> what stays of it, so that actrice and acteur meet, and technicien and technicienne.
_ENDINGS: dict[str, str] = {
    **dict.fromkeys(("trices", "trice", "teurs", "teur", "tors", "tor"), "t"),
    **dict.fromkeys(("ieres", "iere", "iers", "ier", "iennes", "ienne", "iens", "ien", "ians", "ian"), "i"),
    **dict.fromkeys(_LOST.split(), ""),
}
_LENGTHS = range(max(map(len, _ENDINGS)), 0, -1)
_ARABIC_ARTICLES = ("وال", "بال", "كال", "فال", "لل", "ال")
_ARABIC_ENDINGS = ("ات", "ون", "ين", "ه")
ARABIC = "\u0600"  # where its letters begin


def stem(word: str) -> str:
    """The stem of a folded word."""
    if word >= ARABIC:
        return _arabic_stem(word)
    for length in _LENGTHS:
        left = _ENDINGS.get(word[-length:])
        if left is not None:
            cut = word[:-length] + left
            if len(cut) >= _SHORTEST + (length > 2):
                return cut
    return word


def _arabic_stem(word: str) -> str:
    for article in _ARABIC_ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= _SHORTEST:
            word = word[len(article) :]
            break
    for ending in _ARABIC_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def same_words(one: list[str], other: list[str]) -> bool:
    """Whether two names are forms of one: "soudeur" and "soudeuse"."""
    return {stem(word) for word in one} == {stem(word) for word in other}


def distance(one: str, other: str) -> int:
    """Letters to insert, drop, replace or swap (optimal string alignment) to make one word of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        line = [i]
        for j, against in enumerate(other, 1):
            least = min(row[j] + 1, line[-1] + 1, row[j - 1] + (letter != against))
            if before and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                least = min(least, before[j - 2] + 1)
            line.append(least)
        before, row = row, line
    return row[-1]

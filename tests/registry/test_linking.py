"""PURE: how texts are read, and how they are compared with the names of concepts."""

import csv
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.cli.sample import ESCO
from services.registry.taxonomy.linking.linker import Linker, Query, Weights
from services.registry.taxonomy.linking.names import About, Named, names_in
from services.registry.taxonomy.linking.normalising import fold, one_form, parts, telling, words
from services.registry.taxonomy.linking.stems import distance, stem
from services.registry.taxonomy.linking.vocabulary import Signals, Vocabulary, acronyms


def _sample() -> list[Named]:
    found = []
    for language in ("en", "fr", "nl", "ar"):
        with (ESCO / f"occupations_{language}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                alternatives = [label for label in row["altLabels"].splitlines() if label.strip()]
                found.append(Named(row["conceptUri"], language, row["preferredLabel"], alternatives))
    return found


SAMPLE = _sample()
LINKER = Linker(SAMPLE)
SHORT_FORMS = Linker(
    [
        Named("a", "en", "registered nurse"),
        Named("b", "en", "truck driver"),
        Named("c", "fr", "conducteur poids lourds"),
        Named(
            "d", "nl", "dakwerker", ["plat dak", "oud dak", "dak met pannen", "werker", "bouw werker", "haven werker"]
        ),
    ]
)


def best(text: str, linker: Linker = LINKER, **more: object) -> str:
    return linker.link(Query(text, **more), 1)[0].uri  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Électricien", "electricien"),
        ("cœur", "coeur"),
        ("İstanbul", "istanbul"),
        ("كهربائيّ", "كهربايي"),
        ("مهنـــدس", "مهندس"),
        ("أخصائي إدارة", "اخصايي اداره"),
        ("مستشفى", "مستشفي"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_signs_of_programming_languages_stay() -> None:
    assert words("C++ / C# developer") == ["c++", "c#", "developer"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vendeur", "vendeuse"),
        ("directeur", "directrice"),
        ("technicien", "technicienne"),
        ("ouvrier", "ouvrière"),
        ("administratif", "administrative"),
        ("welder", "welders"),
        ("welder", "welding"),
        ("medewerker", "medewerkster"),
        ("paneel", "paneelen"),
        ("مهندس", "مهندسة"),
        ("فني", "الفنية"),
    ],
)
def test_two_forms_have_one_stem(one: str, other: str) -> None:
    assert stem(fold(one)) == stem(fold(other))


@pytest.mark.parametrize(("one", "other"), [("baker", "banker"), ("mason", "maçon"), ("kok", "kapper")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(fold(one)) != stem(fold(other))


@pytest.mark.parametrize(
    "text",
    [
        "technicien(ne) réseau",
        "technicien·ne réseau",
        "technicien réseau (H/F)",
        "technicien réseau H/F/X",
        "technicien réseau m/v",
    ],
)
def test_marks_that_both_sexes_may_apply_are_left_out(text: str) -> None:
    assert words(one_form(text)) == ["technicien", "reseau"]


def test_words_of_an_advertisement_are_left_out() -> None:
    assert telling(words("URGENT senior welder full-time CDI 2231")) == ["welder"]


def test_words_of_an_advertisement_stay_when_there_are_no_others() -> None:
    assert telling(["remote"]) == ["remote"]


def test_several_titles_in_a_text() -> None:
    assert [part.strip() for part in parts("plombier / chauffagiste - remote")] == ["plombier", "chauffagiste"]


def test_a_label_of_two_forms_is_two_names() -> None:
    assert names_in("soudeur / soudeuse") == ["soudeur", "soudeuse"]


def test_a_label_of_two_things_is_one_name() -> None:
    assert names_in("TV/video technician") == ["TV/video technician"]


@pytest.mark.parametrize(
    ("one", "other", "letters"),
    [("welder", "welder", 0), ("welder", "wedler", 1), ("welder", "weldr", 1), ("welder", "wellder", 1), ("", "ab", 2)],
)
def test_distance(one: str, other: str, letters: int) -> None:
    assert distance(one, other) == letters


def test_acronyms_of_a_name() -> None:
    assert acronyms(["conducteur", "de", "poids", "lourds"]) == {"=cp", "=pl", "=cpl", "==cpl"}


def test_a_compound_is_cut_into_known_words() -> None:
    assert Vocabulary([("zonne",), ("paneel",)] * 3).pieces("zonnepaneel") == ("zonne", "paneel")


def test_a_word_that_looks_like_a_compound_of_unknown_words_stays_whole() -> None:
    assert Vocabulary([("zonne",)] * 3).pieces("zonnescherm") == ()


def test_an_acronym_finds_the_words_it_stands_for() -> None:
    assert best("RN", SHORT_FORMS) == "a"


def test_without_acronyms_there_is_nothing_to_find() -> None:
    blind = Linker([Named("a", "en", "registered nurse")], signals=Signals(acronyms=False))
    assert blind.link(Query("RN"), 1)[0].parts["concept_words"] == 0


def test_a_compound_finds_the_words_it_is_made_of() -> None:
    assert best("werkerdak", SHORT_FORMS) == "d"


def test_the_context_decides_between_equals() -> None:
    named = [Named("a", "en", "operator"), Named("b", "en", "operator")]
    linker = Linker(named, {"a": About(isco08="8111"), "b": About(isco08="9621")})
    assert best("operator", linker, isco08="962") == "b"


def test_the_preferred_name_goes_before_the_same_alternative() -> None:
    linker = Linker([Named("a", "en", "sparky", ["electrician"]), Named("b", "en", "electrician")])
    assert best("electrician", linker) == "b"


def test_the_language_given_decides_between_equals() -> None:
    linker = Linker([Named("a", "en", "chef"), Named("b", "fr", "chef")])
    assert best("chef", linker, languages=("fr",)) == "b"


def test_weights_sum_to_one() -> None:
    weights = Weights()
    assert sum(getattr(weights, name) for name in weights.__slots__) == pytest.approx(1)


def test_a_linker_without_names_finds_nothing() -> None:
    assert Linker([]).link(Query("welder"), 3) == []


@given(st.sampled_from(SAMPLE))
def test_a_preferred_label_ranks_its_concept_first(named: Named) -> None:
    first = LINKER.link(Query(named.label, (named.language,)), 1)[0]
    holders = {each.uri for each in SAMPLE if set(names_in(each.label)) & set(names_in(named.label))}
    assert first.uri in holders


@given(st.sampled_from(SAMPLE))
def test_capitals_and_missing_accents_change_nothing(named: Named) -> None:
    query = Query(named.label, (named.language,))
    assert LINKER.link(query._replace(text=fold(named.label).upper()), 1)[0].uri == LINKER.link(query, 1)[0].uri


@given(st.text(max_size=60) | st.sampled_from([each.label for each in SAMPLE]).map(lambda label: label[3:] + " x 12"))
def test_scores_lie_between_0_and_1_and_are_the_sum_of_their_parts(text: str) -> None:
    for found in LINKER.link(Query(text, ("fr",), "72"), 10):
        assert 0 <= found.score <= 1
        assert sum(found.parts.values()) == pytest.approx(found.score, abs=1e-6)
        assert min(found.parts.values()) >= 0


@settings(max_examples=5)  # each makes an index
@given(
    st.randoms(use_true_random=False), st.sampled_from(["elektricien zonnepanelen", "aide soignante", "welder", "طباخ"])
)
def test_the_order_in_which_names_are_read_changes_nothing(r: Random, text: str) -> None:
    shuffled = SAMPLE[:]
    r.shuffle(shuffled)
    assert Linker(shuffled).link(Query(text), 5) == LINKER.link(Query(text), 5)

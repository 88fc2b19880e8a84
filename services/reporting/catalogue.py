"""Indicators as data: what is counted, over what, by which formula, and what may be claimed for it. Pure.

Official titles and methods: the SDG indicator metadata of the custodians, by way of the United Nations Statistics
Division (https://unstats.un.org/sdgs/metadata/). A programme's figure is never an official SDG indicator: those are
made by national statistical systems and custodian agencies. So no claim class says official, and a PROXY may not
carry the official title.
"""

import difflib
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto


class ClaimClass(StrEnum):
    """What a programme's figure may claim towards the SDG indicator it is aligned with."""

    INPUT = "INPUT"  # a component of the official total
    SAME_FORMULA = "SAME_FORMULA"  # the official formula over the programme's participants, who are no sample
    PROXY = "PROXY"  # an aligned concept with another numerator or denominator, under a title of its own
    CONTEXT = "CONTEXT"  # an official series shown beside
    NONE = "NONE"  # no claim to an official indicator


class PerPerson(Enum):
    """Whether facts or people are counted, and which fact then stands for the person."""

    NO = auto()
    FIRST = auto()
    LAST = auto()


@dataclass(frozen=True, slots=True)
class Population:
    """Which facts count. Empty sets do not restrict."""

    kind: str
    statuses: frozenset[str] = frozenset()
    tracks: frozenset[str] = frozenset()
    personas: frozenset[str] = frozenset()
    current: bool = False  # of several facts of one subject, the last alone
    per_person: PerPerson = PerPerson.NO


@dataclass(frozen=True, slots=True)
class Count:
    """How many."""


@dataclass(frozen=True, slots=True)
class Share:
    """Those whose `dimension` is `value`, over those of whom the dimension is known."""

    dimension: str
    value: str


@dataclass(frozen=True, slots=True)
class SameWorkerRatio:
    """Recruitment costs over monthly income of the same worker; mean, median and P80 of these ratios."""


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """Hourly earnings weighted by hours."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """How many, as a part of an official population that reporting does not hold."""


Method = Count | Share | SameWorkerRatio | WeightedMean | Contribution


@dataclass(frozen=True, slots=True)
class Indicator:
    """One entry. Without a `method` there is nothing to compute, and `explanation` says why."""

    code: str
    title: dict[str, str]
    claim_class: ClaimClass
    unit: str
    numerator: str = ""
    denominator: str = ""
    formula: str = ""
    population_rule: str = ""
    missing_values: str = ""
    aligned_indicator: str | None = None
    official_title: str | None = None
    sdg_target: str | None = None
    population: Population = field(default_factory=lambda: Population(""))
    method: Method | None = None
    explanation: str | None = None
    split: tuple[str, ...] = ()  # dimensions that are never summed over
    disaggregations: tuple[str, ...] = ()
    reported_by: tuple[str, ...] = ()  # the table shown in a report
    months: int | None = None  # length of the window when no period is asked for
    minimum_contributors: int = 5
    method_version: str = "1.0"
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.method is None) == (self.explanation is None):
            raise ValueError(f"{self.code}: needs either a method or an explanation why there is none")
        if self.claim_class is ClaimClass.PROXY:
            official = {self.official_title, self.aligned_indicator}
            if self.code in official or official & set(self.title.values()):
                raise ValueError(f"{self.code}: a PROXY must not carry the official title or code")
        if any("official" in title.casefold() for title in self.title.values()) and self.method:
            raise ValueError(f"{self.code}: a programme's figure is not official")


_PLACED = Population("PLACEMENT_STARTED")
# Who only applied, or waits, has not taken a place.
_TOOK_A_PLACE = frozenset({"ENROLLED", "SUSPENDED", "COMPLETED", "CERTIFIED", "FAILED", "DROPPED"})
_ENROLLED = Population("ENROLMENT", _TOOK_A_PLACE, current=True, per_person=PerPerson.LAST)
_COMPLETED = Population("ENROLMENT", frozenset({"COMPLETED", "CERTIFIED"}), current=True, per_person=PerPerson.LAST)
_CERTIFIED = Population("ENROLMENT", frozenset({"CERTIFIED"}), current=True, per_person=PerPerson.LAST)
_WAGE_EARNERS = frozenset({"WORKER", "APPRENTICE"})

_BY_PLACEMENT = ("sex", "age_band", "corridor", "track", "country", "persona", "isco_major")
_BY_ENROLMENT = ("sex", "age_band", "corridor", "track", "persona")
_WITHOUT_SEX = ("age_band", "corridor", "track", "persona")

_PLACEMENT_EVENTS = ("matching: placement-started events",)
_ENROLMENT_EVENTS = ("matching: enrolment-changed events",)
_UNKNOWN_SHOWN = "A dimension that is not known is shown as _U; the person did not consent to statistics."
_UNKNOWN_LEFT_OUT = "People whose sex is not known are left out of numerator and denominator."
_ONE_PERSON = "A person counts once in a table, with the last enrolment in the period as it now stands."

ENTRIES: tuple[Indicator, ...] = (
    Indicator(
        "PLACEMENTS",
        {
            "en": "Placements started",
            "fr": "Placements commencés",
            "nl": "Gestarte plaatsingen",
            "ar": "التعيينات التي بدأت",
        },
        ClaimClass.NONE,
        "placements",
        numerator="Placements that started in the period",
        formula="count",
        population_rule="Every placement that started, at home and away, whatever became of it.",
        missing_values=_UNKNOWN_SHOWN,
        sdg_target="8.5",
        population=_PLACED,
        method=Count(),
        disaggregations=_BY_PLACEMENT,
        reported_by=("track",),
        sources=_PLACEMENT_EVENTS,
    ),
    Indicator(
        "TRAINED",
        {
            "en": "People trained",
            "fr": "Personnes formées",
            "nl": "Opgeleide personen",
            "ar": "الأشخاص الذين تلقوا التدريب",
        },
        ClaimClass.NONE,
        "persons",
        numerator="People who completed training in the period, certified or not",
        formula="count of persons",
        population_rule=_ONE_PERSON,
        missing_values=_UNKNOWN_SHOWN,
        sdg_target="4.3",
        population=_COMPLETED,
        method=Count(),
        disaggregations=_BY_ENROLMENT,
        reported_by=("track",),
        sources=_ENROLMENT_EVENTS,
    ),
    Indicator(
        "CERTIFIED",
        {
            "en": "People certified",
            "fr": "Personnes certifiées",
            "nl": "Gecertificeerde personen",
            "ar": "الأشخاص الحاصلون على شهادة",
        },
        ClaimClass.NONE,
        "persons",
        numerator="People certified in the period",
        formula="count of persons",
        population_rule=_ONE_PERSON,
        missing_values=_UNKNOWN_SHOWN,
        sdg_target="4.4",
        population=_CERTIFIED,
        method=Count(),
        disaggregations=_BY_ENROLMENT,
        reported_by=("track",),
        sources=_ENROLMENT_EVENTS,
    ),
    Indicator(
        "WOMEN_SHARE",
        {
            "en": "Women's share of placements started",
            "fr": "Part des femmes dans les placements commencés",
            "nl": "Aandeel vrouwen in gestarte plaatsingen",
            "ar": "حصة النساء من التعيينات التي بدأت",
        },
        ClaimClass.NONE,
        "share",
        numerator="Placements of women that started in the period",
        denominator="Placements that started in the period, of people whose sex is known",
        formula="numerator / denominator",
        population_rule="Every placement that started, at home and away.",
        missing_values=_UNKNOWN_LEFT_OUT,
        sdg_target="5.5",
        population=_PLACED,
        method=Share("sex", "F"),
        disaggregations=tuple(d for d in _BY_PLACEMENT if d != "sex"),
        reported_by=("track",),
        sources=_PLACEMENT_EVENTS,
    ),
    Indicator(
        "WOMEN_SHARE_TRAINED",
        {
            "en": "Women's share of people trained",
            "fr": "Part des femmes parmi les personnes formées",
            "nl": "Aandeel vrouwen onder de opgeleide personen",
            "ar": "حصة النساء من الأشخاص الذين تلقوا التدريب",
        },
        ClaimClass.NONE,
        "share",
        numerator="Women who completed training in the period",
        denominator="People who completed training in the period and whose sex is known",
        formula="numerator / denominator",
        population_rule=_ONE_PERSON,
        missing_values=_UNKNOWN_LEFT_OUT,
        sdg_target="4.5",
        population=_COMPLETED,
        method=Share("sex", "F"),
        disaggregations=_WITHOUT_SEX,
        reported_by=("track",),
        sources=_ENROLMENT_EVENTS,
    ),
    Indicator(
        "RECRUITMENT_COST_RATIO",
        {
            "en": "Recruitment costs paid by participants, in months of their first income (programme value)",
            "fr": "Coûts de recrutement payés par les participants, en mois de premier revenu (valeur du programme)",
            "nl": "Door deelnemers betaalde wervingskosten, in maanden van hun eerste inkomen (programmawaarde)",
            "ar": "تكاليف التوظيف التي دفعها المشاركون بأشهر من دخلهم الأول (قيمة البرنامج)",
        },
        ClaimClass.SAME_FORMULA,
        "months of income",
        numerator="What a worker or their family paid to find, qualify for, secure and reach the first job",
        denominator="Last month's net earnings of the same worker in that job",
        formula="mean, median and 80th percentile of C_k / E_k over workers k; never the ratio of totals",
        population_rule="Away placements of workers and apprentices, first job of each, started in the period.",
        missing_values="Workers without costs or without positive net earnings are left out.",
        aligned_indicator="10.7.1",
        official_title="Recruitment cost borne by employee as a proportion of monthly income earned in country "
        "of destination",
        sdg_target="10.7",
        population=Population(
            "PLACEMENT_STARTED", tracks=frozenset({"AWAY"}), personas=_WAGE_EARNERS, per_person=PerPerson.FIRST
        ),
        method=SameWorkerRatio(),
        disaggregations=("sex", "age_band", "corridor", "country", "isco_major"),
        minimum_contributors=10,
        sources=(*_PLACEMENT_EVENTS, "ILO and World Bank: guidelines for SDG indicator 10.7.1"),
    ),
    Indicator(
        "HOURLY_EARNINGS",
        {
            "en": "Average hourly earnings of people placed (programme value)",
            "fr": "Gain horaire moyen des personnes placées (valeur du programme)",
            "nl": "Gemiddeld uurloon van geplaatste personen (programmawaarde)",
            "ar": "متوسط الأجر في الساعة للأشخاص المعينين (قيمة البرنامج)",
        },
        ClaimClass.SAME_FORMULA,
        "local currency per hour",
        numerator="Sum of gross hourly earnings times weekly hours",
        denominator="Sum of weekly hours",
        formula="Σ(hourly earnings × hours) / Σ hours",
        population_rule="Placements of workers and apprentices that started in the period; home and away, "
        "countries and currencies apart.",
        missing_values="Placements without hourly earnings or hours are left out.",
        aligned_indicator="8.5.1",
        official_title="Average hourly earnings of employees, by sex, age, occupation and persons with disabilities",
        sdg_target="8.5",
        population=Population("PLACEMENT_STARTED", personas=_WAGE_EARNERS),
        method=WeightedMean(),
        split=("track", "country", "currency"),
        disaggregations=("sex", "age_band", "corridor", "isco_major", "track", "country", "currency"),
        minimum_contributors=10,
        sources=(*_PLACEMENT_EVENTS, "ILO: metadata of SDG indicator 8.5.1"),
    ),
    Indicator(
        "TRAINING_PARTICIPATION_CONTRIBUTION",
        {
            "en": "Programme's contribution to participation in training over twelve months",
            "fr": "Contribution du programme à la participation à la formation sur douze mois",
            "nl": "Bijdrage van het programma aan deelname aan opleiding over twaalf maanden",
            "ar": "مساهمة البرنامج في المشاركة في التدريب خلال اثني عشر شهرا",
        },
        ClaimClass.PROXY,
        "persons; per mille of the age group",
        numerator="People who took a place in training in the twelve months, whatever the result",
        denominator="Population of the age group, an official figure that is not held here: per mille is unknown (L)",
        formula="count of persons; numerator / denominator × 1000 once the population is known",
        population_rule=_ONE_PERSON + " Without a period: the twelve months to the day of the answer; a period shorter "
        "than a year counts that period alone.",
        missing_values=_UNKNOWN_SHOWN,
        aligned_indicator="4.3.1",
        official_title="Participation rate of youth and adults in formal and non-formal education and training in the "
        "previous 12 months, by sex",
        sdg_target="4.3",
        population=_ENROLLED,
        method=Contribution(),
        disaggregations=_BY_ENROLMENT,
        reported_by=("age_band",),
        months=12,
        sources=(*_ENROLMENT_EVENTS, "UNESCO Institute for Statistics: metadata of SDG indicator 4.3.1"),
    ),
    Indicator(
        "HOME_SHARE",
        {
            "en": "Home track's share of people certified",
            "fr": "Part de la voie domestique parmi les personnes certifiées",
            "nl": "Aandeel van het thuistraject onder gecertificeerde personen",
            "ar": "حصة المسار المحلي من الأشخاص الحاصلين على شهادة",
        },
        ClaimClass.NONE,
        "share",
        numerator="People certified on the home track",
        denominator="People certified on the home or the away track",
        formula="numerator / denominator",
        population_rule=_ONE_PERSON,
        missing_values="Every enrolment has a track.",
        sdg_target="10.7",
        population=_CERTIFIED,
        method=Share("track", "HOME"),
        disaggregations=("sex", "age_band", "corridor", "persona"),
        sources=_ENROLMENT_EVENTS,
    ),
    *(
        Indicator(
            code,
            {"en": title, "fr": titre},
            ClaimClass.NONE,
            "none",
            aligned_indicator=code,
            official_title=title,
            sdg_target=code.rsplit(".", 1)[0],
            explanation=why,
        )
        for code, title, titre, why in (
            (
                "9.5.2",
                "Researchers (in full-time equivalent) per million inhabitants",
                "Nombre de chercheurs (équivalent plein temps) par million d'habitants",
                "Skills partnerships do not move researchers: a placement says nothing about a country's research "
                "staff. Where one does, its placements can be counted under PLACEMENTS by ISCO major group.",
            ),
            (
                "10.7.3",
                "Number of people who died or disappeared in the process of migration towards an international "
                "destination",
                "Nombre de personnes décédées ou disparues au cours de la migration vers une destination "
                "internationale",
                "The official count is that of the Missing Migrants project. A death on the way of a programme is an "
                "incident, to be handled as one and not to be published as this indicator.",
            ),
            (
                "17.6.1",
                "Fixed broadband subscriptions per 100 inhabitants, by speed",
                "Abonnements à l'Internet fixe à haut débit pour 100 habitants, par vitesse",
                "A skills partnership's records have no relation to telecommunication subscriptions.",
            ),
            (
                "17.17.1",
                "Amount in United States dollars committed to public-private partnerships for infrastructure",
                "Montant en dollars des États-Unis affecté à des partenariats public-privé pour l'infrastructure",
                "The indicator covers infrastructure alone: energy, information technology, transport and water. "
                "Private money for skills is none of these and must not be reported under it.",
            ),
        )
    ),
)

BY_CODE: dict[str, Indicator] = {entry.code: entry for entry in ENTRIES}
DIMENSIONS: tuple[str, ...] = tuple(dict.fromkeys(d for entry in ENTRIES for d in entry.disaggregations))


def nearest(code: str) -> list[str]:
    """Up to three codes that `code` may have meant; for an SDG indicator's code those aligned with it."""
    aligned = [entry.code for entry in ENTRIES if entry.aligned_indicator == code]
    return aligned or difflib.get_close_matches(code.upper(), list(BY_CODE), n=3, cutoff=0.0)

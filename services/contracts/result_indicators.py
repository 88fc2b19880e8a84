"""The results that a partnership may promise: titles, units and which way is better, as data.

The list is that of the project's own glossary (partnership record, section 9); these are programme figures and no
indicators of the Sustainable Development Goals.
"""

from enum import StrEnum
from typing import NamedTuple

from services.contracts.vocabulary import OutcomeFamily


class Unit(StrEnum):
    """What a result is counted in.

    PERSONS: people.
    COUNT: things other than people.
    PERCENT: hundredths of a whole.
    RATIO: one number divided by another.
    DAYS: calendar days.
    MONEY: units of the partnership's reporting currency.
    """

    PERSONS = "PERSONS"
    COUNT = "COUNT"
    PERCENT = "PERCENT"
    RATIO = "RATIO"
    DAYS = "DAYS"
    MONEY = "MONEY"


class ResultIndicator(NamedTuple):
    """An indicator. `less_is_better`: a target is met from above, and needs a baseline."""

    code: str
    title: dict[str, str]
    unit: Unit
    outcome_family: OutcomeFamily
    less_is_better: bool = False


_K, _S, _P = OutcomeFamily.KNOWLEDGE, OutcomeFamily.SKILLS, OutcomeFamily.PARTNERSHIPS
_LESS_IS_BETTER = {"RECRUITMENT_COST_RATIO", "RECOGNITION_DAYS", "STAGE_DAYS", "REMITTANCE_COST", "GRIEVANCES_FILED"}
_ROWS: tuple[tuple[str, Unit, OutcomeFamily, str, str], ...] = (
    ("APPLIED", Unit.PERSONS, _S, "Persons who applied", "Personnes candidates"),
    ("SELECTED", Unit.PERSONS, _S, "Persons selected", "Personnes sélectionnées"),
    ("TRAINED", Unit.PERSONS, _S, "Persons trained", "Personnes formées"),
    ("CERTIFIED", Unit.PERSONS, _S, "Persons certified", "Personnes certifiées"),
    ("PLACED_HOME", Unit.PERSONS, _S, "Persons placed at home", "Personnes placées au pays"),
    ("PLACED_AWAY", Unit.PERSONS, _S, "Persons placed abroad", "Personnes placées à l'étranger"),
    ("RETAINED_12M", Unit.PERSONS, _S, "Persons still employed after 12 months", "Personnes en emploi après 12 mois"),
    ("RETURNED", Unit.PERSONS, _S, "Persons who returned", "Personnes revenues"),
    ("WOMEN_SHARE", Unit.PERCENT, _S, "Share of women", "Part des femmes"),
    ("YOUTH_15_24_SHARE", Unit.PERCENT, _S, "Share of persons aged 15 to 24", "Part des 15 à 24 ans"),
    ("YOUTH_15_34_SHARE", Unit.PERCENT, _S, "Share of persons aged 15 to 34", "Part des 15 à 34 ans"),
    ("GREEN_CERTIFICATES", Unit.COUNT, _S, "Green-skill certificates", "Certificats de compétences vertes"),
    ("EMPLOYED_6M", Unit.PERCENT, _S, "Employment after 6 months", "Emploi après 6 mois"),
    ("EMPLOYED_12M", Unit.PERCENT, _S, "Employment after 12 months", "Emploi après 12 mois"),
    ("WAGE_RATIO", Unit.RATIO, _S, "Wage after by wage before", "Salaire après sur salaire avant"),
    (
        "RECRUITMENT_COST_RATIO",
        Unit.RATIO,
        _S,
        "Recruitment cost borne by the worker, in monthly earnings",
        "Coût de recrutement supporté par le travailleur, en salaires mensuels",
    ),
    ("RECOGNITION_RATE", Unit.PERCENT, _S, "Qualifications recognised", "Qualifications reconnues"),
    ("RECOGNITION_DAYS", Unit.DAYS, _S, "Days until recognition", "Jours jusqu'à la reconnaissance"),
    ("STAGE_DAYS", Unit.DAYS, _S, "Days from selection to first working day", "Jours de la sélection au premier jour"),
    ("EMPLOYERS_ENGAGED", Unit.COUNT, _P, "Employers engaged", "Employeurs engagés"),
    ("EMPLOYERS_RETAINING", Unit.COUNT, _P, "Employers who keep people on", "Employeurs qui gardent les personnes"),
    ("PRIVATE_COFINANCE", Unit.PERCENT, _P, "Private share of the money", "Part privée du financement"),
    ("TRAINING_PLACES_ADDED", Unit.COUNT, _K, "Training places added a year", "Places de formation ajoutées par an"),
    ("TRAINERS_TRAINED", Unit.PERSONS, _K, "Trainers trained", "Formateurs formés"),
    ("CURRICULA", Unit.COUNT, _K, "Curricula and studies adopted", "Programmes et études adoptés"),
    ("B2B_AGREEMENTS", Unit.COUNT, _P, "Agreements between firms", "Accords entre entreprises"),
    ("JOBS_CREATED", Unit.COUNT, _P, "Jobs created", "Emplois créés"),
    ("JOBS_KEPT", Unit.COUNT, _P, "Jobs kept", "Emplois maintenus"),
    ("REMITTANCES_SENT", Unit.MONEY, _P, "Remittances sent", "Envois de fonds"),
    ("REMITTANCE_COST", Unit.PERCENT, _P, "Cost of sending remittances", "Coût des envois de fonds"),
    ("GRIEVANCES_FILED", Unit.COUNT, _P, "Grievances filed", "Plaintes déposées"),
    ("GRIEVANCES_RESOLVED_30D", Unit.PERCENT, _P, "Grievances resolved in 30 days", "Plaintes réglées en 30 jours"),
    ("SOCIAL_SECURITY", Unit.PERCENT, _S, "Registered with social security", "Inscrits à la sécurité sociale"),
    ("SAFEGUARDS_RESPECTED", Unit.PERCENT, _P, "Safeguards respected", "Garde-fous respectés"),
    (
        "FOURFOLD_WIN",
        Unit.PERCENT,
        _P,
        "Placements in which all four parties win",
        "Placements gagnants pour les quatre",
    ),
)

RESULT_INDICATORS: dict[str, ResultIndicator] = {
    code: ResultIndicator(code, {"en": en, "fr": fr}, unit, family, code in _LESS_IS_BETTER)
    for code, unit, family, en, fr in _ROWS
}
IndicatorCode = StrEnum("IndicatorCode", {code: code for code in RESULT_INDICATORS})  # type: ignore[misc]
IndicatorCode.__doc__ = "A result that a partnership may promise.\n\n" + "\n".join(
    f"{each.code}: {each.title['en']}." for each in RESULT_INDICATORS.values()
)

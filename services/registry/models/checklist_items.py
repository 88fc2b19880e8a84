"""The 28 items that an agreement on labour migration is checked by, and what they come to.

Own wording after the guidance on bilateral labour migration agreements of the United Nations Network on Migration
(February 2022). Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from services.contracts.vocabulary import ChecklistAnswer, PartySide

_WORTH = {ChecklistAnswer.YES: 1.0, ChecklistAnswer.PARTIAL: 0.5, ChecklistAnswer.NO: 0.0}


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """`critical`: a partnership is signed only when the answer is YES or both sides waive it."""

    number: int
    critical: bool
    title: Mapping[str, str]


def _item(number: int, critical: bool, en: str, fr: str) -> ChecklistItem:
    return ChecklistItem(number, critical, {"en": en, "fr": fr})


ITEMS: tuple[ChecklistItem, ...] = (
    _item(
        1,
        True,
        "Purpose, scope, definitions and competent authorities are stated.",
        "L'objet, le champ, les définitions et les autorités compétentes sont énoncés.",
    ),
    _item(
        2,
        True,
        "A clause asks for gender-responsive, non-discriminating practice.",
        "Une clause exige une pratique sensible au genre et sans discrimination.",
    ),
    _item(
        3,
        True,
        "Recruitment is fair, and no worker pays for it.",
        "Le recrutement est équitable et aucun travailleur ne le paie.",
    ),
    _item(
        4,
        True,
        "People are informed beforehand and oriented before they depart.",
        "Les personnes sont informées à l'avance et préparées avant le départ.",
    ),
    _item(
        5,
        False,
        "Status, permits, renewals and a change of employer are provided for.",
        "Le statut, les permis, leur renouvellement et le changement d'employeur sont prévus.",
    ),
    _item(
        6,
        True,
        "There is a written contract in a language the person understands, after a model contract.",
        "Un contrat écrit, dans une langue comprise, suit un contrat type.",
    ),
    _item(
        7,
        True,
        "Wages are protected: equal treatment, means of payment, lawful deductions.",
        "Les salaires sont protégés : égalité de traitement, mode de paiement, retenues licites.",
    ),
    _item(8, False, "Hours, rest and leave are settled.", "Les horaires, le repos et les congés sont réglés."),
    _item(
        9,
        True,
        "Safety and health at work and compensation for injury are ensured.",
        "La sécurité et la santé au travail et la réparation des accidents sont assurées.",
    ),
    _item(10, True, "Freedom of association holds.", "La liberté syndicale est garantie."),
    _item(
        11,
        False,
        "Social protection and its portability are provided for.",
        "La protection sociale et sa portabilité sont prévues.",
    ),
    _item(12, False, "Health care is accessible.", "Les soins de santé sont accessibles."),
    _item(13, False, "Housing meets a stated standard.", "Le logement répond à une norme énoncée."),
    _item(
        14,
        False,
        "Skills and qualifications are recognised.",
        "Les compétences et les qualifications sont reconnues.",
    ),
    _item(
        15,
        False,
        "Training and human resources at origin are developed.",
        "La formation et les ressources humaines du pays d'origine sont développées.",
    ),
    _item(
        16,
        False,
        "Savings and remittances are made easy and cheap.",
        "L'épargne et les transferts d'argent sont simples et peu coûteux.",
    ),
    _item(17, False, "Families are provided for.", "Les familles sont prises en compte."),
    _item(
        18,
        True,
        "There are ways to complain, to settle disputes and to go to court.",
        "Des voies de plainte, de règlement des différends et de recours en justice existent.",
    ),
    _item(19, False, "Consular protection is ensured.", "La protection consulaire est assurée."),
    _item(
        20,
        False,
        "Return and a new start on the labour market are prepared.",
        "Le retour et la réinsertion sur le marché du travail sont préparés.",
    ),
    _item(21, True, "Inspection and enforcement are provided for.", "L'inspection et le contrôle sont prévus."),
    _item(
        22,
        False,
        "Social partners take part in dialogue.",
        "Les partenaires sociaux participent au dialogue.",
    ),
    _item(
        23,
        True,
        "A joint committee monitors the agreement.",
        "Un comité mixte suit l'accord.",
    ),
    _item(
        24,
        True,
        "Data are collected, shared and protected by rule.",
        "Les données sont collectées, partagées et protégées selon des règles.",
    ),
    _item(25, False, "Financing is agreed.", "Le financement est convenu."),
    _item(
        26,
        False,
        "Duration, amendment, end and disputes between the parties are settled.",
        "La durée, la modification, la fin et les différends entre parties sont réglés.",
    ),
    _item(27, True, "The agreement is published.", "L'accord est publié."),
    _item(
        28,
        False,
        "Annexes settle what is particular to a sector: seasonal, health, domestic work.",
        "Des annexes règlent les secteurs particuliers : saisonnier, santé, travail domestique.",
    ),
)
CRITICAL = frozenset(item.number for item in ITEMS if item.critical)


def waived(waivers: Collection[tuple[int, str, object]]) -> set[int]:
    """Items that both country sides waived, by two different organisations. A waiver: (item, side, organisation)."""
    origin = {(item, organisation) for item, side, organisation in waivers if side == PartySide.ORIGIN}
    destination = {(item, organisation) for item, side, organisation in waivers if side == PartySide.DESTINATION}
    return {item for item, one in origin for same, other in destination if item == same and one != other}


def critical(further: Collection[int] = ()) -> frozenset[int]:
    """The items that always are critical, and those that a partnership makes so."""
    return CRITICAL | frozenset(further)


def blocking(
    answers: Mapping[int, str], waivers: Collection[tuple[int, str, object]], further: Collection[int] = ()
) -> list[int]:
    """Critical items, `further` ones too, that are neither YES nor waived by both sides; what does not apply is waived
    as well."""
    passed = {item for item, answer in answers.items() if answer == ChecklistAnswer.YES} | waived(waivers)
    return sorted(critical(further) - passed)


def conformity(answers: Mapping[int, str]) -> float | None:
    """Sum of (YES = 1, PARTIAL = 0.5) over the items that apply, 0 to 1; an item without answer counts as NO.

    None when no item applies. Example: conformity({1: "YES", 2: "PARTIAL"}) is 1.5 / 28.
    """
    applicable = [answers.get(item.number, "NO") for item in ITEMS if answers.get(item.number) != ChecklistAnswer.NA]
    return sum(_WORTH[ChecklistAnswer(answer)] for answer in applicable) / len(applicable) if applicable else None

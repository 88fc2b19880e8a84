"""A vacancy as a row of a table, both ways: what is exported can be changed in an office and sent in again."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.kit import tables
from services.registry.models.vacancies import Vacancy
from services.registry.vacancies.schemas import VacancyIn, VacancyOut

# What the registry keeps itself; passed over when it comes back.
READ_ONLY = ("id", "organisation_id", "status", "confirmed_at", "version")
_LOCALISED = ("title", "description")
_MONEY = ("gross_monthly_wage", "net_monthly_wage_estimate", "wage_floor")
_LISTS = ("skills", "languages", "partnership_ids")
_WHOLE = ("minimum_eqf", "minimum_experience_months", "weekly_hours", "contract_months", "places")
_AGES = ("minimum_age", "maximum_age")
_FLAGS = ("equivalent_experience", "regulated", "housing_offered", "relocation_support")
_BAR = f" {tables.BAR} "


def fields(row: dict[str, str]) -> dict[str, Any]:
    """A row as `VacancyIn` takes it: `title.en`, `gross_monthly_wage.amount`; several values separated by bars; a
    skill as its URI with `;optional`, `;critical`, `;level=4`; a language as `fr:B1`."""
    return tables.nested({k: v for k, v in row.items() if k not in READ_ONLY}, _READERS)


def _skill(text: str) -> dict[str, Any]:
    uri, *marks = [part.strip() for part in text.split(";")]
    skill: dict[str, Any] = {"uri": uri}
    for mark in marks:
        name, _, value = mark.partition("=")
        if mark == "optional":
            skill["essential"] = False
        elif mark == "critical":
            skill["critical"] = True
        else:
            skill[name] = tables.whole(value)
    return skill


def _language(text: str) -> dict[str, str]:
    code, _, cefr = text.partition(":")
    return {"code": code.strip(), "cefr": cefr.strip()}


_READERS: dict[str, Any] = {
    **dict.fromkeys((*_WHOLE, *_AGES), tables.whole),
    **dict.fromkeys(_FLAGS, tables.flag),
    "green_share": tables.number,
    "skills": lambda cell: [_skill(part) for part in tables.several(cell)],
    "languages": lambda cell: [_language(part) for part in tables.several(cell)],
    "partnership_ids": tables.several,
}


def header(vacancies: Iterable[Vacancy]) -> list[str]:
    """Columns that these vacancies need: a title and a description for each language among them."""
    names = [*READ_ONLY]
    for name in VacancyIn.model_fields:
        if name in _LOCALISED:
            spoken = {language for vacancy in vacancies for language in getattr(vacancy, name) or {}}
            names += [f"{name}.{language}" for language in sorted(spoken)]
        elif name in _MONEY:
            names += [f"{name}.amount", f"{name}.currency"]
        else:
            names.append(name)
    return names


def cells(vacancy: Vacancy, names: Sequence[str]) -> list[Any]:
    """The vacancy under these columns. The green share is empty unless it was stated, as it is computed otherwise."""
    told = VacancyOut.model_validate(vacancy).model_dump(mode="json")
    told |= {
        "green_share": vacancy.green_share_stated,
        "on_behalf_of": told["published_by"] and told["organisation_id"],
    }
    told["skills"] = _BAR.join(map(_skill_text, told["skills"]))
    told["languages"] = _BAR.join(f"{each['code']}:{each['cefr']}" for each in told["languages"])
    told["partnership_ids"] = _BAR.join(told["partnership_ids"])
    return [_cell(told, name) for name in names]


def _skill_text(skill: dict[str, Any]) -> str:
    marks = [skill["uri"], f"level={skill['level']}"]
    marks += ["critical"] if skill["critical"] else []
    return ";".join(marks + ([] if skill["essential"] else ["optional"]))


def _cell(told: dict[str, Any], name: str) -> Any:
    field, _, part = name.partition(".")
    value = told[field]
    if part:
        value = value.get(part) if value else None
    return str(value).lower() if isinstance(value, bool) else value

"""PURE: a vacancy as schema.org JobPosting, both ways (https://schema.org/JobPosting).

What a posting does not say is refused or assumed, and every assumption is told. Wages become monthly and gross: a
month has 52/12 weeks of five days, and the lower end of a range is taken.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from services.contracts.countries import ALPHA_2_OF, ALPHA_3_OF
from services.kit.errors import FieldError

_WEEKS = Decimal(52) / Decimal(12)  # a month
_KINDS = {
    "TEMPORARY": "FIXED_TERM",
    "INTERN": "INTERNSHIP",
    "FULL_TIME": "PERMANENT",
    "PART_TIME": "PERMANENT",
    "FIXED_TERM": "FIXED_TERM",
    "APPRENTICESHIP": "APPRENTICESHIP",
    "SEASONAL": "SEASONAL",
    "INTERNSHIP": "INTERNSHIP",
    "PERMANENT": "PERMANENT",
}
_BROAD = ("FULL_TIME", "PART_TIME")  # say how much, not for how long: another kind beside them counts
_START_WINDOW = timedelta(days=180)
_LONGEST_TEXT = 4000
_MOST_SKILLS = 200
_OCCUPATION = "http://data.europa.eu/esco/occupation/"
_SKILL = "http://data.europa.eu/esco/skill/"


@dataclass(slots=True)
class Reading:
    """What could be read of a posting. `labels` are skills named by words, each with its place in the posting; they and
    an absent `isco08` beside an `esco_uri` are for the taxonomy to say."""

    fields: dict[str, Any] = field(default_factory=dict)
    labels: list[tuple[str, str]] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    errors: list[FieldError] = field(default_factory=list)

    def refuse(self, pointer: str, code: str, message: str) -> None:
        """Something is missing or not understood."""
        self.errors.append(FieldError(pointer, code, message))


def read(posting: Any, today: date) -> Reading:
    """The posting as fields of `VacancyIn`; `errors` point into the posting."""
    reading = Reading()
    if not isinstance(posting, dict) or _types(posting).isdisjoint({"JobPosting", "https://schema.org/JobPosting"}):
        reading.refuse("/@type", "not_a_job_posting", "Send objects whose @type is JobPosting.")
        return reading
    for part in (_identity, _place, _occupation, _skills, _hours, _wage, _contract, _places, _experience):
        part(posting, reading)
    _start(posting, reading, today)
    return reading


def _types(thing: dict[str, Any]) -> set[str]:
    return {each for each in _several(thing.get("@type")) if isinstance(each, str)}


def _several(value: Any) -> list[Any]:
    """A property of schema.org has one value or a list of them."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any, *names: str, depth: int = 3) -> str | None:
    """The value if it is text, else the first of its properties that is, down to `depth`."""
    for each in _several(value):
        if isinstance(each, str | int) and not isinstance(each, bool) and str(each).strip():
            return str(each).strip()
        if isinstance(each, dict) and depth:
            for name in names:
                if (found := _text(each.get(name), *names, depth=depth - 1)) is not None:
                    return found
    return None


def _identity(posting: dict[str, Any], reading: Reading) -> None:
    key = _text(posting.get("identifier"), "value", "propertyID", "@id")
    if key is None:
        reading.refuse("/identifier", "missing", "Give the posting a key of your own.")
    else:
        reading.fields["external_id"] = re.sub(r"[^A-Za-z0-9._:/-]", "-", key)[:100]
        if reading.fields["external_id"] != key:
            reading.assumed.append("external_id: characters of the identifier that a key cannot have became hyphens.")
    language = _text(posting.get("inLanguage"), "alternateName", "name")
    if language is None:
        reading.assumed.append("title: English, as inLanguage is absent.")
    spoken = language or "en"
    title = _text(posting.get("title"))
    if title is None:
        reading.refuse("/title", "missing", "Name the job.")
    reading.fields["title"] = {spoken: title}
    if (description := _text(posting.get("description"))) is not None:
        plain = re.sub(r"<[^<>]*>", " ", html.unescape(description))
        plain = re.sub(r"[^\S\n]+", " ", re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", plain)).strip()
        if len(plain) > _LONGEST_TEXT:
            reading.assumed.append(f"description: cut to {_LONGEST_TEXT} characters.")
        if plain:
            reading.fields["description"] = {spoken: plain[:_LONGEST_TEXT].rstrip()}


def _place(posting: dict[str, Any], reading: Reading) -> None:
    address: Any = None
    for place in _several(posting.get("jobLocation")):
        address = address or (place.get("address") if isinstance(place, dict) else None)
    country = _text(address.get("addressCountry"), "name") if isinstance(address, dict) else None
    code = (country or "").upper()
    if (three := ALPHA_3_OF.get(code, code)) not in ALPHA_2_OF:
        message = "Name the country of jobLocation.address by its ISO 3166-1 code."
        reading.refuse("/jobLocation/address/addressCountry", "unknown_country", message)
        return
    reading.fields["country"] = three
    if town := _text(address.get("addressLocality")):
        reading.fields["location"] = town


def _occupation(posting: dict[str, Any], reading: Reading) -> None:
    for each in _several(posting.get("occupationalCategory")):
        named = [_text(each), _text(each, "@id"), _text(each, "url"), _text(each, "codeValue", "termCode")]
        for text in filter(None, named):
            if text.startswith(_OCCUPATION):
                reading.fields["esco_uri"] = text
            elif code := re.match(r"(?:ISCO-?0?8?[ :]*)?([0-9]{4})(?![0-9])", text, re.I):
                reading.fields["isco08"] = code[1]
    if not reading.fields.keys() & {"esco_uri", "isco08"}:
        message = "Name an ISCO-08 unit group (four digits) or an ESCO occupation (URI)."
        reading.refuse("/occupationalCategory", "missing", message)


def _skills(posting: dict[str, Any], reading: Reading) -> None:
    skills: dict[str, None] = {}
    for place, each in enumerate(_several(posting.get("skills"))):
        named = (
            [_text(each)] if not isinstance(each, dict) else [_text(each.get(n)) for n in ("@id", "url", "termCode")]
        )
        uri = next((text for text in named if text and text.startswith(_SKILL)), None)
        label = _text(each, "name")
        if uri:
            skills[uri] = None
        elif label:
            parts = label.split(",") if isinstance(each, str) else [label]
            reading.labels += [(f"/skills/{place}", part.strip()) for part in parts if part.strip()]
    reading.fields["skills"] = [{"uri": uri} for uri in skills]
    if len(skills) + len(reading.labels) > _MOST_SKILLS:
        reading.labels = []
        reading.refuse("/skills", "too_many", f"Name up to {_MOST_SKILLS} skills.")
    elif not skills and not reading.labels:
        if "esco_uri" in reading.fields:
            reading.assumed.append("skills: the essential ones that ESCO gives to the occupation.")
        else:
            reading.refuse("/skills", "missing", "Name ESCO skills, or the ESCO occupation that stands for them.")


def _hours(posting: dict[str, Any], reading: Reading) -> None:
    said = re.search(r"(\d{1,2})(?:[.,]\d+)?\s*(?:h|u|st|$)", (_text(posting.get("workHours")) or "")[:100], re.I)
    if said and 1 <= int(said[1]) <= 80:
        reading.fields["weekly_hours"] = int(said[1])
    else:
        reading.fields["weekly_hours"] = 38
        reading.assumed.append("weekly_hours: 38, as workHours names none.")


def _wage(posting: dict[str, Any], reading: Reading) -> None:
    salary = next((each for each in _several(posting.get("baseSalary")) if isinstance(each, dict)), {})
    inside = next((each for each in _several(salary.get("value")) if isinstance(each, dict)), salary)
    currency = _text(salary.get("currency")) or _text(posting.get("salaryCurrency"))
    amount = _number(inside.get("minValue"), inside.get("value"), salary.get("minValue"), salary.get("value"))
    factor = _factor(_text(inside.get("unitText")) or _text(inside.get("unitCode")), reading.fields["weekly_hours"])
    if amount is None or currency is None or factor is None:
        message = "Give baseSalary as MonetaryAmount: a value, a currency, and unitText HOUR, DAY, WEEK, MONTH or YEAR."
        reading.refuse("/baseSalary", "missing", message)
        return
    if inside.get("maxValue") is not None:
        reading.assumed.append("gross_monthly_wage: the lower end of the range.")
    if factor != 1:
        reading.assumed.append("gross_monthly_wage: computed for a month of 52/12 weeks.")
    monthly = str((amount * factor).quantize(Decimal("0.01")))
    reading.fields["gross_monthly_wage"] = {"amount": monthly, "currency": currency}


def _number(*values: Any) -> Decimal | None:
    for value in values:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            try:
                number = Decimal(str(value).strip())
            except InvalidOperation:
                continue
            if number.is_finite() and 0 < number < 10**12:
                return number
    return None


def _factor(unit: str | None, weekly_hours: int) -> Decimal | None:
    units = {
        ("HOUR", "HUR"): _WEEKS * weekly_hours,
        ("DAY",): _WEEKS * 5,
        ("WEEK", "WEE"): _WEEKS,
        ("MONTH", "MON"): Decimal(1),
        ("YEAR", "ANN"): Decimal(1) / 12,
    }
    return next((factor for names, factor in units.items() if (unit or "").upper() in names), None)


def _contract(posting: dict[str, Any], reading: Reading) -> None:
    said = [each.upper().replace("-", "_") for each in _several(posting.get("employmentType")) if isinstance(each, str)]
    known = sorted((each for each in said if each in _KINDS), key=lambda each: each in _BROAD)
    if known:
        reading.fields["contract_type"] = _KINDS[known[0]]
        if known[0] in _BROAD:
            reading.assumed.append("contract_type: PERMANENT, as employmentType names no end.")
    elif said:
        message = f"None of these is a job here; known: {', '.join(_KINDS)}."
        reading.refuse("/employmentType", "unknown_employment_type", message)
    else:
        reading.assumed.append("contract_type: PERMANENT, as employmentType is absent.")


def _start(posting: dict[str, Any], reading: Reading, today: date) -> None:
    said = _text(posting.get("jobStartDate"))
    try:
        start = date.fromisoformat(said[:10]) if said else today if posting.get("jobImmediateStart") is True else None
    except ValueError:
        start = None
    if start is None or not 1900 <= start.year < 2200:
        reading.refuse("/jobStartDate", "missing", "Say when the job begins, as an ISO 8601 date.")
        return
    reading.fields |= {"start_from": start.isoformat(), "start_to": (start + _START_WINDOW).isoformat()}
    reading.assumed.append(f"start_to: {_START_WINDOW.days} days after start_from.")


def _places(posting: dict[str, Any], reading: Reading) -> None:
    if posting.get("totalJobOpenings") is not None:
        places = _number(posting["totalJobOpenings"])
        if places is None or places != int(places):
            reading.refuse("/totalJobOpenings", "not_a_number", "Give a whole number of places.")
        else:
            reading.fields["places"] = int(places)
    if sector := _text(posting.get("industry"), "codeValue", "termCode", "name"):
        reading.fields["sector"] = sector[:200]


def _experience(posting: dict[str, Any], reading: Reading) -> None:
    for each in _several(posting.get("experienceRequirements")):
        months = _number(each.get("monthsOfExperience")) if isinstance(each, dict) else None
        if months is not None and months <= 1_000_000:
            reading.fields["minimum_experience_months"] = int(months)


def posting_of(vacancy: dict[str, Any], employer: str, labels: dict[str, str]) -> dict[str, Any]:
    """The vacancy (the members of `VacancyOut`, as JSON) as JobPosting; `labels` are names of its skills by URI."""
    language = "en" if "en" in vacancy["title"] else next(iter(vacancy["title"]))
    wage = vacancy["gross_monthly_wage"]
    hours = "FULL_TIME" if vacancy["weekly_hours"] >= 35 else "PART_TIME"
    address = {"addressCountry": ALPHA_2_OF[vacancy["country"]], "addressLocality": vacancy["location"]}
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "name": employer, "value": vacancy["external_id"]},
        "inLanguage": language,
        "title": vacancy["title"][language],
        "description": (vacancy["description"] or vacancy["title"]).get(language, vacancy["title"][language]),
        "datePosted": vacancy["created_at"][:10],
        "hiringOrganization": {"@type": "Organization", "name": employer},
        "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", **_given(address)}},
        "occupationalCategory": [code for code in (vacancy["isco08"], vacancy["esco_uri"]) if code],
        "skills": list(_terms(vacancy, labels)),
        "employmentType": [hours, vacancy["contract_type"]],
        "workHours": f"{vacancy['weekly_hours']} hours per week",
        "baseSalary": {
            "@type": "MonetaryAmount",
            "currency": wage["currency"],
            "value": {"@type": "QuantitativeValue", "value": wage["amount"], "unitText": "MONTH"},
        },
        "totalJobOpenings": vacancy["places"],
        "jobStartDate": vacancy["start_from"],
        **_given({"industry": vacancy["sector"], "experienceRequirements": _months(vacancy)}),
    }


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _months(vacancy: dict[str, Any]) -> dict[str, Any] | None:
    months = vacancy["minimum_experience_months"]
    return {"@type": "OccupationalExperienceRequirements", "monthsOfExperience": months} if months else None


def _terms(vacancy: dict[str, Any], labels: dict[str, str]) -> Iterator[dict[str, Any]]:
    for skill in vacancy["skills"]:
        yield {"@type": "DefinedTerm", "@id": skill["uri"], **_given({"name": labels.get(skill["uri"])})}

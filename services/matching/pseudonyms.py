"""What others may know of a person: the profile an employer sees, and what statistics are told. Pure."""

from datetime import date
from typing import Any

from services.contracts.matching import CandidateRegistered
from services.matching.gates import age_on
from services.matching.models.candidates import Candidate
from services.matching.profiles import CLAIMED, Consent
from services.matching.similarity import Taxonomy

_BANDS = ((55, "Y_GE55"), (35, "Y35T54"), (25, "Y25T34"), (15, "Y15T24"))


def profile(candidate: Candidate, taxonomy: Taxonomy, language: str) -> dict[str, Any]:
    """Evidence-graded profile without name, birth date, sex, nationality or contact."""
    skills = [
        {
            "uri": skill["uri"],
            "label": taxonomy.label(skill["uri"], language),
            "level": skill["level"],
            "evidence": skill["evidence"],
        }
        for skill in sorted(candidate.skills, key=lambda skill: str(skill["uri"]))
    ]
    claimed = sum(skill["evidence"] in CLAIMED for skill in skills)
    return {
        "candidate_id": str(candidate.id),
        "residence": candidate.residence,
        "persona": candidate.persona,
        "eqf": candidate.eqf,
        "languages": [{"code": item["code"], "cefr": item["cefr"]} for item in candidate.languages],
        "months_of_experience": sum(job["months"] for job in candidate.occupations),
        "occupations": [{"isco08": job["isco08"], "months": job["months"]} for job in candidate.occupations],
        "skills": skills,
        "claimed_skills": claimed,
        "evidenced_skills": len(skills) - claimed,
    }


def identity(candidate: Candidate) -> dict[str, Any]:
    """What is added once the person consented to a proposal."""
    return {
        "given_name": candidate.given_name,
        "family_name": candidate.family_name,
        "birth_date": candidate.birth_date.isoformat(),
    }


def age_band(birth: date, on: date) -> str | None:
    """Code of SDMX CL_AGE; None below 15."""
    age = age_on(on, birth)
    return next((code for low, code in _BANDS if age >= low), None)


def statistical(candidate: Candidate | None, on: date) -> dict[str, str | None]:
    """Sex and age band, with the person's consent to statistics on that day only."""
    if candidate is None or not Consent.of(candidate.consent).covers("STATISTICS", on):
        return {"sex": None, "age_band": None}
    return {"sex": candidate.sex, "age_band": age_band(candidate.birth_date, on)}


def registered(candidate: Candidate, on: date) -> CandidateRegistered:
    """What is published of a candidate: no name, no date of birth, sex and age band with consent only."""
    return CandidateRegistered(
        candidate_id=candidate.id,
        organisation_id=candidate.organisation_id,
        country=candidate.residence,
        persona=candidate.persona,
        registered_on=candidate.created_at.date(),
        **statistical(candidate, on),
    )

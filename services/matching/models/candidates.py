"""Candidates: the only personal data of the system."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from services.kit.db import Record, now
from services.matching.models import Base
from services.matching.profiles import CEFR

_RANK = ("SELF", "CV", "REFERENCE", "TESTED", "CERTIFIED")


class Candidate(Record, Base):
    """A person. What the partner states is kept apart from what training certified and an authority decided, so that
    a partner who sends the same row again neither loses or undoes any of it nor changes anything."""

    __tablename__ = "candidates"

    organisation_id: Mapped[UUID]
    external_id: Mapped[str]
    given_name: Mapped[str | None]
    family_name: Mapped[str | None]
    birth_date: Mapped[date]
    sex: Mapped[str]
    nationality: Mapped[str]
    residence: Mapped[str]
    persona: Mapped[str]
    occupations: Mapped[list[dict[str, Any]]]
    stated_skills: Mapped[list[dict[str, Any]]]
    stated_languages: Mapped[list[dict[str, Any]]]
    eqf: Mapped[int | None]
    stated_recognitions: Mapped[list[dict[str, Any]]]
    available_from: Mapped[date]
    available_to: Mapped[date | None]
    preferences: Mapped[dict[str, Any]]
    track_chosen: Mapped[str | None]
    origin_employment: Mapped[str | None]
    consent: Mapped[dict[str, Any]]
    earned_skills: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    earned_languages: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    earned_recognitions: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    trained_by_partnership: Mapped[bool] = mapped_column(default=False)
    reconfirmed_at: Mapped[datetime] = mapped_column(default=now)  # when the person last said that they still look
    dormant_since: Mapped[date | None]
    likeness: Mapped[bytes | None]  # see services/matching/likeness.py
    likeness_key: Mapped[bytes | None]  # which key it was made with

    @property
    def skills(self) -> list[dict[str, Any]]:
        """Stated and earned, once each."""
        return all_skills(self.stated_skills, self.earned_skills)

    @property
    def languages(self) -> list[dict[str, Any]]:
        """Stated and earned, once each."""
        return all_languages(self.stated_languages, self.earned_languages)

    @property
    def recognitions(self) -> list[dict[str, Any]]:
        """Stated and from dossiers, once each."""
        return all_recognitions(self.stated_recognitions, self.earned_recognitions)


def all_skills(stated: list[dict[str, Any]], earned: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both, once each by URI: the stronger evidence counts, then the higher level."""
    if not earned:
        return stated
    best: dict[str, dict[str, Any]] = {}
    for skill in [*stated, *earned]:
        kept = best.get(skill["uri"])
        if kept is None or _strength(skill) > _strength(kept):
            best[skill["uri"]] = skill
    return list(best.values())


def all_languages(stated: list[dict[str, Any]], earned: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both, once each by code: the higher CEFR level counts."""
    if not earned:
        return stated
    best: dict[str, dict[str, Any]] = {}
    for language in [*stated, *earned]:
        kept = best.get(language["code"])
        if kept is None or CEFR[language["cefr"]] > CEFR[kept["cefr"]]:
            best[language["code"]] = language
    return list(best.values())


def all_recognitions(stated: list[dict[str, Any]], earned: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Both, once each by unit group and country: what an authority was asked counts before what is stated."""
    of_dossiers = {(each["isco08"], each["country"]) for each in earned}
    return [*(each for each in stated if (each["isco08"], each["country"]) not in of_dossiers), *earned]


def _strength(skill: dict[str, Any]) -> tuple[int, int]:
    return _RANK.index(skill["evidence"]), skill["level"]

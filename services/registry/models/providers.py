"""The directory of service providers, what others say of them, and what was ordered from them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.contracts.registry import LicencePart, MeasurePart, ServiceProviderChanged
from services.contracts.vocabulary import IrisPrinciple, IrisStatus
from services.kit.db import Record, now
from services.kit.errors import Guard
from services.registry.models import Base
from services.registry.models.membership import PartyRecord


class _OfProvider(Record):
    """A public record about a provider; `organisation_id` wrote it."""

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("service_providers.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))


class Licence(_OfProvider, Base):
    """An authority's permission to work in a country, as the provider or the authority recorded it."""

    __tablename__ = "licences"

    authority: Mapped[str]
    number: Mapped[str]
    country: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date]


class IrisAssessment(_OfProvider, Base):
    """What an assessor found on each IRIS principle."""

    __tablename__ = "iris_assessments"

    on: Mapped[date]
    valid_to: Mapped[date]
    findings: Mapped[list[dict[str, Any]]]


class ProviderRating(_OfProvider, Base):
    """A customer's rating; the last one of each organisation counts."""

    __tablename__ = "provider_ratings"

    score: Mapped[int]
    comment: Mapped[str | None]


class ProviderSanction(_OfProvider, Base):
    """An authority's measure against a provider."""

    __tablename__ = "provider_sanctions"

    kind: Mapped[str]
    reason: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class ServiceProvider(Record, Base):
    """A provider's own entry. Public among partners."""

    __tablename__ = "service_providers"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    summary: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    countries: Mapped[list[str]]
    employer_pays: Mapped[bool]
    prices: Mapped[list[dict[str, Any]]]
    licences: Mapped[list[Licence]] = relationship(lazy="selectin", order_by=Licence.id)
    assessments: Mapped[list[IrisAssessment]] = relationship(lazy="selectin", order_by=IrisAssessment.id)
    ratings: Mapped[list[ProviderRating]] = relationship(lazy="selectin", order_by=ProviderRating.id)
    sanctions: Mapped[list[ProviderSanction]] = relationship(lazy="selectin", order_by=ProviderSanction.id)

    def licensed_on(self, day: date, *countries: str) -> bool:
        """Whether a licence holds on that day, in one of these countries or, when none is named, anywhere."""
        return any(each.valid_from <= day <= each.valid_to for each in self.licences if _in(each.country, countries))

    def sanctions_on(self, day: date) -> list[ProviderSanction]:
        """Measures in force on that day."""
        return [each for each in self.sanctions if each.starts_on <= day and (each.ends_on or day) >= day]

    def iris_on(self, day: date) -> IrisStatus:
        """What the last assessment up to that day says, as long as it holds."""
        last = self._assessment_on(day)
        if last is None:
            return IrisStatus.NOT_ASSESSED
        if last.valid_to < day:
            return IrisStatus.EXPIRED
        met = {finding["principle"] for finding in last.findings if finding["met"]}
        if met == set(IrisPrinciple):
            return IrisStatus.COMPLIANT
        return IrisStatus.PARTLY_COMPLIANT if IrisPrinciple.NO_FEES in met else IrisStatus.NOT_COMPLIANT

    def _assessment_on(self, day: date) -> IrisAssessment | None:
        done = [each for each in self.assessments if each.on <= day]
        return max(done, key=lambda each: (each.on, each.id)) if done else None

    def fee_free_on(self, day: date) -> bool:
        """Whether it is committed to Employer Pays and no assessment that holds found workers paying."""
        return self.employer_pays and self.iris_on(day) is not IrisStatus.NOT_COMPLIANT

    def checks_on(self, day: date, *countries: str) -> list[Guard]:
        """What a provider must be to be used (S-35), each as it is on that day."""
        sanctions = self.sanctions_on(day)
        return [
            Guard(
                "LICENSED",
                self.licensed_on(day, *countries),
                f"{len(self.licences)} licences on record",
                f"one that holds on {day}" + (f" in {' or '.join(countries)}" if countries else ""),
                "Record a current licence.",
            ),
            Guard(
                "NOT_SANCTIONED",
                not sanctions,
                ", ".join(each.kind for each in sanctions) or "none",
                "no measure in force",
                "Ask the authority to end the measure.",
            ),
            Guard(
                "FEE_FREE",
                self.fee_free_on(day),
                f"employer pays: {str(self.employer_pays).lower()}; IRIS: {self.iris_on(day)}",
                "a commitment that employers pay, and no finding that workers do",
                "Commit to Employer Pays; be assessed again when workers no longer pay.",
            ),
        ]

    def usable_on(self, day: date, *countries: str) -> bool:
        """Whether all of `checks_on` hold."""
        return all(check.passed for check in self.checks_on(day, *countries))

    def event(self) -> ServiceProviderChanged:
        """The whole state, for the feed."""
        return ServiceProviderChanged(
            id=self.id,
            organisation_id=self.organisation_id,
            kind=self.kind,
            employer_pays=self.fee_free,
            licences=[LicencePart.model_validate(licence) for licence in self.licences],
            measures=[
                MeasurePart(kind=each.kind, valid_from=each.starts_on, valid_to=each.ends_on) for each in self.sanctions
            ],
        )

    @property
    def licensed(self) -> bool:
        """Whether a licence holds today."""
        return self.licensed_on(now().date())

    @property
    def iris_status(self) -> IrisStatus:
        """As it is today."""
        return self.iris_on(now().date())

    @property
    def fee_free(self) -> bool:
        """As it is today."""
        return self.fee_free_on(now().date())

    @property
    def usable(self) -> bool:
        """As it is today."""
        return self.usable_on(now().date())

    @property
    def usable_because(self) -> list[Guard]:
        """What usability rests on today, passed or not."""
        return self.checks_on(now().date())

    @property
    def rating(self) -> float | None:
        """Mean of the last score of each organisation, 1 to 5."""
        last = {each.organisation_id: each.score for each in self.ratings}
        return round(sum(last.values()) / len(last), 2) if last else None

    @property
    def rated_by(self) -> int:
        """How many organisations rated it."""
        return len({each.organisation_id for each in self.ratings})


def _in(country: str, countries: tuple[str, ...]) -> bool:
    return not countries or country in countries


class ServiceOrder(PartyRecord, Base):
    """A service that a party ordered for people of a partnership."""

    __tablename__ = "service_orders"

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("service_providers.id"))
    service: Mapped[str]
    phase: Mapped[str]
    origin: Mapped[str]
    destination: Mapped[str]
    persons: Mapped[int]
    price: Mapped[dict[str, Any]]
    payer: Mapped[str]
    status: Mapped[str]
    ordered_on: Mapped[date]
    # What the provider was on the day of the order; later sanctions do not rewrite it.
    usable_when_ordered: Mapped[bool]
    fee_free_when_ordered: Mapped[bool]

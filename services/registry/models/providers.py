"""The directory of service providers, what others say of them, and what was ordered from them."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from services.kit.db import Record
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
    """A customer's rating, one an organisation."""

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

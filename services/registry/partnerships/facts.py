"""What guards look at: a partnership and the records kept about it, as plain values. `gathering` reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.contracts.vocabulary import (
    AgreementType,
    FourfoldParty,
    NeedKind,
    PartnershipModel,
    PartyRole,
    PartySide,
    Persona,
    PlannedTrack,
    TrackChoicePoint,
)


@dataclass(frozen=True, slots=True)
class Way:
    """A corridor; `pathway` is the key of the legal pathway it names."""

    origin: str
    destination: str
    pathway: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """A target occupation; `green_share` from 0 to 1."""

    isco08: str
    green_share: float = 0
    track: PlannedTrack | None = None  # None: home and away


@dataclass(frozen=True, slots=True)
class Decision:
    """A joint decision that both sides signed and that is in force today; `ratio` is home per away place, `away` says
    whether people may go."""

    origin: str
    destination: str
    isco08: str
    ratio: float | None = None
    away: bool = True


@dataclass(frozen=True, slots=True)
class Training:
    """A programme that is offered to the partnership: `ready` when accredited and with a session, `green` when it
    teaches a green skill."""

    organisation_id: UUID
    country: str
    ready: bool = True
    green: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """What the record says about the end. `open_placements` is None until it is stated."""

    open_placements: int | None = None
    handed_over: bool = False
    ledger: bool = False
    data_plan: bool = False
    follow_up_finished_on: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A partnership on the day `today`."""

    today: date
    model: PartnershipModel
    # The record itself.
    languages: frozenset[str] = frozenset()  # of title and summary alike
    themes: frozenset[str] = frozenset()
    parties: frozenset[tuple[PartySide, PartyRole]] = frozenset()
    speakers: frozenset[tuple[PartySide, PartyRole, str]] = frozenset()  # leads and signatories with their country
    to_ask: frozenset[PartySide] = frozenset()  # sides whose parties join by invitation alone
    trainers: frozenset[UUID] = frozenset()
    corridors: tuple[Way, ...] = ()
    targets: tuple[Target, ...] = ()
    home_places: int = 0
    away_places: int = 0
    ratio_target: float | None = None
    track_choice_point: TrackChoicePoint | None = None
    planned_start: date | None = None
    planned_end: date | None = None
    actual_end: date | None = None
    gap_analysis: bool = False
    employer_pays: bool = False
    recruiters: tuple[tuple[str, bool], ...] = ()  # name, and whether a licence holds today
    channels: int = 0
    independent_channels: int = 0
    dpia: bool = False
    return_scheme: bool = False
    evaluation_uri: bool = False
    closing: Closing = Closing()
    # What its parties keep about it.
    decisions: tuple[Decision, ...] = ()
    needs: frozenset[tuple[FourfoldParty, NeedKind, PartySide]] = frozenset()
    agreements: frozenset[AgreementType] = frozenset()  # signed by both country sides, and not ended
    shares: Mapping[str, Mapping[str, float]] | None = None  # cost group → payer → percent
    blocking_items: tuple[int, ...] = ()
    safeguards: frozenset[tuple[str, str]] = frozenset()  # origin, ISCO-08 minor group
    results: tuple[tuple[FourfoldParty, date | None], ...] = ()
    pathways: frozenset[tuple[str, str]] = frozenset()  # key and destination of those valid today
    commitments: int = 0
    committees: int = 0
    schemes: tuple[tuple[Persona, bool, bool], ...] = ()  # persona, circular, with re-entry right
    lessons: int = 0
    evaluations: int = 0
    # What is offered to it.
    trainings: tuple[Training, ...] = ()
    open_in: frozenset[str] = frozenset()  # countries of open vacancies
    hosts: int = 0

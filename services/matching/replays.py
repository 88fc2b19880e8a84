"""Matches kept with all that they were computed from, and computed again from that alone.

Inputs are the profile, the opening as it stood (with quotas, places and rules of mobility), the part of the taxonomy
and the rates that bear on the pair, the weight profile, the day and the reader's language, written as JSON with sets
in order. So a replay needs no table, no clock and no taxonomy that may have changed since, and its bytes differ only
when the arithmetic does.
"""

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from services.matching.explanations import for_candidate
from services.matching.models.matches import StoredMatch
from services.matching.profiles import Candidate, Opening
from services.matching.scoring import Explanation, explain
from services.matching.similarity import Skill, Taxonomy
from services.matching.weights import WeightProfile, profile_for


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that the explanation of one pair depends on. `rates` are units per euro, `weights` those of its skills."""

    candidate: Candidate
    opening: Opening
    skills: tuple[Skill, ...]
    weights: Mapping[str, float]
    taxonomy: str
    rates: Mapping[str, Decimal | None]
    today: date
    profile: WeightProfile
    language: str

    def explain(self) -> Explanation:
        """The pair, from these inputs alone."""
        taxonomy = Taxonomy(self.taxonomy, self.skills, (), self.weights)
        return explain(
            self.candidate, self.opening, taxonomy, self.rates, self.today, self.profile, language=self.language
        )


_INPUTS: TypeAdapter[Inputs] = TypeAdapter(Inputs)


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of computing a match again: the result as JSON, and whether its bytes are those that were kept.
    `inputs_intact` is False when what is kept is no longer what was hashed."""

    result: str
    equal: bool
    inputs_intact: bool
    explanation: Explanation


def inputs_of(
    candidate: Candidate, opening: Opening, taxonomy: Taxonomy, rates: Mapping[str, Any], today: date, language: str
) -> Inputs:
    """The inputs of a pair as they stand."""
    uris = {skill.uri for skill in candidate.skills} | {skill.uri for skill in opening.skills}
    least = candidate.preferences.min_net_monthly_wage
    currencies = sorted({opening.currency} | ({least.currency} if least else set()))
    known = {name: rates.get(name) for name in currencies}
    return Inputs(
        candidate,
        opening,
        tuple(taxonomy.skills[uri] for uri in sorted(uris) if uri in taxonomy.skills),
        {uri: taxonomy.weights[uri] for uri in sorted(uris) if uri in taxonomy.weights},
        taxonomy.version,
        {name: None if rate is None else Decimal(str(rate)) for name, rate in known.items()},
        today,
        profile_for(opening.isco08),
        language,
    )


async def store(
    session: AsyncSession, inputs: Inputs, organisation_id: UUID, proposal_id: UUID | None = None
) -> StoredMatch:
    """Explain the pair and keep inputs and result."""
    explained = inputs.explain()
    written, result = write(inputs), _result(explained, inputs.language)
    stored = StoredMatch(
        id=uuid7(),
        organisation_id=organisation_id,
        candidate_id=inputs.candidate.id,
        vacancy_id=inputs.opening.id,
        proposal_id=proposal_id,
        score=explained.score,
        profile_version=explained.versions["profile"],
        taxonomy_version=explained.versions["taxonomy"],
        engine_version=explained.versions["engine"],
        language=inputs.language,
        inputs=written,
        inputs_hash=_hash(written),
        result=result,
        result_hash=_hash(result),
    )
    session.add(stored)
    await session.flush()
    return stored


def replay(stored: StoredMatch) -> Replay | None:
    """Compute a stored match again from its inputs; None when erasure has emptied them."""
    if stored.inputs is None:
        return None
    inputs = read(stored.inputs)
    explained = inputs.explain()
    result = _result(explained, inputs.language)
    return Replay(result, result == stored.result, _hash(stored.inputs) == stored.inputs_hash, explained)


def read(written: str) -> Inputs:
    """Inputs from their JSON."""
    return _INPUTS.validate_json(written)


def write(inputs: Inputs) -> str:
    """Inputs as JSON, always the same for the same inputs."""
    return orjson.dumps(_plain(inputs)).decode()


def _result(explained: Explanation, language: str) -> str:
    return for_candidate(explained, language).model_dump_json()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """As JSON has it, always in the same order: sets are sorted, named tuples become lists."""
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value)}
    if isinstance(value, Set):
        return [_plain(each) for each in sorted(value)]
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value

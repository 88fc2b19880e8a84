"""A newcomer with only Swagger UI registers an ACTIVE partnership by doing what refusals say (issue 3, shown by 3).

docs/first-partnership.md is what the newcomer did. `PASSERELLE_WRITE_DOCS=1` writes it anew.
"""

import os
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from services.contracts.vocabulary import PartnershipModel, PartySide
from services.kit import db
from services.registry.partnerships.facts import Facts
from services.registry.partnerships.guards import STEPS
from tests.conftest import House
from tests.journeys.newcomer import AS_SHOWN, Each, Kept, Manual, Newcomer, Organisation, steps_of
from tests.operations import DOCUMENTS
from tests.registry.partnership import ROLES
from tests.registry.test_guards import PEM, READY

PAGE = Path(__file__).parents[2] / "docs" / "first-partnership.md"
TO_ACTIVE = ("SCOPING", "NEGOTIATION", "SIGNED", "INCEPTION", "ACTIVE")
# What somebody knows of its own organisations: code, type, sector, country, side.
OWN = (
    ("MINISTRY-MA", "GOVERNMENT_MINISTRY", "NATIONAL_PUBLIC", "MAR", "ORIGIN"),
    ("MINISTRY-BE", "GOVERNMENT_MINISTRY", "NATIONAL_PUBLIC", "BEL", "DESTINATION"),
    ("PERMITS-BE", "IMMIGRATION_AUTHORITY", "NATIONAL_PUBLIC", "BEL", "THIRD"),
)
NOTHING = Facts(date(2026, 11, 23), PartnershipModel.GSP_DUAL_TRACK)
CORRIDORS = replace(NOTHING, corridors=READY.corridors, away_places=30, blocking_items=(3, 27))
ASKED = replace(NOTHING, to_ask=frozenset({PartySide.ORIGIN, PartySide.DESTINATION}))
INTRODUCTION = """# Your first partnership

You need credentials of an organisation on each side, and the operations with their examples as `/docs` shows them.
Register the little that is asked for, then ask for the next state. Every refusal says what is missing and which call
helps. Do that, and ask again, until the partnership is `ACTIVE`.

This page is what a newcomer did who knew no more than that. A test does it again with each change of the code, and
fails when the page says something else (`PASSERELLE_WRITE_DOCS=1 pytest tests/journeys/test_newcomer.py` writes it
anew). It is played on {day}; ids are shown by their names, and the organisations are invented. Bodies have what the
remedy gives, and are otherwise as in the documented examples: say what is true of your partnership instead.

"""


@pytest.fixture
async def newcomer(house: House, monkeypatch: pytest.MonkeyPatch) -> Newcomer:
    own = [
        Organisation(code, await house.organisation(code, type=kind, sector=sector, country=country), side)
        for code, kind, sector, country, side in OWN
    ]
    for each in own:
        await (await house.act(each.code, *ROLES)).aclose()

    async def act(code: str) -> httpx.AsyncClient:
        return await house.act(code, *ROLES)

    # The day that documented examples are of.
    monkeypatch.setattr(db, "_clock", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    names = {each.id: each.code for each in own}
    return Newcomer(Manual(house.apps["registry"].openapi()), own, act, names=names)


async def test_a_newcomer_reaches_an_active_partnership_by_doing_what_refusals_say(newcomer: Newcomer) -> None:
    """Story 7 of 06: told what blocks SIGNED and ACTIVE. The page that tells the newcomer's way is as it was."""
    newcomer.written.append("## The beginning\n")
    await newcomer.register(away_places=AS_SHOWN)
    for state in TO_ACTIVE:
        await newcomer.move(state)
    told = INTRODUCTION.format(day="2026-11-23") + "\n".join(newcomer.written)
    if os.environ.get("PASSERELLE_WRITE_DOCS"):
        PAGE.write_text(told)
    assert PAGE.read_text() == told, "PASSERELLE_WRITE_DOCS=1 writes the page anew"


@pytest.mark.parametrize("model", ["SMP", "CIRCULAR_ENTREPRENEUR"])
async def test_newcomers_with_another_model_reach_it_as_well(newcomer: Newcomer, model: str) -> None:
    """S-36, S-64: other guards, the same way of being told."""
    await newcomer.register(model=model, away_places=AS_SHOWN)
    for state in TO_ACTIVE:
        await newcomer.move(state)
    assert newcomer.written[-1].endswith("granted.\n")


def test_a_remedy_is_read_as_calls_with_fields() -> None:
    """The language of remedies: several calls, fields with and without values, and the first of several ways."""
    first, second, third = steps_of(
        "A LEAD: POST /v1/a with x: each of [A, B], y, z: {u: 1, v}; then a party of each side: POST /v1/b with side"
        " (its own); then PATCH /v1/c/{c_id} with l: [those it has, each it has {k: A} with {m: https://…}]. Or not;"
        " or POST /v1/d."
    )
    assert (first.path, first.each_side) == ("/v1/a", False)
    assert first.fields == {"x": Each(["A", "B"]), "y": AS_SHOWN, "z": {"u": "1", "v": AS_SHOWN}}
    assert (second.path, second.each_side, second.fields) == ("/v1/b", True, {"side": AS_SHOWN})
    assert third.fields == {"l": [Kept({}, {}), Kept({"k": "A"}, {"m": AS_SHOWN})]}


@pytest.mark.parametrize(
    "facts", [NOTHING, CORRIDORS, ASKED, PEM, READY], ids=["nothing", "corridors", "asked", "PEM", "ready"]
)
def test_remedies_name_fields_that_the_operations_take(facts: Facts) -> None:
    """Whoever follows a remedy to the letter sends nothing that is unknown, whatever the record holds."""
    manual = Manual(DOCUMENTS["registry"])
    for remedy in (check(facts).remedy for checks in STEPS.values() for check in checks):
        steps = steps_of(remedy)
        assert steps, remedy
        for step in steps:
            assert step.fields.keys() <= manual.body(step.method, step.path)[1].get("properties", {}).keys(), remedy


def test_the_newcomer_knows_no_guard() -> None:
    """The way is found by reading, not by heart: no code of a guard is in the newcomer."""
    words = set(re.findall(r"[A-Z][A-Z0-9_]+", (Path(__file__).parent / "newcomer.py").read_text()))
    codes = {check(READY).code for checks in STEPS.values() for check in checks}
    assert codes
    assert not words & codes

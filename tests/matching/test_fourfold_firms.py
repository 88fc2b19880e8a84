"""The fourfold win of an entrepreneur's mobility: firm, host, and the two countries."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.kit.db import now
from services.matching import fourfold_firms
from tests.matching.entrepreneurs import Firms
from tests.matching.registry_events import days
from tests.matching.test_mobilities_api import clock, scene, visit

__all__ = ["clock", "scene"]


@pytest.mark.parametrize(
    ("score", "wanted"),
    [
        (fourfold_firms.turnover_growth(12, 10), 0.2),
        (fourfold_firms.any_of(0), 0.5),
        (fourfold_firms.any_of(3), 1),
        (fourfold_firms.rules_kept(0, 1), 0),
        (fourfold_firms.jobs(0, 6, 6), 0.5),
        (fourfold_firms.back_and_trading(1, 0), 0.5),
        (fourfold_firms.hosting_gain(10_000, 40, 50), 8_000),
    ],
)
def test_components_by_hand(score: float, wanted: float) -> None:
    assert score == pytest.approx(wanted)


async def test_what_a_mobility_brought_is_read_from_its_records(
    scene: Firms,
    clock: Callable[[date], None],
) -> None:
    """A stay within the rules and a contract made there: destination and half of the host are known, growth is not."""
    mobility = await scene.matched()
    stay = await visit(scene, clock, mobility, days(10), days(39))
    contract = {
        "stay_id": stay,
        "type": "SUPPLY",
        "counterpart": "Invented Foods SA",
        "counterpart_country": "BEL",
        "signed_on": now().date().isoformat(),
    }
    signed = await scene.incubator.post(f"/v1/mobilities/{mobility}/agreements", json=contract)
    assert signed.status_code == 201, signed.text
    shown = (await scene.incubator.get(f"/v1/mobilities/{mobility}/fourfold")).json()
    parties: dict[str, Any] = {each["party"]: each for each in shown["parties"]}
    known = {c["code"]: c["score"] for party in shown["parties"] for c in party["components"]}
    assert (known["F2"], known["H2"], known["T1"], known["T2"]) == (1, 1, 1, 1)
    assert (known["F1"], known["J1"], known["J2"]) == (None, None, None)
    assert (parties["DESTINATION"]["score"], parties["ORIGIN"]["coverage"], shown["verdict"]) == (1, 0, "UNKNOWN")
    assert ("J1", "created") in {(each["component"], each["name"]) for each in shown["missing"]}

"""docs/fourfold.md derives the win of one job by hand: the API has the same numbers, every one of them (issue 5)."""

import re
from pathlib import Path
from typing import Any

from tests.conftest import House
from tests.matching.fourfold_scene import corridor, electrician

PAGE = (Path(__file__).parents[2] / "docs" / "fourfold.md").read_text(encoding="utf-8")


def rows(*heads: str) -> list[list[str]]:
    """Rows of all tables of the page with these column heads."""
    head = "| " + " | ".join(heads) + " |"
    found: list[list[str]] = []
    for block in PAGE.split("\n\n"):
        lines = block.strip().splitlines()
        if lines and lines[0] == head:
            found += [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert found, heads
    return found


def as_written(value: float | None, written: str) -> str:
    """A number of the API with as many decimals as the page shows."""
    if value is None:
        return written if written in ("?", "–") else "unknown"
    return f"{value:.{len(written.partition('.')[2])}f}"


async def test_the_api_has_every_number_of_the_page(house: House) -> None:
    scene = await corridor(house)
    shown: dict[str, Any] = (await scene.counsellor.get(f"{await electrician(scene)}/fourfold")).json()
    components = {each["code"]: each for party in shown["parties"] for each in party["components"]}
    inputs = {(code, each["name"]): each for code, made in components.items() for each in made["inputs"]}
    on_page = rows("component", "input", "value", "unit", "where from")
    assert sorted((code, name) for code, name, *_ in on_page) == sorted(inputs)
    for code, name, value, unit, _ in on_page:
        given = inputs[code, name]
        assert (as_written(given["value"], value), given["unit"]) == (value, unit), (code, name)
    for code, gain, score, weight in rows("component", "gain", "score", "weight"):
        made = components[code]
        numbers = [(made["gain"], gain), (made["score"], score), (made["weight"], weight)]
        assert [as_written(*each) for each in numbers] == [gain, score, weight], code
    for party, *bounds in rows("party", "score", "low", "high", "coverage"):
        given = next(each for each in shown["parties"] if each["party"] == party)
        found = [given[name] for name in ("score", "low", "high", "coverage")]
        assert [as_written(*each) for each in zip(found, bounds, strict=True)] == bounds, party
    verdict, nash, worst = re.findall(r"\*\*([A-Z_]{8,}|0\.\d+)\*\*", PAGE)
    assert verdict == shown["verdict"]
    assert [as_written(shown["nash"], nash), as_written(shown["worst"], worst)] == [nash, worst]
    assert [(each["component"], each["name"]) for each in shown["missing"]] == [("O3", "transfer_cost_share")]

"""What the demo shows: progress bars and tables."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.cli.sample.partner import Json
from services.cli.story import Person

_SHOWN_PEOPLE = 8
_SHOWN_SKILLS = 3
_WIDTH_OF_FILES = 130


class Screen:
    """A terminal, or a file that reads like one. Progress goes to one bar a stage, afresh in each chapter."""

    def __init__(self) -> None:
        self.console = Console()
        if not self.console.is_terminal:
            self.console = Console(width=_WIDTH_OF_FILES)
        self._bars: dict[str, TaskID] = {}
        self._progress: Progress | None = None

    def __enter__(self) -> "Screen":
        self._bars.clear()
        self._progress = Progress(
            TextColumn("{task.description:32}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
        )
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._progress is not None
        self._progress.stop()

    def advance(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` of a stage is done."""
        assert self._progress is not None
        if stage not in self._bars:
            self._bars[stage] = self._progress.add_task(stage, total=total)
        self._progress.update(self._bars[stage], completed=done, total=total)

    def chapter(self, title: str) -> None:
        self.console.print(f"\n[bold]{title}[/bold]")

    def say(self, text: str) -> None:
        self.console.print(text)

    def taxonomy(self, report: Any) -> None:
        self.say(
            f"ESCO {report.version}: {report.skills:,} skills ({report.green_skills} green), {report.occupations:,}"
            f" occupations, {report.relations_loaded:,} of {report.relations_read:,} relations"
            f" ({report.relations_rejected} name something the export lacks)."
        )

    def people(self, people: Sequence[Person]) -> None:
        """A few candidates with their best job at home and away, side by side."""
        table = Table("candidate", "best at home", "score", "best away", "score", "missing")
        some = [p for p in people if p.best_home and p.best_away][:_SHOWN_PEOPLE]
        for person in some:
            table.add_row(person.key, *_best(person.best_home), *_best(person.best_away), _missing(person))
        self.console.print(table)
        fit = sum(1 for p in people if p.fits)
        near = sum(1 for p in people if p.nearly and not p.fits)
        self.say(
            f"{len(people)} candidates: {fit} fit a job now, {near} nearly do, "
            f"{sum(1 for p in people if not p.matches)} have none and are told why."
        )

    def explanation(self, person: Person) -> None:
        """The arithmetic behind one score."""
        match = (person.fits or person.matches)[0]
        why = match["explanation"]
        table = Table("term", "side", "weight", "value", "contribution")
        for term in why["terms"]:
            numbers = (f"{term[name]:.3f}" for name in ("weight", "value", "contribution"))
            table.add_row(term["name"], term["side"].lower(), *numbers)
        total = sum(term["contribution"] for term in why["terms"])
        table.add_row("score", "", "", "", f"[bold]{total:.3f}[/bold]")
        self.say(f"Why {person.key} and “{match['vacancy']['title']}” score {match['score']:.3f}:")
        self.console.print(table)
        self.say(
            f"{len(why['matched_skills'])} skills matched ({why['evidenced']} evidenced, {why['claimed']} claimed), "
            f"{len(why['missing_skills'])} missing; all gates "
            f"{'passed' if all(g['passed'] for g in why['gates']) else 'not passed'}."
        )

    def plan(self, person: Person) -> None:
        """The training that closes one person's gap."""
        assert person.plan is not None
        assert person.target is not None
        table = Table("course", "from", "to", "cost")
        for step in person.plan["steps"]:
            table.add_row(step["title"], step["starts_on"], step["ends_on"], _money(step["cost"]))
        self.say(f"What {person.key} would need for “{person.target['title']}”:")
        self.console.print(table)

    def counts(self, title: str, counted: dict[str, int]) -> None:
        table = Table(title, "")
        for name, number in sorted(counted.items()):
            table.add_row(name.lower().replace("_", " "), str(number))
        self.console.print(table)

    def report(self, report: Json) -> None:
        """Indicators with what they may be called; what is withheld shows its flag instead of a number."""
        table = Table("indicator", "aligned with, claim", "figure", "value", "n", "flag")
        for indicator in report["indicators"]:
            name = indicator["title"]
            claim = f"{indicator['aligned_indicator'] or '–'}, {indicator['claim_class']}"
            for cell in indicator["cells"]:
                if not cell["n"] and cell["status"] != "Q":
                    continue  # nobody there: the API says 0, the table saves the line
                where = ", ".join(value for value in cell["dims"].values() if value != "_T") or "all"
                number = "–" if cell["n"] is None else str(cell["n"])
                table.add_row(name, claim, f"{cell['measure']}: {where}", _figure(cell), number, cell["status"])
                name = claim = ""
            table.add_section()
        self.console.print(table)
        positions = ", ".join(f"{feed} {position}" for feed, position in report["feed_positions"].items())
        self.say(f"Drafts, from the feeds at {positions}. None of them is an official SDG indicator.")

    def links(self, urls: dict[str, str], credentials: str) -> None:
        self.say("\nThe services stay up; Ctrl-C stops them.")
        for name in ("registry", "matching", "reporting"):
            self.say(f"  {name:10} {urls[name]}/docs")
        self.say(f"  clients    {credentials}")


def _best(best: Json | None) -> tuple[str, str]:
    if best is None:
        return "–", ""
    vacancy = best["vacancy"]
    return f"{vacancy['title']} ({vacancy['country']})", f"{best['score']:.2f}" + ("*" if best["near_miss"] else "")


def _figure(cell: Json) -> str:
    if cell["value"] is None:
        return "withheld" if cell["status"] == "Q" else "unknown"
    return f"{cell['value']:,.3f}".rstrip("0").rstrip(".")


def _missing(person: Person) -> str:
    why = person.matches[0]["explanation"]
    failed = [f"{gate['code']} {gate['name'].lower()}" for gate in why["gates"] if not gate["passed"]]
    labels = [skill["label"] for skill in why["missing_skills"] if skill["essential"]]
    more = f" and {len(labels) - _SHOWN_SKILLS} more" if len(labels) > _SHOWN_SKILLS else ""
    return "; ".join([*failed, ", ".join(labels[:_SHOWN_SKILLS]) + more]) if labels or failed else "nothing"


def _money(money: Json | None) -> str:
    return f"{money['amount']} {money['currency']}" if money else "–"

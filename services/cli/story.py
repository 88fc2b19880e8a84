"""The story that `passerelle demo` tells: partners' systems at work on running services, over REST and nothing else."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from services.cli.sample.partner import Json, Partner, RefusedError
from services.cli.sample.rows import read

Progress = Callable[[str, int, int], None]

_AT_ONCE = 6  # requests under way
_PLANS_AT_ONCE = 2  # each keeps a core busy: more would only wait for one another
_PROPOSALS = 200
_IN_TRAINING = 40
_FEED_PATIENCE = 60.0  # seconds
_NO = {
    "decision": "DECLINE",
    "next_steps": [{"kind": "OTHER_VACANCIES", "text": "Other employers look for the same skills."}],
}


@dataclass(slots=True)
class Person:
    """A candidate of the story, as their counsellor's system knows them."""

    id: str
    key: str
    counsellor: str
    matches: list[Json] = field(default_factory=list)
    reason: Json | None = None
    best_home: Json | None = None
    best_away: Json | None = None
    plan: Json | None = None
    target: Json | None = None  # the vacancy that the plan leads to

    @property
    def fits(self) -> list[Json]:
        return [match for match in self.matches if not match["near_miss"]]

    @property
    def nearly(self) -> list[Json]:
        return [match for match in self.matches if match["near_miss"]]


@dataclass(slots=True)
class Story:
    """What the demo did, step by step; `loaded` is the report of the sample's loader."""

    http: httpx.AsyncClient
    urls: dict[str, str]
    credentials: Json
    loaded: Json
    today: date
    progress: Progress
    people: list[Person] = field(default_factory=list)
    proposals: Counter[str] = field(default_factory=Counter)
    placements: Counter[str] = field(default_factory=Counter)
    certified: int = 0
    _partners: dict[str, Partner] = field(default_factory=dict)

    def partner(self, code: str) -> Partner:
        if code not in self._partners:
            self._partners[code] = Partner(self.http, self.urls, self.credentials["clients"][code])
        return self._partners[code]

    def code_of(self, organisation_id: str) -> str:
        return next(str(code) for code, id in self.loaded["organisations"].items() if id == organisation_id)

    async def match_everybody(self) -> None:
        """Every candidate is matched to jobs at home and away, with reasons."""
        counsellors = {row["body"]["external_id"]: row["organisation"] for row in read("candidates")}
        self.people = [Person(id, key, counsellors[key]) for key, id in sorted(self.loaded["candidates"].items())]
        await self._each("matching candidates", self.people, self._match)

    async def _match(self, person: Person) -> None:
        found = await self.partner(person.counsellor).get("matching", f"/v1/candidates/{person.id}/matches", limit="10")
        person.matches, person.reason = found["items"], found["reason"]
        person.best_home, person.best_away = found["best_home"], found["best_away"]

    async def train(self) -> None:
        """Who nearly fits gets a plan; some take the seats it names, finish and are matched again."""
        nearly = [p for p in self.people if p.nearly and not p.fits]
        await self._each("planning training", nearly, self._plan, _PLANS_AT_ONCE)
        planned = [p for p in nearly if p.plan][:_IN_TRAINING]
        await self._each("training", planned, self._attend)

    async def _plan(self, person: Person) -> None:
        vacancy: Json = person.nearly[0]["vacancy"]
        answer = await self.partner(person.counsellor).get(
            "matching", f"/v1/candidates/{person.id}/plans", vacancy=vacancy["id"]
        )
        person.target = vacancy
        person.plan = next(iter(answer["plans"]), None)

    async def _attend(self, person: Person) -> None:
        assert person.plan is not None
        assert person.target is not None
        for step in person.plan["steps"]:
            if step["session_id"] is None:  # a permit is applied for when there is a contract
                continue
            body = {"candidate_id": person.id, "session_id": step["session_id"], "track": person.target["side"]}
            enrolment = await self._unless_refused(
                self.partner(person.counsellor).post("matching", "/v1/enrolments", body)
            )
            if enrolment is None:  # the seats went to others meanwhile
                return
            provider = self.partner(self.code_of(enrolment["provider_id"]))
            for status in ("COMPLETED", "CERTIFIED"):
                await provider.post(
                    "matching", f"/v1/enrolments/{enrolment['id']}/transitions", {"to": status, "on": step["ends_on"]}
                )
            self.certified += 1
        await self._match(person)

    async def propose(self) -> None:
        """Proposals, each answered by both sides in either order; some are declined, with a reason."""
        places: Counter[str] = Counter()
        chosen: list[tuple[Person, Json]] = []
        ready = [p for p in self.people if p.fits]
        for person in sorted(ready, key=lambda p: (-p.fits[0]["score"], p.id)):
            for match in person.fits:
                vacancy = match["vacancy"]
                if places[vacancy["id"]] < vacancy["places_left"]:
                    places[vacancy["id"]] += 1
                    chosen.append((person, vacancy))
                    break
        # Home places first: where a safeguard asks for some for each person away, nobody leaves before they are there.
        home_first = sorted(chosen[:_PROPOSALS], key=lambda pair: pair[1]["side"] != "HOME")
        numbered = list(enumerate(home_first))
        await self._each("proposals", numbered, self._propose)

    async def _propose(self, item: tuple[int, tuple[Person, Json]]) -> None:
        number, (person, vacancy) = item
        counsellor, employer = self.partner(person.counsellor), self.partner(self.code_of(vacancy["employer_id"]))
        proposal = await self._unless_refused(
            counsellor.post("matching", "/v1/proposals", {"candidate_id": person.id, "vacancy_id": vacancy["id"]})
        )
        if proposal is None:
            self.proposals["REFUSED"] += 1
            return
        yes = {"decision": "ACCEPT"}
        answers: list[tuple[Partner, Json]] = [(counsellor, yes | {"share_identity": True}), (employer, yes)]
        if number % 9 == 8:
            answers = [(employer, _NO | {"reason": "NOT_FIT_FOR_ROLE", "decided_by": "Recruiter 3"})]
        elif number % 11 == 10:
            answers = [(counsellor, _NO | {"reason": "CANDIDATE_REJECTS_OFFER", "decided_by": "Counsellor 5"})]
        elif number % 2:
            answers.reverse()
        for side, answer in answers:
            proposal = await side.post("matching", f"/v1/proposals/{proposal['id']}/answers", answer)
        self.proposals[proposal["status"]] += 1
        if proposal["placement_id"]:
            await self._start(employer, proposal, vacancy, number)

    async def _start(self, employer: Partner, proposal: Json, vacancy: Json, number: int) -> None:
        wage = vacancy["gross_monthly_wage"]
        gross, currency = float(wage["amount"]), wage["currency"]
        # Most employers pay for everything; some workers still paid for a document or a journey.
        paid = 0.0 if proposal["track"] == "HOME" or number % 3 else gross * 0.05 * (1 + number % 5)
        start = max(vacancy["start_from"], (self.today + timedelta(days=1)).isoformat())
        body = {
            "started_on": start,
            "gross_hourly_earnings": _money(gross * 12 / 52 / 38, currency),
            "weekly_hours": 38,
            "net_monthly_earnings": _money(gross * 0.76, currency),
            "recruitment_costs_paid_by_worker": _money(paid, currency),
            "decided_by": f"Head of works {number % 7 + 1}",
            "override_reason": "Was the first to be interviewed.",  # several answer at the same moment
        }
        # A start that a safeguard refuses waits until there are home places enough.
        path = f"/v1/placements/{proposal['placement_id']}/start"
        if await self._unless_refused(employer.post("matching", path, body)):
            self.placements[proposal["track"]] += 1

    async def report(self, partnership: str) -> Json:
        """The partnership's report, once reporting has followed the feeds to their heads."""
        ops = Partner(self.http, self.urls, self.credentials["ops"])
        heads = {service: await ops.feed_head(service) for service in ("registry", "matching")}
        lead = self.partner(self.lead_of(partnership))
        ends = asyncio.get_running_loop().time() + _FEED_PATIENCE
        while True:
            report = await lead.get("reporting", "/v1/report", partnership=self.loaded["partnerships"][partnership])
            behind = sum(max(0, head - report["feed_positions"][feed]) for feed, head in heads.items())
            self.progress("following the feeds", sum(heads.values()) - behind, sum(heads.values()))
            if not behind:
                return report
            if asyncio.get_running_loop().time() > ends:
                raise TimeoutError(f"reporting is {behind} events behind")
            await asyncio.sleep(0.1)

    async def settle(self) -> None:
        """Wait until matching has taken in what the registry published."""
        ops = Partner(self.http, self.urls, self.credentials["ops"])
        head = await ops.feed_head("registry")
        ends = asyncio.get_running_loop().time() + _FEED_PATIENCE
        while True:
            ready = (await self.http.get(f"{self.urls['matching']}/health/ready")).json()
            feed = ready["feeds"]["registry"]
            self.progress("matching follows the registry", min(feed["position"], head), head)
            if feed["position"] >= head:
                return
            if asyncio.get_running_loop().time() > ends:
                raise TimeoutError(f"matching is at {feed['position']} of {head}")
            await asyncio.sleep(0.1)

    @staticmethod
    def lead_of(partnership: str) -> str:
        return next(str(row["organisation"]) for row in read("partnerships") if row["body"]["code"] == partnership)

    async def _each(
        self, stage: str, items: Iterable[Any], act: Callable[[Any], Awaitable[None]], at_once: int = _AT_ONCE
    ) -> None:
        """A few at a time, with progress."""
        todo = list(items)
        queue = iter(todo)
        done = 0

        async def worker() -> None:
            nonlocal done
            for item in queue:
                await act(item)
                done += 1
                self.progress(stage, done, len(todo))

        await asyncio.gather(*(worker() for _ in range(at_once)))

    @staticmethod
    async def _unless_refused(call: Awaitable[Json]) -> Json | None:
        """None when the state of things has changed meanwhile (409); a repeat of the demo meets its own past."""
        try:
            return await call
        except RefusedError as refused:
            if refused.status != 409:
                raise
            return None


def _money(amount: float, currency: str) -> Json:
    return {"amount": f"{amount:.2f}", "currency": currency}

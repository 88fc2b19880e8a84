"""Loads the sample through the front door: every partner's system pushes its own rows over REST.

May be repeated: what is there is found by code or external id and left as it is, or updated by the batch.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx

from services.cli.sample.partner import Json, Partner
from services.cli.sample.rows import Ids, Row, by_organisation, dated, filled, read, request_of

# (what is being loaded, rows done, rows in all)
Progress = Callable[[str, int, int], None]
Credentials = dict[str, Any]

_STEPS = ("IDEA", "SCOPING", "NEGOTIATION", "SIGNED", "INCEPTION", "ACTIVE")
_BEFORE_OFFERS = "INCEPTION"  # ACTIVE asks for programmes and open vacancies


@dataclass(slots=True)
class _Load:
    """One run: whom it speaks for, what ids it got, and what it says at the end."""

    http: httpx.AsyncClient
    urls: dict[str, str]
    credentials: Credentials
    today: date
    progress: Progress
    save: Callable[[Credentials], None]
    ids: Ids = field(default_factory=Ids)
    partners: dict[str, Partner] = field(default_factory=dict)
    named: dict[str, dict[str, str]] = field(default_factory=dict)  # ids by name, for each partnership's records

    def partner(self, code: str) -> Partner:
        """The system of an organisation; its token is kept from one step to the next."""
        if code not in self.partners:
            self.partners[code] = Partner(self.http, self.urls, self.credentials["clients"][code])
        return self.partners[code]


async def load(
    urls: dict[str, str],
    credentials: Credentials,
    progress: Progress | None = None,
    today: date | None = None,
    vacancies: Sequence[Row] | None = None,
    candidates: Sequence[Row] | None = None,
    *,
    save: Callable[[Credentials], None] | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Json:
    """Load everything that comes with Passerelle.

    Args:
        urls: `registry`, `matching`, `reporting`, `token_url`.
        credentials: `ops` and, by organisation code, `clients`; clients that are created are added.
        today: the day that dates of the sample are counted from.
        vacancies, candidates: rows to load in place of the bundled ones, in the same form.
        save: called with the credentials after each new client, since its secret is shown only once.
        transport: in place of the network.

    Returns:
        ids by code (`organisations`, `partnerships`) or external id (`programmes`, `vacancies`, `candidates`),
        `sessions` (how many), `statuses` (of the rows in each batch) and `failed` (results of rows that did).

    Raises:
        RefusedError: a service refused a request.
        httpx.TransportError: a service cannot be reached.
    """
    credentials.setdefault("clients", {})
    async with httpx.AsyncClient(transport=transport, timeout=30) as http:
        run = _Load(
            http,
            urls,
            credentials,
            today or datetime.now(UTC).date(),
            progress or (lambda *_: None),
            save or (lambda _: None),
        )
        await _register_organisations(run)
        await _register_pathways(run)
        await _register_partnerships(run)
        programmes, sessions = await _publish_programmes(run)
        report: Json = {
            "organisations": run.ids.organisations,
            "partnerships": run.ids.partnerships,
            "programmes": programmes,
            "sessions": sessions,
            "statuses": {},
            "failed": [],
        }
        jobs = read("vacancies") if vacancies is None else vacancies
        await _push(run, "registry", "vacancies", jobs, report)
        for row in read("partnerships"):
            await _move(run, row, "ACTIVE")
        await _record_figures(run, report)
        await _push(run, "matching", "candidates", read("candidates") if candidates is None else candidates, report)
    return report


async def _register_organisations(run: _Load) -> None:
    """Operations register each partner and hand it a client of its own."""
    ops = Partner(run.http, run.urls, run.credentials["ops"])
    rows = read("organisations")
    for done, row in enumerate(rows, 1):
        code = row["body"]["code"]
        found = (await ops.get("registry", "/v1/organisations", code=code))["items"]
        organisation = found[0] if found else await ops.post("registry", "/v1/organisations", row["body"])
        run.ids.organisations[code] = organisation["id"]
        if code not in run.credentials["clients"]:
            wanted = {"organisation_id": organisation["id"], "name": f"{code} sample system", "roles": row["roles"]}
            client = await ops.post("registry", "/v1/clients", wanted)
            if client["client_secret"] is None:  # the answer with the secret was lost: this is its repeat
                client = await ops.post("registry", "/v1/clients", wanted)
            run.credentials["clients"][code] = {
                "client_id": client["client_id"],
                "client_secret": client["client_secret"],
                "organisation_id": organisation["id"],
            }
            run.save(run.credentials)
        run.progress("organisations", done, len(rows))


async def _register_partnerships(run: _Load) -> None:
    rows = read("partnerships")
    for done, row in enumerate(rows, 1):
        lead = run.partner(row["organisation"])
        code = row["body"]["code"]
        known = {item["code"]: item async for item in lead.items("registry", "/v1/partnerships")}
        partnership = known.get(code) or await lead.post(
            "registry", "/v1/partnerships", request_of(row, run.today, run.ids)
        )
        run.ids.partnerships[code] = partnership["id"]
        await _move(run, row, _BEFORE_OFFERS)
        run.progress("partnerships", done, len(rows))


async def _register_pathways(run: _Load) -> None:
    for row in read("pathways"):
        authority = run.partner(row["organisation"])
        known = {item["key"] async for item in authority.items("registry", "/v1/legal-pathways")}
        if row["body"]["key"] not in known:
            await authority.post("registry", "/v1/legal-pathways", request_of(row, run.today, run.ids))


async def _record_figures(run: _Load, report: Json) -> None:
    """Reference figures, by operations, once: of another day they would be other figures."""
    ops, path = Partner(run.http, run.urls, run.credentials["ops"]), "/v1/reference-figures"
    bodies = [dated(row["body"], run.today) for row in read("figures")]
    async for known in ops.items("matching", path, kind=bodies[0]["kind"]):
        if known["source"] == bodies[0]["source"]:
            return
    results = await ops.batch("matching", f"{path}:batch", bodies)
    report["failed"] += [{"kind": "figures", **result} for result in results if result["status"] == "failed"]


async def _record(run: _Load, code: str, state: str) -> None:
    """What the parties record about a partnership before it may move to `state`. Keys of their own make a repeat after
    an interruption harmless."""
    partnership = run.ids.partnerships[code]
    names = run.named.setdefault(code, {**run.ids.organisations, "partnership": partnership})
    wanted = [(n, r) for n, r in enumerate(read("records")) if r["partnership"] == code and r["before"] == state]
    for number, row in wanted:
        partner, path = run.partner(row["organisation"]), filled(row["path"], names)
        if "list_by" in row:
            async for item in partner.items("registry", path):
                names[item[row["list_by"]]] = item["id"]
        elif "batch" in row:
            await partner.batch("registry", path, row["batch"])
        else:
            body = filled(dated(row.get("body"), run.today), names)
            answer = await partner.post("registry", path, body, f"sample-{partnership}-{number}")
            if "as" in row:
                names[row["as"]] = answer["id"]


async def _move(run: _Load, row: Row, goal: str) -> None:
    """Step by step to `goal`, as its lead; one that was suspended or ended since is left as it is."""
    lead, partnership = run.partner(row["organisation"]), run.ids.partnerships[row["body"]["code"]]
    status = (await lead.get("registry", f"/v1/partnerships/{partnership}"))["status"]
    if status not in _STEPS:
        return
    for step in _STEPS[_STEPS.index(status) + 1 : _STEPS.index(goal) + 1]:
        await _record(run, row["body"]["code"], step)
        await lead.post(
            "registry",
            f"/v1/partnerships/{partnership}/transitions",
            {"to": step, "reason": "Sample data: both sides agreed."},
        )


async def _publish_programmes(run: _Load) -> tuple[dict[str, str], int]:
    """Ids of programmes by external id, and how many sessions they have."""
    rows = read("programmes")
    ids: dict[str, str] = {}
    sessions = 0
    for code, own in by_organisation(rows).items():
        provider = run.partner(code)
        known = {
            item["external_id"]: item["id"]
            async for item in provider.items("registry", "/v1/programmes")
            if item["organisation_id"] == run.ids.organisations[code]
        }
        for row in own:
            key = row["body"]["external_id"]
            if key not in known:
                body = request_of(row, run.today, run.ids)
                known[key] = (await provider.post("registry", "/v1/programmes", body))["id"]
            ids[key] = known[key]
            sessions += await _publish_sessions(run, provider, known[key], row["sessions"])
            run.progress("programmes", len(ids), len(rows))
    return ids, sessions


async def _publish_sessions(run: _Load, provider: Partner, programme: str, sessions: Sequence[Row]) -> int:
    path = f"/v1/programmes/{programme}/sessions"
    known = {item["external_id"] async for item in provider.items("registry", path)}
    for session in sessions:
        if session["external_id"] not in known:
            await provider.post("registry", path, request_of({"body": session}, run.today, run.ids))
    return len(sessions)


async def _push(run: _Load, service: str, kind: str, rows: Sequence[Row], report: Json) -> None:
    """Each organisation pushes its rows in one batch; the report gets ids, statuses and failures."""
    ids: dict[str, str] = {}
    statuses: Counter[str] = Counter()
    for code, own in by_organisation(rows).items():
        bodies = [request_of(row, run.today, run.ids) for row in own]
        for result in await run.partner(code).batch(service, f"/v1/{kind}:batch", bodies):
            statuses[result["status"]] += 1
            if result["status"] == "failed":
                report["failed"].append({"kind": kind, "organisation": code, **result})
            else:
                ids[result["external_id"]] = result["id"]
        run.progress(kind, statuses.total(), len(rows))
    report[kind] = ids
    report["statuses"][kind] = dict(statuses)

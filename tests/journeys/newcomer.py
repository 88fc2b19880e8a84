"""Somebody who knows nothing of partnerships but what Swagger UI shows and what refusals say.

A newcomer has the OpenAPI document with its examples, credentials of some organisations, and the remedies of guards.
It understands how a remedy is written, not what it is about: `METHOD /path with field, field: value`. What a remedy
does not give is taken from the documented example; ids come from earlier answers.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

Json = Any
_CALL = re.compile(
    r"(?P<who>[^;.:]*:)?\s*(?P<method>GET|POST|PATCH|PUT) (?P<path>/v1/[\w/{}:-]*[\w}])(?P<having> with )?"
)
_WORD = re.compile(r"[\w./:…-]*[\w…]")
_EXAMPLE = "…"


@dataclass(frozen=True)
class Organisation:
    """One that the newcomer has credentials of; `side` is the side of a partnership that it would stand on."""

    code: str
    id: str
    side: str


@dataclass(frozen=True)
class Step:
    """A call that a remedy names. `fields` maps names to values, or to the example where none is given."""

    method: str
    path: str
    fields: dict[str, Json]
    each_side: bool


class Example:
    """A value that the remedy leaves to the example."""


AS_SHOWN = Example()


@dataclass(frozen=True)
class Each:
    """One call for each of these."""

    values: list[Json]


@dataclass(frozen=True)
class Kept:
    """The entries that a list has already: all, changed by `change` where they match `where`."""

    where: dict[str, Json]
    change: dict[str, Json]


class Reader:
    """Reads the fields that follow "with" in a remedy, up to where the prose goes on."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def fields(self) -> dict[str, Json]:
        found: dict[str, Json] = {}
        while name := self._take(r"[a-z_0-9]+"):
            found[name] = self.value() if self._take(r": ") else AS_SHOWN
            if not self._take(r", (?=[a-z_0-9]+[,:.;} (]|[a-z_0-9]+$)"):
                break
        return found

    def value(self) -> Json:
        if self._take(r"each of (?=\[)"):
            return Each(self.value())
        if self._take(r"those it has"):
            return Kept({}, {})
        if self._take(r"each it has "):
            where = self.value() if self.text.startswith("{", self.at) else {}
            self._take(r" ?with ")
            return Kept(where, self.value())
        if self._take(r"\["):
            entries = []
            while not self._take(r"\]"):
                entries.append(self.value())
                self._take(r", ")
            return entries
        if self._take(r"\{"):
            inner = self.fields()
            self._take(r"\}")
            return inner
        word = _WORD.match(self.text, self.at)
        if word is None:
            raise ValueError(f"cannot read on from: {self.text[self.at :]}")
        self.at = word.end()
        return AS_SHOWN if _EXAMPLE in word[0] else word[0]

    def _take(self, pattern: str) -> str:
        found = re.compile(pattern).match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""


def steps_of(remedy: str) -> list[Step]:
    """The calls of a remedy in order, up to the first "or" that names another way."""
    first_way = re.split(r"; or[ ,]", remedy)[0]
    return [
        Step(
            call["method"],
            call["path"],
            Reader(first_way[call.end() :]).fields() if call["having"] else {},
            "each side" in (call["who"] or ""),
        )
        for call in _CALL.finditer(first_way)
    ]


class Manual:
    """The OpenAPI document."""

    def __init__(self, document: Json) -> None:
        self.document = document

    def operation(self, method: str, path: str) -> Json:
        return self.document["paths"][path][method.lower()]

    def resolved(self, schema: Json) -> Json:
        """The schema that is meant, without null."""
        for each in schema.get("anyOf", ()):
            if each.get("type") != "null":
                return self.resolved(each)
        if "$ref" in schema:
            return self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def body(self, method: str, path: str) -> tuple[str, Json, Json]:
        """Media type, schema and example of the body; the media type is empty where there is none."""
        content = self.operation(method, path).get("requestBody", {}).get("content", {})
        for media_type, shown in content.items():
            schema = self.resolved(shown["schema"])
            example = shown.get("example", next(iter(schema.get("examples", ())), None))
            return media_type, schema, example
        return "", {}, None

    def example(self, name: str, schema: Json, path: str) -> Json:
        """The example of a field: in the operation's own, in that of the schema, or where the record is made."""
        for shown in (self._of_creation(path), *schema.get("examples", ())):
            if isinstance(shown, dict) and shown.get(name) is not None:
                return shown[name]
        own = self.resolved(schema["properties"][name])
        return next(iter(own.get("examples", ())), None)

    def _of_creation(self, path: str) -> Json:
        return self.body("POST", re.sub(r"/{\w+}$", "", path))[2] if path.endswith("}") else None

    def needs_tag(self, method: str, path: str) -> bool:
        """Whether it changes a record in place, and so asks for the version that one has seen."""
        parameters = self.operation(method, path).get("parameters", [])
        return method in ("PATCH", "PUT") and any(each["name"] == "If-Match" for each in parameters)

    def id_name(self, method: str, path: str) -> str:
        """What paths call the id of the record that this operation answers."""
        answered = self._answered(method, path)
        for other, operations in self.document["paths"].items():
            if other.endswith("}") and "get" in operations and self._answered("get", other) == answered:
                return str(re.findall(r"{(\w+)}$", other)[0])
        return ""

    def _answered(self, method: str, path: str) -> str:
        responses = self.operation(method, path)["responses"]
        content = next(answer for code, answer in responses.items() if code.startswith("2")).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        items = self.resolved(schema).get("properties", {}).get("items", {}).get("items")
        return str((items or schema).get("$ref", ""))


@dataclass
class Newcomer:
    """Registers a partnership and moves it on, doing what it is told."""

    manual: Manual
    own: list[Organisation]
    act: Callable[[str], Awaitable[httpx.AsyncClient]]
    ids: dict[str, list[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    used: list[tuple[str, Json]] = field(default_factory=list)

    async def register(self, **given: Json) -> None:
        """With what the document says is required, and `given`."""
        await self.take(Step("POST", "/v1/partnerships", given, False))

    async def move(self, to: str) -> None:
        """Ask for a state, and follow the first remedy, until it is granted. Raises AssertionError when stuck."""
        self.written.append(f"## To {to}\n")
        path, before = "/v1/partnerships/{partnership_id}/transitions", None
        while True:
            answer = await self.call(self.own[0], "POST", path, {"to": to})
            if answer.is_success:
                self.written.append(f'`POST {path}` with `{{"to": "{to}"}}`: granted.\n')
                return
            assert answer.status_code == 409, answer.text
            first, *others = answer.json()["guards"]
            assert first != before, f"the remedy did not help: {first}"
            self._refused(path, to, first, len(others))
            for step in steps_of(first["remedy"]):
                await self.take(step)
            before = first

    def _refused(self, path: str, to: str, guard: Json, others: int) -> None:
        more = f", and {others} more" if others else ""
        told = self._readable(f"- seen: {guard['seen']}\n- needed: {guard['needed']}\n- remedy: {guard['remedy']}")
        self.written.append(f'`POST {path}` with `{{"to": "{to}"}}`: 409, `{guard["code"]}`{more}.\n\n{told}\n')

    async def take(self, step: Step) -> None:
        """Make the calls of a step, each as the first of one's organisations that is not turned away."""
        several = [name for name, value in step.fields.items() if isinstance(value, Each)]
        values = step.fields[several[0]].values if several else [None]
        for value in values:
            given = step.fields | ({several[0]: value} if several else {})
            for chosen in self._chosen(step.path):
                for own in [[each] for each in self.own[:2]] if step.each_side else [self.own]:
                    await self._first_allowed(own, Step(step.method, step.path, given, False), chosen)

    def _chosen(self, path: str) -> list[dict[str, str]]:
        """The ids of a path; where a list was read last, a call for each of its items."""
        names = re.findall(r"{(\w+)}", path)
        if not names:
            return [{}]
        *outer, last = names
        return [{name: self.ids[name][0] for name in outer} | {last: each} for each in self.ids[last]]

    async def _first_allowed(self, own: list[Organisation], step: Step, chosen: dict[str, str]) -> None:
        for organisation in own:
            body = await self._body(organisation, step, chosen)
            answer = await self.call(organisation, step.method, step.path, body, chosen)
            if answer.status_code not in (403, 404):
                break
        assert answer.is_success, f"{step} as {organisation.code} with {body}: {answer.text}"
        self._remember(step, answer.json(), body)
        shown = "" if body is None else self._shown(body)
        self.written.append(self._readable(f"As {organisation.code}, `{step.method} {step.path}`{shown}\n"))

    def _shown(self, body: Json) -> str:
        if isinstance(body, str):
            return f":\n\n```\n{body.strip()}\n```"
        fields = (f'  "{name}": {json.dumps(value, ensure_ascii=False)}' for name, value in body.items())
        return ":\n\n```json\n{\n" + ",\n".join(fields) + "\n}\n```"

    def _readable(self, text: str) -> str:
        """With the names of ids in place of ids."""
        for known, name in self.names.items():
            text = text.replace(known, f"{{{name}}}")
        return text

    def _remember(self, step: Step, answer: Json, body: Json) -> None:
        self.used.append((step.path, body))
        found = [item["id"] for item in answer.get("items", [answer]) if "id" in item]
        name = self.manual.id_name(step.method, step.path)
        if found and name:
            self.ids[name] = found
            self.names |= {each: name if n == 0 else f"{name}_{n + 1}" for n, each in enumerate(found)}

    async def _body(self, organisation: Organisation, step: Step, chosen: dict[str, str]) -> Json:
        media_type, schema, example = self.manual.body(step.method, step.path)
        if not media_type or not isinstance(example, dict):
            return example
        record = await self._record(organisation, step, chosen)
        writer = Writer(self, organisation, step.path, record, step.fields.get("side", ""))
        names = [*step.fields, *(name for name in schema.get("required", ()) if name not in step.fields)]
        return {name: writer.field(name, schema, step.fields.get(name, AS_SHOWN)) for name in names}

    async def _record(self, organisation: Organisation, step: Step, chosen: dict[str, str]) -> Json:
        """What is there already, for what is to be changed."""
        if step.method != "PATCH":
            return {}
        answer = await self.call(organisation, "GET", step.path, None, chosen)
        return answer.json() if answer.is_success else {}

    async def call(
        self, organisation: Organisation, method: str, path: str, body: Json, chosen: dict[str, str] | None = None
    ) -> httpx.Response:
        media_type = self.manual.body(method, path)[0]
        whole = path.format_map({name: ids[0] for name, ids in self.ids.items()} | (chosen or {}))
        async with await self.act(organisation.code) as http:
            headers = {"Content-Type": media_type} if media_type else {}
            if self.manual.needs_tag(method, path):
                headers["If-Match"] = (await http.get(whole)).headers.get("ETag", '"1"')
            content = body if isinstance(body, str) or body is None else json.dumps(body)
            return await http.request(method, whole, content=content, headers=headers)


@dataclass
class Writer:
    """Writes a body: what the remedy gives, the rest as in the example, and own ids in place of those shown."""

    newcomer: Newcomer
    organisation: Organisation
    path: str
    record: Json
    side: Json  # as the remedy gives it

    def field(self, name: str, schema: Json, given: Json) -> Json:
        shown = self.newcomer.manual.example(name, schema, self.path)
        typed = self.newcomer.manual.resolved(schema["properties"].get(name, {}))
        if given is AS_SHOWN and name == "side":
            return self.organisation.side
        if given is AS_SHOWN and name == "organisation_id":
            return self._standing_on(self.side)
        if given is AS_SHOWN and name == "external_id":
            return self._unused(shown)
        return self.own_ids(self.written(name, given, typed, shown))

    def written(self, name: str, given: Json, schema: Json, shown: Json) -> Json:
        if given is AS_SHOWN:
            return shown
        if isinstance(given, dict):
            inner = shown if isinstance(shown, dict) else {}
            return {key: self._inner(key, value, schema, inner) for key, value in given.items()}
        if isinstance(given, list):
            return list(self._entries(name, given, schema, shown))
        if given in self.newcomer.ids:
            return self.newcomer.ids[given][0]
        return given if schema.get("type") == "string" or "enum" in schema else self._figure(given)

    def _inner(self, key: str, given: Json, schema: Json, shown: Json) -> Json:
        known = self.newcomer.manual.resolved(schema.get("properties", {}).get(key, {}))
        example = next(iter(schema.get("examples", ())), {})
        return self.written(key, given, known, shown.get(key, example.get(key)))

    def _entries(self, name: str, given: list[Json], schema: Json, shown: Json) -> Iterator[Json]:
        item = self.newcomer.manual.resolved(schema.get("items", {}))
        for n, value in enumerate(given):
            if isinstance(value, Kept):
                for entry in self.record.get(name, []):
                    entry = {key: each for key, each in entry.items() if each not in (None, [])}
                    fits = all(entry.get(key) == wanted for key, wanted in value.where.items())
                    yield entry | (self.written(name, value.change, item, entry) if fits else {})
            else:
                examples = shown if isinstance(shown, list) and shown else [{}]
                yield self.written(name, value, item, examples[min(n, len(examples) - 1)])

    def _figure(self, word: str) -> Json:
        try:
            return json.loads(word)
        except ValueError:
            return word

    def _unused(self, shown: str) -> str:
        before = sum(path == self.path for path, _ in self.newcomer.used)
        return shown if not before else f"{shown}-{before + 1}"

    def own_ids(self, value: Json, side: str = "") -> Json:
        """The same with ids of one's own: of the organisation on the side in question, else of the caller."""
        if isinstance(value, list):
            return [self.own_ids(each) for each in value]
        if isinstance(value, dict):
            return {key: self._own_id(key, each, value) for key, each in value.items()}
        return value

    def _own_id(self, key: str, value: Json, around: dict[str, Json]) -> Json:
        mine = {each.id for each in self.newcomer.own}
        if key != "organisation_id" or value in mine:
            return self.own_ids(value)
        return self._standing_on(around.get("side"))

    def _standing_on(self, side: Json) -> str:
        there = [each.id for each in self.newcomer.own if each.side == side]
        return (there or [self.organisation.id])[0]

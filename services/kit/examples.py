"""Examples of answers, made from the examples of requests: `VacancyOut` shows the vacancy that `VacancyIn` sends."""

from typing import Any

Json = dict[str, Any]

_OF_FORMAT = {
    "uuid": "01981f5c-3c4e-7b1a-9f61-0c5a4e1f7a10",
    "date": "2027-03-01",
    "date-time": "2026-11-23T08:30:00Z",
    "uri": "https://passerelle.example",
}
_TIMES = ("date", "date-time")
_PREFIX = "#/components/schemas/"


def add(document: Json) -> None:
    """Give every component that is an object an example, unless its author gave one, and every answer through it."""
    schemas: Json = document["components"]["schemas"]
    for schema in schemas.values():
        for example in schema.get("examples", []):
            _restore_nulls(schema, example, schemas)
    for schema in schemas.values():
        for field in schema.get("properties", {}).values():
            _show_time(field)
    made = {name: _Maker(schemas).component(name) for name, schema in schemas.items() if _lacks_example(name, schema)}
    for name, example in made.items():
        schemas[name]["examples"] = [example]
    for operations in document["paths"].values():
        for operation in operations.values():
            for response in operation["responses"].values():
                for content in response.get("content", {}).values():
                    if "$ref" not in content["schema"] and not {"example", "examples"} & content.keys():
                        content["example"] = _Maker(schemas).value(content["schema"], "item")


def _show_time(field: Json) -> None:
    shapes = [field, *field.get("anyOf", [])]
    times = [shape["format"] for shape in shapes if shape.get("format") in _TIMES]
    if times and not any("examples" in shape for shape in shapes):
        field["examples"] = [_OF_FORMAT[times[0]]]


def _lacks_example(name: str, schema: Json) -> bool:
    # A request without an example is left as it is, for the tests to find.
    return schema.get("type") == "object" and "examples" not in schema and not name.endswith(("In", "Patch"))


def _restore_nulls(schema: Json, example: Any, schemas: Json) -> None:
    """FastAPI drops every null of a document, also those of examples, in which they are required."""
    schema = schemas[schema["$ref"].removeprefix(_PREFIX)] if "$ref" in schema else schema
    if isinstance(example, list):
        for item in example:
            _restore_nulls(schema.get("items", {}), item, schemas)
    elif isinstance(example, dict):
        for field, described in schema.get("properties", {}).items():
            if field in example:
                _restore_nulls(described, example[field], schemas)
            elif field in schema.get("required", []) and {"type": "null"} in described.get("anyOf", []):
                example[field] = None


class _Maker:
    """Makes a value that fits a schema; `_open` are the components it is inside of."""

    def __init__(self, schemas: Json) -> None:
        self._schemas = schemas
        self._open: list[str] = []

    def component(self, name: str) -> Any:
        """An example of the component: what is known of it from requests, the rest as its schema says."""
        schema = self._schemas[name]
        if "examples" in schema:
            return schema["examples"][0]
        if name in self._open:
            return {}
        self._open.append(name)
        try:
            return self.value(schema, name, self._known(name))
        finally:
            self._open.pop()

    def _known(self, name: str) -> Json:
        stem = name.removesuffix("-Output").removesuffix("Out").removeprefix("New")
        given: list[Any] = self._schemas.get(f"{stem}In", {}).get("examples", [{}])
        return given[0] if isinstance(given[0], dict) else {}

    def value(self, schema: Json, name: str, known: Json | None = None) -> Any:
        """An example of `schema`, for a field called `name`."""
        if "$ref" in schema:
            return self.component(schema["$ref"].removeprefix(_PREFIX))
        for key in ("examples", "enum"):
            if schema.get(key):
                return schema[key][0]
        for key in ("const", "default"):
            if key in schema:
                return schema[key]
        for kind in ("anyOf", "oneOf", "allOf"):
            if kind in schema:
                return self._alternative(schema[kind], name)
        return self._of_type(schema, name, known or {})

    def _alternative(self, alternatives: list[Json], name: str) -> Any:
        first = alternatives[0]
        shows = "$ref" in first and self._schemas[first["$ref"].removeprefix(_PREFIX)].get("type") == "object"
        return None if {"type": "null"} in alternatives and not shows else self.value(first, name)

    def _of_type(self, schema: Json, name: str, known: Json) -> Any:
        match schema.get("type"):
            case "object":
                return self._object(schema, known)
            case "array" if "prefixItems" in schema:
                return [self.value(each, name) for each in schema["prefixItems"]]
            case "array":
                return [self.value(schema.get("items", {}), name)]
            case "integer" | "number" as kind:
                usual = 1 if kind == "integer" else 0.5
                return max(schema.get("minimum", usual), min(usual, schema.get("maximum", usual)))
            case "boolean":
                return True
            case "null":
                return None
            case "string":
                return _OF_FORMAT.get(schema.get("format", ""), name.replace("_", " "))
        return {}

    def _object(self, schema: Json, known: Json) -> Json:
        made: Json = {}
        for field, described in schema.get("properties", {}).items():
            if field in known:
                made[field] = known[field]
            elif field in schema.get("required", []):
                made[field] = self.value(described, field)
        more = schema.get("additionalProperties")
        if not made and isinstance(more, dict):
            key = self.value(schema.get("propertyNames", {"type": "string"}), "key")
            made[key] = self.value(more, key)
        return made

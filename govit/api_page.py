"""The description of the machine interface, cut for reading on one page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

Shape = dict[str, Any]


GROUPS = {
    "procedures": _("Procedures"), "dossiers": _("Dossiers"), "files": _("Files"),
    "events": _("Events"),
}  # fmt: skip


@dataclass
class Operation:
    """One address and method, as the page shows it."""

    method: str
    path: str
    summary: str
    description: str
    name: str
    parameters: list[Shape] = field(default_factory=list)
    body: list[Shape] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    request_example: str = ""
    answer_example: str = ""


def operations(schema: Shape) -> list[tuple[str, list[Operation]]]:
    """(group, its operations) in the order of the addresses."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, facts in methods.items():
            found = _operation(schema, method.upper(), path, facts)
            groups.setdefault(str(GROUPS[facts["tags"][0]]), []).append(found)
    return list(groups.items())


def _operation(schema: Shape, method: str, path: str, facts: Shape) -> Operation:
    answers = [(code, each.get("description", "")) for code, each in facts["responses"].items()]
    media: Shape = next(iter(facts.get("requestBody", {}).get("content", {}).values()), {})
    good = next(each for code, each in facts["responses"].items() if code < "300")
    answer: Shape = next(iter(good.get("content", {}).values()), {})
    return Operation(
        method=method,
        path=path,
        summary=facts.get("summary", ""),
        description=facts.get("description", ""),
        name=facts["operationId"],
        parameters=[_row(each["name"], each.get("schema", {}), each) for each in
                    facts.get("parameters", [])],
        body=_fields(schema, media.get("schema", {})),
        answers=answers,
        request_example=_example(media),
        answer_example=_example(answer),
    )  # fmt: skip


def _row(name: str, shape: Shape, facts: Shape) -> Shape:
    kind = shape.get("format") or shape.get("type") or ""
    words = facts.get("description") or shape.get("description") or ""
    return {
        "name": name, "kind": kind, "words": words, "required": facts.get("required") is True
    }  # fmt: skip


def _fields(schema: Shape, shape: Shape, before: str = "") -> list[Shape]:
    """The fields of a body, those of inner objects behind their names."""
    if "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    for inner in shape.get("allOf", []):
        return _fields(schema, inner, before)
    if shape.get("type") == "array":
        return _fields(schema, shape["items"], f"{before.rstrip('.')}[].")
    rows: list[Shape] = []
    required = shape.get("required", [])
    for name, each in shape.get("properties", {}).items():
        rows.append(_row(before + name, each, {"required": name in required}))
        rows += _fields(schema, each, f"{before}{name}.")
    return rows


def _example(media: Shape) -> str:
    for each in media.get("examples", {}).values():
        return json.dumps(each.get("value"), ensure_ascii=False, indent=2)
    return ""

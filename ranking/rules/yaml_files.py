"""Frameworks as YAML: read so that no digit is lost, written so that people can read it.

Numbers, days and codes stay text until their field reads them: `4.10` is not `4.1`, `0.1` is no
binary fraction, `No` is a word. Doubled keys, anchors and tags are refused: a reader of the file
would not see what they do.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from decimal import Decimal
from functools import partial
from typing import Any

import yaml

from ranking.rules.faults import Faulty
from ranking.rules.framework import Framework
from ranking.rules.numbers import plain
from ranking.rules.plain import dump, read, slots
from ranking.scoring import RULES

LARGEST = 2_000_000  # bytes; 1,500 criteria take about 700,000
DEEPEST = 24  # a framework with parts in its criteria has 11 levels


FAST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, in C


class Loader(FAST):  # type: ignore[valid-type, misc]
    """Only lists, mappings, text, true, false and nothing."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _value in node.value]
        for place, key in enumerate(keys):
            line = node.value[place][0].start_mark.line + 1
            if not isinstance(key, str):
                raise Faulty.of("yaml_key", line=line)
            if key in keys[:place]:
                raise Faulty.of("yaml_key_twice", key=key, line=line)
        return super().construct_mapping(node, deep=deep)


Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(?:true|True|false|False)\Z"), list("tTfF")
)
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"(?:null|Null|~|)\Z"), ["n", "N", "~", ""]
)
Loader.add_constructor("tag:yaml.org,2002:bool", lambda _loader, node: node.value[0] in "tT")


class Dumper(yaml.SafeDumper):
    """Lists are set in below their key, as people write them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def written(dumper: Any, value: Decimal) -> Any:
    """A number without quotes."""
    kind = "int" if value == value.to_integral_value() else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", plain(value))


Dumper.add_representer(Decimal, written)


def read_framework(content: bytes) -> Framework:
    """The framework of a file. Raises `Faulty` with all that is wrong with it."""
    return read(Framework, load(content))


def look_over(text: str) -> None:
    """Refuse what must not even be put together: places that refer to others, endless depth."""
    depth = 0
    for event in yaml.parse(text, Loader=FAST):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise Faulty.of("yaml_anchor", line=line)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise Faulty.of("yaml_too_deep", line=line)


def load(content: bytes) -> Any:
    """The plain data of a file."""
    if len(content) > LARGEST:
        raise Faulty.of("file_too_large", highest=LARGEST)
    try:
        text = content.decode("utf-8-sig")
        look_over(text)
        return yaml.load(text, Loader)  # noqa: S506  a SafeLoader
    except UnicodeDecodeError as error:
        raise Faulty.of("not_utf8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Faulty.of("not_yaml", line=mark.line + 1 if mark else 1) from error
    except yaml.YAMLError as error:  # signs that no text may have
        raise Faulty.of("not_yaml", line=1) from error


def write_framework(framework: Framework) -> str:
    """The file of a framework; what is as it would be anyway is left out."""
    text: str = yaml.dump(
        in_order(dump(framework)), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100
    )
    return text


def in_order(data: Any) -> Any:
    """The same with the keys of rules as `ranking.scoring` lists them: rows keep no order."""
    if isinstance(data, list):
        return [in_order(each) for each in data]
    if not isinstance(data, dict):
        return data
    shape = RULES.get(str(data.get("type"))) if "type" in data else None
    first = ["type", *slots(shape)] if shape else []  # type: ignore[arg-type]
    if data.keys() <= set(ITEMS) or data.keys() <= set(PART):  # steps, options, parts
        first = ITEMS if "rule" not in data else PART
    return {key: in_order(data[key]) for key in sorted(data, key=partial(place_in, first))}


ITEMS = ["code", "title", "from", "points", "inclusive"]
PART = ["code", "title", "max", "rule"]


def place_in(known: list[str], key: str) -> int:
    return known.index(key) if key in known else len(known)

"""Plain text with named merge fields: checked, and filled. No database, no template engine.

A text is lines. Marks that it may hold, and nothing else means anything:

    {ten_truong}    the value of a field of the closed list
    {ten_truong?}   at the start of a line: the line is printed only when the field has a value
    a | b           two halves of one line
    **words**       bold
    - words         indented
    > words         in the middle of the line
    # words         in a frame

A half whose fields are all empty is left out, unless one of them is `dotted`: then a row of dots is
left for the pen. A field that is no plain text (a list, a table, the QR code) ends its line.
What comes out is plain data for papers/_blocks.html, which escapes every word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

DOTS = "…………………………………"
FIELD = re.compile(r"\{([A-Za-z0-9_]+)(\??)\}")
SHAPES = {"- ": "part", "> ": "centre", "# ": "frame"}
HALVES = " | "
BOLD = "**"


@dataclass(frozen=True)
class Field:
    """One merge field: its name in the text, what it stands for, where its value is found."""

    name: str
    words: str | Promise
    path: str  # keys of the data, joined by points
    shape: str = "text"  # else the kind of block: "list", "qr", "hands" …
    dotted: bool = False  # dots for the pen where there is no value
    needed: str = ""  # fields of one word here: the text must hold one of them


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text, in the line where it is; 0 means the whole."""

    line: int
    words: str

    def __str__(self) -> str:
        if not self.line:
            return self.words
        return _("Line %(line)s: %(what)s") % {"line": self.line, "what": self.words}


@dataclass(frozen=True)
class Line:
    """A line taken apart: its shape, on which field it hangs, its halves."""

    number: int
    shape: str
    only_with: str
    halves: tuple[str, ...]


def lines_of(text: str, *, with_fields: bool = True) -> list[Line]:
    """The lines with words in them, numbered as the person sees them."""
    found = []
    for number, raw in enumerate(text.split("\n"), start=1):
        line, only_with = raw.strip(), ""
        if with_fields and (match := FIELD.match(line)) and match[2]:
            only_with, line = match[1], line[match.end() :].strip()
        shape = SHAPES.get(line[:2], "line")
        if shape != "line":
            line = line[2:].strip()
        if line:
            found.append(Line(number, shape, only_with, tuple(line.split(HALVES))))
    return found


def faults_of(text: str, fields: Iterable[Field], *, whole: bool = True) -> list[Fault]:
    """Why this text cannot be used; nothing when it can. `whole` asks for the needed fields."""
    known = {field.name: field for field in fields}
    found = [fault for line in lines_of(text) for fault in _faults_of_line(line, known)]
    if whole:
        found += _missing(set(names_in(text)), known.values())
    return found


def names_in(text: str) -> list[str]:
    """The fields that are printed; a condition alone prints nothing."""
    return [match[1] for match in FIELD.finditer(text) if not match[2]]


def _faults_of_line(line: Line, known: Mapping[str, Field]) -> list[Fault]:
    words: list[str] = []
    text = HALVES.join(line.halves)
    names = [match[1] for match in FIELD.finditer(text)]
    for name in [*filter(None, [line.only_with]), *names]:
        if name not in known:
            words.append(_("there is no field {%(name)s}.") % {"name": name})
    rest = FIELD.sub("", text)
    if "{" in rest or "}" in rest:
        words.append(
            _("a brace stands alone. A field is written {ten_truong}, without blanks inside.")
        )
    if any(match[2] for match in FIELD.finditer(text)):
        words.append(_("a field with a question mark stands at the start of its line."))
    if any(half.count(BOLD) % 2 for half in line.halves):
        words.append(_("bold words begin and end with two stars."))
    blocks = [name for name in names if name in known and known[name].shape != "text"]
    if blocks and (len(blocks) > 1 or len(line.halves) > 1 or not _ends(text, blocks[0], known)):
        words.append(_("{%(name)s} stands at the end of a line of its own.") % {"name": blocks[0]})
    return [Fault(line.number, sentence) for sentence in words]


def _ends(text: str, name: str, known: Mapping[str, Field]) -> bool:
    """A QR code stands first, with its caption after it; a list or a table stands last."""
    mark = f"{{{name}}}"
    return text.startswith(mark) if known[name].shape == "qr" else text.endswith(mark)


def _missing(used: set[str], fields: Iterable[Field]) -> list[Fault]:
    groups: dict[str, list[Field]] = {}
    for field in fields:
        if field.needed:
            groups.setdefault(field.needed, []).append(field)
    words = _("Missing: {%(name)s} (%(what)s). This paper does not hold without it.")
    return [
        Fault(0, words % {"name": group[0].name, "what": group[0].words})
        for group in groups.values()
        if not used & {field.name for field in group}
    ]


def filled(text: str, fields: Iterable[Field], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The text with its values, as blocks. Unknown fields print nothing: `faults_of` names them."""
    known = {field.name: field for field in fields}
    blocks: list[dict[str, Any]] = []
    for line in lines_of(text):
        if line.only_with and not _value(known, line.only_with, data):
            continue
        blocks += _blocks_of(line, known, data)
    return blocks


def filled_text(text: str, fields: Iterable[Field], data: Mapping[str, Any]) -> str:
    """The text with its values and its marks, for a person to go on writing. Plain fields only."""
    known = {field.name: field for field in fields}
    marks = {shape: mark for mark, shape in SHAPES.items()}
    lines = []
    for line in lines_of(text):
        if line.only_with and not _value(known, line.only_with, data):
            continue
        halves = [half for half in line.halves if _is_shown(half, known, data)]
        words = [
            FIELD.sub(lambda match: _text_of(known, match[1], data), half) for half in halves
        ]  # fmt: skip
        if words:
            lines.append(marks.get(line.shape, "") + HALVES.join(words))
    return "\n".join(lines)


def blocks_of(text: str) -> list[dict[str, Any]]:
    """A text that a person wrote to its end: marks count, braces are plain words."""
    return [
        {"kind": line.shape, "halves": [_runs(half) for half in line.halves]}
        for line in lines_of(text, with_fields=False)
    ]


def _runs(half: str) -> list[dict[str, Any]]:
    pieces: list[dict[str, Any]] = []
    for turn, part in enumerate(half.split(BOLD)):
        _add(pieces, part, strong=turn % 2 == 1)
    return pieces


def filled_line(text: str, fields: Iterable[Field], data: Mapping[str, Any]) -> str:
    """One line as plain text, such as the number of a paper."""
    known = {field.name: field for field in fields}
    return FIELD.sub(lambda match: str(_value(known, match[1], data)), text).strip()


def _blocks_of(
    line: Line, known: Mapping[str, Field], data: Mapping[str, Any]
) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    halves = [_pieces(half, known, data) for half in line.halves if _is_shown(half, known, data)]
    special = next(
        (
            known[name]
            for name in names_in(HALVES.join(line.halves))
            if name in known and known[name].shape != "text"
        ),
        None,
    )
    if special is None:
        if halves:
            blocks.append({"kind": line.shape, "halves": halves})
        return blocks
    value = _value(known, special.name, data)
    if special.shape == "qr":
        return [{"kind": "qr", "value": value, "halves": halves}] if value else []
    if halves and any(halves):
        blocks.append({"kind": line.shape, "halves": halves})
    if value:
        blocks.append({"kind": special.shape, "value": value})
    return blocks


def _is_shown(half: str, known: Mapping[str, Field], data: Mapping[str, Any]) -> bool:
    names = [name for name in names_in(half) if name in known]
    if not names:
        return True
    return any(known[name].dotted or _value(known, name, data) for name in names)


def _pieces(half: str, known: Mapping[str, Field], data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The half as runs of words, bold or not; values are never read for marks."""
    pieces: list[dict[str, Any]] = []
    for turn, part in enumerate(half.split(BOLD)):
        at = 0
        for match in FIELD.finditer(part):
            _add(pieces, part[at : match.start()], strong=turn % 2 == 1)
            _add(pieces, _text_of(known, match[1], data), strong=turn % 2 == 1)
            at = match.end()
        _add(pieces, part[at:], strong=turn % 2 == 1)
    return pieces


def _add(pieces: list[dict[str, Any]], text: str, *, strong: bool) -> None:
    if text:
        pieces.append({"text": text, "strong": strong})


def _text_of(known: Mapping[str, Field], name: str, data: Mapping[str, Any]) -> str:
    field = known.get(name)
    if field is None:
        return ""
    value = _value(known, name, data)
    if field.shape != "text":
        return "" if value or field.shape == "qr" or not field.dotted else DOTS
    return str(value) or (DOTS if field.dotted else "")


def _value(known: Mapping[str, Field], name: str, data: Mapping[str, Any]) -> Any:
    """What the data hold for the field; "" for nothing."""
    if name not in known:
        return ""
    found: Any = data
    for key in known[name].path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return "" if found is None else found

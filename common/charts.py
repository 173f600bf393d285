"""Charts as SVG: pure functions, numbers in, markup out. The same string on a page and on paper.

Presentation attributes only (a strict CSP forbids `style`), numbers written beside or inside what
they measure (colour alone says nothing), no patterns (WeasyPrint shows their seams). Every chart
has a title and a description for screen readers, and the caller puts a table under it. On a page a
number may be a link to the rows behind it; on paper there are none.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

INK, MUTED, GRID = "#1b2530", "#4a5765", "#d5dbe2"
OK, SOON, LATE, WAITING = "#2e6b4f", "#e0a100", "#b3261e", "#c3cad3"
LINE, BEFORE = "#1a4f8b", "#7a8794"
TEXT_ON = {OK: "#ffffff", LATE: "#ffffff", LINE: "#ffffff"}  # dark ink on every other ground
FONT = "Source Sans 3, Tinos, Noto Sans, sans-serif"  # the second one on paper
LETTER = 0.55  # mean width of a letter, in sizes
WIDE, NARROW = 640, 330  # a wide one shrinks to letters of 5 px on a phone


@dataclass(frozen=True)
class Series:
    """One part of every bar: its words in the legend and its colour."""

    words: str
    colour: str


@dataclass(frozen=True)
class Bar:
    """One row: a label, and for each series a whole number, on a page with a link to its rows."""

    label: str
    values: Sequence[int]
    links: Sequence[str] = ()


@dataclass(frozen=True)
class Point:
    """One place on the axis of time; None where there is nothing to say."""

    label: str
    value: float | None
    link: str = ""


@dataclass(frozen=True)
class Target:
    """A value that is aimed at, and what it is called."""

    words: str
    value: float


@dataclass(frozen=True)
class Span:
    """How long something takes: usual, for the slow tenth, and as planned. Any one unit."""

    label: str
    usual: float
    slow: float
    planned: float
    link: str = ""


def stacked_bars(
    title: str, series: Sequence[Series], rows: Sequence[Bar], *, narrow: bool = False
) -> SafeString:
    """Lying bars of parts, each with its number; what is longest fills the width."""
    width, left = (NARROW, 0) if narrow else (WIDE, 220)
    step, thick = (40, 20) if narrow else (30, 22)
    most = max((sum(row.values) for row in rows), default=0)
    room = width - left - 52  # the sum stands behind
    legend, top = _legend(series, left, width)
    parts = [legend]
    for index, row in enumerate(rows):
        y = top + index * step
        parts.append(_bar_label(row.label, left, y, thick, narrow))
        parts.append(_bar(series, row, _Place(left, y + (17 if narrow else 0), room, thick), most))
    told = "; ".join(f"{row.label}: {_told(series, row.values)}" for row in rows)
    return _svg(title, told, width, top + len(rows) * step + 4, parts)


def line(
    title: str, points: Sequence[Point], *, narrow: bool = False, target: Target | None = None
) -> SafeString:
    """Percentages over time; the axis begins at a round value below the lowest."""
    width, height = (NARROW, 190) if narrow else (WIDE, 230)
    left, top, right, bottom = 44, 18, 24, 26
    known = [point.value for point in points if point.value is not None]
    low = _floor([*known, target.value] if target else known)
    step = (width - left - right) / max(len(points) - 1, 1)

    def y_of(value: float) -> float:
        return round(top + (height - top - bottom) * (100 - value) / (100 - low), 1)

    parts = [_grid(low, width - right, left, y_of)]
    if target:
        parts.append(_goal(target, left, width - right, y_of(target.value)))
    places = [
        None if point.value is None else (round(left + index * step, 1), y_of(point.value))
        for index, point in enumerate(points)
    ]
    parts += [_run(run) for run in _runs(places)]
    every = 3 if narrow and len(points) > 6 else 1
    last = len(points) - 1
    for index, (point, place) in enumerate(zip(points, places, strict=True)):
        x = round(left + index * step, 1)
        if (last - index) % every == 0:
            parts.append(_text(point.label, x, height - 6, size=12, anchor="middle"))
        if place is not None and point.value is not None:
            parts.append(_dot(point, place, is_named=not narrow or index == last))
    told = "; ".join(f"{point.label}: {_percent(point.value)}" for point in points)
    return _svg(title, told, width, height, parts)


def spans(title: str, rows: Sequence[Span], *, unit: str, narrow: bool = False) -> SafeString:
    """How long steps take: a bar to the usual time, a thin line to the slow tenth, a mark where
    the plan ends. What lies beyond the plan is red."""
    width, step, thick = NARROW if narrow else WIDE, 44, 16
    most = max((max(row.slow, row.planned, row.usual) for row in rows), default=0)
    room = width - 92  # the words of the times stand behind
    parts = []
    for index, row in enumerate(rows):
        y = 4 + index * step
        parts.append(_text(_cut(row.label, width - 8, 13), 0, y + 12))
        parts.append(_span(row, _Place(0, y + 18, room, thick), most, unit))
    told = "; ".join(
        f"{row.label}: {_number(row.usual)} – {_number(row.slow)} / {_number(row.planned)} {unit}"
        for row in rows
    )
    return _svg(title, told, width, len(rows) * step + 8, parts)


def sparkline(values: Sequence[tuple[float | None, bool]]) -> SafeString:
    """A line of percents as high as a row of text, without words: they stand beside it, hidden.

    Each value with whether a line leads to it from the one before; a lonely one is a dot.
    """
    width, height, edge = 92, 26, 4
    step = (width - 2 * edge) / max(len(values) - 1, 1)
    low = _floor([value for value, _joined in values if value is not None])
    places: list[tuple[float, float] | None] = []
    runs: list[tuple[float, float] | None] = []
    for index, (value, is_joined) in enumerate(values):
        share = ((value or 0) - low) / (100 - low)
        x, y = round(edge + index * step, 1), round(height - edge - share * (height - 2 * edge), 1)
        places.append(None if value is None else (x, y))
        runs += [places[-1]] if is_joined else [None, places[-1]]
    shapes = [_run(run) for run in _runs(runs)]
    shapes += [
        format_html('<circle cx="{}" cy="{}" r="3" fill="{}"/>', _px(x), _px(y), LINE)
        for x, y in (place for place in places if place is not None)
    ]
    return format_html(
        '<svg class="spark" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true"'
        ' focusable="false">{}</svg>',
        width, height, width, height, _joined(shapes),
    )  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """Where a bar begins, how much room it has, how thick it is."""

    x: float
    y: float
    room: float
    thick: float


def _bar(series: Sequence[Series], row: Bar, place: _Place, most: int) -> SafeString:
    x, parts = place.x, []
    links = [*row.links, *[""] * (len(row.values) - len(row.links))]
    for each, value, link in zip(series, row.values, links, strict=True):
        if value <= 0:
            continue
        length = max(place.room * value / most, 3)
        words = _number(value)
        fits = len(words) * 13 * LETTER + 6 <= length
        shape = format_html(
            '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>{}',
            _px(x), _px(place.y), _px(max(length - 1.5, 1.5)), _px(place.thick), each.colour,
            _text(words, x + length / 2, place.y + place.thick - 6, anchor="middle", weight=600,
                  fill=TEXT_ON.get(each.colour, INK)) if fits else "",
        )  # fmt: skip
        parts.append(_linked(shape, link, f"{row.label}: {each.words} {words}"))
        x += length
    parts.append(_text(_number(sum(row.values)), x + 5, place.y + place.thick - 6, fill=MUTED))
    return _joined(parts)


def _span(row: Span, place: _Place, most: float, unit: str) -> SafeString:
    def at(value: float) -> float:
        return place.x + (place.room * value / most if most > 0 else 0)

    middle, end = place.y + place.thick / 2, at(row.usual)
    plan = min(at(row.planned), end)
    shapes = [
        _rect(place.x, place.y, plan - place.x, place.thick, OK),
        _rect(plan, place.y, end - plan, place.thick, LATE),
        format_html(
            '<path d="M{} {}H{}M{} {}v8" stroke="{}" stroke-width="2" fill="none"/>',
            _px(end), _px(middle), _px(at(row.slow)), _px(at(row.slow)), _px(middle - 4), MUTED,
        ),
        format_html(
            '<path d="M{} {}v{}" stroke="{}" stroke-width="3" fill="none"/>',
            _px(at(row.planned)), _px(place.y - 3), _px(place.thick + 6), INK,
        ),
    ]  # fmt: skip
    words = f"{_number(row.usual)} – {_number(row.slow)} {unit}"
    behind = max(at(row.slow), at(row.planned), end) + 6
    shapes.append(_text(words, behind, place.y + place.thick - 4, fill=INK, size=12))
    return _linked(_joined(shapes), row.link, f"{row.label}: {words}")


def _legend(series: Sequence[Series], left: float, width: float) -> tuple[SafeString, float]:
    """The words of the colours, in as many lines as they need, and the height of them."""
    size, room = 13, width - left
    lengths = [34 + len(each.words) * size * LETTER for each in series]
    if sum(lengths) > room:
        left, room = 0, width
    parts: list[SafeString] = []
    x, y = left, 4.0
    for each, length in zip(series, lengths, strict=True):
        if x > left and x + length > left + room:
            x, y = left, y + 20
        parts.append(_rect(x, y, 13, 13, each.colour))
        parts.append(_text(each.words, x + 18, y + 11, size=size))
        x += length
    return _joined(parts), y + 26


def _bar_label(label: str, left: float, y: float, thick: float, narrow: bool) -> SafeString:
    if narrow:
        return _text(_cut(label, NARROW - 8, 12), 0, y + 12, size=12)
    return _text(_cut(label, left - 10, 13), left - 8, y + thick - 6, anchor="end")


def _grid(low: float, right: float, left: float, y_of: Callable[[float], float]) -> SafeString:
    parts = []
    for value in _ticks(low):
        y = y_of(value)
        parts.append(format_html(
            '<path d="M{} {}H{}" stroke="{}" fill="none"/>', _px(left), _px(y), _px(right), GRID
        ))  # fmt: skip
        parts.append(_text(f"{_number(value)}%", left - 8, y + 4, anchor="end", size=12))
    return _joined(parts)


def _goal(target: Target, left: float, right: float, y: float) -> SafeString:
    return format_html(
        '<path d="M{} {}H{}" stroke="{}" stroke-dasharray="7 4" fill="none"/>{}',
        _px(left), _px(y), _px(right), INK, _text(target.words, left + 4, y + 15, size=12),
    )  # fmt: skip


def _dot(point: Point, place: tuple[float, float], *, is_named: bool) -> SafeString:
    x, y = place
    words = _percent(point.value)
    shape = format_html(
        '<circle cx="{}" cy="{}" r="4.5" fill="{}"/>{}', _px(x), _px(y), LINE,
        _text(words, x, y - 9, anchor="middle", weight=600, size=12, fill=LINE)
        if is_named else "",
    )  # fmt: skip
    return _linked(shape, point.link, f"{point.label}: {words}")


def _run(places: Sequence[tuple[float, float]]) -> SafeString:
    path = "L".join(f"{_px(x)} {_px(y)}" for x, y in places)
    return format_html(
        '<path d="M{}" stroke="{}" stroke-width="2.5" fill="none" stroke-linejoin="round"/>',
        path, LINE,
    )  # fmt: skip


def _runs(
    places: Sequence[tuple[float, float] | None],
) -> list[list[tuple[float, float]]]:
    """Neighbours that are known: a gap in the figures is a gap in the line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if len(run) > 1]


def _floor(known: Sequence[float]) -> float:
    """The round value at which an axis that ends at 100 begins."""
    return 90 if not known else max(0, min(90, math.floor((min(known) - 1) / 10) * 10))


def _ticks(low: float) -> list[float]:
    size = 10 if low >= 60 else 20 if low >= 20 else 25
    found = list(range(100, int(low) - 1, -size))
    return [float(value) for value in found]


def _rect(x: float, y: float, width: float, height: float, fill: str) -> SafeString:
    if width <= 0:
        return format_html("{}", "")
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" fill="{}"/>',
        _px(x), _px(y), _px(width), _px(height), fill,
    )  # fmt: skip


def _text(
    words: str, x: float, y: float, *, size: int = 13, anchor: str = "start", weight: int = 400,
    fill: str = INK,
) -> SafeString:  # fmt: skip
    return format_html(
        '<text x="{}" y="{}" font-size="{}" text-anchor="{}" font-weight="{}" fill="{}">{}</text>',
        _px(x), _px(y), size, anchor, weight, fill, words,
    )  # fmt: skip


def _linked(shape: SafeString, link: str, words: str) -> SafeString:
    if not link:
        return shape
    return format_html('<a href="{}" aria-label="{}">{}</a>', link, words, shape)


def _svg(
    title: str, told: str, width: float, height: float, parts: Sequence[SafeString]
) -> SafeString:
    """An image for a screen reader, unless there are links in it: those it must reach."""
    body = _joined(parts)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {} {}" role="{}"'
        ' aria-label="{}" font-family="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        _px(width), _px(height), "group" if "<a href" in body else "img", title, FONT, title,
        told, body,
    )  # fmt: skip


def _told(series: Sequence[Series], values: Sequence[int]) -> str:
    pairs = zip(series, values, strict=True)
    return ", ".join(f"{each.words} {_number(value)}" for each, value in pairs)


def _cut(label: str, room: float, size: int) -> str:
    """As many letters as there is room for; the table under the chart has the whole name."""
    most = int(room / (size * LETTER))
    return label if len(label) <= most else f"{label[: most - 1].rstrip()}…"


def _number(value: float) -> str:
    whole = float(value).is_integer()
    return number_format(value, 0 if whole else 1, force_grouping=True)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{number_format(value, 1)}%"


def data_uri(chart: str) -> str:
    """A chart as the address of an `<img>`: on paper its `alt` is read aloud, inline it is not."""
    return f"data:image/svg+xml;base64,{base64.b64encode(chart.encode()).decode()}"


def _px(value: float) -> str:
    """A number as SVG reads it, whatever the language of the page."""
    return f"{value:.1f}".removesuffix(".0")


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))

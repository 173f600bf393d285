"""Sizes, styles and measures of the decree, from `documents/data`: one row for each with source."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
POINTS_OF_MM = 72 / 25.4
PARTY = "party"  # `Form.beside`


@dataclass(frozen=True)
class Style:
    """The letters of one part of a document."""

    part: str
    case: str  # upper, or as typed
    size_pt: float
    style: str  # upright, bold, italic, bold italic

    @property
    def css(self) -> str:
        weight = "bold" if "bold" in self.style else "normal"
        slant = "italic" if "italic" in self.style else "normal"
        case = "uppercase" if self.case == "upper" else "none"
        return (
            f".{self.part} {{ font-size: {self.size_pt:g}pt; font-weight: {weight}; "
            f"font-style: {slant}; text-transform: {case}; }}"
        )


@dataclass(frozen=True)
class Form:
    """How a type of document is laid out."""

    code: str
    layout: str  # named, letter, decision, telegram, invitation, minutes, contract
    order: str  # "QUYẾT ĐỊNH:"
    numbered: bool
    dated: bool
    ending: bool  # the text ends with "./."
    beside: str = ""  # who may sign on the left: "secretary" of a meeting, the other PARTY


@cache
def styles() -> dict[str, Style]:
    """The style of each part, by its name."""
    return {
        row["part"]: Style(row["part"], row["case"], float(row["size_pt"]), row["style"])
        for row in _rows("layout_styles.csv")
    }


@cache
def measures() -> dict[str, float]:
    """Every measure by its name, in its own unit."""
    return {row["measure"]: float(row["value"]) for row in _rows("layout_measures.csv")}


def points(measure: str) -> float:
    """A measure that is given in millimetres, in points."""
    return measures()[measure] * POINTS_OF_MM


@cache
def forms() -> dict[str, Form]:
    """The layout of each type, by the type's code; copies have none of their own."""
    return {row["code"]: _form(row) for row in _rows("layouts.csv")}


@cache
def style_rules() -> str:
    """The rules of the style sheet that the decree sets: margins, letters, gaps, frames."""
    size = measures()
    page = styles()["page-number"].size_pt
    margins = " ".join(
        f"{size[f'margin-{side}']:g}mm" for side in ("top", "right", "bottom", "left")
    )
    frames = [
        f".urgency-{level} {{ width: {size[f'urgency-{level}']:g}mm; "
        f"height: {size['urgency-height']:g}mm; line-height: {size['urgency-height']:g}mm; }}"
        for level in (1, 2, 3)
    ]
    rules = [
        f"@page {{ size: {size['width']:g}mm {size['height']:g}mm; margin: {margins}; "
        f"@top-center {{ content: counter(page); font-family: Tinos; font-size: {page:g}pt; }} }}",
        f"@page wide {{ size: {size['height']:g}mm {size['width']:g}mm; }}",
        "@page :first { @top-center { content: none; } }",
        "@page :first { @bottom-left { content: element(check); vertical-align: top; } }",
        f".check-qr {{ width: {size['qr']:g}mm; height: {size['qr']:g}mm; "
        f"margin-top: {size['qr-gap']:g}mm; }}",
        *(each.css for each in styles().values()),
        *frames,
        f".text p {{ margin: {size['paragraph-gap']:g}pt 0 0; "
        f"text-indent: {size['indent']:g}mm; }}",
        f".text {{ line-height: {size['line']:g}; }}",
        f".letter-subject {{ margin-top: {size['letter-subject-gap']:g}pt; }}",
        f".short-rule {{ width: {size['rule']:g}%; }}",
        f".number-room {{ width: {size['number-room']:g}em; }}",
        f".date-room {{ width: {size['date-room']:g}em; }}",
        f".signature-room {{ width: {size['signature-width']:g}mm; "
        f"height: {size['signature-height']:g}mm; }}",
    ]
    return "\n".join(rules)


def _form(row: dict[str, Any]) -> Form:
    yes = {name: row[name] == "yes" for name in ("numbered", "dated", "ending")}
    return Form(row["code"], row["layout"], row["order"], **yes, beside=row["beside"])


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)

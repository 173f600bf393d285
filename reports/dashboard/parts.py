"""What every panel of a dashboard is made of: figures with their addresses, rows, tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common import charts
from reports.chosen import Chosen
from reports.queries.dashboard.scope import Scope
from reports.rules_dashboard import Flow, Stock

FLOW_HEADS = ("nhan", "xong", "som", "dung", "tre")
STOCK_HEADS = ("dang", "qua-han", "sap-den-han", "cho")


@dataclass(frozen=True)
class Cell:
    """A figure, where its rows are ("" for none), and how it looks."""

    value: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Row:
    name: str
    cells: Sequence[Cell]
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Under a chart, or alone. `total` is the row of all."""

    caption: str
    first: str
    heads: Sequence[str]
    rows: Sequence[Row]
    total: Row | None = None


@dataclass(frozen=True)
class Chart:
    """One picture for a desk and for a phone, and its figures."""

    title: str
    wide: str
    narrow: str
    table: Table
    note: str = ""
    is_cut: bool = False  # the picture has not every row of the table
    empty: str = ""  # what to say when there is no row, other than of the period


@dataclass(frozen=True)
class Links:
    """Addresses of the rows behind the figures of one dashboard; none when `is_on_paper`."""

    scope: Scope
    chosen: Chosen
    is_on_paper: bool = False

    def dossiers(self, figure: str, **more: str) -> str:
        return self._to("reports:dashboard_dossiers", so=figure, **more)

    def steps(self, **more: str) -> str:
        return self._to("reports:dashboard_steps", **more)

    def _to(self, name: str, **more: str) -> str:
        if self.is_on_paper:
            return ""
        procedure = self.scope.procedure.code if self.scope.procedure else ""
        known = {"don_vi": self.scope.code, "thu_tuc": procedure, "ky": self.chosen.key, **more}
        return f"{reverse(name)}?{urlencode({k: v for k, v in known.items() if v})}"

    def page(self, code: str) -> str:
        """The dashboard of one unit, of the same period."""
        url = reverse("reports:dashboard_unit", args=[code])
        return "" if self.is_on_paper else f"{url}?{urlencode({'ky': self.chosen.key})}"

    def procedure(self, code: str) -> str:
        known = {"ky": self.chosen.key, "don_vi": self.scope.code}
        url = reverse("reports:dashboard_procedure", args=[code])
        query = urlencode({key: value for key, value in known.items() if value})
        return "" if self.is_on_paper else f"{url}?{query}"


def number(value: int) -> str:
    return number_format(value, 0, force_grouping=True)


def share(value: Decimal | None) -> str:
    return "–" if value is None else f"{number_format(value, 1)}%"


def days(value: float) -> str:
    return number_format(value, 1)


def short(name: str) -> str:
    """A unit's name where room is scarce: the words that many begin with, abbreviated."""
    for words, letters in (("Ủy ban nhân dân", "UBND"), ("Uỷ ban nhân dân", "UBND")):
        name = name.replace(words, letters)
    return name


def figure(value: int, url: str, tone: str = "") -> Cell:
    """Nothing has no rows to show."""
    return Cell(number(value), url if value else "", tone if value else "")


def flow_cells(flow: Flow, links: Links, **more: str) -> list[Cell]:
    values = (flow.received, flow.finished, flow.early, flow.on_time, flow.late)
    tones = ("", "", "", "", "late")
    pairs = zip(FLOW_HEADS, values, tones, strict=True)
    cells = [figure(value, links.dossiers(name, **more), tone) for name, value, tone in pairs]
    return [*cells, Cell(share(flow.kept_percent))]


def stock_cells(stock: Stock, links: Links, **more: str) -> list[Cell]:
    values = (stock.open, stock.overdue, stock.soon, stock.waiting)
    pairs = zip(STOCK_HEADS, values, ("", "late", "", ""), strict=True)
    return [figure(value, links.dossiers(name, **more), tone) for name, value, tone in pairs]


def flow_heads() -> list[str]:
    return [
        _("Taken in"), _("Finished"), _("Finished early"), _("Finished on the due day"),
        _("Finished late"), _("Finished in time"),
    ]  # fmt: skip


def stock_heads() -> list[str]:
    return [_("Still open"), _("Overdue"), _("Due soon"), _("Waiting")]


def stock_series() -> list[charts.Series]:
    return [
        charts.Series(_("Overdue"), charts.LATE), charts.Series(_("Due soon"), charts.SOON),
        charts.Series(_("In time"), charts.OK), charts.Series(_("Waiting"), charts.WAITING),
    ]  # fmt: skip


def stock_bar(label: str, stock: Stock, links: Links, **more: str) -> charts.Bar:
    names = ("qua-han", "sap-den-han", "con-han", "cho")
    values = (stock.overdue, stock.soon, stock.later, stock.waiting)
    return charts.Bar(label, values, [links.dossiers(name, **more) for name in names])

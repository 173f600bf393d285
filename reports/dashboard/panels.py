"""The panels of a dashboard: one chart and its table after the other."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common import charts
from onestop.models import Procedure
from reports.chosen import Chosen
from reports.dashboard.parts import (
    Cell,
    Chart,
    Links,
    Row,
    Table,
    days,
    figure,
    flow_cells,
    flow_heads,
    share,
    short,
    stock_bar,
    stock_cells,
    stock_heads,
    stock_series,
)
from reports.periods import PeriodKind
from reports.queries.dashboard.flows import Flows
from reports.queries.dashboard.scope import Scope
from reports.queries.dashboard.steps import Signing, SlowStep
from reports.queries.dashboard.stocks import Stocks

SHOWN = 10  # bars of a chart; the table under it has every row


def by_row(scope: Scope, flows: Flows, stocks: Stocks, links: Links, shown: int = SHOWN) -> Chart:
    """Agencies of the province, or divisions of an agency: most overdue first."""
    units, order = scope.places.units, worst_first(scope, flows, stocks)
    own = scope.unit.pk if scope.unit else None
    is_inner = scope.row_column == "handling_unit_id"
    title = _("Open dossiers by division") if is_inner else _("Open dossiers by agency")
    bars = [
        stock_bar(short(units[pk].name), stocks.by_row[pk], links, hang=units[pk].code)
        for pk in order if stocks.by_row[pk].open
    ]  # fmt: skip
    rows = [
        Row(
            units[pk].name,
            [*stock_cells(stocks.by_row[pk], links, hang=units[pk].code),
             *flow_cells(flows.by_row[pk], links, hang=units[pk].code)],
            links.page(units[pk].code) if pk != own and scope.reaches(pk) else "",
        )
        for pk in order
    ]  # fmt: skip
    total = Row(_("All together"), [*stock_cells(stocks.all, links), *flow_cells(flows.now, links)])
    table = Table(title, _("Unit"), [*stock_heads(), *flow_heads()], rows, total)
    return _bars(title, stock_series(), bars, table, shown)


def worst_first(scope: Scope, flows: Flows, stocks: Stocks) -> list[int]:
    """Units that have a figure, most overdue first."""
    names = scope.places.units
    known = [pk for pk in {*flows.by_row, *stocks.by_row} if _is_told(pk, flows, stocks)]
    return sorted(
        known,
        key=lambda pk: (-stocks.by_row[pk].overdue, -stocks.by_row[pk].open, names[pk].name, pk),
    )


def _is_told(pk: int, flows: Flows, stocks: Stocks) -> bool:
    return bool(stocks.by_row[pk].open or flows.by_row[pk].received or flows.by_row[pk].finished)


def by_procedure(stocks: Stocks, links: Links) -> Chart:
    title = _("Procedures with most overdue")
    pairs = [(_name_of(procedure), procedure, stock) for procedure, stock in stocks.procedures]
    bars = [stock_bar(name, stock, links, thu_tuc=each.code) for name, each, stock in pairs]
    rows = [
        Row(name, stock_cells(stock, links, thu_tuc=each.code), links.procedure(each.code),
            each.code)
        for name, each, stock in pairs
    ]  # fmt: skip
    table = Table(title, _("Procedure"), stock_heads(), rows)
    return _bars(title, stock_series(), bars, table, empty=_("No dossier is overdue."))


def _name_of(procedure: Procedure) -> str:
    version = procedure.current_version
    return version.name if version else procedure.code


def by_field(flows: Flows, links: Links) -> Chart:
    """What was finished in each field, most late first."""
    order = sorted(
        flows.by_field,
        key=lambda name: (-flows.by_field[name].late, -flows.by_field[name].finished, name),
    )
    title = _("Finished by field")
    series = [
        charts.Series(_("Finished late"), charts.LATE),
        charts.Series(_("Finished on the due day"), charts.LINE),
        charts.Series(_("Finished early"), charts.OK),
    ]  # fmt: skip
    bars = []
    for name in order:
        flow = flows.by_field[name]
        to = [links.dossiers(each, linh_vuc=name) for each in ("tre", "dung", "som")]
        if flow.finished:
            bars.append(charts.Bar(name, (flow.late, flow.on_time, flow.early), to))
    rows = [
        Row(name, flow_cells(flows.by_field[name], links, linh_vuc=name)) for name in order
    ]  # fmt: skip
    total = Row(_("All together"), flow_cells(flows.now, links))
    table = Table(title, _("Field (of administration)"), flow_heads(), rows, total)
    return _bars(title, series, bars, table)


def _bars(
    title: str, series: Sequence[charts.Series], bars: Sequence[charts.Bar], table: Table,
    shown: int = SHOWN, empty: str = "",
) -> Chart:  # fmt: skip
    first = bars[:shown]
    return Chart(
        title, charts.stacked_bars(title, series, first),
        charts.stacked_bars(title, series, first, narrow=True), table,
        is_cut=len(bars) > len(first), empty=empty,
    )  # fmt: skip


def trend(flows: Flows, links: Links, target: int) -> Chart:
    """Share finished in time, month by month."""
    title = _("Finished in time, by month")
    points, rows = [], []
    for month, flow in flows.months.items():
        there = Links(
            links.scope, Chosen(PeriodKind.MONTHLY, month, links.chosen.today), links.is_on_paper
        )
        value = flow.kept_percent
        points.append(charts.Point(
            f"{month:%m/%y}", None if value is None else float(value),
            there.dossiers("xong") if flow.finished else "",
        ))  # fmt: skip
        rows.append(Row(f"{month:%m/%Y}", flow_cells(flow, there)))
    words = charts.Target(_("Target %(percent)s%%") % {"percent": target}, target)
    return Chart(
        title, charts.line(title, points, target=words),
        charts.line(title, points, target=words, narrow=True),
        Table(title, _("Month"), flow_heads(), rows),
    )  # fmt: skip


def slowest(found: Sequence[SlowStep], links: Links, note: str) -> Chart:
    title = _("Steps that lose most time")
    spans, rows = [], []
    for each in found:
        to = [links.steps(so=so, hang=each.unit.code, buoc=each.name) for so in ("buoc", "cham")]
        label = f"{each.name} – {short(each.unit.name)}"
        spans.append(charts.Span(label, each.usual, each.slow, each.planned, to[1]))
        times = (each.planned, each.usual, each.slow, each.lost)
        counts = [figure(each.count, to[0]), figure(each.late, to[1], "late")]
        rows.append(Row(each.name, [*counts, *(Cell(days(time)) for time in times)],
                        note=each.unit.name))  # fmt: skip
    heads = [
        _("Steps closed"), _("Past the plan"), _("Days planned"), _("Usual days"),
        _("Slowest tenth, days"), _("Days lost on average"),
    ]  # fmt: skip
    unit = _("days")
    return Chart(
        title, charts.spans(title, spans, unit=unit),
        charts.spans(title, spans, unit=unit, narrow=True),
        Table(title, _("Step"), heads, rows), note,
    )  # fmt: skip


PARTS = ("head", "deputy", "delegated", "other")


def part_words() -> dict[str, str]:
    """In which quality a result was signed."""
    words = (_("Head in person"), _("Deputy"), _("On behalf"), _("Others"))
    return dict(zip(PARTS, words, strict=True))


def who_signs(scope: Scope, signing: Signing, links: Links) -> Chart:
    """Heads in person, deputies, on behalf: by agency, within an agency by person."""
    title = _("Who signs the results")
    words = list(part_words().values())
    colours = (charts.OK, charts.LINE, charts.SOON, charts.WAITING)
    series = [charts.Series(*pair) for pair in zip(words, colours, strict=True)]
    bars, rows = [], []
    order = sorted(signing.by_row, key=lambda pk: (-signing.by_row[pk].total, pk))
    for pk in order:
        unit, found = scope.places.units[pk], signing.by_row[pk]
        values = [getattr(found, part) for part in PARTS]
        to = [links.steps(so="ky", ai=part, hang=unit.code) for part in PARTS]
        bars.append(charts.Bar(short(unit.name), values, to))
        cells = [figure(value, url) for value, url in zip(values, to, strict=True)]
        rows.append(Row(unit.name, [*cells, Cell(share(found.head_percent))]))
    to = [links.steps(so="ky", ai=part) for part in PARTS]
    values = [getattr(signing.all, part) for part in PARTS]
    cells = [figure(value, url) for value, url in zip(values, to, strict=True)]
    total = Row(_("All together"), [*cells, Cell(share(signing.all.head_percent))])
    heads = [*words, _("Share in person")]
    return _bars(title, series, bars, Table(title, _("Agency"), heads, rows, total))

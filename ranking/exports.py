"""A publication as files: CSV, a workbook, and all that it takes to compute it again."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from decimal import Decimal

from django.http import HttpResponse
from django.utils.translation import gettext as _

from common.pages import CSV, as_file
from common.spreadsheets import Spreadsheet, harmless
from ranking.annex import Annex, annex_of, heading
from ranking.method_words import left_out_words, method_words
from ranking.models import Figure, Publication
from ranking.queries.contents import content_of
from ranking.queries.league import places_of_units
from ranking.queries.measured import Behind
from ranking.rules.dry_run import HEADER
from ranking.rules.snapshots import framework_of, scores_of
from ranking.rules.yaml_files import write_framework

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # of the files in an archive: the same content is the same file


def name_of(publication: Publication, ending: str) -> str:
    """ "xep-hang-2025-ban-2.pdf"; the first version without its number."""
    version = f"-ban-{publication.number}" if publication.number > 1 else ""
    return f"xep-hang-{publication.cycle.year}{version}.{ending}"


def table_csv(publication: Publication) -> HttpResponse:
    """The columns that `ranking_dry_run` prints, in the order of the table."""
    content, text = content_of(publication.digest), io.StringIO()
    places, order = content.scale.precision, places_of_units(publication, content)
    lines = publication.standings.in_bulk([place.pk for place in order])
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(HEADER)
    for line in (lines[place.pk] for place in order):
        rows.writerow([
            harmless(line.unit_name), harmless(line.group), printed(line.total, places),
            printed(line.percent, places), harmless(line.label), line.rank or "",
        ])  # fmt: skip
    return as_file(text.getvalue().encode("utf-8-sig"), CSV, name_of(publication, "csv"))


def rows_csv(figure: Figure, found: Behind) -> HttpResponse:
    """What a figure of the portal was counted from, by unit, with its definition and cut-off."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([harmless(figure.definition), figure.cut_at.isoformat()])
    rows.writerow(["code", "unit", "reached", "all"])
    for unit, reached, whole in found.units:
        rows.writerow([unit.code, harmless(unit.name), reached, whole])
    name = f"so-lieu-{figure.criterion.code}-{figure.pk}.csv"
    return as_file(text.getvalue().encode("utf-8-sig"), CSV, name)


def printed(value: Decimal | None, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


# --- the workbook --------------------------------------------------------------------------------


def table_sheet(publication: Publication) -> bytes:
    """The annex as a workbook: one row for each unit, numbers as numbers, the group a column."""
    annex = annex_of(publication)
    out = Spreadsheet(_("Ranking"))
    framework = annex.content.framework
    lines = [publication.snapshot["name"], heading(publication)]
    lines += [_("DRAFT – not published")] if annex.is_draft else []
    lines += [framework.notice] if framework.is_sample else []
    for index, text in enumerate(lines):
        out.write_texts(index, 0, [text], out.head if index == 0 else None)
    first = len(lines) + 1
    areas = annex.content.areas
    out.write_heads(
        [_("Group"), _("Rank"), _("Unit"), *(f"{code}. {title}" for code, title in areas),
         _("Applicable maximum"), _("Deduction"), _("Total points"), "%", _("Class"),
         _("Class by lateness")],
        first,
    )  # fmt: skip
    _write_rows(out, annex, first + 1)
    out.sheet.freeze_panes(first + 1, 3)
    out.sheet.autofilter(first, 0, first, len(areas) + 8)
    out.set_widths((28, 7, 52, *(13 for _area in areas), 12, 10, 11, 9, 13, 12))
    notes = out.book.add_worksheet(_("Method"))
    notes.set_column(0, 0, 110)
    wrapped = out.look(text_wrap=True)
    words = method_words(annex.content, annex.due)
    method = [*words, *left_out_words(annex.publication.snapshot)]
    told = [*method, f"SHA-256: {publication.digest}", framework.name]
    for index, text in enumerate(told):
        notes.write_string(index, 0, text, wrapped)
    return out.content()


def _write_rows(out: Spreadsheet, annex: Annex, row: int) -> None:
    places = annex.content.scale.precision
    exact = out.look(num_format="0." + "0" * places if places else "0")
    columns = {code: 3 + place for place, (code, _title) in enumerate(annex.content.areas)}
    behind = 3 + len(columns)
    for group in annex.groups:
        for line in group.rows:
            out.write_texts(row, 0, [group.name])
            if line.rank is not None:
                out.sheet.write_number(row, 1, line.rank)
            out.write_texts(row, 2, [line.name])
            for (code, _title), points in zip(group.areas, line.points, strict=True):
                if points is not None:
                    out.sheet.write_number(row, columns[code], points, exact)
            figures = (line.maximum, line.deduction, line.total, line.percent)
            for offset, value in enumerate(figures):
                out.sheet.write_number(row, behind + offset, value, exact)
            out.write_texts(row, behind + 4, [line.label, _("yes") if line.is_forced else ""])
            row += 1


# --- what it takes to compute it again -----------------------------------------------------------


def open_data(publication: Publication) -> bytes:
    """Snapshot, framework and points: `ranking_dry_run` on the two latter gives the same table."""
    snapshot = publication.snapshot
    files = {
        "snapshot.json": json.dumps(snapshot, ensure_ascii=False, sort_keys=True),
        "framework.yaml": write_framework(framework_of(snapshot)),
        "scores.csv": scores_of(snapshot, ranked=True),
        "README.txt": _readme(publication),
    }
    if any(not unit["is_ranked"] for unit in snapshot["units"]):
        files["scores-not-ranked.csv"] = scores_of(snapshot, ranked=False)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _readme(publication: Publication) -> str:
    return "\n\n".join([
        publication.snapshot["name"],
        heading(publication),
        _("snapshot.json is what was approved. Its SHA-256, as it is here, byte for byte:"),
        publication.digest,
        _("To compute the table again: manage.py ranking_dry_run --framework framework.yaml"
          " --scores scores.csv --output table.csv. NA: does not apply to the unit."),
        _("scores-not-ranked.csv, where it is there, has the units that are assessed but not"
          " ranked; they take no place from the others."),
    ]) + "\n"  # fmt: skip

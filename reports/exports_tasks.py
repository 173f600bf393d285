"""A statement of tasks as a spreadsheet: the table, and the tasks that were overdue or late."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from common.spreadsheets import Spreadsheet
from directives.queries import lists
from organizations.models import User
from reports.models import TaskReport
from reports.queries.task_tables import COLUMNS, RatingDetail, TaskTable
from reports.rules_ratings import PLACES
from reports.rules_tasks import Part

FIRST = 6  # row of the heads, from 0
TOLD = (Part.OVERDUE, Part.LATE)


def task_report_sheet(report: TaskReport, table: TaskTable, user: User) -> bytes:
    """Two sheets; of the tasks those that the person may see, as they are worded now."""
    out = Spreadsheet(_("Statement"))
    out.sheet.set_landscape()
    out.sheet.set_paper(9)  # A4
    out.sheet.fit_to_pages(1, 0)
    bold = out.look(bold=True)
    top = (report.title, table.period_words, table.unit_words, table.state_words,
           table.denominator_words)  # fmt: skip
    for index, text in enumerate(top):
        out.write_texts(index, 0, [text], None if index else bold)
    head = out.look(bold=True, border=1, text_wrap=True, align="center", valign="vcenter")
    _write_heads(out, table, head)
    _write_rows(out, table)
    _write_below(out, table, report, FIRST + 3 + len(table.lines))
    out.sheet.freeze_panes(FIRST + 2, 2)
    out.set_widths((6, 44, *(11 for _column in COLUMNS), 11, 11, 11, 16))
    _write_tasks(out, report, table, user)
    if table.detail.lines:
        _write_detail(out, table.detail)
    return out.content()


def _write_heads(out: Spreadsheet, table: TaskTable, head: Any) -> None:
    out.sheet.merge_range(FIRST, 0, FIRST + 1, 0, _("No."), head)
    out.sheet.merge_range(FIRST, 1, FIRST + 1, 1, _("Lead"), head)
    column = 2
    for group in table.groups:
        last = column + group["size"] - 1
        if last > column:
            out.sheet.merge_range(FIRST, column, FIRST, last, group["words"], head)
        else:
            out.write_texts(FIRST, column, [group["words"]], head)
        column = last + 1
    more = (_("Denominator"), _("Percent completed in time"), _("Points"), _("Class"))
    out.write_texts(FIRST + 1, 2, (*table.titles.values(), *more), head)


def _write_rows(out: Spreadsheet, table: TaskTable) -> None:
    plain = {"border": 1, "text_wrap": True, "valign": "top"}
    looks = {False: out.look(**plain), True: out.look(**plain, bold=True)}
    exact = {key: out.look(**plain, bold=key, num_format="0.00") for key in looks}
    for at, line in enumerate(table.lines, FIRST + 2):
        look, last = looks[line["is_sum"]], 2 + len(COLUMNS)
        out.write_texts(at, 0, (line["number"], line["name"]), look)
        for offset, figure in enumerate(line["figures"]):
            out.sheet.write_number(at, 2 + offset, figure["value"], look)
        out.sheet.write_number(at, last, line["assigned"], look)
        for offset, key in enumerate(("percent", "points"), 1):
            if line[key] is None:
                out.write_texts(at, last + offset, [""], look)
            else:
                out.sheet.write_number(at, last + offset, line[key], exact[line["is_sum"]])
        out.write_texts(at, last + 3, [line["band"]], look)


def _write_below(out: Spreadsheet, table: TaskTable, report: TaskReport, at: int) -> None:
    listed = ((_("Commended"), table.commended), (_("Criticised"), table.criticised))
    words = [f"{name}: {'; '.join(units) or '–'}" for name, units in listed]
    for offset, text in enumerate((*words, *table.rule_words, f"SHA-256: {report.digest}")):
        out.write_texts(at + offset, 0, [text])


def _write_detail(out: Spreadsheet, detail: RatingDetail) -> None:
    """How the points of every lead came about, one part beside the other."""
    out.add_sheet(_("Rating"))
    heads = [f"{group['words']}: {each}" for group in detail.groups for each in group["titles"]]
    more = (_("Points"), _("At most"), _("Percent"), _("Class")) if detail.is_sum else ()
    out.write_heads((_("Lead"), *heads, *more))
    exact = out.look(num_format="0.00")
    for at, line in enumerate(detail.lines, 1):
        out.write_texts(at, 0, [line["name"]])
        values = [(cell["value"], cell["places"]) for cell in line["cells"]]
        if detail.is_sum:
            values += [(line["points"], PLACES), (line["most"], 0), (line["percent"], PLACES)]
        for column, (value, places) in enumerate(values, 1):
            if value is not None:
                out.sheet.write_number(at, column, value, exact if places else None)
        if detail.is_sum:
            out.write_texts(at, 1 + len(values), [line["band"]])
    out.set_widths((44, *(14 for _head in (*heads, *more))))


def _write_tasks(out: Spreadsheet, report: TaskReport, table: TaskTable, user: User) -> None:
    """One line for each task that was overdue or completed late at the end of the period."""
    out.add_sheet(_("Overdue and late tasks"))
    out.write_heads((_("No."), _("Lead"), _("Source of tasks"), _("Task"), _("Giver"),
                     _("At the end of the period")))  # fmt: skip
    of_task = {
        pk: (row["name"], table.titles[part]) for row in report.rows for part in TOLD
        for pk in row["tasks"][part]
    }  # fmt: skip
    found = lists.rows(lists.seen(user).filter(pk__in=list(of_task))).order_by("id")
    told = {row["id"]: row for row in found}
    known = [pk for pk in of_task if pk in told]
    for number, pk in enumerate(known, 1):
        row, (lead, standing) = told[pk], of_task[pk]
        source = row["reference"] or row["subject"]
        texts = (str(number), lead, source, row["content"], row["giver_name"], standing)
        out.write_texts(number, 0, texts)
    out.set_widths((6, 40, 22, 70, 24, 22))

"""Running tasks come from the tables in which they were followed until now: all rows or none."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record_each
from common.errors import DomainError
from common.text import unaccented
from directives.models import Cooperator, Directive, DueDate, Progress, Task
from directives.services import recurring
from directives.services.ground import FOLLOWS, GIVES, facts
from directives.states import DueKind, Every, Status
from directives.task_sheet import (
    HEADINGS,
    Known,
    TaskRow,
    TaskSheet,
    check,
    every_of,
    follower_of,
    giver_of,
    origin_of,
)
from organizations import access, posts
from organizations.models import Unit, User


@transaction.atomic
def bring_in(rows: list[TaskRow], *, actor: User, unit_id: int) -> list[Task]:
    """Make the tasks of checked rows, in the name of the leaders that they name.

    A deadline may have passed: the work runs. With some percent done it is in work, else the lead
    accepts it now. Everything is checked again: the preview may be an hour old, and who sends it
    twice waits for himself and then finds the tasks there. Nobody is told of each: they knew.
    """
    unit = Unit.objects.select_for_update(of=("self",), no_key=True).get(pk=unit_id)
    right = posts.right_at(actor, GIVES, unit.pk) or posts.right_at(actor, FOLLOWS, unit.pk)
    if right is None:
        access.refuse(GIVES)
    known, sheet = Known(unit, actor), TaskSheet(HEADINGS, [replace(row) for row in rows])
    check(sheet, known)
    if sheet.faults:
        fault = sheet.faults[0]
        raise DomainError(
            _("Nothing was imported: row %(row)s, %(message)s Upload the file again.")
            % {"row": fault.row, "message": fault.message}
        )
    at = timezone.now()
    sources = _directives(sheet.rows, known, actor, at)
    leads = Unit.objects.in_bulk({known.unit_of(row.lead) for row in rows})
    pairs = [(row, _task(row, sources[row.source], leads, known, at)) for row in sheet.rows]
    _begin_series(pairs, known)
    _keep(pairs, known, actor, at)
    told = [(task, unit, facts(task, actor)) for _row, task in pairs]
    record_each(told, "task.imported", actor=actor, on_behalf_of=right.on_behalf_of)
    return [task for _row, task in pairs]


def _directives(
    rows: list[TaskRow], known: Known, actor: User, at: dt.datetime
) -> dict[tuple[str, ...], Directive]:
    """One for all rows of the same source."""
    made = {
        row.source: Directive(
            unit=known.unit, giver_id=giver_of(row, known) or 0, origin=origin_of(row.origin),
            reference=row.reference, subject=row.subject, given_on=row.day_given,
            entered_at=at, entered_by=actor,
        )
        for row in rows
    }  # fmt: skip
    Directive.objects.bulk_create(made.values(), batch_size=500)
    return made


def _task(
    row: TaskRow, directive: Directive, leads: dict[int, Unit], known: Known, at: dt.datetime
) -> Task:
    percent = int(row.percent or 0)
    task = Task(
        directive=directive, unit=known.unit, giver_id=directive.giver_id,
        follower_id=follower_of(row, known), lead=leads[known.unit_of(row.lead) or 0],
        content=row.content, product=row.product,
        field=known.areas.get(unaccented(row.field), ""), percent=percent,
        status=Status.IN_WORK if percent else Status.GIVEN, accepted_at=at if percent else None,
        given_on=row.day_given, given_at=at, due_on=row.day_due,
    )  # fmt: skip
    task.index_words(directive)
    return task


def _begin_series(pairs: list[tuple[TaskRow, Task]], known: Known) -> None:
    """Of the rows that come again; what is due meanwhile is passed over (`recurring.make_due`)."""
    for every in Every:
        same = [
            (task, known.helpers_of(row)) for row, task in pairs if every_of(row.every) == every
        ]
        recurring.begin(same, every, None)


def _keep(pairs: list[tuple[TaskRow, Task]], known: Known, actor: User, at: dt.datetime) -> None:
    """Write the tasks with who helps, how far they are and their day."""
    Task.objects.bulk_create([task for _row, task in pairs], batch_size=500)
    Cooperator.objects.bulk_create(
        [
            Cooperator(task=task, unit_id=pk)
            for row, task in pairs
            for pk in known.helpers_of(row)
        ],
        batch_size=500,
    )  # fmt: skip
    begun = [task for _row, task in pairs if task.percent]
    Progress.objects.bulk_create(
        [
            Progress(
                task=task, unit=known.unit, percent=task.percent, at=at, by=actor,
                words=_("As far as it was when it was brought in from a file"),
            )
            for task in begun
        ],
        batch_size=500,
    )  # fmt: skip
    DueDate.objects.bulk_create(
        [
            DueDate(
                task=task, kind=DueKind.GIVEN, due_on=task.due_on, from_on=task.given_on, at=at,
                by=actor,
            )
            for _row, task in pairs
        ],
        batch_size=500,
    )  # fmt: skip

"""Automatic measures that a criterion may name: counted by the portal itself, with their rule.

A measure is a set of rows with a condition, so that what was counted can be counted again and
looked at: of 10^6 dossiers the window and the cut-off are kept, and the numbers of every unit.
What was received in error and parts of linked dossiers are left out, as in every statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db.models import CharField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directives.queries import shares as of_tasks
from documents.queries.shares import SHARES, Share
from onestop.models import Dossier, StepRun
from onestop.models.dossiers import DossierQuerySet
from onestop.states import StepState
from organizations.models import Position
from ranking.rules.faults import Faulty
from ranking.rules.numbers import half_up, plain
from ranking.scoring import Rule, Scored

Counts = Mapping[int, tuple[int, int]]  # by unit: a of b; of a count b is a
ONLINE = 2  # channel
QD766 = "QĐ 766/QĐ-TTg (2022)"
QD2947 = "QĐ 2947/QĐ-UBND (Khánh Hòa, 2016)"


class RowKind(Enum):
    """What somebody sees who looks at the rows of a figure."""

    DOSSIERS = "dossiers"
    INCOMING = "incoming"
    OUTGOING = "outgoing"
    TASKS = "tasks"


@dataclass(frozen=True)
class Window:
    """Days that are both included, and the moment up to which things are known."""

    first: dt.date
    last: dt.date
    cut: dt.datetime

    @property
    def start(self) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.first, dt.time.min))

    @property
    def end(self) -> dt.datetime:
        """The first moment after it: of the day after the last one, or of the cut-off."""
        after = dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time.min)
        return min(timezone.make_aware(after), self.cut)

    @property
    def last_day(self) -> dt.date:
        """The day on which what is open is judged."""
        return min(self.last, timezone.localdate(self.cut))


@dataclass(frozen=True)
class Measure:
    """What is counted, in words, with its source; `rows` are all, `good` those of them that count.

    Without either it is made by the years of the units below (`services.rolling`).
    """

    words: str | Promise
    unit: str | Promise  # of count
    source: str
    later: str | Promise  # what makes a later count of the same cut-off differ
    rows: Callable[[Window], QuerySet[Any]] | None = None
    good: Callable[[Window], Q] | None = None  # None: the rows themselves are the figure
    place: str = "competent_unit"
    dossier: str = "pk"
    is_of: RowKind = RowKind.DOSSIERS  # what the rows lead to

    @property
    def is_share(self) -> bool:
        """A part of a whole, not a count."""
        return self.good is not None

    @property
    def is_counted(self) -> bool:
        return self.rows is not None

    def counted(self, window: Window, units: Collection[int] | None = None) -> Counts:
        """By unit; one aggregation. `units`: of these alone."""
        assert self.rows is not None
        rows = self.rows(window)
        if units is not None:
            rows = rows.filter(**{f"{self.place}__in": list(units)})
        whole = Count("pk")
        good = whole if self.good is None else Count("pk", filter=self.good(window))
        found = rows.order_by().values_list(self.place).annotate(part=good, whole=whole)
        return {unit: (part, all_of_them) for unit, part, all_of_them in found}

    def behind(self, window: Window, units: Iterable[int], *, only_good: bool) -> Any:
        """Ids of the dossiers or documents behind a figure, as a subquery."""
        assert self.rows is not None
        rows = self.rows(window).filter(**{f"{self.place}__in": list(units)})
        if only_good and self.good is not None:
            rows = rows.filter(self.good(window))
        return rows.values(self.dossier)


@dataclass(frozen=True, kw_only=True)
class TaskMeasure(Measure):
    """A share of the tasks that the province gave, from what was known at the end of the window."""

    share: of_tasks.Share

    @property
    def is_share(self) -> bool:
        return True

    @property
    def is_counted(self) -> bool:
        return True

    def counted(self, window: Window, units: Collection[int] | None = None) -> Counts:
        return self.of(of_tasks.due_in(window, units))

    def of(self, tasks: Iterable[of_tasks.Due]) -> Counts:
        """By unit, of what was due in a window: the measures of tasks share what is told once."""
        found: dict[int, tuple[int, int]] = {}
        for task in tasks:
            part, whole = found.get(task.unit, (0, 0))
            found[task.unit] = (part + self.share.good(task), whole + 1)
        return found

    def behind(self, window: Window, units: Iterable[int], *, only_good: bool) -> Any:
        tasks = of_tasks.due_in(window, set(units))
        return [task.pk for task in tasks if not only_good or self.share.good(task)]


def _received(window: Window) -> DossierQuerySet:
    """Accepted in the window and not known at the cut-off to be an error."""
    rows: DossierQuerySet = Dossier.objects.whole()
    return rows.filter(_in_force(window), accepted_at__gte=window.start, accepted_at__lt=window.end)


def _in_force(window: Window) -> Q:
    return Q(voided_at=None) | Q(voided_at__gte=window.cut)


def _is_open(window: Window) -> Q:
    return Q(finished_at=None) | Q(finished_at__gte=window.end)


def _in_hand(window: Window) -> Any:
    """Finished in the window, or accepted before its end and still open there."""
    rows = Dossier.objects.whole().filter(_in_force(window), accepted_at__lt=window.end)
    return rows.filter(_is_open(window) | Q(finished_at__gte=window.start)).annotate(
        done_on=TruncDate("finished_at"), due_on=TruncDate("due_at")
    )


def _kept(window: Window) -> Q:
    """Finished not after the due day, or open and not overdue on the last day."""
    in_time = Q(finished_at__lt=window.end, done_on__lte=F("due_on"))
    return in_time | (_is_open(window) & Q(due_on__gte=window.last_day))


def _decisions(window: Window) -> QuerySet[StepRun]:
    """Steps of approval that were closed in the window, of dossiers in force and not of parts."""
    dossiers = Dossier.objects.whole().filter(_in_force(window))
    return StepRun.objects.filter(
        kind="approve", state=StepState.CLOSED, dossier__in=dossiers,
        closed_at__gte=window.start, closed_at__lt=window.end,
    ).annotate(closed_on=TruncDate("closed_at"))  # fmt: skip


def _in_person(window: Window) -> Q:
    """By who on that day was a leader of the unit of the step or of one above it, in his own name;
    who leads the province is not the head of its agencies."""
    place = ExpressionWrapper(OuterRef("unit__path"), output_field=CharField())
    leaders = Position.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=OuterRef("closed_on")),
        ~Q(unit__kind="province") | Q(unit=OuterRef("unit")),
        role="leader", user=OuterRef("closed_by"), valid_from__lte=OuterRef("closed_on"),
    )  # fmt: skip
    leads = leaders.annotate(place=place).filter(place__startswith=F("unit__path"))
    return Q(Exists(leads), on_behalf_of="")


def _of_documents(share: Share) -> Measure:
    """A share of what goes through the registries of documents; place: the unit of the registry."""
    return Measure(
        share.words, _("documents"), share.source,
        _("Documents that were refused, taken back, finished or given another deadline since."),
        share.rows, share.good, place="registry__unit",
        is_of=RowKind.INCOMING if share.is_incoming else RowKind.OUTGOING,
    )  # fmt: skip


def _of_tasks(share: of_tasks.Share) -> Measure:
    return TaskMeasure(
        share.words, _("tasks"), of_tasks.SOURCE,
        _("A merger that was entered later for a day of the period."),
        is_of=RowKind.TASKS, share=share,
    )  # fmt: skip


DOSSIERS = _("dossiers")
VOID = _("Dossiers that were found to be received in error, or given to another agency, since.")
MEASURES: dict[str, Measure] = {
    "onestop.received": Measure(
        _("Dossiers received on the one-stop system in the period, without those in error"),
        DOSSIERS, QD2947, VOID, _received,
    ),
    "onestop.on_time": Measure(
        _("Dossiers finished in time or open and not overdue, of all that were in hand"),
        DOSSIERS, f"{QD766}, PROGRESS",
        _("Dossiers found in error or given to another agency since; new due dates of what was"
          " open; dossiers opened again."),
        _in_hand, _kept,
    ),
    "onestop.online": Measure(
        _("Dossiers handed in online, of all that were received"),
        DOSSIERS, QD766, VOID, _received, lambda window: Q(channel=ONLINE),
    ),
    "onestop.heads": Measure(
        _("Decisions made on the system by the head or a deputy himself, not by who acts for him,"
          " of all decisions"),
        _("decisions"), f"{QD2947}, Điều 9 khoản 1 điểm b",
        _("Positions of leaders that were entered or ended for a past day since."),
        _decisions, _in_person, place="unit", dossier="dossier",
    ),
    **{name: _of_documents(share) for name, share in SHARES.items()},
    **{name: _of_tasks(share) for name, share in of_tasks.SHARES.items()},
    "ranking.children_mean": Measure(
        _("Mean of the percents that the units below reached in the year of this agency"),
        _("percent"), "QĐ 1278/QĐ-CTUBND (Khánh Hòa, 2020), Điều 9 khoản 3, 4",
        _("A corrected publication of the year below."),
    ),
    "ranking.children_share": Measure(
        _("Units below in the two best classes, of all that were classed"),
        _("units"), "QĐ 1278/QĐ-CTUBND (Khánh Hòa, 2020), Điều 9 khoản 3, 4",
        _("A corrected publication of the year below."),
    ),
}  # fmt: skip


def measured(rule: Rule, a: Decimal, b: Decimal | None) -> tuple[dict[str, str], Scored] | None:
    """The figure as the rule asks for it, with its points; None: there is nothing to compare."""
    given = asked_for([each.name for each in rule.inputs], a, b)
    try:
        return (given, rule.score(given)) if given else None
    except Faulty:
        return None


def asked_for(names: Iterable[str], a: Decimal, b: Decimal | None) -> dict[str, str] | None:
    """The figure as a rule asks for it: a of b, a alone, a count, or a value in percent.

    None: the rule asks for something else. `b` None: there is no whole.
    """
    wanted = set(names)
    if wanted == {"a", "b"}:
        return None if b is None else {"a": plain(a), "b": plain(b)}
    if wanted in ({"a"}, {"count"}):
        return {wanted.pop(): plain(a)}
    if wanted == {"value"}:
        if b is None:
            return {"value": plain(a)}
        return {"value": plain(half_up(a * 100 / b, 4))} if b else None
    return None

"""The board of tasks: how they stand, by who leads and who gives, and what changed since a day.

A board shows the tasks that one body gave, or those that the person's units were given from above.
Of this year it shows what is open, too, whenever that was given; of an earlier one only what was
completed in it: what is overdue today says nothing of that year. Two index-only aggregations by
lead and giver (and by field, where the board tells it) give every figure, so what a board costs
follows from the open tasks and those of one year, not from all that were ever given.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from common.counting import capped_counts, in_words
from common.days import start_of
from directives.models import Extension, Progress, Result, Task
from directives.queries import lists
from directives.rules import FINISHED, JUDGED, TIMELY, Label
from directives.states import SHOWN, Answer, Status, Verdict
from directives.words import label_words
from organizations.models import Unit, User

DAY = dt.timedelta(days=1)
OWN = "don-vi"  # instead of a body: what the person's units were given from above
LEAD, GIVER, FIELD = "co-quan", "nguoi-giao", "linh-vuc"
NAMED = ("lead", "giver", "field")  # what rows are made by, in the order of a key
PLACES = {LEAD: 0, GIVER: 1, FIELD: 2}
NO_FIELD = "-"  # in an address
OPEN_LABELS = (
    Label.OVERDUE, Label.DUE_SOON, Label.IN_TIME, Label.NO_DUE, Label.RETURNED, Label.SUSPENDED
)  # fmt: skip
LABELS = (*OPEN_LABELS, *FINISHED)
Key = tuple[int, int, str | None]  # who leads, who gave, the field if it is told


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; ids of None: all of them."""

    year: int
    since: dt.date
    by: str = LEAD
    lead: int | None = None
    giver: int | None = None
    field: str | None = None  # NO_FIELD: those without one


@dataclass(frozen=True)
class Row:
    """One agency, giver or field, with the number of its tasks under each label."""

    pk: int | str | None  # None: the sum
    name: str
    counts: Counter[Label]

    @property
    def total(self) -> int:
        return self.counts.total()

    @property
    def judged(self) -> int:
        return sum(self.counts[label] for label in JUDGED)

    @property
    def timely(self) -> int:
        return sum(self.counts[label] for label in TIMELY)

    @property
    def percent(self) -> Decimal:
        """In time, of what was finished or is overdue; there must be some."""
        return Decimal(100 * self.timely) / self.judged


def bodies_for(user: User) -> list[tuple[str, str]]:
    """The boards that a person has: of what his units were given, of each body in whose name he
    gives or follows tasks, and of the province for who sees all of it. One query; [] for who
    only works on tasks."""
    giving, is_above = lists.giving_units(user), lists.sees_all(user)
    if not giving and not is_above:
        return []
    shown = Q(pk__in=giving) | Q(parent=None) if is_above else Q(pk__in=giving)
    found = [
        (str(unit.pk), _("Given by %(unit)s") % {"unit": unit.name})
        for unit in Unit.objects.filter(shown).in_tree_order()
    ]
    if lists.own_units(user):
        found.insert(0, (OWN, _("Given to my units")))
    return found


def tasks_of(user: User, body: str) -> Any:
    """The tasks of one of `bodies_for`."""
    if body != OWN:
        return Task.objects.filter(unit=int(body))
    units = lists.own_units(user)
    return Task.objects.filter(lead__in=units).exclude(unit__in=units)


class Board:
    """The figures of one board. Five queries, however many tasks there are."""

    def __init__(self, user: User, body: str, wanted: Wanted, today: dt.date) -> None:
        self.user, self.body, self.wanted, self.today = user, body, wanted, today
        self.open_labels = OPEN_LABELS if wanted.year == today.year else ()

    @property
    def labels(self) -> tuple[Label, ...]:
        return (*self.open_labels, *FINISHED)

    @cached_property
    def cells(self) -> dict[Key, list[int]]:
        """By lead and giver, whatever the filters: their choices come from it, too; and by field
        where that is asked for. The numbers in the order of `LABELS`: there may be thousands."""
        named = NAMED if self.wanted.by == FIELD or self.wanted.field else NAMED[:2]
        cells: dict[Key, list[int]] = {}
        for found, labels in self._counted():
            first = LABELS.index(labels[0])
            counts = {str(each): _count(each, self.today) for each in labels}
            for lead, giver, *more in found.values_list(*named).annotate(**counts):
                field = (more.pop(0) or NO_FIELD) if named == NAMED else None
                cell = cells.setdefault((lead, giver, field), [0] * len(LABELS))
                cell[first : first + len(labels)] = more
        return cells

    def _counted(self) -> list[tuple[Any, tuple[Label, ...]]]:
        """The tasks that the board tells, whatever the filters, each set with its labels."""
        found = tasks_of(self.user, self.body).order_by()
        of_year = found.filter(_of_year(self.wanted.year)), FINISHED
        if not self.open_labels:
            return [of_year]
        return [(found.filter(status__in=SHOWN), self.open_labels), of_year]

    @cached_property
    def names(self) -> tuple[dict[Any, str], ...]:
        """Of the units in the order of the tree, of the givers by name, of the fields."""
        leads, givers = ({key[place] for key in self.cells} for place in range(2))
        known, *more = (
            found.values_list("field", flat=True).distinct() for found, _labels in self._counted()
        )
        fields = {field or NO_FIELD for field in known.union(*more)}
        units = Unit.objects.filter(pk__in=leads).in_tree_order()
        people = User.objects.filter(pk__in=givers).order_by("full_name", "pk")
        return (
            {unit.pk: unit.name for unit in units},
            dict(people.values_list("pk", "full_name")),
            {field: field_words(str(field)) for field in sorted(fields, key=str)},
        )  # fmt: skip

    @cached_property
    def rows(self) -> list[Row]:
        """By lead, giver or field, of what the filters leave; the most overdue first."""
        place = PLACES[self.wanted.by]
        cells: dict[Any, list[list[int]]] = defaultdict(list)
        for key, cell in self.cells.items():
            if self._is_wanted(key):
                cells[key[place]].append(cell)
        found = [
            Row(pk, name, _sums(cells[pk])) for pk, name in self.names[place].items() if pk in cells
        ]
        return sorted(found, key=lambda row: -row.counts[Label.OVERDUE])

    @property
    def total(self) -> Row:
        counts: Counter[Label] = Counter()
        for row in self.rows:
            counts.update(row.counts)
        return Row(None, "", counts)

    def _is_wanted(self, key: Key) -> bool:
        named = (getattr(self.wanted, name) for name in NAMED)
        return all(asked in (None, has) for asked, has in zip(named, key, strict=True))

    def tasks(self) -> Any:
        """Every task of the board that the filters leave and the person may see."""
        found = tasks_of(self.user, self.body).visible_to(self.user, lists.SEES)
        named = {name: getattr(self.wanted, name) for name in NAMED}
        if named["field"] == NO_FIELD:
            named["field"] = ""
        return found.filter(**{name: value for name, value in named.items() if value is not None})

    def told(self) -> list[str]:
        """The names of the lead, giver and field to which the filters keep. Two queries."""
        units = Unit.objects.filter(pk=self.wanted.lead or 0).values_list("name", flat=True)
        people = User.objects.filter(pk=self.wanted.giver or 0).values_list("full_name", flat=True)
        fields = [field_words(self.wanted.field)] if self.wanted.field else []
        return [*units, *people, *fields]

    def behind(self, label: Label) -> Any:
        """The tasks that one figure counts."""
        found = lists.with_label(self.tasks(), label, self.today)
        return found.filter(_of_year(self.wanted.year)) if label in FINISHED else found

    def changes(self) -> list[dict[str, str]]:
        """What happened since the chosen day. One query for all of them."""
        counts = capped_counts({name: self.changed(name) for name in CHANGES})
        words = change_words()
        return [
            {"name": name, "words": words[name], "count": in_words(counts[name])}
            for name in CHANGES
        ]

    def changed(self, name: str) -> Any:
        return self.tasks().filter(CHANGES[name](self.wanted.since, self.today))


def _sums(cells: list[list[int]]) -> Counter[Label]:
    numbers = map(sum, zip(*cells, strict=True))
    return Counter(dict(zip(LABELS, numbers, strict=True)))


def _count(label: Label, today: dt.date) -> Count:
    return Count("lead", filter=lists.label_condition(label, today))


def _of_year(year: int) -> Q:
    days = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    return Q(status=Status.CLOSED, completed_on__range=days)


def _of_tasks(rows: Any) -> Q:
    return Q(pk__in=rows.values("task"))


def _late_since(since: dt.date, today: dt.date) -> Q:
    """Overdue begins the day after the due date."""
    return lists.label_condition(Label.OVERDUE, today) & Q(due_on__gte=since - DAY)


CHANGES: dict[str, Callable[[dt.date, dt.date], Q]] = {
    "moi": lambda since, _today: Q(given_at__gte=start_of(since)),
    "xong": lambda since, _today: Q(status=Status.CLOSED, closed_at__gte=start_of(since)),
    "tre": _late_since,
    "gia-han": lambda since, _today: _of_tasks(
        Extension.objects.filter(answer=Answer.GRANTED, decided_at__gte=start_of(since))
    ),
    "lam-lai": lambda since, _today: _of_tasks(
        Result.objects.filter(verdict=Verdict.SENT_BACK, judged_at__gte=start_of(since))
    ),
    "vuong-mac": lambda since, _today: _of_tasks(
        Progress.objects.filter(~Q(obstacles=""), at__gte=start_of(since))
    ),
}


def field_words(field: str) -> str:
    return _("Without a field") if field == NO_FIELD else field


def change_words() -> dict[str, str]:
    return {
        "moi": _("Given"),
        "xong": _("Completed and confirmed"),
        "tre": _("Have become overdue"),
        "gia-han": _("Got more time"),
        "lam-lai": _("Sent back for more work"),
        "vuong-mac": _("Obstacles were reported"),
    }


def heads(labels: Iterable[Label], today: dt.date) -> list[tuple[Label, str]]:
    """Labels with the words of the province."""
    return [(label, label_words(label, today)) for label in labels]

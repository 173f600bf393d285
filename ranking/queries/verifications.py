"""What a department sees of a year: its criteria, and of each the figures of submitted forms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from organizations.models import User
from ranking import rights
from ranking.forms.answers import told_input
from ranking.models import (
    Answer,
    Assessment,
    Cycle,
    Figure,
    FigureSource,
    Verification,
    confirmations,
)
from ranking.rules.inputs import same_input
from ranking.totals import asked_of


@dataclass
class Line:
    """One assessed unit: what it declared (None: not submitted), the portal's, the department's."""

    assessment: Assessment
    answer: Answer | None
    system: Figure | None
    found: Figure | None
    words: dict[str, str]

    @property
    def is_confirmed(self) -> bool:
        """The department's figure is what the unit declares now."""
        return _agree(self.found, self.answer)

    @property
    def equals_system(self) -> bool:
        return _agree(self.system, self.answer)

    @property
    def may_confirm(self) -> bool:
        return self.answer is not None and not self.is_confirmed

    @property
    def is_untouched(self) -> bool:
        """It may be confirmed together with others: the department said nothing else before."""
        return self.may_confirm and self.found is None


def _agree(figure: Figure | None, answer: Answer | None) -> bool:
    if figure is None or answer is None:
        return False
    same_away = figure.not_applicable == answer.not_applicable
    return same_away and same_input(figure.input, answer.input)


def mine(user: User) -> QuerySet[Verification]:
    """What the person's units are to check in years under way."""
    found: QuerySet[Verification] = Verification.objects.visible_to(user, rights.FILL).under_way()
    return found


def waiting_for(user: User) -> QuerySet[Answer]:
    """Declared figures of submitted forms that the person's units have not looked at."""
    units = rights.units_of(user, rights.FILL)
    given = Verification.objects.under_way().filter(
        cycle=OuterRef("assessment__cycle"), criterion=OuterRef("criterion"), unit__in=units
    )
    return (
        Answer.objects.filter(Exists(given), ~_looked_at(), is_complete=True)
        .filter(assessment__submitted_at__isnull=False, assessment__reopened_at=None)
        .exclude(rights.at_work(user, "assessment__unit", "assessment__cycle__owner"))
    )


def _looked_at() -> Exists:
    """The department itself confirmed the answer, or found something else since it was saved. What
    it confirmed before the unit said otherwise is in force no more (`submission`)."""
    return Exists(
        Figure.objects.filter(
            confirmations() | Q(cut_at__gte=OuterRef("saved_at")),
            assessment=OuterRef("assessment"), criterion=OuterRef("criterion"),
            source=FigureSource.DEPARTMENT, superseded_at=None, unit__isnull=False,
        )
    )  # fmt: skip


def lines_of(found: Verification, user: User) -> list[Line]:
    """Every unit that is asked this criterion, without the person's own agency; those that have not
    submitted come last. Four queries."""
    node = found.criterion
    forms = [
        form
        for form in found.cycle.assessments.select_related("unit").order_by("group", "unit_name")
        if asked_of(form.group, [node]) and not _is_own(form, found.cycle, user)
    ]
    answers = {
        each.assessment_id: each
        for each in Answer.objects.filter(assessment__in=forms, criterion=node, is_complete=True)
    }
    figures: dict[tuple[int, str], Figure] = {
        (each.assessment_id, each.source): each
        for each in Figure.objects.filter(
            assessment__in=forms, criterion=node, superseded_at=None,
            source__in=[FigureSource.SYSTEM, FigureSource.DEPARTMENT],
        )
        .exclude(source=FigureSource.DEPARTMENT, unit=None)  # an appraiser's word for it
        .select_related("made_by")
    }  # fmt: skip
    found_lines = []
    for form in forms:
        answer = answers.get(form.pk) if form.is_submitted else None
        system = figures.get((form.pk, FigureSource.SYSTEM))
        theirs = figures.get((form.pk, FigureSource.DEPARTMENT))
        words = {
            "own": told_input(node, answer.input) if answer else "",
            "system": told_input(node, system.input) if system else "",
            "found": told_input(node, theirs.input) if theirs else "",
        }
        found_lines.append(Line(form, answer, system, theirs, words))
    return sorted(found_lines, key=lambda line: not line.assessment.is_submitted)


def _is_own(form: Assessment, cycle: Cycle, user: User) -> bool:
    form.cycle = cycle
    return rights.works_in(user, form)


@dataclass(frozen=True)
class Task:
    """A criterion of a year for the list of a department, or of the standing body."""

    verification: Verification
    done: int
    whole: int


def tasks_of(rows: QuerySet[Verification]) -> list[Task]:
    """With how many submitted answers were looked at. Three queries for any number."""
    found = list(
        rows.select_related("cycle", "criterion", "unit").order_by("due", "criterion__order", "pk")
    )
    pairs = [(each.cycle_id, each.criterion_id) for each in found]
    submitted = Answer.objects.filter(
        is_complete=True, assessment__submitted_at__isnull=False, assessment__reopened_at=None
    )
    answered, looked = (
        _by_pair(rows, pairs) for rows in (submitted, submitted.filter(_looked_at()))
    )
    return [
        Task(each, len(looked[pair]), len(answered[pair]))
        for each, pair in zip(found, pairs, strict=True)
    ]


def _by_pair(rows: Any, pairs: list[tuple[int, int]]) -> dict[tuple[int, int], set[int]]:
    found: dict[tuple[int, int], set[int]] = {pair: set() for pair in pairs}
    wanted = rows.filter(
        assessment__cycle__in={cycle for cycle, _criterion in pairs},
        criterion__in={criterion for _cycle, criterion in pairs},
    )
    for cycle, criterion, form in wanted.values_list(
        F("assessment__cycle_id"), "criterion_id", "assessment_id"
    ):
        if (cycle, criterion) in found:
            found[cycle, criterion].add(form)
    return found


def first_due(user: User) -> dt.date | None:
    """The soonest day among what the person's units are to check. One query."""
    day: dt.date | None = mine(user).order_by("due").values_list("due", flat=True).first()
    return day

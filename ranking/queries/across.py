"""One criterion across all units, which is the usual way to be fair; what waits in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from organizations.models import User
from ranking import rights
from ranking.forms.answers import told_input
from ranking.models import Answer, Appeal, Assessment, Criterion, Cycle, Figure, Inquiry, Verdict
from ranking.queries.appraisal import Judged
from ranking.totals import asked_of


@dataclass
class Row(Judged):
    """What one unit says to the criterion, others' figures, and the verdicts in force."""

    assessment: Assessment
    answer: Answer | None = None
    words: str = ""
    figures: list[Figure] = field(default_factory=list)  # the newest first
    verdicts: list[Verdict] = field(default_factory=list)
    is_own: bool = False  # of the reader's agency
    is_kept: bool = False  # from him: nothing of others is read


def rows_of(cycle: Cycle, node: Criterion, user: User) -> list[Row]:
    """Every unit that is asked. Four queries for any number of units."""
    forms = cycle.assessments.select_related("unit").order_by("group", "unit_name")
    asked = [form for form in forms if asked_of(form.group, [node])]
    found = {form.pk: Row(form) for form in asked}
    for form in asked:
        form.cycle = cycle
        found[form.pk].is_own = rights.works_in(user, form)
        found[form.pk].is_kept = rights.is_kept_from(user, form)
    submitted = [form for form in asked if form.is_submitted]  # a draft declares nothing
    for answer in Answer.objects.filter(assessment__in=submitted, criterion=node):
        found[answer.assessment_id].answer = answer
        found[answer.assessment_id].words = told_input(node, answer.input)
    open_to = [form for form in asked if not found[form.pk].is_kept]
    figures = Figure.objects.filter(assessment__in=open_to, criterion=node, superseded_at=None)
    for figure in figures.order_by("-cut_at", "-pk"):
        found[figure.assessment_id].figures.append(figure)
    verdicts = Verdict.objects.filter(assessment__in=open_to, criterion=node, superseded_at=None)
    for verdict in verdicts.select_related("made_by").order_by("-is_final", "pk"):
        found[verdict.assessment_id].verdicts.append(verdict)
    return list(found.values())


def next_of(assessment: Assessment, node: Criterion, user: User) -> int | None:
    """The next unit on the same criterion that nobody decided about yet, and that is not kept from
    the person. Three queries."""
    forms = assessment.cycle.assessments.order_by("group", "unit_name")
    asked = [form.pk for form in forms if asked_of(form.group, [node])]
    final = Verdict.objects.filter(
        assessment__in=asked, criterion=node, is_final=True, superseded_at=None
    )
    done = {*final.values_list("assessment_id", flat=True), assessment.pk}
    done |= rights.kept_from(user, assessment.cycle)
    place = asked.index(assessment.pk)
    return next((pk for pk in [*asked[place:], *asked[:place]] if pk not in done), None)


def open_inquiries(cycle: Cycle, kept: Collection[int] = ()) -> list[Inquiry]:
    """Questions that wait for the unit's reply, the oldest first; not those to forms that are
    `kept` from who reads."""
    rows = Inquiry.objects.filter(assessment__cycle=cycle, replied_at=None)
    rows = rows.exclude(assessment__in=kept)
    return list(rows.select_related("assessment", "criterion", "asked_by").order_by("pk"))


def open_appeals(cycle: Cycle, kept: Collection[int] = ()) -> list[Appeal]:
    """Appeals that wait for the council's answer, the oldest first; not of forms that are `kept`
    from who reads, when a year went back to the appraisal."""
    rows = Appeal.objects.filter(assessment__cycle=cycle, answered_at=None)
    rows = rows.exclude(assessment__in=kept)
    return list(rows.select_related("assessment", "criterion", "filed_by").order_by("pk"))


@dataclass
class Difference(Judged):
    """Two appraisers or more who do not agree, and nobody settled it."""

    verdicts: list[Verdict]

    @property
    def first(self) -> Verdict:
        return self.verdicts[0]


def differences(cycle: Cycle, kept: Collection[int] = ()) -> list[Difference]:
    """Of the units that are not `kept` from who reads. One query for any number of units."""
    rows = Verdict.objects.filter(assessment__cycle=cycle, superseded_at=None)
    rows = rows.exclude(assessment__in=kept)
    by_case: dict[tuple[int, int], list[Verdict]] = defaultdict(list)
    for each in rows.select_related("assessment", "criterion", "made_by").order_by(
        "criterion__order", "assessment__unit_name", "pk"
    ):
        by_case[each.criterion_id, each.assessment_id].append(each)
    return [case for found in by_case.values() if (case := Difference(found)).differs]

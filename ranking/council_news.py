"""What the council and the standing body do that units must know: dates, questions, results."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from common.errors import Sentence
from notifications.models import Kind
from ranking.consumers import tell_checkers, tell_form
from ranking.models import DATES, Assessment, Criterion, Cycle, CycleState
from ranking.queries import waiting

FORM, RESULT = "assessment_overview", "assessment_result"


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action, handler in HEARD.items():
        subscribe(action, handler)


def tell_dates(event: OutboxEvent) -> None:
    """Every unit of an opened year: which of its dates moved, from when to when."""
    cycle = Cycle.objects.filter(pk=event.subject_id).first()
    changed = event.data["changed"]
    moved = [name for name in DATES if name in changed]
    if cycle is None or cycle.state == CycleState.PREPARING or not moved:
        return
    parts: list[Any] = [
        format_lazy("{}: {} → {}", _label(name), *(_day(each) for each in changed[name]))
        for name in moved
    ]
    dates = format_lazy("; ".join(["{}"] * len(parts)), *parts)
    _tell_units(event, cycle, format_lazy("{}. {}", cycle.name, dates), FORM)


def _label(name: str) -> Sentence:
    label: Sentence = Cycle._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return label


def _day(text: str) -> str:
    return "–" if text == "None" else waiting.day(dt.date.fromisoformat(text))


def tell_results(event: OutboxEvent) -> None:
    """Every unit: its form is there to be filled in, its results are there to be read, or are taken
    back to the appraisal."""
    cycle = Cycle.objects.filter(pk=event.subject_id).first()
    if cycle is None or cycle.state != event.data["to"]:  # it moved on meanwhile
        return
    step = (event.data["from"], event.data["to"])
    if step == (CycleState.PREPARING, CycleState.OPEN):
        words = _("The self-assessment has begun; it is due on {}: {}")
        text = format_lazy(words, waiting.day(cycle.due), cycle.name)
        _tell_units(event, cycle, text, FORM, Kind.TO_DO)
        _tell_checkers(event, cycle)
    elif step == (CycleState.APPRAISAL, CycleState.PROVISIONAL) and cycle.appeals_due:
        words = _("The provisional results are out; appeals are possible until {}: {}")
        text = format_lazy(words, waiting.day(cycle.appeals_due), cycle.name)
        _tell_units(event, cycle, text, RESULT, Kind.TO_DO)
    elif step == (CycleState.APPRAISAL, CycleState.PROVISIONAL):
        text = format_lazy(_("The provisional results are out: {}"), cycle.name)
        _tell_units(event, cycle, text, RESULT)
    elif step == (CycleState.PROVISIONAL, CycleState.APPRAISAL):
        words = _("The results are appraised anew: {}. Reason: {}")
        _tell_units(event, cycle, format_lazy(words, cycle.name, event.data["reason"]), FORM)


def tell_withdrawn(event: OutboxEvent) -> None:
    """Units that are asked the criterion, in years that go on."""
    code = event.data["criterion"]
    nodes = Criterion.objects.filter(framework=event.subject_id, code=code)
    node = nodes.filter(withdrawn_at__isnull=False).select_related("framework").first()
    if node is None:
        return
    for cycle in node.framework.cycles.exclude(state__in=[CycleState.PREPARING]).order_by("pk"):
        words = _("Criterion {} is withdrawn and counts for nobody: {}. Reason: {}")
        text = format_lazy(words, code, cycle.name, event.data["reason"])
        for form in cycle.assessments.select_related("unit"):
            if not node.groups or form.group in node.groups:
                tell_form(event, form, text, FORM, Kind.INFORMATION)


def tell_given(event: OutboxEvent) -> None:
    """Departments to which criteria were given to check, once figures are compared; before, they
    are told when the year opens."""
    cycle = Cycle.objects.filter(pk=event.subject_id).first()
    if cycle and cycle.is_under_way:
        _tell_checkers(event, cycle, event.data.get("told", []))


def _tell_checkers(event: OutboxEvent, cycle: Cycle, units: list[int] | None = None) -> None:
    for due in sorted(set(cycle.verifications.values_list("due", flat=True))):
        words = _("Your unit was given figures to cross-check before {}: {}")
        text = format_lazy(words, waiting.day(due), cycle.name)
        tell_checkers(event, cycle, text, units=units)


def tell_question(event: OutboxEvent) -> None:
    """The unit that was asked, while the question waits."""
    form, code = _form(event), event.data["criterion"]
    if form and form.inquiries.filter(criterion__code=code, replied_at=None).exists():
        text = format_lazy(_("The council asks about criterion {}: {}"), code, form.unit_name)
        tell_form(event, form, text, FORM)


def tell_reopened(event: OutboxEvent) -> None:
    """The unit whose form was opened again: it must be submitted anew."""
    if (form := _form(event)) and form.reopened_at:
        words = _("The form is open again and must be submitted anew: {}. Reason: {}")
        text = format_lazy(words, form.unit_name, event.data["reason"])
        tell_form(event, form, text, FORM)


def tell_closed(event: OutboxEvent) -> None:
    """The unit that did not use the reopening."""
    if (form := _form(event)) and form.is_submitted:
        words = _("The council closed the form as it stands: {}. Reason: {}")
        text = format_lazy(words, form.unit_name, event.data["reason"])
        tell_form(event, form, text, FORM, Kind.INFORMATION)


def tell_appeal(event: OutboxEvent) -> None:
    """The unit that appealed."""
    if form := _form(event):
        words = (
            _("The appeal on criterion {} is granted: {}")
            if event.data["granted"]
            else _("The appeal on criterion {} is not granted: {}")
        )
        text = format_lazy(words, event.data["criterion"], form.unit_name)
        tell_form(event, form, text, RESULT, Kind.INFORMATION)


HEARD = {
    "ranking.year_changed": tell_dates, "ranking.year_moved": tell_results,
    "ranking.unit_asked": tell_question, "ranking.form_reopened": tell_reopened,
    "ranking.criterion_withdrawn": tell_withdrawn, "ranking.verifications_given": tell_given,
    "ranking.form_closed": tell_closed, "ranking.appeal_answered": tell_appeal,
}  # fmt: skip


def _form(event: OutboxEvent) -> Assessment | None:
    found: Assessment | None = (
        Assessment.objects.select_related("unit", "cycle").filter(pk=event.subject_id).first()
    )
    return found


def _tell_units(
    event: OutboxEvent, cycle: Cycle, text: Sentence, page: str, kind: Kind = Kind.INFORMATION
) -> None:
    for form in cycle.assessments.select_related("unit"):
        tell_form(event, form, text, page, kind)

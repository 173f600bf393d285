"""What the yearly assessment tells people: a date that comes near, a form to sign, a criterion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from common.errors import Sentence
from notifications.models import Kind
from notifications.services import notify
from organizations.models import Unit, User
from ranking import rights
from ranking.models import UNDER_WAY, Assessment, Cycle, CycleState, Milestone
from ranking.queries import verifications, waiting
from ranking.services import previews, reminders
from ranking.services.reminders import waits_for

WORDS: dict[str, Any] = {  # lazy sentences
    Milestone.BELOW: _("The units below are to be assessed before {}: {}"),
    Milestone.SELF: _("The self-assessment is due on {}: {}"),
    Milestone.CHECKS: _("Figures are to be cross-checked before {}: {}"),
    Milestone.APPEALS: _("Appeals are possible until {}: {}"),
    Milestone.PUBLICATION: _("The ranking is to be published before {}: {}"),
}
JUDGES: dict[str, Any] = {  # what the same date means for who has still to decide
    Milestone.APPEALS: _("Criteria or appeals wait for the appraisal; appeals end on {}: {}"),
    Milestone.PUBLICATION: _("Criteria or appeals wait for the appraisal; published before {}: {}"),
}


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("ranking.date_near", tell_date)
    subscribe("ranking.unit_reminded", tell_unit)
    subscribe("ranking.form_offered", tell_head)
    subscribe("ranking.criterion_given", tell_colleague)
    subscribe("ranking.day_rehearsed", do_the_day)


def do_the_day(_event: OutboxEvent) -> None:
    """In a year that is rehearsed, what the worker does by itself on such a day: at once."""
    reminders.remind_due()
    previews.make_due()


def tell_date(event: OutboxEvent) -> None:
    """Who has still to act before that date; nobody when it was moved or the step is done."""
    cycle = Cycle.objects.select_related("owner").filter(pk=event.subject_id).first()
    milestone = event.data["milestone"]
    due = dt.date.fromisoformat(event.data["due"])
    if cycle is None or waits_for(cycle).get(milestone) != due:
        return
    text = format_lazy(WORDS[milestone], waiting.day(due), cycle.name)
    if milestone in {Milestone.SELF, Milestone.APPEALS}:
        _tell_units(event, cycle, milestone, text)
    if milestone == Milestone.CHECKS:
        tell_checkers(event, cycle, text, is_waiting=True)
    if milestone == Milestone.BELOW:
        below = cycle.children.select_related("owner").filter(
            state__in=[CycleState.PREPARING, *UNDER_WAY]
        )
        for child in below:
            people = waiting.people_of(child.owner, "manage_rankings")
            _tell_cycle(event, child, people, text)
    if milestone in JUDGES:
        words = format_lazy(JUDGES[milestone], waiting.day(due), cycle.name)
        judges = waiting.judges_with_open_cases(cycle)
        _tell_cycle(event, cycle, judges, words, "cycle_progress")
    if milestone == Milestone.PUBLICATION:
        _tell_cycle(event, cycle, waiting.runners(cycle), text)


def _tell_units(event: OutboxEvent, cycle: Cycle, milestone: str, text: Sentence) -> None:
    forms = cycle.assessments.select_related("unit")
    if milestone == Milestone.SELF:
        forms = waiting.open_forms().filter(cycle=cycle).select_related("unit")
    name = "assessment_overview" if milestone == Milestone.SELF else "assessment_result"
    for form in forms:
        tell_form(event, form, text, name)


def tell_checkers(
    event: OutboxEvent, cycle: Cycle, text: Sentence, *, units: Iterable[int] | None = None,
    is_waiting: bool = False,
) -> None:  # fmt: skip
    """Officers and heads of the departments that check figures (`units`: of these alone); or who
    of them has still declared figures to look at."""
    given = cycle.verifications.filter(unit__in=units) if units is not None else cycle.verifications
    url = reverse("ranking:check_list")
    for unit in Unit.objects.filter(pk__in=given.values("unit")):
        people = waiting.people_of(unit, rights.FILL, rights.SUBMIT)
        if is_waiting:
            mine = {each.pk: verifications.waiting_for(each) for each in people}
            people = [
                one for one in people if mine[one.pk].filter(assessment__cycle=cycle).exists()
            ]
        notify(event, people, kind=Kind.TO_DO, text=text, subject=cycle, url=url)


def _tell_cycle(
    event: OutboxEvent, cycle: Cycle, people: Iterable[User], text: Sentence,
    page: str = "cycle_detail",
) -> None:  # fmt: skip
    url = reverse(f"ranking:{page}", args=[cycle.pk])
    notify(event, people, kind=Kind.TO_DO, text=text, subject=cycle, url=url)


def _form(event: OutboxEvent) -> Assessment | None:
    """The event's form while its unit may write in it."""
    rows = waiting.open_forms().select_related("cycle", "unit")
    return rows.filter(pk=event.subject_id).first()


def tell_unit(event: OutboxEvent) -> None:
    """By hand: the officers and the head of one unit."""
    if form := _form(event):
        text = format_lazy(WORDS[Milestone.SELF], waiting.day(form.cycle.due), form.cycle.name)
        tell_form(event, form, text, "assessment_overview")


def tell_head(event: OutboxEvent) -> None:
    """The form waits for his signature."""
    if (form := _form(event)) and form.offered_at:
        text = format_lazy(
            "{}: {}", _("The self-assessment waits for your signature"), form.unit_name
        )
        heads = waiting.people_of(form.unit, rights.SUBMIT)
        tell_form(event, form, text, "assessment_submit", people=heads)


def tell_colleague(event: OutboxEvent) -> None:
    """He was asked to fill in criteria; and who had them before him is told, too."""
    form = _form(event)
    if form is None:
        return
    people = User.objects.filter(pk=event.data.get("person") or 0)
    if people:
        words = _("You were asked to fill in a criterion of the self-assessment")
        text = format_lazy("{}: {}", words, event.data["criterion"])
        tell_form(event, form, text, "assessment_overview", people=people)
    url = reverse("ranking:assessment_list")  # the form may be closed to him now
    for each in event.data.get("lost", []):
        words = _("You need not fill in these criteria of the self-assessment any more")
        text = format_lazy("{}: {}", words, each["criterion"])
        losers = User.objects.filter(pk=each["person"])
        notify(event, losers, kind=Kind.INFORMATION, text=text, subject=form, url=url)


def tell_form(
    event: OutboxEvent, form: Assessment, text: Sentence, page: str, kind: Kind = Kind.TO_DO,
    *, people: Iterable[User] | None = None,
) -> None:  # fmt: skip
    """People of the unit (None: its officers and its head), with the page of the form to open."""
    if people is None:
        people = waiting.people_of(form.unit, rights.FILL, rights.SUBMIT)
    url = reverse(f"ranking:{page}", args=[form.pk])
    notify(event, people, kind=kind, text=text, subject=form, url=url)

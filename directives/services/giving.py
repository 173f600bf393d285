"""Giao nhiệm vụ: one or several tasks from one source, each to exactly one lead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record_each
from common.errors import AlreadyDone, DomainError
from common.urgency import Urgency
from directives.models import Cooperator, Directive, DueDate, Task
from directives.services import recurring
from directives.services.ground import (
    FOLLOWS,
    GIVES,
    entering_right,
    facts,
    lock,
    name_person,
    open_units,
    require_directing,
    require_future,
    require_people,
    require_within_parent,
)
from directives.states import WORKED_ON, DueKind, Origin, Status
from organizations import access, posts
from organizations.access import Right
from organizations.models import Unit, User


@dataclass(frozen=True)
class Source:
    """What the tasks come from; `source` names a row of another app: ("documents.incoming", 5)."""

    origin: str
    subject: str
    given_on: dt.date
    giver_id: int
    reference: str = ""
    excerpt: str = ""
    source: tuple[str, int] | None = None
    form_token: str | None = None


@dataclass(frozen=True)
class Wish:
    """One task as it is given. Who leads is one unit; `also` get the same task each for itself."""

    content: str
    lead_id: int
    also: tuple[int, ...] = ()
    cooperate: tuple[int, ...] = ()
    due_on: dt.date | None = None
    product: str = ""
    urgency: int = Urgency.NORMAL
    field: str = ""
    every: str = ""  # comes again: states.Every
    ends_on: dt.date | None = None  # and not after that day
    leader_id: int | None = None
    follower_id: int | None = None
    person_id: int | None = None  # of the lead

    @property
    def leads(self) -> list[int]:
        """Each with a task of its own."""
        return list(dict.fromkeys((self.lead_id, *self.also)))


@transaction.atomic
def give(source: Source, wishes: Sequence[Wish], *, actor: User, unit_id: int) -> list[Task]:
    """The leaders of a unit, or who enters for them, give tasks to the units below it.

    The number of statements is the same for one task and for three hundred, but for the rows that
    are written. Raises DomainError for a day that has passed, a unit that is not theirs to give
    to, and somebody who gives nothing there; AlreadyDone for a page that was sent twice.
    """
    at = timezone.now()
    unit = Unit.objects.get(pk=unit_id)
    right = _require_entering(actor, source, unit)
    _require_source(source, wishes, timezone.localdate(at))
    Unit.objects.hold(_ids(wishes))
    units = _units(wishes, unit)
    require_people(unit, [(each.leader_id, GIVES) for each in wishes])
    require_people(unit, [(each.follower_id, FOLLOWS) for each in wishes])
    directive = _directive(source, unit, actor, at)
    tasks = [_task(wish, directive, units[lead], at) for wish in wishes for lead in wish.leads]
    _put_in_hands(tasks, wishes)
    _begin_series(tasks, wishes)
    _keep(tasks, wishes, actor, right, at)
    return tasks


@transaction.atomic
def pass_on(
    task_id: int, wishes: Sequence[Wish], *, actor: User, form_token: str | None = None
) -> list[Task]:
    """The lead gives parts of its task to units below it, none of them due later than the whole.

    The parent is locked before its parts. Its giver is who passes on: he decides on the parts.
    Raises AlreadyDone for a page that was sent twice: the first of its parts keeps the token.
    """
    at = timezone.now()
    Unit.objects.hold(_ids(wishes))
    parent = lock(task_id)
    right = require_directing(parent, actor)
    if form_token and Task.objects.filter(parent=parent, form_token=form_token).exists():
        raise AlreadyDone
    if parent.status not in WORKED_ON:
        raise DomainError(_("Accept the task before you give parts of it to others."))
    today = timezone.localdate(at)
    for wish in wishes:
        require_future(wish.due_on, today)
        require_within_parent(parent, wish.due_on, today)
    units = _units(wishes, parent.lead)
    tasks = [
        _task(wish, parent.directive, units[lead], at, parent, actor)
        for wish in wishes
        for lead in wish.leads
    ]
    tasks[0].form_token = form_token
    _put_in_hands(tasks, wishes)
    _keep(tasks, wishes, actor, right, at)
    return tasks


def _require_entering(actor: User, source: Source, unit: Unit) -> Right:
    """By a leader of that unit himself, or for him by who may enter in his name."""
    giver = User.objects.get(pk=source.giver_id)
    if posts.right_at(giver, GIVES, unit.pk) is None:
        raise DomainError(
            _("%(person)s gives no tasks in %(unit)s today.")
            % {"person": giver.full_name, "unit": unit.name}
        )
    if right := entering_right(actor, giver.pk, unit):
        return right
    if posts.right_at(actor, GIVES, unit.pk) is None:
        access.refuse(GIVES)
    raise DomainError(_("You give tasks in your own name, not in that of %s.") % giver.full_name)


def _require_source(source: Source, wishes: Sequence[Wish], today: dt.date) -> None:
    if not wishes:
        raise DomainError(_("Write at least one task."))
    if source.given_on > today:
        raise DomainError(_("Tasks are entered on the day on which they are given, or later."))
    named = source.origin in (Origin.ORAL, Origin.PROGRAMME, Origin.CONCLUSION)
    if not named and not source.reference.strip():
        raise DomainError(_("Enter the number and symbol of the document."))
    for wish in wishes:
        require_future(wish.due_on, today)
        if wish.every and wish.due_on is None:
            raise DomainError(_("A task that comes again needs its first deadline."))
        if wish.every and wish.ends_on and wish.due_on and wish.ends_on < wish.due_on:
            raise DomainError(_("It ends before its first deadline."))


def _ids(wishes: Sequence[Wish]) -> set[int]:
    """Leads and helpers."""
    return {pk for wish in wishes for pk in (wish.lead_id, *wish.also, *wish.cooperate)}


def _units(wishes: Sequence[Wish], root: Unit) -> dict[int, Unit]:
    """Leads and helpers: open units below, none helping itself. One query."""
    found = open_units(_ids(wishes), root)
    for wish in wishes:
        if not wish.content.strip():
            raise DomainError(_("Say what is to be done."))
        if {wish.lead_id, *wish.also} & set(wish.cooperate):
            raise DomainError(_("A unit that leads does not co-operate with itself."))
    return found


def _directive(source: Source, unit: Unit, actor: User, at: dt.datetime) -> Directive:
    kind, key = source.source or ("", None)
    made = Directive(
        unit=unit, giver_id=source.giver_id, origin=source.origin,
        reference=source.reference.strip()[:60], subject=source.subject.strip()[:500],
        excerpt=source.excerpt.strip(), given_on=source.given_on, source_type=kind, source_id=key,
        entered_at=at, entered_by=actor, form_token=source.form_token,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if "directive_submitted_once" not in str(error):
            raise
        raise AlreadyDone from error
    return made


def _task(
    wish: Wish, directive: Directive, lead: Unit, at: dt.datetime, parent: Task | None = None,
    giver: User | None = None,
) -> Task:  # fmt: skip
    task = Task(
        directive=directive, parent=parent, unit=parent.lead if parent else directive.unit,
        giver=giver or directive.giver, leader_id=wish.leader_id, follower_id=wish.follower_id,
        lead=lead, content=wish.content.strip()[:2000], product=wish.product.strip()[:500],
        urgency=wish.urgency, field=wish.field.strip()[:100], status=Status.GIVEN,
        given_at=at, due_on=wish.due_on,
        given_on=timezone.localdate(at) if parent else directive.given_on,
    )  # fmt: skip
    task.index_words(directive)
    return task


def _put_in_hands(tasks: list[Task], wishes: Sequence[Wish]) -> None:
    """Of the wishes that name who answers for it; not those of the other units."""
    first = iter(tasks)
    for wish in wishes:
        of_wish = [next(first) for _lead in wish.leads]
        if wish.person_id is not None:
            name_person(of_wish[0], wish.person_id)


def _begin_series(tasks: list[Task], wishes: Sequence[Wish]) -> None:
    """Of the wishes that come again; in the order in which the tasks were made of them."""
    of_wish = [wish for wish in wishes for _lead in wish.leads]
    pairs = list(zip(tasks, of_wish, strict=True))
    for every, ends_on in dict.fromkeys((wish.every, wish.ends_on) for wish in of_wish):
        if every:
            same = [(task, wish.cooperate) for task, wish in pairs
                    if (wish.every, wish.ends_on) == (every, ends_on)]  # fmt: skip
            recurring.begin(same, every, ends_on)


def _keep(
    tasks: list[Task], wishes: Sequence[Wish], actor: User, right: Right, at: dt.datetime
) -> None:
    """Write the tasks with who helps and their first day, and tell of each."""
    Task.objects.bulk_create(tasks, batch_size=500)
    helpers = [wish.cooperate for wish in wishes for _lead in wish.leads]
    helping = [
        Cooperator(task=task, unit_id=unit_id)
        for task, units in zip(tasks, helpers, strict=True)
        for unit_id in dict.fromkeys(units)
    ]
    Cooperator.objects.bulk_create(helping, batch_size=500)
    dues = [
        DueDate(
            task=each,
            kind=DueKind.GIVEN,
            due_on=each.due_on,
            from_on=each.given_on,
            at=at,
            by=actor,
        )
        for each in tasks
    ]
    DueDate.objects.bulk_create(dues, batch_size=500)
    told = [(task, task.unit, facts(task, actor)) for task in tasks]
    record_each(told, "task.given", actor=actor, on_behalf_of=right.on_behalf_of)

"""Steps that the services of tasks share: the lock, who may act, the trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from directives.models import DueDate, Extension, Series, Task, TaskFile
from directives.rulesets import DIRECTIVES, DirectiveRules
from directives.states import WORKED_ON, Answer, DueKind
from files.services import claim
from organizations import absences, access, posts
from organizations.access import Right
from organizations.models import Unit, User
from organizations.models.units import UnitKind
from organizations.rulesets import rules

MOVED = ("status", "reason", "reported_on")  # what `Task.move_to` writes
GIVES, FOLLOWS, WORKS = "give_tasks", "follow_tasks", "handle_tasks"


def lock(task_id: int) -> Task:
    task: Task = Task.objects.lock(task_id)
    return task


def lock_going_on(task_id: int) -> Task:
    """For a task that goes on. Of a part the whole is locked first: its day is the last that a part
    may get, and it must be worked on itself."""
    parent_id = Task.objects.values_list("parent", flat=True).get(pk=task_id)
    whole = None if parent_id is None else lock(parent_id)
    task = lock(task_id)
    if whole is not None and whole.status not in WORKED_ON:
        raise DomainError(
            _("The task that it is a part of is “%(status)s”: its parts do not go on.")
            % {"status": whole.get_status_display()}
        )
    return task


def ladder(today: dt.date) -> DirectiveRules:
    """The numbers of that day."""
    return rules(DIRECTIVES, today)


def right_in(actor: User, permission: str, unit: Unit) -> Right | None:
    """By which right the person works for the unit: one that he holds on it, or on a part of it.
    No query of its own."""
    if access.may(actor, permission, unit.pk):
        return access.require(actor, permission, unit.pk)
    for grant in access.grants_of(actor):
        if grant.permission == permission and grant.path.startswith(unit.path):
            return grant.right
    return None


def directing_right(task: Task, actor: User) -> Right | None:
    """By which right the person directs the lead."""
    return _right_on_lead(task, actor, GIVES)


def require_directing(task: Task, actor: User) -> Right:
    return directing_right(task, actor) or access.refuse(GIVES)


def lead_right(task: Task, actor: User) -> Right | None:
    """Who acts for the lead: the person who answers for it, or who stands in for him and works
    there, too; whoever directs the unit; while nobody is named, whoever works on its own level."""
    own = right_in(actor, WORKS, task.lead)
    if own and task.person_id == actor.pk:
        return own
    if right := directing_right(task, actor):
        return right
    if task.person_id is None:
        return _right_on_lead(task, actor, WORKS)
    return own if own and _stands_in(actor, task.person_id) else None


def _stands_in(actor: User, absent_id: int) -> bool:
    """Today. One query."""
    return bool(absences.covered_by(actor).filter(user=absent_id).exists())


def _right_on_lead(task: Task, actor: User, permission: str) -> Right | None:
    """A right that reaches the lead from the body that gives is none: who gives a task does not
    take it, too. What a unit gives to itself is no business of the leaders of the province."""
    is_own = task.unit_id == task.lead_id
    for grant in access.grants_of(actor):
        is_above = grant.is_province_wide if is_own else grant.covers(task.unit_id)
        if grant.permission == permission and grant.covers(task.lead_id) and not is_above:
            return grant.right
    return None


def percent_told(task: Task) -> int:
    """How far it is by the last report on the work; 0 without one. One query."""
    told = task.progress.filter(percent__isnull=False).order_by("-at", "-pk")
    percent: int | None = told.values_list("percent", flat=True).first()
    return percent or 0


def require_lead(task: Task, actor: User) -> Right:
    return lead_right(task, actor) or access.refuse(WORKS)


def giving_right(task: Task | Series, actor: User) -> Right | None:
    """Who acts for the body that gives: its leaders, and who enters and follows for them in that
    very body (the office of the province follows no task inside an agency). What a unit gives to
    itself is its own leaders' business alone."""
    is_own = task.unit_id == task.lead_id
    for grant in access.grants_of(actor):
        is_above = is_own and grant.is_province_wide
        if grant.permission == GIVES and grant.covers(task.unit_id) and not is_above:
            return grant.right
    return posts.right_at(actor, FOLLOWS, task.unit_id)


def require_giving(task: Task | Series, actor: User) -> Right:
    return giving_right(task, actor) or access.refuse(GIVES)


def entering_right(actor: User, giver_id: int, unit: Unit) -> Right | None:
    """By which right the person gives tasks of the unit in the name of that leader: as himself, by
    a delegation from him, or as who enters for the leaders of that very unit."""
    for grant in access.grants_of(actor):
        is_in_name = giver_id in (actor.pk, grant.giver_id) and grant.permission == GIVES
        if grant.unit_id == unit.pk and (is_in_name or grant.permission == FOLLOWS):
            return grant.right
    return None


def deciding_right(task: Task, actor: User) -> Right | None:
    """Who decides on more time: the giver alone, or who has his right by delegation, or stands in
    for him and gives tasks there, too. When he gives nothing there any more, whoever does."""
    if not access.may(actor, GIVES, task.unit_id):
        return None
    if actor.pk == task.giver_id or not access.may(task.giver, GIVES, task.unit_id):
        return access.require(actor, GIVES, task.unit_id)
    for grant in access.grants_of(actor):
        is_lent = grant.giver_id == task.giver_id and grant.permission == GIVES
        if is_lent and grant.covers(task.unit_id):
            return grant.right
    if _stands_in(actor, task.giver_id):
        return access.require(actor, GIVES, task.unit_id)
    return None


def require_deciding(task: Task, actor: User) -> Right:
    if right := deciding_right(task, actor):
        return right
    access.require(actor, GIVES, task.unit_id)
    raise access.RefusedError(
        _("%(person)s gave this task and decides on its time limit.")
        % {"person": task.giver.full_name}
    )


def name_person(task: Task, person_id: int) -> None:
    """Say in memory who of the lead's people answers for it."""
    person = User.objects.get(pk=person_id)
    if right_in(person, WORKS, task.lead) is None:
        raise DomainError(
            _("%(person)s does not work on tasks in %(unit)s.")
            % {"person": person.full_name, "unit": task.lead.name}
        )
    task.person = person


def require_people(unit: Unit, named: Iterable[tuple[int | None, str]]) -> None:
    """Each of them, if anybody, holds that right in the unit itself today."""
    wanted = [(pk, permission) for pk, permission in named if pk is not None]
    people = User.objects.in_bulk({pk for pk, _permission in wanted}) if wanted else {}
    for pk, permission in wanted:
        if posts.right_at(people[pk], permission, unit.pk) is None:
            raise DomainError(
                _("%(person)s does not do that in %(unit)s today.")
                % {"person": people[pk].full_name, "unit": unit.name}
            )


def require_future(due_on: dt.date | None, today: dt.date) -> None:
    if due_on is not None and due_on < today:
        raise DomainError(_("The deadline %s has passed. Set a later day.") % f"{due_on:%d/%m/%Y}")


def require_within_parent(parent: Task | None, due_on: dt.date | None, today: dt.date) -> None:
    """A part is never due after the whole (nor without a day, if the whole has one); of a whole
    that is overdue, today."""
    if parent is None or parent.due_on is None:
        return
    if due_on is not None and due_on <= max(parent.due_on, today):
        return
    if parent.due_on < today:
        raise DomainError(_("The task that it is a part of is overdue: a part is due today."))
    raise DomainError(
        _("The task that it is a part of is due on %s. Set that day or an earlier one.")
        % f"{parent.due_on:%d/%m/%Y}"
    )


def open_units(ids: Iterable[int], root: Unit) -> dict[int, Unit]:
    """Those units below the root, which exist today; the caller holds them. One query."""
    wanted = set(ids)
    found: dict[int, Unit] = Unit.objects.below(root).in_bulk(wanted)
    for pk in wanted:
        unit = found.get(pk)
        if unit is None or not unit.is_open or unit.kind == UnitKind.PROVINCE:
            raise DomainError(_("Choose units of %s that exist today.") % root.name)
    return found


def set_due(
    task: Task, due_on: dt.date | None, kind: DueKind, actor: User, at: dt.datetime,
    from_on: dt.date, extension: Extension | None = None,
) -> None:  # fmt: skip
    """From now on another day is in force; the old one is kept. The caller saves the task."""
    task.due_on = due_on
    DueDate.objects.create(
        task=task, kind=kind, due_on=due_on, from_on=from_on, at=at, by=actor, extension=extension
    )


def lapse_wish(task: Task, actor: User, at: dt.datetime) -> None:
    """Nobody has to decide on more time any more."""
    Extension.objects.filter(task=task, answer="").update(
        answer=Answer.LAPSED, decided_at=at, decided_by=actor
    )


def lapse_urgings(task: Task, at: dt.datetime) -> None:
    """Nobody has to answer them any more, whatever becomes of the task later."""
    task.urgings.filter(answered_at=None, lapsed_at=None).update(lapsed_at=at)


def keep_files(task: Task, file_ids: Iterable[int], actor: User, **of: Any) -> None:
    """Hang staged files on a progress report or a result."""
    stored = claim(file_ids, actor=actor)
    last = task.files.order_by("-order").values_list("order", flat=True).first() or 0
    TaskFile.objects.bulk_create(
        TaskFile(task=task, order=last + number, stored=row, **of)
        for number, row in enumerate(stored, start=1)
    )


def tell(task: Task, action: str, actor: User, right: Right, **more: Any) -> None:
    """The trace of an act, and the news of it."""
    record(
        task, action, actor=actor, unit=task.unit, on_behalf_of=right.on_behalf_of,
        data=facts(task, actor, **more),
    )  # fmt: skip


def facts(task: Task, actor: User | None, **more: Any) -> dict[str, Any]:
    """Of a task what its log keeps, and who hears of it asks for; without an actor of one that
    comes again by itself."""
    return {
        "by": actor.pk if actor else None, "status": task.status, "lead": task.lead_id,
        "lead_name": task.lead.name, "person": task.person_id,
        "due_on": task.due_on.isoformat() if task.due_on else "", **more,
    }  # fmt: skip

"""Gia hạn: more time is asked for before the due date, and granted by who gave the task."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError, TransitionError
from directives.models import Extension, Task
from directives.rules import latest_to_ask
from directives.services.ground import (
    ladder,
    lock,
    require_deciding,
    require_future,
    require_lead,
    require_within_parent,
    set_due,
    tell,
)
from directives.states import WORKED_ON, Answer, DueKind
from organizations.calendars import calendar_for
from organizations.models import User


@transaction.atomic
def ask(task_id: int, *, actor: User, wanted_on: dt.date, reason: str) -> Extension:
    """The lead asks for more time, so many working days before the due date as the setting says;
    one wish at a time, and no more of them than are allowed."""
    at = timezone.now()
    task = lock(task_id)
    right = require_lead(task, actor)
    if task.status not in WORKED_ON:
        raise TransitionError(_("More time is asked for while the task is worked on."))
    due_on = _require_time(task, wanted_on, timezone.localdate(at))
    if not reason.strip():
        raise DomainError(_("Say why more time is needed."))
    made: Extension = Extension.objects.create(
        task=task, asked_at=at, asked_by=actor, reason=reason.strip()[:1000], due_on=due_on,
        wanted_on=wanted_on,
    )  # fmt: skip
    tell(
        task, "task.extension_asked", actor, right, extension=made.pk,
        wanted_on=wanted_on.isoformat(), reason=made.reason[:500],
    )  # fmt: skip
    return made


@transaction.atomic
def grant(
    extension_id: int, *, actor: User, granted_on: dt.date | None = None, words: str = ""
) -> Extension:
    """The giver grants it, until the wanted day or another. It holds from the day on which it was
    asked for: nobody is late because the answer was slow."""
    at = timezone.now()
    task, extension = _take(extension_id)
    right = require_deciding(task, actor)
    _require_another(extension, actor)
    granted_on = granted_on or extension.wanted_on
    if granted_on <= extension.due_on:
        raise DomainError(_("The new day must be later than the old one."))
    today = timezone.localdate(at)
    require_future(granted_on, today)
    require_within_parent(task.parent, granted_on, today)
    extension.answer, extension.granted_on = Answer.GRANTED, granted_on
    _decide(extension, actor, at, words)
    from_on = timezone.localdate(extension.asked_at)
    set_due(task, granted_on, DueKind.EXTENDED, actor, at, from_on, extension)
    task.save(update_fields=["due_on"])
    tell(
        task, "task.extended", actor, right, extension=extension.pk,
        granted_on=granted_on.isoformat(), words=extension.words[:500],
    )  # fmt: skip
    return extension


@transaction.atomic
def refuse(extension_id: int, *, actor: User, words: str) -> Extension:
    """The giver says no, and why. The old day stays in force."""
    at = timezone.now()
    task, extension = _take(extension_id)
    right = require_deciding(task, actor)
    _require_another(extension, actor)
    if not words.strip():
        raise DomainError(_("Say why there is no more time."))
    extension.answer = Answer.REFUSED
    _decide(extension, actor, at, words)
    tell(
        task, "task.extension_refused", actor, right, extension=extension.pk,
        words=extension.words[:500],
    )  # fmt: skip
    return extension


def _require_time(task: Task, wanted_on: dt.date, today: dt.date) -> dt.date:
    """The due date, while a later one may still be asked for."""
    if task.due_on is None:
        raise DomainError(_("The task has no deadline: no more time is needed."))
    rules = ladder(today)
    last = latest_to_ask(
        calendar_for(), timezone.localdate(task.given_at), task.due_on, rules.task_extension_days
    )
    if today > last:
        raise DomainError(
            _("More time had to be asked for by %s. Finish the task, or speak to who gave it.")
            % f"{last:%d/%m/%Y}"
        )
    if wanted_on <= task.due_on:
        raise DomainError(_("The new day must be later than the old one."))
    wishes = task.extensions.all()
    if wishes.filter(answer="").exists():
        raise AlreadyDone(_("More time was asked for already. Wait for the answer."))
    if wishes.filter(answer=Answer.GRANTED).count() >= rules.task_extensions:
        raise DomainError(
            _("More time was granted %s times: no further wish is possible.")
            % rules.task_extensions
        )
    require_within_parent(task.parent, wanted_on, today)
    return task.due_on


def _take(extension_id: int) -> tuple[Task, Extension]:
    """A wish that nobody has decided on, under the lock of its task (of a part, the whole is
    locked first: its day is the last that may be granted)."""
    found: Extension = Extension.objects.select_related("task").get(pk=extension_id)
    if found.task.parent_id is not None:
        lock(found.task.parent_id)
    task = lock(found.task_id)
    extension: Extension = Extension.objects.get(pk=extension_id)
    if extension.answer:
        raise AlreadyDone
    return task, extension


def _require_another(extension: Extension, actor: User) -> None:
    if extension.asked_by_id == actor.pk:
        raise DomainError(_("Who asks for more time does not decide on it."))


def _decide(extension: Extension, actor: User, at: dt.datetime, words: str) -> None:
    extension.decided_at, extension.decided_by = at, actor
    extension.words = words.strip()[:1000]
    extension.save(
        update_fields=["answer", "granted_on", "decided_at", "decided_by", "words"]
    )  # fmt: skip

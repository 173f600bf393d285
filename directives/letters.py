"""Công văn đôn đốc: what an agency was urged to do, as the letter that says so on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directives.models import Directive, Task, Urging
from directives.queries.urged import due_when_urged, same_letter
from directives.services.ground import GIVES, giving_right
from organizations import access
from organizations.models import User
from papers.letters import Letter
from papers.words import day_words

KIND = "directives.urging"


def letter_to_draft(user: User, pk: int) -> Letter | None:
    """For `papers.letters`: of what the person's side urged; None for everything else."""
    found = Urging.objects.visible_to(user, "view_tasks").standing()
    urging: Urging | None = found.with_task().filter(pk=pk).first()
    if urging is None or giving_right(urging.task, user) is None:
        return None
    return letter_of(same_letter(urging, user))


def letter_of(urgings: Sequence[Urging]) -> Letter:
    """All that one unit was urged at once, as it stood then. At most two queries."""
    first, dues = urgings[0], due_when_urged(urgings)
    asked_on = timezone.localdate(first.asked_at)
    with translation.override("vi"):
        return Letter(
            unit=first.task.unit, signer=_signer(first), to=first.task.lead,
            subject=_subject([each.task for each in urgings]),
            text="\n".join([
                _beginning(first, len(urgings), asked_on), _row(
                    _("No."), _("Task"), _("Source document"), _("Deadline"), _("Days overdue")
                ),
                *(
                    _line(number, each.task, dues.get(each.task_id), asked_on)
                    for number, each in enumerate(urgings, 1)
                ),
                *_ending(first),
            ]),
            answer_by=first.answer_until, is_sample=any(each.task.is_sample for each in urgings),
        )  # fmt: skip


def _signer(urging: Urging) -> User:
    """Who urged, if he gives tasks there himself; else the leader for whom he follows them."""
    task: Task = urging.task
    is_leader = access.may(urging.asked_by, GIVES, task.unit_id)
    signer: User = urging.asked_by if is_leader else task.giver
    return signer


def _subject(tasks: Sequence[Task]) -> str:
    named = {task.directive.reference for task in tasks}
    if len(named) == 1 and "" not in named:
        return _("urging the tasks given in document No. %s") % named.pop()
    return _("urging the tasks given")


def _beginning(urging: Urging, count: int, asked_on: dt.date) -> str:
    facts = {"lead": urging.task.lead.name, "day": day_words(asked_on), "count": f"{count:02d}"}
    words = ngettext(
        "Following up the tasks given: as of %(day)s %(lead)s has %(count)s task that is not"
        " completed, as follows:",
        "Following up the tasks given: as of %(day)s %(lead)s has %(count)s tasks that are not"
        " completed, as follows:",
        count,
    )
    return words % facts


def _line(number: int, task: Task, due_on: dt.date | None, asked_on: dt.date) -> str:
    late = (asked_on - due_on).days if due_on else 0
    day = day_words(due_on) if due_on else _("No deadline")
    days = str(late) if late > 0 else _("Not overdue")
    return _row(str(number), task.content, _source(task.directive), day, days)


def _source(directive: Directive) -> str:
    facts = {
        "document": directive.reference or directive.get_origin_display(),
        "day": day_words(directive.given_on),
    }
    return _("%(document)s of %(day)s") % facts


def _ending(urging: Urging) -> list[str]:
    facts = {
        "unit": urging.task.unit.name, "lead": urging.task.lead.name,
        "day": day_words(urging.answer_until),
    }  # fmt: skip
    return [
        _("To keep the time limits, %(unit)s asks %(lead)s:") % facts,
        *(f"- {line.strip(' -')}" for line in urging.words.splitlines() if line.strip(" -")),
        _("- To answer in writing until %(day)s at the latest: why the tasks are late, how far they"
          " are and when they will be completed.") % facts,
    ]  # fmt: skip


def _row(*cells: str) -> str:
    """What a cell says stands in one line, without the mark that parts cells."""
    return f"| {' | '.join(' '.join(cell.replace('|', '/').split()) for cell in cells)} |"

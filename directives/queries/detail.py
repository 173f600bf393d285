"""One task as a person sees it: its whole story, and what he may do."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from common.urgency import Urgency
from directives.letters import KIND
from directives.models import (
    Cooperator,
    DueDate,
    Extension,
    Progress,
    Remark,
    Result,
    Series,
    Task,
    TaskFile,
    Urging,
)
from directives.queries.lists import SEES
from directives.services.ground import (
    WORKS,
    deciding_right,
    directing_right,
    giving_right,
    lead_right,
    right_in,
)
from directives.services.talking import speaks_for
from directives.states import ENDED, WORKED_ON, Status
from directives.words import STATUS_TONES, badge
from organizations.models import User
from organizations.subjects import Facts, facts_of
from papers.letters import drafting_address

STORY: dict[str, Any] = {  # what the timeline says of an act
    "task.given": _("Gave the task"),
    "task.imported": _("Brought it in from a file"),
    "task.given_again": _("Gave it again"),
    "task.accepted": _("Accepted it"),
    "task.returned": _("Returned it as wrongly assigned"),
    "task.person_named": _("Said who answers for it"),
    "task.progress": _("Reported on the work"),
    "task.reported": _("Reported the result"),
    "task.confirmed": _("Confirmed the result"),
    "task.sent_back": _("Sent the result back"),
    "task.extension_asked": _("Asked for more time"),
    "task.extended": _("Granted more time"),
    "task.extension_refused": _("Granted no more time"),
    "task.suspended": _("Suspended it"),
    "task.resumed": _("Let it go on"),
    "task.due_moved": _("Moved the deadline with that of the whole"),
    "task.withdrawn": _("Withdrew it"),
    "task.reopened": _("Reopened it"),
    "task.adjusted": _("Changed who follows it or helps"),
    "task.handed_over": _("It went to the successor"),
    "task.remarked": _("Wrote in the discussion"),
    "task.urged": _("Urged the lead"),
    "task.urging_answered": _("Answered who urged"),
}
TONES = {
    "task.returned": "returned", "task.sent_back": "returned", "task.extension_refused": "returned",
    "task.suspended": "waiting", "task.extension_asked": "waiting", "task.reported": "waiting",
    "task.urged": "waiting",
}  # fmt: skip
DETAILS = ("reason", "words", "person_name", "unit_name")
DAYS = ("wanted_on", "granted_on", "completed_on")
CHANGED: dict[str, Any] = {
    "leader": _("Leader in charge"), "follower": _("Followed by"), "helpers": _("Co-operate"),
    "due_on": _("Deadline"),
}  # fmt: skip
GIVING = ("task.given", "task.imported", "task.given_again")  # to whom says their detail


class TaskPage:
    """The facts of the page; each group of rows is one query."""

    def __init__(self, task: Task, user: User) -> None:
        self.task, self.user = task, user
        self.today = timezone.localdate()

    @cached_property
    def cooperators(self) -> list[Cooperator]:
        return list(self.task.cooperators.select_related("unit").order_by("unit__path"))

    @cached_property
    def extensions(self) -> list[Extension]:
        found = self.task.extensions.select_related("asked_by", "decided_by")
        return list(found.order_by("asked_at", "pk"))

    @cached_property
    def results(self) -> list[Result]:
        return list(self.task.results.select_related("by", "judged_by").order_by("at", "pk"))

    @cached_property
    def files(self) -> list[TaskFile]:
        return list(self.task.files.select_related("stored").order_by("order"))

    @cached_property
    def urgings(self) -> list[Urging]:
        return list(self.task.urgings.select_related("asked_by", "answered_by").order_by("pk"))

    @cached_property
    def remarks(self) -> list[Remark]:
        return list(self.task.remarks.select_related("by", "unit").order_by("pk"))

    @cached_property
    def is_watching(self) -> bool:
        return bool(self.task.watches.filter(user=self.user).exists())

    @property
    def may_speak(self) -> bool:
        if self.task.status in ENDED:
            return False
        return speaks_for(self.task, self.user, self.cooperators) is not None

    @property
    def awaited(self) -> list[Urging]:
        """To which the lead has to answer."""
        return [each for each in self.urgings if each.is_awaited]

    @property
    def open_extension(self) -> Extension | None:
        return next((each for each in self.extensions if not each.answer), None)

    @property
    def open_result(self) -> Result | None:
        return next((each for each in self.results if not each.verdict), None)

    @cached_property
    def is_lead(self) -> bool:
        return lead_right(self.task, self.user) is not None

    @cached_property
    def is_helper(self) -> bool:
        return any(right_in(self.user, WORKS, each.unit) for each in self.cooperators)

    @cached_property
    def is_giver(self) -> bool:
        return giving_right(self.task, self.user) is not None

    @property
    def directs_lead(self) -> bool:
        return directing_right(self.task, self.user) is not None

    @property
    def may_judge(self) -> bool:
        """Never who reported it."""
        result = self.open_result
        return self.is_giver and result is not None and result.by_id != self.user.pk

    @property
    def may_decide(self) -> bool:
        wish = self.open_extension
        if wish is None or wish.asked_by_id == self.user.pk:
            return False
        return deciding_right(self.task, self.user) is not None

    @property
    def may_ask(self) -> bool:
        is_worked_on = self.task.status in WORKED_ON and self.task.due_on is not None
        return self.is_lead and is_worked_on and self.open_extension is None

    @property
    def may_pass_on(self) -> bool:
        return self.directs_lead and self.is_lead and self.task.status in WORKED_ON

    def context(self) -> dict[str, Any]:
        task = self.task
        return {
            "task": task,
            "directive": task.directive,
            "source": self.source,
            "excerpt": self._excerpt(),
            "status_tone": STATUS_TONES[Status(task.status)],
            "urgency_tone": Urgency(task.urgency).tone,
            "badge": badge(task.standing, self.today),
            "end_on": task.standing.due_on,
            "cooperators": self.cooperators,
            "parent": self._parent(),
            "most": MOST_RELATED,
            "parts": self._rows(task.subtasks),
            "siblings": self._rows(self._siblings()),
            "series": self.series,
            "series_rows": self._rows(self._of_series()),
            "dues": self._dues(),
            "extensions": self.extensions,
            "remarks": self.remarks,
            "urgings": [
                (each, self._answer_pill(each), self._has_letter(each)) for each in self.urgings
            ],
            "drafting": self._drafting(),
            "results": [self._told(each, "result_id") for each in self.results],
            "progress": [self._told(each, "progress_id") for each in self._progress()],
            "may_pass_on": self.may_pass_on,
            "events": self._story(),
        }

    def _excerpt(self) -> str:
        """Of all leads of the document: who passes a part on did not write it."""
        has_written = self.is_giver and self.task.parent_id is None
        return self.task.directive.excerpt if has_written or self.source else ""

    @cached_property
    def source(self) -> Facts | None:
        """The document that it comes from, if he may see it, too."""
        named = self.task.directive
        if not named.source_type:
            return None
        return facts_of(self.user, named.source_type, named.source_id or 0)

    @cached_property
    def series(self) -> Series | None:
        return self.task.series

    @property
    def may_stop_series(self) -> bool:
        return self.is_giver and self.series is not None and self.series.is_running

    def _of_series(self) -> Any:
        """What came before it and after it, the newest ones."""
        if self.series is None:
            return Task.objects.none()
        return self.series.tasks.exclude(pk=self.task.pk)

    def _siblings(self) -> Any:
        """From the same source; of those that come again with it not the other times."""
        found = self.task.directive.tasks.exclude(pk=self.task.pk).filter(parent=None)
        return found.exclude(series=self.series) if self.series else found

    def _parent(self) -> Task | None:
        if self.task.parent_id is None:
            return None
        found = Task.objects.visible_to(self.user, SEES)
        return found.select_related("lead").filter(pk=self.task.parent_id).first()

    def _rows(self, found: Any) -> list[dict[str, Any]]:
        """Other tasks that the person may see, as one line each."""
        return lines_of(found, self.user, self.today)[::-1]

    def _dues(self) -> list[DueDate]:
        """All days that ever held; shown when there was more than one."""
        found = list(self.task.due_dates.select_related("by").order_by("from_on", "at", "pk"))
        return found if len(found) > 1 else []

    def _progress(self) -> list[Progress]:
        return list(self.task.progress.select_related("by", "unit").order_by("-at", "-pk"))

    def _answer_pill(self, urging: Urging) -> tuple[Any, str]:
        """In words how its answer stands, and their tone."""
        if urging.answered_at is not None:
            return _("Answered"), "done"
        if not urging.is_awaited:
            return _("No answer needed any more"), "neutral"
        if urging.answer_until < self.today:
            return _("No answer, overdue"), "refused"
        return _("Answer expected"), "waiting"

    def _has_letter(self, urging: Urging) -> bool:
        """That the person may print it; not what was asked of an earlier lead."""
        return self.is_giver and urging.asked_at >= self.task.given_at

    def _drafting(self) -> str:
        """Where he takes such a letter over as a draft, if anywhere."""
        return drafting_address(self.user, KIND) if self.is_giver and self.urgings else ""

    def _told(self, row: Progress | Result, column: str) -> dict[str, Any]:
        return {"row": row, "files": [x for x in self.files if getattr(x, column) == row.pk]}

    def _story(self) -> list[dict[str, Any]]:
        entries = AuditEntry.objects.filter(
            subject_type=self.task._meta.label_lower, subject_id=str(self.task.pk)
        ).order_by("-pk")
        return [
            {
                "at": entry.at, "who": entry.actor_name, "words": STORY[entry.action],
                "role": entry.on_behalf_of, "tone": TONES.get(entry.action, "done"),
                "detail": _detail(entry),
            }
            for entry in entries
            if entry.action in STORY
        ]  # fmt: skip


def _detail(entry: AuditEntry) -> str:
    """What the act was about: its day, its reason or words, to whom; old and new."""
    changes = entry.data.get("changes", {})
    if changes:
        return "; ".join(
            f"{CHANGED[name]}: {old or '–'} → {new or '–'}" for name, (old, new) in changes.items()
        )
    to_whom = entry.data.get("lead_name", "") if entry.action in GIVING else ""
    days = [dt.date.fromisoformat(entry.data[key]) for key in DAYS if entry.data.get(key)]
    words = next((entry.data[key] for key in DETAILS if entry.data.get(key)), "")
    told = [to_whom, *(f"{day:%d/%m/%Y}" for day in days), words]
    return ": ".join(each for each in told if each)


MOST_RELATED = 50


def lines_of(found: Any, user: User, today: dt.date) -> list[dict[str, Any]]:
    """Of these tasks those that the person may see, the newest first, as one line each."""
    seen = found.visible_to(user, SEES).select_related("directive", "lead", "person")
    return [
        {
            "task": each,
            "badge": badge(each.standing, today),
            "tone": STATUS_TONES[Status(each.status)],
        }
        for each in seen.order_by("-pk")[:MOST_RELATED]
    ]

"""Nhiệm vụ: what one unit has to do until a day, who helps it, and how far it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from textwrap import shorten
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.arrays import in_array
from common.errors import TransitionError
from common.text import unaccented
from common.urgency import Urgency
from directives.models.directives import PERSON, UNIT, Directive
from directives.models.series import Series
from directives.rules import Standing
from directives.states import NEXT, OPEN, SHOWN, Status
from organizations import absences
from organizations.access import VisibleQuerySet, manager_of, units_above, units_where
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantModel

SEARCHED = 1_500  # letters of the search column
NAMED = 60  # of its name in a notice or a title
FAR = dt.date(9999, 12, 31)
SORTED_BY = Coalesce("due_on", Value(FAR), output_field=models.DateField())  # no day: last


class TaskQuerySet(VisibleQuerySet["Task"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """What a unit gives, leads or helps with, on which the person holds `permission`
        ("view_tasks"), or a part of which leads and he answers for it; of whom he stands in for
        also what that one follows or gave."""
        reach = units_where(user, permission)
        if reach.everywhere:
            return self.all()
        absent = absences.covered_by(user).values("user")
        stands_in = in_array("follower", absent) | in_array("giver", absent)
        stands_in &= Q(unit__in=units_above(user, permission))
        units = Q(lead__in=reach.unit_ids) | Q(unit__in=reach.unit_ids)
        named = in_hands_of(user, permission) | stands_in
        return self.filter(named | units | helped_by(reach.unit_ids))

    def open(self) -> Self:
        """Somebody has to act; neither closed, nor withdrawn, nor suspended."""
        return self.filter(status__in=OPEN)

    def lock(self, pk: int) -> Task:
        """The row for a change; waits at most two seconds (setting of the connection)."""
        locked = self.select_for_update(of=("self",), no_key=True)
        return locked.select_related("directive", "unit", "lead", "giver").get(pk=pk)


class Task(TenantModel):
    """One piece of work with exactly one lead (NĐ 314/2025/NĐ-CP: one agency, one person).

    `due_on` is the day in force now; all days that ever held are `DueDate` rows. A label such as
    "overdue" is derived (`directives.rules.label_of`). The completion is the date of the accepted
    result's document, and `judged_due_on` the day that was in force then.
    """

    search_column: ClassVar[str] = "search_text"

    directive = TenantForeignKey(Directive, related_name="tasks")
    parent = TenantForeignKey("self", null=True, related_name="subtasks")
    unit = TenantForeignKey(UNIT, related_name="+")  # that gives
    giver = TenantForeignKey(PERSON, related_name="+")  # who decides on more time
    leader = TenantForeignKey(PERSON, null=True, related_name="+")  # lãnh đạo phụ trách, theirs
    follower = TenantForeignKey(PERSON, null=True, related_name="+")  # chuyên viên theo dõi
    lead = TenantForeignKey(UNIT, related_name="+")  # chủ trì
    person = TenantForeignKey(PERSON, null=True, related_name="+")  # of the lead; answers for it
    content = models.CharField(max_length=2000)
    product = models.CharField(max_length=500, blank=True)  # that is asked for
    field = models.CharField(max_length=100, blank=True)  # lĩnh vực, of `DirectiveRules.fields`
    urgency = models.PositiveSmallIntegerField(choices=Urgency, default=Urgency.NORMAL)
    status = models.CharField(max_length=9, choices=Status, default=Status.GIVEN)
    reason = models.CharField(max_length=1000, blank=True)  # of the status, where it needs one
    given_on = models.DateField()  # to this lead
    given_at = models.DateTimeField()  # as it was entered: the days to return it run from here
    is_insisted = models.BooleanField(default=False)  # was returned, and given to the same again
    due_on = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    percent = models.PositiveSmallIntegerField(default=0)
    reported_on = models.DateField(null=True)  # date of the result that waits
    closed_at = models.DateTimeField(null=True)
    completed_on = models.DateField(null=True)
    judged_due_on = models.DateField(null=True)
    series = TenantForeignKey(Series, null=True, related_name="tasks")
    series_on = models.DateField(null=True)  # its day there; due on the next working day
    form_token = models.CharField(max_length=40, null=True)  # of the page that gave parts
    search_text = models.CharField(max_length=SEARCHED, editable=False)
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = manager_of(TaskQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "form_token"], name="task_submitted_once"),
            models.UniqueConstraint(
                fields=["province", "series", "series_on"], name="task_of_series_once"
            ),
            models.CheckConstraint(
                name="task_series_complete",
                condition=Q(series=None, series_on=None)
                | Q(series__isnull=False, series_on__isnull=False),
            ),
            models.CheckConstraint(
                name="task_closed_complete",
                condition=Q(status="closed", closed_at__isnull=False, completed_on__isnull=False)
                | (
                    ~Q(status="closed")
                    & Q(closed_at=None, completed_on=None, judged_due_on=None)
                ),
            ),
            models.CheckConstraint(
                name="task_reported_on_iff_reported",
                condition=Q(status="reported", reported_on__isnull=False)
                | (~Q(status="reported") & Q(reported_on=None)),
            ),
            models.CheckConstraint(
                name="task_completed_after_giving",
                condition=Q(completed_on=None) | Q(completed_on__gte=F("given_on")),
            ),
            models.CheckConstraint(
                name="task_due_after_giving",
                condition=Q(due_on=None) | Q(due_on__gte=F("given_on")),
            ),
            models.CheckConstraint(
                name="task_accepted_at_iff_accepted",
                condition=Q(status__in=["given", "returned"], accepted_at=None)
                | Q(
                    status__in=["accepted", "in_work", "reported", "closed"],
                    accepted_at__isnull=False,
                )
                | Q(status__in=["suspended", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="task_reason_where_needed",
                condition=Q(status__in=["returned", "suspended", "withdrawn"]) & ~Q(reason="")
                | ~Q(status__in=["returned", "suspended", "withdrawn"]) & Q(reason=""),
            ),
            models.CheckConstraint(
                name="task_percent_in_range", condition=Q(percent__lte=100)
            ),
            models.CheckConstraint(
                name="task_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("id"))
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                "province", owner, SORTED_BY, "id", name=f"task_open_by_{owner}",
                condition=Q(status__in=OPEN),
            )
            for owner in ("lead", "unit", "person", "giver", "follower")
        ] + [
            models.Index(
                "province", SORTED_BY, "id", name="task_open_by_day", condition=Q(status__in=OPEN)
            ),
            models.Index(fields=["province", "lead", "-id"], name="task_by_lead"),
            models.Index(  # of the board: both are read without the rows themselves
                fields=["province", "unit"], name="task_board_open", condition=Q(status__in=SHOWN),
                include=["lead", "giver", "field", "status", "due_on", "reported_on"],
            ),
            models.Index(
                fields=["province", "unit", "completed_on"], name="task_board_done",
                condition=Q(status=Status.CLOSED),
                include=["lead", "giver", "field", "status", "judged_due_on"],
            ),
            models.Index(fields=["province", "given_at"], name="task_by_giving"),
            models.Index(
                fields=["province", "closed_at"], name="task_by_closing",
                condition=Q(status=Status.CLOSED),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return shorten(self.content, NAMED, placeholder="…")

    def index_words(self, directive: Directive) -> None:
        """Write the column that is found by, from the fields; the caller saves."""
        told = (directive.reference, directive.subject, self.content, self.product, self.field)
        self.search_text = unaccented(" ".join(told))[:SEARCHED]

    def move_to(self, status: Status, reason: str = "") -> None:
        """Change the status in memory, or raise TransitionError; the caller saves."""
        if status not in NEXT[self.status]:
            raise TransitionError(
                _("The task is “%(status)s”: this is no longer possible.")
                % {"status": self.get_status_display()}
            )
        self.status, self.reason = status, reason.strip()[:1000]
        self.reported_on = None

    def reopen(self) -> None:
        """Forget how it ended, in memory; the log keeps it."""
        self.closed_at = self.completed_on = self.judged_due_on = None

    @property
    def standing(self) -> Standing:
        due_on = self.judged_due_on if self.status == Status.CLOSED else self.due_on
        return Standing(self.status, due_on, self.completed_on, self.reported_on)


def in_hands_of(user: User, permission: str) -> Q:
    """What the person answers for, or for whom he stands in today, as long as he holds the
    permission on the lead or on a part of it. No query of its own."""
    here = units_where(user, permission).unit_ids | units_above(user, permission)
    absent = absences.covered_by(user).values("user")
    return (Q(person=user) | in_array("person", absent)) & Q(lead__in=here)


def helped_by(unit_ids: Iterable[int]) -> Q:
    """Tasks with which one of these units helps."""
    return in_array("pk", Cooperator.objects.filter(unit__in=unit_ids).values("task"))


class Cooperator(TenantModel):
    """A unit that helps the lead with a task."""

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="cooperators")
    unit = TenantForeignKey(UNIT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "task", "unit"], name="cooperator_once")
        ]
        indexes = [models.Index(fields=["province", "unit", "task"], name="cooperator_by_unit")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.unit_id}"

"""What the two sides of a task tell each other in writing while it is not done."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from directives.models.directives import PERSON, UNIT
from directives.models.tasks import Task
from directives.states import AWAITED
from organizations.access import VisibleQuerySet, manager_of
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantModel

# What was done meanwhile, or given to another, needs no answer any more
AWAITING = Q(
    answered_at=None, lapsed_at=None, task__status__in=AWAITED, asked_at__gte=F("task__given_at")
)


class UrgingQuerySet(VisibleQuerySet["Urging"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Who sees the task sees in what words its lead was urged."""
        return self.filter(task__in=Task.objects.visible_to(user, permission))

    def standing(self) -> Self:
        """Asked of who leads the task now."""
        return self.filter(asked_at__gte=F("task__given_at"))

    def with_task(self) -> Self:
        related = ("lead", "unit", "giver", "directive")
        return self.select_related("asked_by", *(f"task__{each}" for each in related))


class Urging(TenantModel):
    """Đôn đốc: the giver's side urges the lead in writing, which answers until a day."""

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="urgings")
    reference = models.CharField(max_length=60, blank=True)  # of a letter that says the same
    words = models.CharField(max_length=2000)
    answer_until = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+")
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(PERSON, null=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True)  # reported since: that was the answer
    reminded_on = models.DateField(null=True)  # the last time, that no answer came

    objects: ClassVar[Any] = manager_of(UrgingQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="urging_answered_complete",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | Q(~Q(answer=""), answered_at__isnull=False, answered_by__isnull=False),
            ),
            models.CheckConstraint(
                name="urging_answered_by_another",
                condition=Q(answered_by=None) | ~Q(answered_by=F("asked_by")),
            ),
        ]
        indexes = [
            models.Index(fields=["province", "task", "asked_at"], name="urging_by_task"),
            models.Index(fields=["province", "asked_at"], name="urging_by_moment"),
            models.Index(
                fields=["province", "answer_until"], name="urging_unanswered",
                condition=Q(answered_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.words[:60]

    @property
    def is_awaited(self) -> bool:
        """As `AWAITING`. Reads `self.task`: one query if not loaded."""
        is_asked = self.task.status in AWAITED and self.asked_at >= self.task.given_at
        return self.answered_at is None and self.lapsed_at is None and is_asked


class Remark(TenantModel):
    """Trao đổi: what one of those who have to do with a task says to the others. Only added to."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="remarks")
    unit = TenantForeignKey(UNIT, related_name="+")  # for which he speaks
    words = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "task", "at"], name="task_remark_by_task")]

    def __str__(self) -> str:
        return self.words[:60]


class Watch(TenantModel):
    """That a person who sees a task wants to hear of its changes, whatever his part in it."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT, DELETE"

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="watches")
    user = TenantForeignKey(PERSON, related_name="+")
    since = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "task", "user"], name="task_watch_once")
        ]
        indexes = [models.Index(fields=["province", "user", "task"], name="task_watch_by_user")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.user_id}"

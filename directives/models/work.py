"""What is done on a task: how far it is, the result with its document, and their files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from directives.models.directives import PERSON, UNIT
from directives.models.tasks import Task
from directives.states import Quality, Verdict
from tenancy.models import TenantForeignKey, TenantModel


class Progress(TenantModel):
    """What the lead, or a unit that co-operates, says of its work. Only added to."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="progress")
    unit = TenantForeignKey(UNIT, related_name="+")  # that says it
    percent = models.PositiveSmallIntegerField(null=True)  # said by the lead, or imported
    words = models.CharField(max_length=2000)
    obstacles = models.CharField(max_length=1000, blank=True)
    proposals = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="task_progress_percent_in_range",
                condition=Q(percent=None) | Q(percent__lte=100),
            )
        ]
        indexes = [
            models.Index(fields=["province", "task", "at"], name="task_progress_by_task"),
            models.Index(
                fields=["province", "at"], name="task_progress_stuck", condition=~Q(obstacles="")
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]


class Result(TenantModel):
    """A reported result: its document, when it was entered, and what came of it."""

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="results")
    reference = models.CharField(max_length=60)  # số, ký hiệu of the document
    document_on = models.DateField()  # the completion, once it is confirmed
    words = models.CharField(max_length=2000)
    entered_on = models.DateField()
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    verdict = models.CharField(max_length=9, choices=Verdict, blank=True)
    quality = models.CharField(max_length=7, choices=Quality, blank=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = TenantForeignKey(PERSON, null=True, related_name="+")
    judged_words = models.CharField(max_length=1000, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "task"], name="task_result_one_open", condition=Q(verdict="")
            ),
            models.CheckConstraint(
                name="task_result_not_after_entry", condition=Q(document_on__lte=F("entered_on"))
            ),
            models.CheckConstraint(
                name="task_result_judged_complete",
                condition=Q(verdict="", quality="", judged_at=None, judged_by=None)
                | Q(
                    ~Q(quality=""), verdict="confirmed", judged_at__isnull=False,
                    judged_by__isnull=False,
                )
                | Q(
                    ~Q(judged_words=""), verdict="sent_back", quality="",
                    judged_at__isnull=False, judged_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="task_result_judged_by_another",
                condition=Q(judged_by=None) | ~Q(judged_by=F("by")),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["province", "judged_at"], name="task_result_sent_back",
                condition=Q(verdict="sent_back"),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference


class TaskFile(TenantModel):
    """A photo or paper of a progress report, or the document of a result."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    task = TenantForeignKey(Task, on_delete=models.CASCADE, related_name="files")
    order = models.PositiveSmallIntegerField()
    progress = TenantForeignKey(Progress, null=True, on_delete=models.CASCADE, related_name="files")
    result = TenantForeignKey(Result, null=True, on_delete=models.CASCADE, related_name="files")
    stored = TenantForeignKey("files.StoredFile", related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "task", "order"], name="task_file_order_once"
            ),
            models.CheckConstraint(
                name="task_file_of_one",
                condition=Q(progress=None, result__isnull=False)
                | Q(progress__isnull=False, result=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.task_id} {self.order}"

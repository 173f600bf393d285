"""What the council says to an answer: verdicts, questions, appeals."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ranking.models.assessments import Assessment
from ranking.models.frameworks import POINTS, Criterion
from tenancy.models import TenantForeignKey, TenantModel

PERSON = settings.AUTH_USER_MODEL


class Choice(models.TextChoices):
    """What an appraiser takes for true."""

    OWN = "own", _("Accept the unit's own")
    SYSTEM = "system", _("Take the system's figure")
    OTHER = "other", _("Another figure")


class Verdict(TenantModel):
    """Kết quả thẩm định of one criterion by one appraiser; the unit reads the reason.

    The final one counts. With two appraisers equal verdicts make a final one; different ones are
    listed until the council decides. A later one (appeal) supersedes and leaves the old one.
    """

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="verdicts")
    criterion = TenantForeignKey(Criterion, related_name="verdicts")
    choice = models.CharField(max_length=10, choices=Choice)
    input = models.JSONField(null=True)
    points = models.DecimalField(null=True, **POINTS)  # None: not to be known yet (best of group)
    not_applicable = models.BooleanField(default=False)
    reason = models.CharField(_("Reason"), max_length=4000, blank=True)
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(PERSON, related_name="+")
    judged = models.CharField(max_length=64, blank=True)  # digest of the answer that was accepted
    is_final = models.BooleanField(default=False)
    superseded_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "assessment", "criterion"],
                condition=Q(is_final=True, superseded_at=None),
                name="verdict_one_final",
            ),
            models.UniqueConstraint(
                fields=["province", "assessment", "criterion", "made_by"],
                condition=Q(superseded_at=None),
                name="verdict_once_each",
            ),
            models.CheckConstraint(
                name="verdict_change_has_reason", condition=Q(choice="own") | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.criterion_id} {self.points}"


class Inquiry(TenantModel):
    """A question of the council to the unit about a criterion, and the reply."""

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="inquiries")
    criterion = TenantForeignKey(Criterion, related_name="+")
    text = models.CharField(_("Question"), max_length=4000)
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+")
    reply = models.CharField(_("Reply"), max_length=4000, blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = TenantForeignKey(PERSON, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="inquiry_replied_by_somebody",
                condition=Q(reply="", replied_at=None, replied_by=None)
                | (~Q(reply="") & Q(replied_at__isnull=False, replied_by__isnull=False)),
            ),
        ]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Appeal(TenantModel):
    """Kiến nghị: the unit does not agree with a verdict. The answer is a new verdict or a no."""

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="appeals")
    criterion = TenantForeignKey(Criterion, related_name="+")
    text = models.CharField(_("What is asked for"), max_length=4000)
    file = TenantForeignKey("files.StoredFile", null=True, related_name="+")
    filed_at = models.DateTimeField()
    filed_by = TenantForeignKey(PERSON, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    is_granted = models.BooleanField(null=True)
    answer = models.CharField(_("Answer"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(PERSON, null=True, related_name="+")
    verdict = TenantForeignKey(Verdict, null=True, related_name="+")  # the new one

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "assessment", "criterion"],
                condition=Q(answered_at=None),
                name="appeal_one_open",
            ),
            models.CheckConstraint(
                name="appeal_answered_by_somebody",
                condition=Q(is_granted=None, answer="", answered_at=None, answered_by=None)
                | (
                    Q(is_granted__isnull=False, answered_at__isnull=False)
                    & Q(answered_by__isnull=False)
                    & ~Q(answer="")
                ),
            ),
        ]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]

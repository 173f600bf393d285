"""The monthly evaluation of officials and heads (QĐ 2947/QĐ-UBND 2016 Điều 9 khoản 1 điểm d)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from organizations import access
from organizations.access import VisibleQuerySet, manager_of
from organizations.models import User
from reports.rules_evaluation import Grade
from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"
PERSON = settings.AUTH_USER_MODEL


class SheetKind(models.TextChoices):
    STAFF = "staff", _("Officials and heads of divisions")
    LEADERS = "leaders", _("Heads of the agency")


class Tier(models.TextChoices):
    """Who judges a row: who assigns the work, the head of the agency, or the level above it."""

    OFFICIAL = "official", _("Official")
    HEAD = "head", _("Head of division")
    LEADER = "leader", _("Head of agency")


class EvaluationState(models.TextChoices):
    OPEN = "open", _("Being commented")
    CONFIRMED = "confirmed", _("Confirmed")


class EvaluationQuerySet(VisibleQuerySet["Evaluation"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Sheets with a row that the person may see by his office; his own does not count."""
        if access.units_where(user, permission).everywhere:
            return self.all()
        rows = EvaluationRow.objects.visible_to(user, permission)
        return self.filter(Exists(rows.filter(evaluation=OuterRef("pk"))))

    def lock(self, pk: int) -> Evaluation:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Evaluation(TenantModel):
    """One agency's sheet of a month: figures of one moment (`cut_at`), comments until confirmed.

    The heads of an agency have a sheet of their own, which goes one level up: to the People's
    Committee of the province, or for an office below a commune to the commune.
    """

    number = models.PositiveSmallIntegerField(default=1)  # version
    month = models.DateField()  # its first day
    kind = models.CharField(max_length=10, choices=SheetKind)
    unit = TenantForeignKey(UNIT, related_name="+")  # the agency
    judge_unit = TenantForeignKey(UNIT, related_name="+")  # where it is confirmed
    definition = models.CharField(max_length=20)
    cut_at = models.DateTimeField()
    bounds = models.JSONField()  # of the proposals: [grade, percent in time, percent sent back]
    digest = models.CharField(max_length=64)  # SHA-256 of all that does not change, rows included
    state = models.CharField(max_length=10, choices=EvaluationState, default=EvaluationState.OPEN)
    made_by = TenantForeignKey(PERSON, null=True, related_name="+")  # None: the portal itself
    reason = models.CharField(max_length=1000, blank=True)  # why there is a new version
    superseded_at = models.DateTimeField(null=True)  # there is a newer version
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = TenantForeignKey(PERSON, null=True, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    capacity = models.CharField(max_length=250, blank=True)  # "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"

    objects: ClassVar[Any] = manager_of(EvaluationQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "kind", "month", "number"],
                name="evaluation_version_once",
            ),
            models.UniqueConstraint(
                fields=["province", "unit", "kind", "month"],
                condition=Q(superseded_at=None),
                name="evaluation_one_in_force",
            ),
            models.CheckConstraint(
                name="evaluation_confirmed_by_somebody",
                condition=Q(state="confirmed", confirmed_at__isnull=False)
                & Q(confirmed_by__isnull=False)
                | (~Q(state="confirmed") & Q(confirmed_at=None, confirmed_by=None)),
            ),
            models.CheckConstraint(
                name="evaluation_new_version_has_reason", condition=Q(number=1) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["province", "-month", "-id"], name="evaluation_by_month")]

    def __str__(self) -> str:
        return f"{self.month:%m/%Y}, {self.get_kind_display()} ({self.number})"

    @property
    def is_open(self) -> bool:
        """Comments and decisions can still be written."""
        return self.state == EvaluationState.OPEN and self.superseded_at is None

    @property
    def tone(self) -> str:
        """Look of the state's pill."""
        return "done" if self.state == EvaluationState.CONFIRMED else "waiting"

    @property
    def confirming_unit_id(self) -> int:
        """Where who confirms it must be allowed to sign."""
        return int(self.unit_id if self.kind == SheetKind.STAFF else self.judge_unit_id)


class EvaluationRowQuerySet(VisibleQuerySet["EvaluationRow"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Rows of the people whose head he is, or of everybody for who sees the whole province.

        Colleagues see nothing, nor does a head see another head of the same level: a row of a
        head is seen where it is judged. One's own row is `of(user)`.
        """
        reach = access.units_where(user, permission)
        if reach.everywhere:
            return self.all()
        signs = access.units_where(user, "sign_reports").unit_ids
        return self.filter(
            Q(tier=Tier.OFFICIAL, unit__in=reach.unit_ids)
            | Q(tier=Tier.HEAD, evaluation__unit__in=signs)
            | Q(tier=Tier.LEADER, evaluation__judge_unit__in=signs)
        )

    def of(self, user: User) -> Self:
        return self.filter(person=user)


class EvaluationRow(TenantModel):
    """One person's month in one unit: frozen facts, his remark, and what the head says of them."""

    evaluation = TenantForeignKey(Evaluation, on_delete=models.CASCADE, related_name="rows")
    person = TenantForeignKey(PERSON, related_name="+")
    unit = TenantForeignKey(UNIT, related_name="+")
    tier = models.CharField(max_length=10, choices=Tier)
    order = models.PositiveIntegerField()  # by unit, then by given name
    name = models.CharField(max_length=150)  # as they were in the month
    title = models.CharField(max_length=250, blank=True)
    figures = models.JSONField()  # key of rules_evaluation.FIGURES → number
    items = models.JSONField()  # what is behind them (rules_evaluation.Items)
    proposed = models.CharField(max_length=10, choices=Grade)
    remark = models.CharField(max_length=2000, blank=True)
    remarked_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=2000, blank=True)
    grade = models.CharField(max_length=10, choices=Grade, blank=True)
    grade_reason = models.CharField(max_length=1000, blank=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = TenantForeignKey(PERSON, null=True, related_name="+")
    judged_for = models.CharField(max_length=150, blank=True)  # thay mặt

    objects: ClassVar[Any] = manager_of(EvaluationRowQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "evaluation", "person", "unit"], name="evaluation_row_once"
            ),
            models.CheckConstraint(
                name="evaluation_grade_by_somebody",
                condition=Q(grade="", judged_at=None, judged_by=None)
                | (~Q(grade="") & Q(judged_at__isnull=False, judged_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="evaluation_other_grade_has_reason",
                condition=Q(grade="") | Q(grade=F("proposed")) | ~Q(grade_reason=""),
            ),
            models.CheckConstraint(
                name="evaluation_nobody_judges_himself",
                condition=Q(judged_by=None) | ~Q(judged_by=F("person")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def grade_tone(self) -> str:
        tones = {Grade.EXCELLENT: "done", Grade.GOOD: "done", Grade.FULFILLED: "progress",
                 Grade.FAILED: "refused"}  # fmt: skip
        return tones.get(Grade(self.grade or self.proposed), "neutral")

"""Frameworks: what a year is judged by. Areas, sections and criteria with their scoring rules.

QĐ 1278/QĐ-CTUBND (Khánh Hòa, 2020) Điều 5 names six areas; the form with the points is issued by
the People's Committee (Điều 10 khoản 2) and changes from year to year.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations import access
from organizations.access import manager_of
from organizations.models import User
from ranking.scoring import Rule, parse_rule
from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"
PERSON = settings.AUTH_USER_MODEL
# Of every score and maximum: unrounded thirds keep their digits, totals are rounded once
POINTS: dict[str, Any] = {"max_digits": 30, "decimal_places": 20}


class FrameworkState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("In use")


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Frameworks of the province: all to who manages rankings anywhere; the published ones and
        the drafts that are open for comments to units; to who sits in a council that of his year.
        """
        if access.may(user, "manage_rankings"):
            return self.all()
        of_years = self.filter(cycles__seats__person=user, cycles__seats__left_on=None)
        shown = Q(pk__in=of_years.values("pk"))
        if access.may(user, permission):
            shown |= Q(state=FrameworkState.PUBLISHED) | Q(comments_until__isnull=False)
        return self.filter(shown)

    def lock(self, pk: int) -> Framework:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Framework(TenantModel):
    """Bộ tiêu chí: one year's areas, criteria and rules of scoring.

    A published framework is never edited; a criterion may be withdrawn with a reason, and the
    next year begins with a copy.
    """

    code = models.CharField(_("Code"), max_length=40)  # kh-1278-2020
    name = models.CharField(_("Name"), max_length=300)
    year = models.PositiveSmallIntegerField(_("Year"))
    decision = models.CharField(_("Deciding document"), max_length=300, blank=True)
    source = models.CharField(_("Source"), max_length=1000, blank=True)
    is_sample = models.BooleanField(_("Illustration only"), default=False)
    # Everything but the tree, as files write it: scale, classes, lateness, groups, dates, council
    terms = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=FrameworkState, default=FrameworkState.DRAFT)
    comments_until = models.DateField(_("Comments until"), null=True, blank=True)
    published_at = models.DateTimeField(null=True)
    published_by = TenantForeignKey(PERSON, null=True, related_name="+")
    based_on = TenantForeignKey("self", null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what was published

    objects: ClassVar[Any] = manager_of(FrameworkQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="framework_code_once"),
            models.CheckConstraint(
                name="framework_published_by_somebody",
                condition=Q(state="draft", published_at=None, published_by=None, digest="")
                | (Q(state="published", published_at__isnull=False) & ~Q(digest="")),
            ),
        ]
        ordering: ClassVar = ["-year", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == FrameworkState.DRAFT

    @property
    def tone(self) -> str:
        """Look of the state's pill."""
        return "neutral" if self.is_draft else "done"


class Level(models.TextChoices):
    AREA = "area", _("Area")
    SECTION = "section", _("Section")
    CRITERION = "criterion", _("Criterion")


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def scored(self) -> Self:
        """What units answer; withdrawn ones included."""
        return self.filter(level=Level.CRITERION)

    def in_force(self) -> Self:
        return self.filter(withdrawn_at=None)


class Criterion(TenantModel):
    """A node of the framework: an area (Điều 5), a section of it, or a criterion with its rule.

    `area` is the top node, None for areas: lists by area and sums per area need no walk.
    """

    framework = TenantForeignKey(Framework, on_delete=models.CASCADE, related_name="criteria")
    parent = TenantForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    area = TenantForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    level = models.CharField(max_length=10, choices=Level)
    code = models.CharField(_("Code"), max_length=30)  # 4.22.11
    order = models.PositiveIntegerField()  # of the codes as numbers: 4.9 before 4.10
    title = models.CharField(_("Title"), max_length=1000)
    # None: the source does not tell; such a framework is not published
    maximum = models.DecimalField(_("Maximum"), null=True, **POINTS)
    weight = models.DecimalField(_("Weight"), default=Decimal(1), max_digits=8, decimal_places=4)
    rule = models.JSONField(_("Scoring rule"), null=True)  # None for areas and sections
    evidence = models.CharField(_("Required evidence"), max_length=2000, blank=True)
    verifier = models.CharField(_("Verified by"), max_length=300, blank=True)
    groups = models.JSONField(_("Groups"), default=list)  # codes; [] = every group
    measure = models.CharField(_("Automatic measure"), max_length=60, blank=True)
    source = models.CharField(_("Source"), max_length=500, blank=True)
    gap = models.CharField(_("Not known"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = TenantForeignKey(PERSON, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=1000, blank=True)

    objects: ClassVar[Any] = manager_of(CriterionQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "framework", "code"], name="criterion_code_once"
            ),
            models.CheckConstraint(
                name="criterion_area_has_no_parent",
                condition=Q(level="area", parent=None)
                | (~Q(level="area") & Q(parent__isnull=False)),
            ),
            models.CheckConstraint(
                name="criterion_maximum_not_negative", condition=Q(maximum__gte=0)
            ),
            models.CheckConstraint(
                name="criterion_withdrawn_by_somebody",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["province", "framework", "order"], name="criterion_in_order"),
            models.Index(fields=["province", "area", "order"], name="criterion_of_area"),
        ]
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def kind(self) -> str:
        """The type of its rule, "" without one."""
        return str((self.rule or {}).get("type", ""))

    @property
    def scoring_rule(self) -> Rule:
        """Its rule with its maximum. Raises `Faulty` where there is none."""
        return parse_rule(self.rule, self.maximum or Decimal(0))


class FrameworkComment(TenantModel):
    """What an agency says to a draft (Điều 10 khoản 2: amended in time), and the answer to it."""

    framework = TenantForeignKey(Framework, on_delete=models.CASCADE, related_name="comments")
    criterion = TenantForeignKey(
        Criterion, on_delete=models.CASCADE, null=True, blank=True, related_name="comments"
    )
    unit = TenantForeignKey(UNIT, related_name="+")
    text = models.CharField(_("Comment"), max_length=2000)
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(PERSON, related_name="+")
    answer = models.CharField(_("Answer"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(PERSON, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="framework_comment_answered_by_somebody",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        ]
        ordering: ClassVar = ["made_at"]

    def __str__(self) -> str:
        return self.text[:60]

"""Linked one-stop (một cửa liên thông): groups of procedures, and the parts of a dossier."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from onestop import words
from onestop.models.catalogue import LimitUnit, Procedure
from onestop.models.dossiers import UNIT, Dossier
from organizations import access
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantManager, TenantModel

PERSON = settings.AUTH_USER_MODEL


class LinkKind(models.TextChoices):
    """Between which offices the work is divided (NĐ 61/2018/NĐ-CP Điều 19 khoản 6, 7)."""

    SAME_LEVEL = "same_level", _("Agencies of one level")
    DIFFERENT_LEVELS = "levels", _("Agencies of different levels")


class GroupState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class LinkedGroupQuerySet(models.QuerySet["LinkedGroup"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Groups are part of the catalogue: who holds the right anywhere sees all."""
        return self.all() if access.may(user, permission) else self.none()

    def in_force_on(self, day: Any) -> Self:
        """Published groups that hold on that day, both ends included."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=day),
            state=GroupState.PUBLISHED, valid_from__lte=day,
        )  # fmt: skip

    def lock(self, pk: int) -> LinkedGroup:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class LinkedGroup(TenantModel):
    """Nhóm thủ tục hành chính liên thông: one receipt and one limit for several procedures.

    Published by the ministry, listed by the chairman of the province: TT 01/2018/TT-VPCP Điều 4.
    A published group is never edited: it ends, and another one begins.
    """

    code = models.CharField(_("Code of the group"), max_length=20)  # LT.01
    name = models.CharField(_("Linked group"), max_length=300)
    kind = models.CharField(_("Kind"), max_length=10, choices=LinkKind)
    limit_amount = models.DecimalField(_("Total time limit"), max_digits=7, decimal_places=2)
    limit_unit = models.CharField(_("Counted in"), max_length=15, choices=LimitUnit)
    decision = models.CharField(_("Deciding document"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=GroupState, default=GroupState.DRAFT)
    valid_from = models.DateField(_("In force from"), null=True, blank=True)
    valid_to = models.DateField(_("In force until"), null=True, blank=True)  # last day
    published_at = models.DateTimeField(null=True)
    search_text = models.CharField(max_length=400, editable=False)  # code and name, unaccented
    # Different levels: receive, follow, return at the counter. Same level: the lead's own process.
    process = TenantForeignKey("onestop.Process", null=True, related_name="+")
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = TenantManager.from_queryset(LinkedGroupQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="linked_group_code_once"),
            models.CheckConstraint(
                name="linked_group_published_is_complete",
                condition=Q(state="draft", published_at=None)
                | (
                    Q(state="published", published_at__isnull=False, valid_from__isnull=False)
                    & ~Q(decision="")
                ),
            ),
            models.CheckConstraint(
                name="linked_group_dates_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(
                name="linked_group_relay_has_process",
                condition=Q(state="draft")
                | Q(kind="levels", process__isnull=False)
                | Q(kind="same_level", process=None),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def limit_words(self) -> str:
        return words.limit_words(self.limit_amount, self.limit_unit)


class LinkedMember(TenantModel):
    """A procedure of the group: who resolves it, in what time.

    `unit` None: the agency of the dossier's lead when it is competent, else the one that is
    competent at the lead's or the counter's place (rules.linked).
    """

    group = TenantForeignKey(LinkedGroup, on_delete=models.CASCADE, related_name="members")
    procedure = TenantForeignKey(Procedure, related_name="linked_members")
    order = models.PositiveSmallIntegerField(_("Order"))
    is_lead = models.BooleanField(_("Lead"), default=False)
    limit_amount = models.DecimalField(
        _("Time limit of the part"), max_digits=7, decimal_places=2, default=Decimal(1)
    )
    limit_unit = models.CharField(_("Counted in"), max_length=15, choices=LimitUnit)
    unit = TenantForeignKey(UNIT, null=True, blank=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "group", "procedure"], name="linked_member_once"
            ),
            models.UniqueConstraint(
                fields=["province", "group", "order"], name="linked_member_order_once"
            ),
            models.UniqueConstraint(
                fields=["province", "group"],
                condition=Q(is_lead=True),
                name="linked_group_one_lead",
            ),
        ]
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return f"{self.group_id}/{self.order}"

    @property
    def limit_words(self) -> str:
        return words.limit_words(self.limit_amount, self.limit_unit)


class Settlement(models.TextChoices):
    """What the lead decided about a part that brought no result."""

    WAIVED = "waived", _("Gone on without")
    RENEWED = "renewed", _("Given out again")


class LinkedPart(TenantModel):
    """Phần việc: a child dossier's place under its parent, and what the lead decided about it."""

    dossier = TenantForeignKey(Dossier, related_name="part_of")
    parent = TenantForeignKey(Dossier, related_name="parts")
    member = TenantForeignKey(LinkedMember, related_name="+")
    order = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)  # 2 when it was given out again
    settlement = models.CharField(max_length=10, choices=Settlement, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = TenantForeignKey(PERSON, null=True, related_name="+")
    settled_reason = models.CharField(max_length=1000, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier"], name="linked_part_once"),
            models.UniqueConstraint(
                fields=["province", "parent", "order", "round"], name="linked_part_round_once"
            ),
            models.UniqueConstraint(
                fields=["province", "parent", "order"],
                condition=~Q(settlement="renewed"),
                name="linked_part_one_in_force",
            ),
            models.CheckConstraint(
                name="linked_part_settled_by_somebody",
                condition=Q(settlement="", settled_at=None, settled_by=None, settled_reason="")
                | (
                    ~Q(settlement="")
                    & Q(settled_at__isnull=False, settled_by__isnull=False)
                    & ~Q(settled_reason="")
                ),
            ),
        ]
        ordering: ClassVar = ["order", "round"]

    def __str__(self) -> str:
        return f"{self.parent_id}/{self.order}"

"""Internal processes (quy trình nội bộ): who does what in which share of the time limit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onestop import words
from onestop.models.catalogue import LimitUnit, Procedure
from onestop.rules.processes import StepData
from organizations import access
from organizations.models import User
from organizations.roles import ROLES
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class ProcessState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ACTIVE = "active", _("In use")
    RETIRED = "retired", _("Replaced")
    LINKED = "linked", _("Of a linked group")  # the counter follows; no procedure chooses it


NEXT_PROCESS: dict[str, set[str]] = {
    ProcessState.DRAFT: {ProcessState.ACTIVE},
    ProcessState.ACTIVE: {ProcessState.RETIRED},
    ProcessState.RETIRED: set(),
    ProcessState.LINKED: set(),
}


class StepKind(models.TextChoices):
    RECEIVE = "receive", _("Receive")
    ASSIGN = "assign", _("Assign")
    PROCESS = "process", _("Appraise")
    REVIEW = "review", _("Review")
    CONSULT = "consult", _("Ask another unit")
    APPROVE = "approve", _("Sign")
    RELEASE = "release", _("Number and release")
    FOLLOW = "follow", _("Follow the linked parts")
    RETURN = "return", _("Return result")


class ProcessQuerySet(models.QuerySet["Process"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Processes are part of the catalogue: who holds the right anywhere sees all."""
        return self.all() if access.may(user, permission) else self.none()

    def lock(self, pk: int) -> Process:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class Process(TenantModel):
    """One version of the internal process of a procedure. A dossier stays on its own version.

    Approved by the chairman of the provincial people's committee: TT 01/2018/TT-VPCP Điều 8.
    """

    procedure = TenantForeignKey(Procedure, related_name="processes")
    unit = TenantForeignKey("organizations.Unit", null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField()  # counts the versions of all units of the procedure
    state = models.CharField(max_length=10, choices=ProcessState, default=ProcessState.DRAFT)
    valid_from = models.DateField(null=True, blank=True)  # the day it was put in use
    limit_amount = models.DecimalField(
        _("Processing time limit"), max_digits=8, decimal_places=2, default=Decimal(0)
    )
    limit_unit = models.CharField(_("Counted in"), max_length=12, choices=LimitUnit)
    is_default = models.BooleanField(default=False)  # made by the portal from the limit alone
    decision = models.CharField(_("Approving decision"), max_length=200, blank=True)
    source = models.CharField(_("Source"), max_length=500, blank=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(ProcessQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "procedure", "number"], name="process_number_once"
            ),
            models.UniqueConstraint(
                fields=["province", "procedure", "unit", "is_default"],
                condition=Q(state="active"),
                nulls_distinct=False,
                name="process_one_in_use",
            ),
            models.CheckConstraint(
                name="process_in_use_has_a_day",
                condition=Q(state="draft") | Q(valid_from__isnull=False),
            ),
            models.CheckConstraint(
                name="process_default_is_for_all_units",
                condition=Q(is_default=False) | Q(unit=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id}/{self.number}"

    @property
    def limit_words(self) -> str:
        return words.limit_words(self.limit_amount, self.limit_unit)

    def as_data(self) -> list[StepData]:
        """The steps as they could be written again. Reads `steps`: one query if not loaded."""
        return [
            StepData(
                kind=step.kind,
                name=step.name,
                role=step.role,
                content=step.content,
                unit_id=step.unit_id,
                share_amount=step.share_amount,
                share_unit=step.share_unit,
                needs_approval=step.needs_approval,
                is_iso=step.is_iso,
                responsible_text=step.responsible_text,
            )
            for step in self.steps.all()
        ]


class ProcessStep(TenantModel):
    """One step. `unit` None: receive and return at the receiving counter; assign, process and
    review in the dossier's handling unit; approve and release in the competent unit.

    `share_amount` None: its time is not counted.
    """

    process = TenantForeignKey(Process, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(_("Kind of step"), max_length=8, choices=StepKind)
    name = models.CharField(_("Step"), max_length=200)
    content = models.TextField(_("Content"), max_length=3000, blank=True)
    role = models.CharField(_("Role"), max_length=30)  # a key of organizations.roles.ROLES
    unit = TenantForeignKey("organizations.Unit", null=True, blank=True, related_name="+")
    share_amount = models.DecimalField(
        _("Share of time"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    share_unit = models.CharField(
        _("Counted in"), max_length=12, choices=LimitUnit, blank=True, default=""
    )
    needs_approval = models.BooleanField(_("Right to approve"), default=False)
    is_iso = models.BooleanField(_("ISO 9000"), default=False)
    responsible_text = models.TextField(_("As written in the decision"), blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "process", "order"], name="process_step_order_once"
            ),
            models.CheckConstraint(
                name="process_step_share_has_a_unit",
                condition=Q(share_amount=None, share_unit="")
                | (Q(share_amount__gt=0) & ~Q(share_unit="")),
            ),
        ]
        ordering: ClassVar = ["order"]

    def __str__(self) -> str:
        return self.name

    @property
    def share_words(self) -> str:
        if self.share_amount is None:
            return gettext("time not counted")
        return words.limit_words(self.share_amount, self.share_unit)

    @property
    def role_name(self) -> str:
        return str(ROLES[self.role].name) if self.role in ROLES else self.role

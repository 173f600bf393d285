"""A dossier: one application by a citizen under one procedure."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from common.errors import TransitionError
from onestop.models.catalogue import Channel
from onestop.states import (
    NEXT,
    Delivery,
    Part,
    Status,
    StepState,
)
from organizations.access import VisibleQuerySet, manager_of, units_where
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantModel
from tenancy.scope import required_scope

UNIT = "organizations.Unit"
HELD = "held dossier"


class DossierQuerySet(VisibleQuerySet["Dossier"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Dossiers in which a unit of the person's reach takes part, in whatever part."""
        reach = units_where(user, permission)
        if reach.everywhere:
            return self.all()
        mine = Participant.objects.filter(dossier=OuterRef("pk"), unit__in=reach.unit_ids)
        return self.filter(Exists(mine))

    def held_by_units_of(self, user: User, permission: str) -> Self:
        """Work that lies in the person's units now: the queue's own, indexed question."""
        reach = units_where(user, permission)
        return self.all() if reach.everywhere else self.filter(holder_unit__in=reach.unit_ids)

    def open(self) -> Self:
        return self.filter(closed_at=None)

    def whole(self) -> Self:
        """Without the parts of linked dossiers: what a citizen handed in counts once.

        Every figure of what was received, finished or late asks for it; what is worked on (queues,
        load, warnings) does not, because a part is work of its unit.
        """
        return self.filter(parent=None)

    def single(self) -> Self:
        """Neither parts nor dossiers of a linked group: what says something about one procedure."""
        return self.filter(parent=None, group=None)

    def in_force(self) -> Self:
        """Without receptions that were made in error."""
        return self.filter(voided_at=None)

    def for_change(self) -> Self:
        """Locked when read; waits at most two seconds (setting of the connection)."""
        return self.select_for_update(of=("self",), no_key=True)

    def lock(self, pk: int) -> Dossier:
        """The row for a change. No query when the page of the act has just locked it (`hold`)."""
        held: Dossier | None = required_scope().memory.pop((HELD, pk), None)
        return held or self.for_change().get(pk=pk)

    def hold(self, code: str) -> Dossier:
        """The row of the page on which somebody acts: locked, and handed to the next `lock`.

        So what the page has read of it is still true in the service, and is not read again.
        Outside a savepoint only: the lock must last as long as the transaction.
        """
        found = self.for_change().get(code=code)
        required_scope().memory[HELD, found.pk] = found
        return found


class Dossier(TenantModel):
    """Hồ sơ. Its clock is `clock_from_at` + limit + pauses; `due_at` is written by one function."""

    search_column: ClassVar[str] = "search_text"

    code = models.CharField(max_length=60)  # mã số hồ sơ: H32.10-260302-0007
    # ten random digits and a Luhn digit; a part has none: the citizen asks for the whole
    lookup_number = models.CharField(max_length=11, null=True)
    # Linked one-stop: a part is a child of the dossier that the citizen handed in
    parent = TenantForeignKey("self", null=True, related_name="children", db_index=False)
    group = TenantForeignKey("onestop.LinkedGroup", null=True, related_name="+", db_index=False)
    procedure = TenantForeignKey("onestop.Procedure", related_name="dossiers")
    version = TenantForeignKey("onestop.ProcedureVersion", related_name="dossiers")
    process = TenantForeignKey("onestop.Process", null=True, related_name="dossiers")
    channel = models.PositiveSmallIntegerField(choices=Channel, default=Channel.DIRECT)
    status = models.PositiveSmallIntegerField(choices=Status, default=Status.NEW)

    receiving_unit = TenantForeignKey(UNIT, related_name="+")
    competent_unit = TenantForeignKey(UNIT, related_name="+")
    handling_unit = TenantForeignKey(UNIT, related_name="+")  # the division that works on it
    holder_unit = TenantForeignKey(UNIT, related_name="+", db_index=False)
    holder = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+", db_index=False)
    step = TenantForeignKey("onestop.StepRun", null=True, related_name="+", db_index=False)

    applicant_name = models.CharField(max_length=200)  # of the applicant, for lists
    applicant_number = models.CharField(max_length=20, blank=True)  # identity or tax number
    search_text = models.CharField(max_length=1000, editable=False)
    summary = models.CharField(max_length=1000, blank=True)  # trích yếu
    copies = models.PositiveSmallIntegerField(default=1)  # số lượng hồ sơ (bộ)
    delivery = models.CharField(max_length=10, choices=Delivery, default=Delivery.COUNTER)

    limit_amount = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    limit_unit = models.CharField(max_length=15, blank=True)
    cutoff = models.TimeField(null=True)  # of a same-day procedure: later counts from next day
    arrived_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    clock_from_at = models.DateTimeField(null=True)  # accepted_at, or the last restart
    due_at = models.DateTimeField(null=True)
    due_is_provisional = models.BooleanField(default=False)  # beyond the confirmed calendar
    promised_at = models.DateTimeField(null=True)  # as printed on the slip
    finished_at = models.DateTimeField(null=True)  # first of 3, 7, 8, 9, 10 after acceptance
    returned_at = models.DateTimeField(null=True)
    granted_at = models.DateTimeField(null=True)  # the withdrawal was granted
    closed_at = models.DateTimeField(null=True)  # nothing left to do, or void
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=500, blank=True)
    fee_due_vnd = models.PositiveBigIntegerField(default=0)
    fee_taken_vnd = models.PositiveBigIntegerField(default=0)
    form_token = models.CharField(max_length=40, null=True)  # of the page that was submitted
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = manager_of(DossierQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "code"], name="dossier_code_once"),
            models.UniqueConstraint(
                fields=["province", "lookup_number"], name="dossier_lookup_number_once"
            ),
            models.UniqueConstraint(
                fields=["province", "form_token"], name="dossier_submitted_once"
            ),
            models.CheckConstraint(
                name="dossier_returned_at_iff_returned",
                condition=Q(status=10, returned_at__isnull=False)
                | (~Q(status=10) & Q(returned_at=None)),
            ),
            models.CheckConstraint(
                name="dossier_accepted_has_clock",
                condition=Q(
                    accepted_at__isnull=False,
                    due_at__isnull=False,
                    clock_from_at__isnull=False,
                    promised_at__isnull=False,
                    process__isnull=False,
                )
                | Q(accepted_at=None, due_at=None, clock_from_at=None, promised_at=None),
            ),
            models.CheckConstraint(
                name="dossier_worked_on_is_accepted",
                condition=~Q(status__in=[2, 4, 6, 9, 10]) | Q(accepted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_finished_at_iff_finished",
                condition=Q(accepted_at=None, finished_at=None)
                | Q(status__in=[2, 4, 5, 6], finished_at=None)
                | Q(status__in=[3, 8, 9, 10], finished_at__isnull=False)
                | Q(status=7, granted_at=None, finished_at=None)
                | Q(status=7, granted_at__isnull=False, finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_closed_at_iff_closed",
                condition=Q(closed_at__isnull=False, voided_at__isnull=False)
                | Q(closed_at__isnull=False, status__in=[3, 8, 10])
                | Q(closed_at__isnull=False, status=7, granted_at__isnull=False)
                | Q(closed_at=None, voided_at=None, granted_at=None) & ~Q(status__in=[3, 8, 10]),
            ),
            models.CheckConstraint(
                name="dossier_void_has_reason",
                condition=Q(voided_at=None, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="dossier_part_faces_no_citizen",
                condition=Q(parent=None, lookup_number__isnull=False)
                | Q(
                    parent__isnull=False,
                    group=None,
                    lookup_number=None,
                    form_token=None,
                    fee_due_vnd=0,
                    fee_taken_vnd=0,
                    accepted_at__isnull=False,
                ),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "holder_unit", "due_at", "id"],
                name="dossier_open_by_unit",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["province", "holder", "due_at", "id"],
                name="dossier_open_by_person",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["province", "due_at", "id"],
                name="dossier_open_by_due",
                condition=Q(closed_at=None),
            ),
            # What is open, for heads: counted without reading the rows
            models.Index(
                fields=["province", "competent_unit", "due_at"],
                include=["status", "procedure", "handling_unit"],
                name="dossier_open_whole",  # parts of linked ones count with the whole
                condition=Q(
                    closed_at=None, finished_at=None, accepted_at__isnull=False, parent=None
                ),
            ),
            models.Index(
                fields=["province", "accepted_at", "id"],
                name="dossier_by_accepted",
                condition=Q(accepted_at__isnull=False, voided_at=None, parent=None),
            ),
            models.Index(
                fields=["province", "procedure", "finished_at"],
                name="dossier_by_procedure_finished",
                condition=Q(finished_at__isnull=False),
            ),
            models.Index(
                fields=["province", "competent_unit", "accepted_at"],
                name="dossier_by_unit_accepted",
            ),
            models.Index(
                fields=["province", "finished_at", "competent_unit"],
                name="dossier_by_finished",
                condition=Q(finished_at__isnull=False),
            ),
            models.Index(
                fields=["province", "holder_unit", "-closed_at", "-id"],
                name="dossier_closed_by_unit",
                condition=Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["province", "-closed_at", "-id"],
                name="dossier_closed_by_moment",
                condition=Q(closed_at__isnull=False),
            ),
            # Few among many: what waits, what is new, what ended without a result
            models.Index(
                fields=["province", "holder_unit", "due_at", "id"],
                name="dossier_waiting_by_unit",
                condition=Q(closed_at=None, status__in=[5, 6]),
            ),
            models.Index(
                fields=["province", "holder_unit", "arrived_at", "id"],
                name="dossier_new_by_unit",
                condition=Q(closed_at=None, accepted_at=None),
            ),
            models.Index(
                fields=["province", "holder_unit", "-closed_at", "-id"],
                name="dossier_ended_by_unit",
                condition=Q(closed_at__isnull=False, status__in=[3, 7, 8]),
            ),
            models.Index(
                fields=["province", "parent", "id"],
                name="dossier_by_parent",
                condition=Q(parent__isnull=False),
            ),
            models.Index(
                fields=["province", "group", "id"],
                name="dossier_by_group",
                condition=Q(group__isnull=False),
            ),
            models.Index(
                fields=["province", "applicant_number"],
                name="dossier_by_applicant",
                condition=~Q(applicant_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @property
    def is_part(self) -> bool:
        """A part of a linked dossier: work of one unit, which no citizen sees by itself."""
        return self.parent_id is not None

    @property
    def second_factor(self) -> str:
        """What the look-up asks for beside the code: last four of the identity or tax number."""
        return self.applicant_number[-4:]

    @cached_property
    def runs(self) -> list[StepRun]:
        """Every step in every round, with its unit. One query, on first use."""
        rows = StepRun.objects.filter(dossier=self).select_related("unit")
        return sorted(rows, key=attrgetter("order", "round"))

    def move_to(self, status: Status) -> None:
        """Change the status in memory, or raise TransitionError; the caller saves."""
        if self.is_void or self.closed_at or status not in NEXT[self.status]:
            raise TransitionError(
                _("Dossier %(code)s is “%(status)s”: this is no longer possible.")
                % {"code": self.code, "status": self.get_status_display()}
            )
        self.status = status


class Participant(TenantModel):
    """A unit that takes part in a dossier, and so may see it."""

    dossier = TenantForeignKey(
        Dossier, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    unit = TenantForeignKey(UNIT, related_name="+", db_index=False)
    part = models.CharField(max_length=10, choices=Part)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "dossier", "unit", "part"], name="participant_once"
            ),
        ]
        indexes = [
            models.Index(fields=["province", "unit", "dossier"], name="participant_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.part}"


class StepRun(TenantModel):
    """One step of a dossier's process: planned at acceptance, worked on once (or again)."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="steps")
    process_step = TenantForeignKey("onestop.ProcessStep", related_name="runs")
    order = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=1)  # 2 when it was returned for correction
    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=300)
    needs_approval = models.BooleanField(default=False)
    unit = TenantForeignKey(UNIT, related_name="+")
    person = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=StepState, default=StepState.PLANNED)
    planned_end = models.DateTimeField(null=True)  # null: the step has no share of the limit
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "dossier", "order", "round"], name="step_run_once"
            ),
            models.UniqueConstraint(
                fields=["province", "dossier"],
                name="step_run_one_open",
                condition=Q(state="open"),
            ),
            models.CheckConstraint(
                name="step_run_closed_by_somebody",
                condition=Q(state__in=["closed", "sent_back", "ended"], closed_at__isnull=False)
                | (~Q(state__in=["closed", "sent_back", "ended"]) & Q(closed_at=None)),
            ),
        ]
        indexes = [
            # What a unit did in a period, and who did it, without reading the rows
            models.Index(
                fields=["province", "unit", "closed_at"],
                include=["kind", "state", "closed_by", "on_behalf_of"],
                name="step_run_by_unit_closed",
                condition=Q(closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.name}"

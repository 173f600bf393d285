"""What the national portal has been told, and what it still has to hear.

One row for each dossier, one for each finished step. What is sent is read from the dossier when
it is sent; these rows only say that it must be, and what was answered.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from exchange.states import UNSETTLED, Fault, Sending
from organizations import access
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantManager, TenantModel

TONES = {
    Sending.WAITING: "new", Sending.TROUBLE: "waiting", Sending.REFUSED: "refused",
    Sending.SENT: "done", Sending.LEFT_OUT: "neutral",
}  # fmt: skip
WAITS = Q(state__in=[state.value for state in UNSETTLED])


class SendableQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Of dossiers that the person's units resolve: words of the server may name people."""
        reach = access.units_where(user, permission)
        if reach.everywhere:
            return self.all()
        return self.filter(dossier__competent_unit__in=reach.unit_ids)

    def unsettled(self) -> Self:
        return self.filter(WAITS)


class Sendable(TenantModel):
    """A row that is claimed, sent and marked. `due_at` is the lease while `claim` is set."""

    state = models.CharField(max_length=8, choices=Sending, default=Sending.WAITING)
    words = models.CharField(max_length=1000, blank=True)  # of the server, when it refused
    fault = models.CharField(max_length=12, choices=Fault, blank=True)  # of the last try
    alone = models.BooleanField(default=False)  # its batch failed: it goes by itself
    attempts = models.PositiveSmallIntegerField(default=0)  # since the last success or change
    noted_at = models.DateTimeField(default=timezone.now)  # since when it has to be sent
    due_at = models.DateTimeField(default=timezone.now)  # not before
    claim = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # the last success

    class Meta(TenantModel.Meta):
        abstract = True

    @property
    def tone(self) -> str:
        """Of its pill."""
        return TONES[Sending(self.state)]


class SyncState(Sendable):
    """What the national portal knows of a dossier (DongBoHoSoMC).

    `version` grows with each event: the answer to an older one settles nothing.
    """

    dossier = TenantForeignKey(
        "onestop.Dossier", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    version = models.PositiveIntegerField(default=1)
    was_tried = models.BooleanField(default=False)  # it went out, whatever came of it
    is_known = models.BooleanField(default=False)  # the server has it: the next is an update
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of what was last taken

    objects: ClassVar[Any] = TenantManager.from_queryset(SendableQuerySet)()

    class Meta(Sendable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier"], name="sync_state_once"),
            models.CheckConstraint(
                name="sync_sent_is_known",
                condition=~Q(state="sent")
                | Q(is_known=True, was_tried=True, sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="sync_refused_has_words", condition=~Q(state="refused") | ~Q(words="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "is_known", "alone", "due_at", "id"],
                name="sync_state_due",
                condition=WAITS,
            ),
            models.Index(
                fields=["province", "noted_at", "id"], name="sync_state_oldest", condition=WAITS
            ),
            models.Index(
                fields=["province", "-noted_at", "-id"],
                name="sync_state_refused",
                condition=Q(state="refused"),
            ),
            models.Index(
                fields=["province", "-sent_at", "-id"],
                name="sync_state_sent",
                condition=Q(state="sent"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.state}"


class SyncProgress(Sendable):
    """A step that was done or sent back, to be told once (CapNhatTienDoHoSoMC).

    The lines of a dossier go out one after the other, by (`at`, `run`).
    """

    dossier = TenantForeignKey(
        "onestop.Dossier", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    run = TenantForeignKey(
        "onestop.StepRun", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    at = models.DateTimeField()  # the moment in which the step was closed

    objects: ClassVar[Any] = TenantManager.from_queryset(SendableQuerySet)()

    class Meta(Sendable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "run"], name="sync_progress_once"),
            models.CheckConstraint(
                name="sync_progress_sent_at_iff_sent",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
            ),
            models.CheckConstraint(
                name="sync_progress_refused_has_words",
                condition=~Q(state="refused") | ~Q(words=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "alone", "due_at", "id"],
                name="sync_progress_due",
                condition=WAITS,
            ),
            models.Index(
                fields=["province", "dossier", "at", "run"],
                name="sync_progress_order",
                condition=WAITS,
            ),
            models.Index(
                fields=["province", "-noted_at", "-id"],
                name="sync_progress_refused",
                condition=Q(state="refused"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id} {self.state}"


class SyncServer(TenantModel):
    """How the national server behaved last: after faults the sender leaves it alone for a while."""

    name = models.CharField(max_length=10, default="national")
    failures = models.PositiveIntegerField(default=0)  # in a row
    quiet_until = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)
    fault_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=12, choices=Fault, blank=True)
    turn = models.UUIDField(null=True, blank=True)  # of the sender at work: one at a time
    turn_until = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "name"], name="sync_server_once"),
        ]

    def __str__(self) -> str:
        return self.name

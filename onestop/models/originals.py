"""Paper originals on their way between units: slips, and what is on them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.models.dossiers import UNIT, Dossier
from onestop.models.parts import DossierPaper
from organizations.access import VisibleQuerySet, manager_of, units_where
from organizations.models import User
from tenancy.models import TenantForeignKey, TenantModel

PERSON = settings.AUTH_USER_MODEL


class SlipState(models.TextChoices):
    SENT = "sent", _("Waiting for the other side")
    RECEIVED = "received", _("Confirmed")
    REFUSED = "refused", _("Not taken over")
    TAKEN_BACK = "taken_back", _("Taken back")


class ItemState(models.TextChoices):
    SENT = "sent", _("On the way")
    GOT = "got", _("Got")
    MISSING = "missing", _("Missing")
    BACK = "back", _("Stayed where it was")


class OriginalsSlipQuerySet(VisibleQuerySet["OriginalsSlip"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Slips from or to a unit of the person's reach."""
        reach = units_where(user, permission)
        if reach.everywhere:
            return self.all()
        return self.filter(Q(from_unit__in=reach.unit_ids) | Q(to_unit__in=reach.unit_ids))

    def lock(self, pk: int) -> OriginalsSlip:
        """The row for a change."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class OriginalsSlip(TenantModel):
    """Phiếu bàn giao bản gốc: originals of several dossiers from one unit to another."""

    number = models.CharField(max_length=60)  # as printed: "07/PBG-TTPVHCC"
    form = TenantForeignKey("papers.PrintedForm", null=True, related_name="+")
    from_unit = TenantForeignKey(UNIT, related_name="+", db_index=False)
    to_unit = TenantForeignKey(UNIT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=SlipState, default=SlipState.SENT)
    sent_at = models.DateTimeField()
    sent_by = TenantForeignKey(PERSON, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)  # confirmed, refused or taken back
    ended_by = TenantForeignKey(PERSON, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)  # why it was not taken over

    objects: ClassVar[Any] = manager_of(OriginalsSlipQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="originals_slip_ended_complete",
                condition=Q(state="sent", ended_at=None, ended_by=None)
                | (~Q(state="sent") & Q(ended_at__isnull=False, ended_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="originals_slip_refusal_has_reason",
                condition=~Q(state="refused") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="originals_slip_between_two", condition=~Q(from_unit=models.F("to_unit"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "to_unit", "sent_at", "id"],
                name="originals_to_confirm",
                condition=Q(state="sent"),
            ),
            models.Index(fields=["province", "to_unit", "-sent_at", "-id"], name="originals_taken"),
            models.Index(
                fields=["province", "from_unit", "-sent_at", "-id"], name="originals_given"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OriginalsItem(TenantModel):
    """The originals of one paper of a dossier on a slip."""

    slip = TenantForeignKey(OriginalsSlip, on_delete=models.CASCADE, related_name="items")
    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    paper = TenantForeignKey(
        DossierPaper, on_delete=models.CASCADE, related_name="moves", db_index=False
    )
    originals = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=ItemState, default=ItemState.SENT)
    note = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "paper"],
                name="originals_on_one_way",
                condition=Q(state="sent"),
            ),
            models.CheckConstraint(name="originals_some", condition=Q(originals__gte=1)),
        ]
        indexes = [models.Index(fields=["province", "paper", "-id"], name="originals_last_move")]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.state}"

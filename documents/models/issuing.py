"""Who gets an outgoing document, and the signatures on it while they are made."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from documents.models.annexes import Annex
from documents.models.confirmations import Confirmation
from documents.models.incoming import Incoming
from documents.models.outgoing import PERSON, STORED, Outgoing
from documents.models.registries import Registry
from documents.states import Status, Wish, WishAnswer
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def in_force(self) -> Self:
        """Not those who were asked to give the document back, but who keep it."""
        return self.exclude(~Q(answer=WishAnswer.NOT_AGREED), wish=Wish.RECALL)


class Dispatch(TenantModel):
    """One receiver of an issued document. Inside the province it is a line of his register, whose
    status the sender reads; to the others it goes over the bus, and they tell theirs."""

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="dispatches")
    registry = TenantForeignKey(Registry, null=True, related_name="+")  # of a body of the province
    organ_code = models.CharField(max_length=35)  # of the receiver: QĐ 20/2020/QĐ-TTg
    organ_name = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()
    is_for_action = models.BooleanField(default=True)  # else for information
    incoming = TenantForeignKey(Incoming, null=True, related_name="dispatches")
    told_status = models.CharField(max_length=2, choices=Status, blank=True)  # over the bus
    told_words = models.CharField(max_length=500, blank=True)
    told_at = models.DateTimeField(null=True)  # by the clock of who told it
    wish = models.CharField(max_length=6, choices=Wish, blank=True)  # of ours, to him
    wished_at = models.DateTimeField(null=True)
    wished_before_at = models.DateTimeField(null=True)  # another thing, whose answer may come late
    answer = models.CharField(max_length=2, choices=WishAnswer, blank=True)  # to the wish
    answer_words = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(DispatchQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "outgoing", "organ_code"], name="dispatch_once_for_each"
            ),
            models.CheckConstraint(
                name="dispatch_sent_where",
                condition=Q(incoming=None) | Q(registry__isnull=False, sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="dispatch_answer_to_a_wish",
                condition=Q(answer="", answered_at=None)
                | Q(~Q(wish=""), ~Q(answer=""), wished_at__isnull=False, answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "incoming"],
                name="dispatch_by_incoming",
                condition=Q(incoming__isnull=False),
            ),
            models.Index(
                fields=["province", "outgoing"],
                name="dispatch_to_send",
                condition=Q(registry=None, sent_at=None),
            ),
            models.Index(
                fields=["province", "-id"],
                name="dispatch_outside",
                condition=Q(registry=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} {self.organ_code}"

    @property
    def may_be_asked(self) -> bool:
        """To give the document back: who has it and was not asked yet. Reads `self.incoming`."""
        status = self.incoming.status if self.incoming else self.told_status
        return self.wish != Wish.RECALL and status not in (Status.REFUSED, Status.RECALLED)


class PaperDispatch(TenantModel):
    """A receiver without an electronic address: named on the document, and sent to on paper by the
    clerk, who says on which day and how (NĐ 30/2020/NĐ-CP Điều 18)."""

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="on_paper")
    name = models.CharField(max_length=200)
    order = models.PositiveSmallIntegerField()
    is_for_action = models.BooleanField(default=True)  # else for information
    sent_on = models.DateField(null=True)
    sent_by = TenantForeignKey(PERSON, null=True, related_name="+")
    words = models.CharField(max_length=200, blank=True)  # how: by post, by hand

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "outgoing", "name"], name="paper_dispatch_once_for_each"
            ),
            models.CheckConstraint(
                name="paper_dispatch_sent_complete",
                condition=Q(sent_on=None, sent_by=None, words="")
                | Q(sent_on__isnull=False, sent_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Signing(TenantModel):
    """One signature between its two calls: the portal has prepared the paper and told the digest,
    the signer answers with the signature. Nothing of the document changes before it is whole."""

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="signings")
    annex = TenantForeignKey(Annex, null=True, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=40)  # of the paper: "nguoi_ky", "con_dau"
    edition = models.PositiveSmallIntegerField()  # that is signed
    certificate = TenantForeignKey("papers.SigningCertificate", related_name="+")
    prepared = TenantForeignKey(STORED, related_name="+")
    state = models.JSONField()  # papers.signatures: what finishing needs
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)
    is_done = models.BooleanField(default=False)  # ended with a signature; else given up
    confirmation = TenantForeignKey(Confirmation, null=True, related_name="signings")
    words = models.CharField(max_length=500, blank=True)  # what became of it, for who confirmed

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="signing_done_is_ended", condition=Q(is_done=False) | Q(ended_at__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["province", "outgoing", "field", "annex"],
                name="signing_open_once",
                condition=Q(ended_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} {self.field}"

"""Phụ lục in files of their own: what goes with an outgoing document, and the seal on it."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Prefetch, Q

from documents.models.outgoing import PDF, STORED, Outgoing, OutgoingQuerySet
from organizations.access import manager_of
from tenancy.models import TenantForeignKey, TenantModel


class AnnexQuerySet(models.QuerySet["Annex"]):
    def standing(self, outgoing: Outgoing | None = None) -> Self:
        """Those of the newest version (of that document), in their order, with their files."""
        found = self if outgoing is None else self.filter(outgoing=outgoing)
        there = found.filter(until_version=None).order_by("order")
        return there.select_related("stored", "sealed")

    def to_seal(self, outgoing: Outgoing) -> Self:
        """Of these the PDFs that have no seal yet."""
        return self.standing(outgoing).filter(sealed=None, stored__content_type=PDF)


class Annex(TenantModel):
    """A file that goes with the document, apart from it (NĐ 30 Phụ lục I: the clerk seals each).
    One that a later version leaves out stays with the versions that had it."""

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="annexes")
    order = models.PositiveSmallIntegerField()
    stored = TenantForeignKey(STORED, related_name="+")
    sealed = TenantForeignKey(STORED, null=True, related_name="+")  # the same with the seal
    signed_sha256 = models.CharField(max_length=64, blank=True)  # of `sealed`, as of an edition
    until_version = models.PositiveSmallIntegerField(null=True)  # of the draft; null: still there

    objects: ClassVar[Any] = manager_of(AnnexQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "outgoing", "order"], name="annex_order_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["province", "signed_sha256"],
                name="annex_by_signed",
                condition=~Q(signed_sha256=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} {self.order}"

    @property
    def takes_seal(self) -> bool:
        """Only a PDF can carry it. Reads `self.stored`: one query if not loaded."""
        return bool(self.stored.content_type == PDF)

    @property
    def lacks_seal(self) -> bool:
        """It is still to be sealed. Reads `self.stored`, too."""
        return self.sealed_id is None and self.takes_seal


def with_annexes(found: OutgoingQuerySet) -> OutgoingQuerySet:
    """Each with the files that go with it, as they are now: one query for all."""
    return found.prefetch_related(Prefetch("annexes", Annex.objects.standing()))

"""Uploaded files: the row. The bytes are in files/storage.py."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class ScanState(models.TextChoices):
    NOT_NEEDED = "not_needed", _("Not scanned")
    PENDING = "pending", _("Being checked for viruses")
    CLEAN = "clean", _("No virus found")
    INFECTED = "infected", _("Virus found")


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def staged(self) -> StoredFileQuerySet:
        """Uploaded but not yet part of anything."""
        return self.filter(claimed_at=None)

    def waiting_for_scan(self) -> StoredFileQuerySet:
        return self.filter(scan_state=ScanState.PENDING).order_by("uploaded_at", "pk")


class StoredFile(TenantModel):
    """One upload that passed the checks. Who may read it is decided by what it hangs on."""

    name = models.CharField(max_length=255)  # NFC, cleaned; shown and downloaded under
    size = models.PositiveBigIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=100)
    pages = models.PositiveIntegerField(null=True)  # of a PDF
    storage_key = models.CharField(max_length=64)  # random; says nothing about the file
    uploaded_by = TenantForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+"
    )  # None: a citizen, with the own form
    uploaded_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)  # null = staged, swept after a day
    scan_state = models.CharField(max_length=10, choices=ScanState)
    scanned_at = models.DateTimeField(null=True, blank=True)
    virus = models.CharField(max_length=200, blank=True)  # as the scanner names it

    objects: ClassVar[Any] = TenantManager.from_queryset(StoredFileQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "storage_key"], name="file_key_once"),
            models.CheckConstraint(
                name="file_scanned_iff_result",
                condition=Q(scan_state__in=["clean", "infected"], scanned_at__isnull=False)
                | Q(scan_state__in=["not_needed", "pending"], scanned_at=None),
            ),
            models.CheckConstraint(
                name="file_virus_iff_infected",
                condition=(Q(scan_state="infected") & ~Q(virus=""))
                | (~Q(scan_state="infected") & Q(virus="")),
            ),
            models.CheckConstraint(name="file_not_empty", condition=Q(size__gt=0)),
        ]
        indexes = [
            models.Index(fields=["province", "sha256"], name="file_by_sha256"),
            models.Index(
                fields=["province", "uploaded_at"],
                name="file_staged",
                condition=Q(claimed_at=None),
            ),
            models.Index(
                fields=["province", "uploaded_at"],
                name="file_unscanned",
                condition=Q(scan_state="pending"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


class LeftOut(models.TextChoices):
    """What the search does not know of a file that it has read."""

    REST = "rest", _("only its beginning is searched: it is very long")
    HEAVY = "heavy", _("not searched: reading it takes too long")
    LOCKED = "locked", _("not searched: it is protected by a password")
    BROKEN = "broken", _("not searched: it cannot be read")
    LATER = "later", _("not searched yet: it is read at night")


class FileText(TenantModel):
    """Words of a stored file, for the search: a part of them in each row, so that a long file is
    found by its end too. A file without words (a scan) has one row that is empty; the first row
    says what was left out."""

    search_column: ClassVar[str] = "words"
    is_searched_as_phrase: ClassVar[bool] = True

    stored = TenantForeignKey(StoredFile, on_delete=models.CASCADE, related_name="texts")
    part = models.PositiveSmallIntegerField()  # from 0
    words = models.TextField(blank=True)  # common.text.unaccented
    left_out = models.CharField(max_length=6, choices=LeftOut, blank=True)  # of part 0
    read_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "stored", "part"], name="file_text_part_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stored_id} {self.part}"

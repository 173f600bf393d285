"""Counters without gaps, and the papers that carry their numbers."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from organizations import access
from organizations.access import VisibleQuerySet, manager_of
from organizations.models import User
from papers.fields import FORMS
from papers.wording import Words, number_words, shipped_named, words_of
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class Counter(TenantModel):
    """The last number given in one series of one unit and period. Only `next_number` writes it."""

    unit = TenantForeignKey("organizations.Unit", related_name="+")
    series = models.CharField(max_length=40)  # "dossier", "form:receipt"
    period = models.CharField(max_length=10)  # "2026-03-02" or "2026"
    last = models.PositiveIntegerField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "series", "period"], name="counter_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.period}: {self.last}"


class Form(models.TextChoices):
    """The forms of TT 03/2025/TT-VPCP, Phụ lục I; what is printed is in papers/wording.py."""

    RECEIPT = "01", _("Receipt with appointment")
    SUPPLEMENT = "02", _("Supplement request")
    REFUSAL = "03", _("Refusal")
    APOLOGY = "04", _("Apology and new date")
    STOP = "05", _("Notice of stop")
    CONTROL = "06", _("Control sheet")
    ORIGINALS = "BG", _("Hand-over slip of originals")  # the portal's own


class FormWordsQuerySet(models.QuerySet["FormWords"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """All of the province's: they belong to no unit; nothing for who may not."""
        return self.all() if access.may(user, permission) else self.none()

    def in_use(self) -> Self:
        """Published and not taken back, oldest first; of one day the newest comes last."""
        found = self.filter(published_at__isnull=False, withdrawn_at=None)
        return found.order_by("valid_from", "published_at", "pk")

    def lock(self, pk: int) -> FormWords:
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)


class FormWords(TenantModel):
    """The province's own words of a form from a day on. Once published they never change.

    No row is ever deleted: printed forms point at theirs.
    """

    form = models.CharField(max_length=2, choices=[*FORMS.items()])
    name = models.CharField(max_length=150, blank=True)  # of a template for draft results
    subject = models.CharField(max_length=20, blank=True)  # code of its procedure; "" for all
    words = models.JSONField()  # papers.wording.Words
    copied_from = models.CharField(max_length=60, blank=True)  # "TT03/2025", or a row's number
    valid_from = models.DateField(null=True)
    source = models.CharField(max_length=300, blank=True)  # the act that asks for it
    made_at = models.DateTimeField()
    made_by = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+")

    objects: ClassVar[Any] = manager_of(FormWordsQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="form_words_published_complete",
                condition=Q(published_at=None, published_by=None, valid_from=None)
                | Q(
                    ~Q(source=""),
                    published_at__isnull=False,
                    published_by__isnull=False,
                    valid_from__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="form_words_withdrawn_complete",
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["province", "form", "valid_from"], name="form_words_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.valid_from or ''}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    def as_words(self) -> Words:
        return words_of(self.words)


class PrintedFormQuerySet(VisibleQuerySet["PrintedForm"]):
    def of(self, subject: models.Model) -> PrintedFormQuerySet:
        """Every paper issued about one dossier or visit, oldest first."""
        return self.filter(
            subject_type=subject._meta.label_lower, subject_id=str(subject.pk)
        ).order_by("issued_at", "pk")

    def in_force(self) -> PrintedFormQuerySet:
        """Neither voided nor replaced by a corrected edition."""
        return self.filter(voided_at=None, replaced_by=None)


class PrintedForm(TenantModel):
    """One paper handed out: its yearly number, and what was on it, word for word.

    A correction is a new edition under the same number; a voided paper keeps its number.
    """

    unit = TenantForeignKey("organizations.Unit", related_name="+")  # the receiving unit
    form = models.CharField(max_length=2, choices=Form)
    version = models.CharField(max_length=20)  # "TT03/2025": key of papers.wording.shipped
    words = TenantForeignKey(  # the province's own, which stay what they were; null: the shipped
        FormWords, null=True, related_name="+", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)
    subject_type = models.CharField(max_length=60)  # "onestop.dossier"
    subject_id = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200)  # the dossier code
    data = models.JSONField(default=dict)  # papers.forms_data, in words
    issued_at = models.DateTimeField()
    issued_by = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")
    replaces = TenantForeignKey("self", null=True, blank=True, related_name="replaced_by")
    prints = models.PositiveSmallIntegerField(default=0)
    token_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the QR token in force
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+")
    void_reason = models.CharField(max_length=500, blank=True)

    objects: ClassVar[Any] = manager_of(PrintedFormQuerySet)
    token: str = ""  # the QR token in clear, only in the object that issue or print_form returned

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "form", "year", "number", "edition"],
                name="form_number_once",
            ),
            models.UniqueConstraint(fields=["province", "replaces"], name="form_replaced_once"),
            models.UniqueConstraint(
                fields=["province", "token_digest"],
                condition=~Q(token_digest=""),
                name="form_token_once",
            ),
            models.CheckConstraint(
                name="form_void_complete",
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="form_edition_iff_replaces",
                condition=Q(edition=1, replaces=None) | Q(edition__gt=1, replaces__isnull=False),
            ),
            models.CheckConstraint(
                name="form_year_of_issue",
                # the number belongs to the local year of the first edition
                condition=Q(year__gte=2000, year__lte=2200, number__gte=1),
            ),
        ]
        indexes = [
            models.Index(fields=["province", "subject_type", "subject_id"], name="form_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.get_form_display()} {self.number}/{self.year} {self.subject_name}"

    @property
    def number_in_words(self) -> str:
        """The number as printed: "07/TTPVHCC". No query: own words leave theirs in the data."""
        if given := self.data.get("number_words"):
            return str(given)
        return number_words(
            shipped_named(self.form, self.version).words,
            number=self.number, year=self.year, office_symbol=self.office_symbol,
        )  # fmt: skip

    @property
    def office_symbol(self) -> str:
        return str(self.data.get("office_symbol", ""))

    def as_words(self) -> Words:
        """The words that it was issued with. Reads `self.words`: one query if not loaded."""
        if self.words is not None:
            return self.words.as_words()
        return shipped_named(self.form, self.version).words


class PaperOrderQuerySet(models.QuerySet["PaperOrder"]):
    def visible_to(self, user: User) -> Self:
        """One's own only: what is on it was asked when it was ordered."""
        return self.filter(by=user)


class PaperOrder(TenantModel):
    """A long paper that a worker makes; forgotten a day later."""

    by = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")
    at = models.DateTimeField()
    name = models.CharField(max_length=150)  # of the file
    template = models.CharField(max_length=100)
    data = models.JSONField(default=dict)  # what is written on it; empty once it is made
    content = models.BinaryField(default=b"")  # PDF
    made_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(PaperOrderQuerySet)()

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "at"], name="paper_order_by_moment")]

    def __str__(self) -> str:
        return self.name


class SigningCertificate(TenantModel):
    """With which certificate a person, or the clerk for a body, signs (NĐ 68/2024/NĐ-CP).

    The key never comes here: it is on the person's token, or with a service of his.
    """

    person = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="certificates")
    body_code = models.CharField(max_length=35, blank=True)  # of the body whose seal it is
    name = models.CharField(max_length=200)  # of its subject, as printed in it
    issuer = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the certificate
    pem = models.TextField()  # the certificate, then those between it and its authority
    picture = TenantForeignKey("files.StoredFile", null=True, related_name="+")  # PNG, on papers
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    credential = models.CharField(max_length=2000, blank=True)  # its key's name, encrypted
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # its key signed here first: it is the owner's
    withdrawn_at = models.DateTimeField(null=True)  # no new signatures with it; old ones hold
    is_sample = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                name="certificate_of_one_owner",
                fields=["province", "fingerprint"],
                condition=Q(used_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="certificate_told_once",
                nulls_distinct=False,
                fields=["province", "fingerprint", "person", "body_code"],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                name="certificate_of_one",
                condition=Q(person=None) & ~Q(body_code="") | Q(person__isnull=False, body_code=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "body_code"],
                name="certificate_by_body",
                condition=~Q(body_code=""),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_remote(self) -> bool:
        """A signing service keeps its key; else a device of its owner."""
        return bool(self.credential)


class TrustAnchor(TenantModel):
    """A certificate authority that the province trusts, with its newest list of revocations."""

    name = models.CharField(max_length=200)
    pem = models.TextField()  # the certificate, and those between it and the signers
    revoked = models.TextField(blank=True)  # its CRL, PEM
    revoked_at = models.DateTimeField(null=True)  # when that list was read
    valid_from = models.DateField(null=True)  # trusted since, until
    valid_to = models.DateField(null=True)
    is_sample = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "name"], name="trust_anchor_once")
        ]

    def __str__(self) -> str:
        return self.name

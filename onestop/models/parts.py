"""What belongs to a dossier: papers, files, fees, rounds, opinions, result and its hand-over."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onestop.models.dossiers import UNIT, Dossier
from onestop.states import OnLapse
from organizations.access import VisibleQuerySet, manager_of
from tenancy.models import TenantForeignKey, TenantModel

PERSON = settings.AUTH_USER_MODEL


class PaperState(models.TextChoices):
    UNCHECKED = "unchecked", _("Not yet checked")
    GOOD = "good", _("Good")
    BAD = "bad", _("Not good")


class DossierPaper(TenantModel):
    """A row of the checklist (thành phần hồ sơ) as handed in."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="papers")
    component = TenantForeignKey("onestop.ProcedureComponent", null=True, related_name="+")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=500)
    originals = models.PositiveSmallIntegerField(default=0)
    copies = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=PaperState, default=PaperState.UNCHECKED)
    note = models.CharField(max_length=500, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier", "order"], name="paper_once"),
        ]

    def __str__(self) -> str:
        return self.name


class FileKind(models.TextChoices):
    PAPER = "paper", _("Paper of the dossier")
    DRAFT = "draft", _("Draft result")
    RESULT = "result", _("Result")
    OTHER = "other", _("Other file")


class DossierFile(TenantModel):
    """A stored file that hangs on a dossier; seen by whoever sees the dossier."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=FileKind)
    paper = TenantForeignKey(DossierPaper, null=True, related_name="files")
    stored = TenantForeignKey("files.StoredFile", related_name="+")
    added_by = TenantForeignKey(PERSON, null=True, related_name="+")
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.kind} {self.stored_id}"


class FeeReceipt(TenantModel):
    """Fee taken at the counter: a minimal record with the number of the paper receipt."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="receipts")
    due_vnd = models.PositiveBigIntegerField()
    taken_vnd = models.PositiveBigIntegerField()
    number = models.CharField(max_length=40, blank=True)
    quantity = models.PositiveIntegerField(default=1)  # pages, copies … of the fee's unit
    reason = models.CharField(max_length=300, blank=True)  # why it differs from the tariff
    taken_at = models.DateTimeField()
    taken_by = TenantForeignKey(PERSON, related_name="+")
    refund = models.CharField(max_length=100, blank=True)  # number of the slip, or how
    refunded_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="fee_taken_has_number", condition=Q(taken_vnd=0) | ~Q(number="")
            ),
            models.CheckConstraint(
                name="fee_refund_complete",
                condition=Q(refund="", refunded_at=None)
                | Q(~Q(refund=""), refunded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.taken_vnd}"


class FeeRefund(TenantModel):
    """A fee, or a part of it, that was given back after a refusal, stop or withdrawal."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="refunds")
    amount_vnd = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=1000)
    number = models.CharField(max_length=40)  # of the receipt that the citizen signed
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="refund_complete",
                condition=Q(amount_vnd__gt=0) & ~Q(number="") & ~Q(reason=""),
            ),
            models.UniqueConstraint(
                fields=["province", "dossier", "number"], name="refund_once_per_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.amount_vnd}"


class SupplementRound(TenantModel):
    """One request for more papers: what, why, until when, and what came of it."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    items = models.JSONField(default=list)  # lines of the letter, all at once
    reason = models.CharField(max_length=1000)
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+")
    apply_by = models.DateField()  # the applicant's deadline
    on_lapse = models.CharField(max_length=10, choices=OnLapse, default=OnLapse.REMIND)
    consent_by = TenantForeignKey(PERSON, null=True, related_name="+")  # second round and later
    consent_reason = models.CharField(max_length=500, blank=True)
    lapsed_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_note = models.CharField(max_length=1000, blank=True)
    form = TenantForeignKey("papers.PrintedForm", null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "dossier", "number"], name="supplement_round_once"
            ),
            models.UniqueConstraint(
                fields=["province", "dossier"],
                name="supplement_one_open",
                condition=Q(answered_at=None),
            ),
            models.CheckConstraint(
                name="second_round_has_consent",
                condition=Q(number=1) | (Q(consent_by__isnull=False) & ~Q(consent_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} / {self.number}"


class Opinion(TenantModel):
    """Another unit is asked for its opinion, with a date (NĐ 61/2018 Điều 19.4)."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="opinions")
    unit = TenantForeignKey(UNIT, related_name="+")
    question = models.CharField(max_length=1000)
    due_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = TenantForeignKey(PERSON, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey(PERSON, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="opinion_answer_is_complete",
                condition=Q(answered_at=None, answer="", answered_by=None)
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "unit", "due_on"],
                name="opinion_waiting",
                condition=Q(answered_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.question[:60]


class Result(TenantModel):
    """What was decided: approved by somebody who is not its author, then numbered."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="results")
    name = models.CharField(max_length=300)
    drafted_by = TenantForeignKey(PERSON, null=True, related_name="+")
    approved_by = TenantForeignKey(PERSON, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    on_behalf_of = models.CharField(max_length=150, blank=True)
    capacity = models.CharField(max_length=250, blank=True)  # "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"
    number = models.CharField(max_length=60, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = TenantForeignKey(PERSON, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier"], name="result_once"),
            models.CheckConstraint(
                name="result_approver_is_not_author",
                condition=Q(drafted_by=None)
                | Q(approved_by=None)
                | ~Q(drafted_by=models.F("approved_by")),
            ),
            models.CheckConstraint(
                name="result_released_has_number",
                condition=Q(released_at=None, number="")
                | (Q(released_at__isnull=False, approved_at__isnull=False) & ~Q(number="")),
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.name


class HandoverMethod(models.TextChoices):
    IN_PERSON = "in_person", _("Handed to the applicant")
    AUTHORISED = "authorised", _("Handed to an authorised person")
    POST = "post", _("Sent by public post")
    ONLINE = "online", _("Delivered online")


class Handover(TenantModel):
    """The result in the citizen's hands: who took it, with what proof."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="handovers")
    method = models.CharField(max_length=12, choices=HandoverMethod)
    taken_by = models.CharField(max_length=200)
    number = models.CharField(max_length=20, blank=True)  # identity number of who took it
    authorisation = models.CharField(max_length=300, blank=True)
    post_number = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "dossier"], name="handover_once"),
            models.CheckConstraint(
                name="handover_has_proof",
                condition=(Q(method="in_person") & ~Q(number=""))
                | (Q(method="authorised") & ~Q(number="") & ~Q(authorisation=""))
                | (Q(method="post") & ~Q(post_number=""))
                | Q(method="online"),
            ),
        ]

    def __str__(self) -> str:
        return self.taken_by


class VisitKind(models.TextChoices):
    SUPPLEMENT = "supplement", _("Papers missing (form 02)")
    REFUSAL = "refusal", _("Refused (form 03)")


class CounterVisitQuerySet(VisibleQuerySet["CounterVisit"]):
    pass


class CounterVisit(TenantModel):
    """A visit that ended without a dossier: no code, no clock, not in Biểu II.06a."""

    unit = TenantForeignKey(UNIT, related_name="+")
    version = TenantForeignKey("onestop.ProcedureVersion", related_name="+")
    kind = models.CharField(max_length=10, choices=VisitKind)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    items = models.JSONField(default=list)
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    form = TenantForeignKey("papers.PrintedForm", null=True, related_name="+")

    objects: ClassVar[Any] = manager_of(CounterVisitQuerySet)

    class Meta(TenantModel.Meta):
        indexes = [models.Index(fields=["province", "unit", "-at"], name="visit_by_unit")]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%d/%m/%Y}"


class PhraseUse(models.TextChoices):
    SUPPLEMENT = "supplement", _("Supplement request")
    REFUSAL = "refusal", _("Refusal")
    CORRECTION = "correction", _("Return for correction")
    STOP = "stop", _("Stop")


class Phrase(TenantModel):
    """A sentence of the province's text library, offered where a reason is written."""

    use = models.CharField(max_length=12, choices=PhraseUse)
    text = models.CharField(max_length=1000)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "use", "text"], name="phrase_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]


class DeadlineWarning(TenantModel):
    """A rung of the warning ladder that was rung: each once per dossier."""

    dossier = TenantForeignKey(Dossier, on_delete=models.CASCADE, related_name="warnings")
    rung = models.CharField(max_length=30)  # a name of ClockRules.ladder
    due_on = models.DateField()  # a moved due date starts the ladder anew
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "dossier", "rung", "due_on"], name="warning_once"
            ),
        ]

    def __str__(self) -> str:
        return self.rung

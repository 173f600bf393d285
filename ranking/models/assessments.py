"""What a unit says of itself in a year, with its evidence; what others know about the same."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import DomainError
from organizations import access
from organizations.access import manager_of
from organizations.models import Position, User
from ranking import rights
from ranking.models.cycles import Cycle
from ranking.models.frameworks import POINTS, Criterion
from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"
PERSON = settings.AUTH_USER_MODEL


class FormGone(DomainError):
    """The unit was assessed when the page was opened and is so no more."""

    code = "form_gone"


def given_to(user: User) -> models.QuerySet[Answer]:
    """Criteria that the person was asked to fill in, in units that he still works for."""
    held = Position.objects.valid_on(timezone.localdate()).filter(
        user=user.pk, unit__path__startswith=OuterRef("assessment__unit__path")
    )
    return Answer.objects.filter(Exists(held), colleague=user.pk)


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Of the person's own agency and of years that he runs; those that he appraises; those in
        which a colleague gave him a criterion. Others' stay unseen until they are published."""
        runs = access.units_where(user, "manage_rankings")
        if runs.everywhere:
            return self.all()
        found = self.filter(
            rights.of_units(user, permission, "unit", "cycle__owner")
            | Q(cycle__owner__in=runs.unit_ids)
            | Q(cycle__seats__person=user, cycle__seats__left_on=None)
            | Exists(given_to(user).filter(assessment=OuterRef("pk")))
        )
        return self.filter(pk__in=found.values("pk"))

    def lock(self, pk: int) -> Assessment:
        """With its year and unit, which every act asks for; a sentence when the unit was taken out
        of the year meanwhile. Two queries.

        The year is locked first, in a mode that many hold at once (`hold_year_of`), then the form.
        Who locks both begins with the year; nobody who has a form locks a year exclusively.
        """
        hold_year_of(pk)
        rows = self.select_for_update(of=("self",), no_key=True)
        found = rows.select_related("cycle", "unit").filter(pk=pk).first()
        if found is None:
            raise FormGone(gettext("The unit was taken out of this year: its form is gone."))
        return found


def hold_year_of(assessment_id: int) -> None:
    """Nobody moves the year of the form before we are done; who is moving it is waited for.

    FOR SHARE, since a move locks FOR NO KEY UPDATE, with which the locks of foreign keys go along.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_YEAR, [assessment_id])


_HOLD_YEAR = """
    SELECT FROM ranking_cycle
    WHERE id = (SELECT cycle_id FROM ranking_assessment WHERE id = %s) FOR SHARE
"""


class Assessment(TenantModel):
    """Phiếu đánh giá: a unit's form of a year. That it exists means: the unit is assessed.

    Assessed, ranked and group are three separate facts (some bodies are assessed but not ranked).
    `counted_on` decides about lateness: the day of the submission here, or of the postmark,
    document or official mail (QĐ 1278 Điều 8 khoản 3) that the standing body entered with proof.
    """

    cycle = TenantForeignKey(Cycle, related_name="assessments")
    unit = TenantForeignKey(UNIT, related_name="+")
    unit_name = models.CharField(max_length=300)  # of that year
    group = models.CharField(_("Group"), max_length=20, blank=True)
    is_ranked = models.BooleanField(_("Ranked"), default=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = TenantForeignKey(PERSON, null=True, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    capacity = models.CharField(max_length=250, blank=True)  # "KT. GIÁM ĐỐC / PHÓ GIÁM ĐỐC"
    counted_on = models.DateField(null=True)
    proof = models.CharField(_("Proof of the day"), max_length=500, blank=True)
    proof_file = TenantForeignKey("files.StoredFile", null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)  # since the last submission
    reopened_reason = models.CharField(max_length=1000, blank=True)
    own_total = models.DecimalField(null=True, **POINTS)  # as submitted
    offered_at = models.DateTimeField(null=True)  # laid before the head for his signature
    offered_by = TenantForeignKey(PERSON, null=True, related_name="+")

    objects: ClassVar[Any] = manager_of(AssessmentQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "cycle", "unit"], name="assessment_unit_once"
            ),
            models.CheckConstraint(
                name="assessment_submitted_has_day",
                condition=Q(submitted_at=None) | Q(counted_on__isnull=False),
            ),
        ]
        ordering: ClassVar = ["group", "unit_name"]

    def __str__(self) -> str:
        return self.unit_name

    @property
    def is_submitted(self) -> bool:
        return self.submitted_at is not None and self.reopened_at is None


class Submission(TenantModel):
    """One submission of a form as it was signed: what its paper says, kept when the council opens
    the form again and the unit says otherwise."""

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="submissions")
    submitted_at = models.DateTimeField()
    submitted_by = TenantForeignKey(PERSON, related_name="+")
    total = models.DecimalField(null=True, **POINTS)
    digest = models.CharField(max_length=64)  # of all that the unit says (ranking.papers)
    paper = models.JSONField()  # plain data of ranking/papers/form.html

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "assessment", "submitted_at"], name="submission_once"
            ),
        ]
        ordering: ClassVar = ["-submitted_at"]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.submitted_at}"


class Answer(TenantModel):
    """What the unit says to one criterion. `points` is what the rule makes of it: None is not
    answered, or not yet to be known (best of the group), and is never the same as zero."""

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="answers")
    criterion = TenantForeignKey(Criterion, related_name="answers")
    input = models.JSONField(null=True)  # as the rule asks for: {"a": "394", "b": "508"}
    points = models.DecimalField(null=True, **POINTS)
    not_applicable = models.BooleanField(default=False)  # the unit says so, or the rule (0 of 0)
    is_complete = models.BooleanField(default=False)  # nothing that the rule asks for is missing
    explanation = models.CharField(_("Explanation"), max_length=4000, blank=True)
    colleague = TenantForeignKey(PERSON, null=True, related_name="+")  # who was asked to fill it in
    revision = models.PositiveIntegerField(default=0)  # counts savings; a stale one is refused
    saved_at = models.DateTimeField(null=True)
    saved_by = TenantForeignKey(PERSON, null=True, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "assessment", "criterion"], name="answer_once"
            ),
            models.CheckConstraint(
                name="answer_points_have_input",
                condition=Q(points=None) | Q(input__isnull=False, not_applicable=False),
            ),
            models.CheckConstraint(
                name="answer_not_applicable_is_explained",
                condition=Q(not_applicable=False) | Q(input__isnull=False) | ~Q(explanation=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "colleague"],
                name="answer_of_colleague",
                condition=Q(colleague__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.criterion_id}"


class Evidence(TenantModel):
    """Tài liệu kiểm chứng: a document by its number, day, issuer and abstract, or a file."""

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="evidence")
    number = models.CharField(_("Number"), max_length=60, blank=True)
    issued_on = models.DateField(_("Issued on"), null=True, blank=True)
    issuer = models.CharField(_("Issued by"), max_length=300, blank=True)
    abstract = models.CharField(_("Abstract"), max_length=1000)
    file = TenantForeignKey("files.StoredFile", null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = TenantForeignKey(PERSON, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.CheckConstraint(
                name="evidence_is_document_or_file",
                condition=Q(file__isnull=False)
                | (~Q(number="") & Q(issued_on__isnull=False) & ~Q(issuer="")),
            ),
        ]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.abstract


class EvidenceUse(TenantModel):
    """The same evidence serves several criteria."""

    evidence = TenantForeignKey(Evidence, on_delete=models.CASCADE, related_name="uses")
    criterion = TenantForeignKey(Criterion, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "evidence", "criterion"], name="evidence_use_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}/{self.criterion_id}"


class FigureSource(models.TextChoices):
    """Where a figure beside the unit's own comes from (QĐ 1278 Điều 7 khoản 2)."""

    SYSTEM = "system", _("Measured by the portal")
    DEPARTMENT = "department", _("Specialised department")
    SURVEY = "survey", _("Field survey")
    UNITS_BELOW = "below", _("Units below")


class Figure(TenantModel):
    """What somebody else knows about an answer: kept with its moment and the rows behind it."""

    assessment = TenantForeignKey(Assessment, on_delete=models.CASCADE, related_name="figures")
    criterion = TenantForeignKey(Criterion, related_name="figures")
    source = models.CharField(max_length=10, choices=FigureSource)
    input = models.JSONField()
    points = models.DecimalField(null=True, **POINTS)
    not_applicable = models.BooleanField(default=False)  # by the rule: 0 of 0
    definition = models.CharField(max_length=300, blank=True)  # of the measure, in words
    rows = models.JSONField(default=list)  # what was counted: subjects and a query to open them
    note = models.CharField(_("Note"), max_length=4000, blank=True)
    cut_at = models.DateTimeField()
    unit = TenantForeignKey(UNIT, null=True, related_name="+")  # the department
    found_on = models.DateField(_("Day of the survey"), null=True)
    file = TenantForeignKey("files.StoredFile", null=True, related_name="+")  # minutes, photo
    made_by = TenantForeignKey(PERSON, null=True, related_name="+")  # None: the portal
    superseded_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "assessment", "criterion", "source"],
                condition=Q(superseded_at=None),
                name="figure_one_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.criterion_id} {self.source}"


def confirmations() -> Q:
    """Figures by which a department said "as declared"; any other says what it rests on."""
    return Q(source=FigureSource.DEPARTMENT, note="")

"""Xếp loại chất lượng: the classification of officials every half year and year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.digests import digest_of_data
from common.errors import TransitionError
from organizations import access, posts
from organizations.access import VisibleQuerySet, manager_of
from organizations.models import User
from reports.models.evaluations import SheetKind, Tier
from reports.periods import PeriodKind
from reports.rules_evaluation import Grade
from reports.rules_quality import Basis, Counts, Level, Piece
from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"
PERSON = settings.AUTH_USER_MODEL
RUNS, SIGNS, HEADS = "assess_people", "sign_reports", "assign_dossiers"


class RoundState(models.TextChoices):
    OPEN = "open", gettext_lazy("Being commented")
    DECIDED = "decided", gettext_lazy("Classification decided")


class SheetState(models.TextChoices):
    """The life of one person's sheet in a round (NĐ 90/2020/NĐ-CP Điều 17–19)."""

    SELF = "self", gettext_lazy("Waiting for the person's own comment")
    HEAD = "head", gettext_lazy("Waiting for the head's comment and class")
    CLASSED = "classed", gettext_lazy("Class proposed by the head")
    DECIDED = "decided", gettext_lazy("Classification decided")
    LEFT = "left", gettext_lazy("Not in this round any more")  # classed elsewhere, if anywhere


S = SheetState
NEXT: dict[str, set[str]] = {
    # Classed without his own words: only when his days are over
    S.SELF: {S.HEAD, S.CLASSED, S.LEFT},
    S.HEAD: {S.HEAD, S.CLASSED, S.LEFT},  # he may mend his words until the head has classed him
    S.CLASSED: {S.SELF, S.HEAD, S.CLASSED, S.DECIDED},  # back, when figures moved the proposal
    S.DECIDED: set(),
    S.LEFT: {S.SELF, S.HEAD},  # he came back
}


class QualityRoundQuerySet(VisibleQuerySet["QualityRound"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Rounds with a sheet that the person may see by his office; his own does not count."""
        sheets = QualitySheet.objects.visible_to(user, permission)
        return self.filter(Exists(sheets.filter(round=OuterRef("pk"))))

    def lock(self, pk: int) -> QualityRound:
        found = self.select_for_update(of=("self",), no_key=True)
        return found.select_related("unit", "judge_unit").get(pk=pk)


class QualityRound(TenantModel):
    """One body's classification of a half year or year: facts of one moment (`cut_at`), comments
    and classes until it is decided. The heads of the body have a round of their own, decided one
    level up. Decided rounds stay; what was wrong is put right by a new version beside."""

    number = models.PositiveSmallIntegerField(default=1)  # version
    period = models.CharField(max_length=10, choices=PeriodKind)
    first = models.DateField()
    last = models.DateField()
    kind = models.CharField(max_length=10, choices=SheetKind)
    unit = TenantForeignKey(UNIT, related_name="+")  # the body
    judge_unit = TenantForeignKey(UNIT, related_name="+")  # the level above
    definition = models.CharField(max_length=20)
    thresholds = models.JSONField()  # rules_quality.Thresholds as they were used
    quota_percent = models.PositiveSmallIntegerField()
    basis_words = models.CharField(max_length=300)  # the source of the thresholds
    cut_at = models.DateTimeField()
    comment_until = models.DateField()  # the people's own words; then the head goes on without
    comment_days = models.PositiveSmallIntegerField(default=0)  # that they had when it was opened
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.OPEN)
    opened_by = TenantForeignKey(PERSON, related_name="+")
    reason = models.CharField(max_length=1000, blank=True)  # why there is a new version
    superseded_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = TenantForeignKey(PERSON, null=True, related_name="+")
    on_behalf_of = models.CharField(max_length=150, blank=True)
    capacity = models.CharField(max_length=250, blank=True)
    met_on = models.DateField(null=True)  # the meeting and its minutes
    place = models.CharField(max_length=200, blank=True)
    chair = models.CharField(max_length=150, blank=True)
    secretary = models.CharField(max_length=150, blank=True)
    present = models.PositiveSmallIntegerField(null=True)
    opinions = models.CharField(max_length=4000, blank=True)  # said in the meeting
    decision_number = models.CharField(max_length=60, blank=True)
    quota_reason = models.CharField(max_length=1000, blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of all that was decided
    is_sample = models.BooleanField(default=False)

    objects: ClassVar[Any] = manager_of(QualityRoundQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "unit", "kind", "first", "last", "number"],
                name="quality_round_version_once",
            ),
            models.UniqueConstraint(
                fields=["province", "unit", "kind", "first", "last"],
                condition=Q(superseded_at=None), name="quality_round_one_in_force",
            ),
            models.CheckConstraint(
                name="quality_round_decided_complete",
                condition=Q(
                    state="decided", decided_at__isnull=False, decided_by__isnull=False,
                    met_on__isnull=False,
                ) & ~Q(digest="")
                | (~Q(state="decided") & Q(decided_at=None, decided_by=None, digest="")),
            ),
            models.CheckConstraint(
                name="quality_round_version_has_reason", condition=Q(number=1) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="quality_round_days", condition=Q(last__gt=F("first"))
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["province", "-last", "-id"], name="quality_round_by_last")]

    def __str__(self) -> str:
        return f"{self.period_words}, {self.get_kind_display()} ({self.number})"

    @property
    def period_words(self) -> str:
        if self.period == PeriodKind.YEARLY:
            return _("year %(year)s") % {"year": self.first.year}
        half = _("first half of %(year)s") if self.first.month == 1 else _(
            "second half of %(year)s"
        )  # fmt: skip
        return half % {"year": self.first.year}

    @property
    def is_open(self) -> bool:
        return self.state == RoundState.OPEN and self.superseded_at is None

    @property
    def tone(self) -> str:
        return "done" if self.state == RoundState.DECIDED else "waiting"

    @property
    def members(self) -> QualitySheetQuerySet:
        """Sheets of those who are classed in it."""
        sheets: Any = self.sheets
        found: QualitySheetQuerySet = sheets.of_members()
        return found

    @property
    def late_until(self) -> dt.date:
        """Until when who comes into it today writes: he has as many days as everybody had."""
        late = timezone.localdate() + dt.timedelta(days=self.comment_days)
        return max(self.comment_until, late)

    def seen_with(self, sheets: Iterable[QualitySheet]) -> str:
        """What tells whether figures or classes were written since, over all its sheets."""
        moments = sorted((sheet.pk, str(sheet.judged_at)) for sheet in sheets)
        return digest_of_data([self.cut_at.isoformat(), moments])

    @property
    def deciding_unit_id(self) -> int:
        """Where who decides it must be allowed to sign. A body that was closed since has nobody
        left: one level up. Reads `unit`: one query if not loaded."""
        stays = self.kind == SheetKind.STAFF and self.unit.is_open_on(timezone.localdate())
        return int(self.unit_id if stays else self.judge_unit_id)


class QualitySheetQuerySet(VisibleQuerySet["QualitySheet"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Sheets of the people whose head he is, and those of the bodies on which he holds
        `permission` ("assess_people", Home Affairs). Nobody else: no colleague, no other head,
        neither oversight nor a system administrator. One's own is `of(user)`.

        Who signs for a body is head of its people; who signs one level up is of its leaders alone,
        unless the body was closed since."""
        runs, signs = access.units_where(user, permission), posts.units_at(user, SIGNS)
        if runs.everywhere:
            return self.all()
        closed = Q(round__unit__valid_to__lt=timezone.localdate())
        return self.filter(
            Q(round__unit__in=runs.unit_ids)
            | _assigned_by(user)
            | ~Q(tier=Tier.LEADER) & Q(round__unit__in=signs)
            | (Q(tier=Tier.LEADER) | closed) & Q(round__judge_unit__in=signs)
        )

    def of(self, user: User) -> Self:
        return self.filter(person=user)

    def of_members(self) -> Self:
        """Who left a round keeps his words there, and no more."""
        return self.exclude(state=SheetState.LEFT)


def _assigned_by(user: User) -> Q:
    """Officials to whom he assigns work, in his own body: not in one below that has a head."""
    found = Q(pk=None)
    for grant in access.grants_held(user):
        if grant.permission == HEADS:
            below = grant.unit_ids - {grant.unit_id}
            found |= Q(unit__in=grant.unit_ids) & ~Q(round__unit__in=below)
    return Q(tier=Tier.OFFICIAL) & found


class QualitySheet(TenantModel):
    """One person's half year or year: frozen facts, his own words, the head's words and class."""

    round = TenantForeignKey(QualityRound, on_delete=models.CASCADE, related_name="sheets")
    person = TenantForeignKey(PERSON, related_name="+")
    unit = TenantForeignKey(UNIT, related_name="+")  # of his main position there
    tier = models.CharField(max_length=10, choices=Tier)
    order = models.PositiveIntegerField()  # by unit, then by given name
    name = models.CharField(max_length=150)  # as they were in the period
    title = models.CharField(max_length=250, blank=True)
    pieces = models.JSONField()  # rules_quality.Piece as data
    counts = models.JSONField()  # source → how → number
    unit_counts = models.JSONField(null=True)  # rules_quality.Counts of a head's unit
    proposed = models.CharField(max_length=10, choices=Grade)
    reasons = models.JSONField()  # rules_quality.Reason as data
    state = models.CharField(max_length=10, choices=SheetState, default=SheetState.SELF)
    comment_until = models.DateField(null=True)  # of who came into the round later
    self_words = models.CharField(max_length=4000, blank=True)
    self_it = models.CharField(max_length=2000, blank=True)  # of IT application: Điều 10.3
    self_grade = models.CharField(max_length=10, choices=Grade, blank=True)
    self_at = models.DateTimeField(null=True)
    comment = models.CharField(max_length=4000, blank=True)
    it_level = models.CharField(max_length=10, choices=Level, blank=True)
    general_points = models.PositiveSmallIntegerField(null=True)
    head_parts = models.JSONField(default=dict)  # rules_quality.HeadPart → percent, of a head
    grade = models.CharField(max_length=10, choices=Grade, blank=True)
    grade_reason = models.CharField(max_length=1000, blank=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = TenantForeignKey(PERSON, null=True, related_name="+")
    judged_for = models.CharField(max_length=150, blank=True)

    objects: ClassVar[Any] = manager_of(QualitySheetQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "round", "person"], name="quality_sheet_once"
            ),
            models.CheckConstraint(
                name="quality_sheet_classed_complete",
                condition=Q(
                    state__in=["self", "head", "left"], grade="", judged_at=None, judged_by=None,
                )
                | Q(
                    ~Q(grade=""), ~Q(it_level=""), state__in=["classed", "decided"],
                    judged_at__isnull=False, judged_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="quality_sheet_own_words",
                condition=~Q(state="head") | Q(self_at__isnull=False),
            ),
            models.CheckConstraint(
                name="quality_sheet_other_class_has_reason",
                condition=Q(grade="") | Q(grade=F("proposed")) | ~Q(grade_reason=""),
            ),
            models.CheckConstraint(
                name="quality_sheet_nobody_classes_himself",
                condition=Q(judged_by=None) | ~Q(judged_by=F("person")),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["province", "person", "-id"], name="quality_sheet_mine")]

    def __str__(self) -> str:
        return self.name

    def move_to(self, state: SheetState) -> None:
        """Change the state in memory, or raise TransitionError; the caller saves."""
        if state not in NEXT[self.state]:
            raise TransitionError(
                _("The sheet is “%(state)s”: this is no longer possible.")
                % {"state": self.get_state_display()}
            )
        self.state = state

    @property
    def seen(self) -> str:
        """What tells whether facts, own words or class were written since. Reads `round`: one
        query if not loaded."""
        moments = (self.round.cut_at, self.self_at, self.judged_at)
        return "/".join(at.isoformat() if at else "-" for at in moments)

    @property
    def until(self) -> dt.date:
        """Until when he writes his own words. Reads `round`: one query if not loaded."""
        return self.comment_until or self.round.comment_until

    @property
    def own(self) -> list[Piece]:
        return [Piece(**each) for each in self.pieces]

    @property
    def of_unit(self) -> Counts | None:
        return Counts(**self.unit_counts) if self.unit_counts else None

    @property
    def has_head_parts(self) -> bool:
        """Whether points beside his own work are given to him. Reads `round`: one query if not
        loaded."""
        t = self.round.thresholds
        by_points = t["basis"] == Basis.POINTS and bool(t.get("head_missed"))
        return by_points and self.unit_counts is not None

    @property
    def grade_tone(self) -> str:
        tones = {Grade.EXCELLENT: "done", Grade.GOOD: "done", Grade.FULFILLED: "progress",
                 Grade.FAILED: "refused"}  # fmt: skip
        return tones.get(Grade(self.grade or self.proposed), "neutral")

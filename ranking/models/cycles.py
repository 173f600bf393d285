"""A year's work: its dates, its council, and who appraises what."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import connection, models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organizations import access
from organizations.access import manager_of
from organizations.models import User
from ranking import clock, rights
from ranking.models.frameworks import Criterion, Framework
from tenancy.models import TenantForeignKey, TenantModel

UNIT = "organizations.Unit"
PERSON = settings.AUTH_USER_MODEL


class CycleState(models.TextChoices):
    PREPARING = "preparing", _("Being prepared")
    OPEN = "open", _("Self-assessment")
    APPRAISAL = "appraisal", _("Appraisal")
    PROVISIONAL = "provisional", _("Provisional results")  # units see theirs and may appeal
    DECIDED = "decided", _("Decided by the council")
    PUBLISHED = "published", _("Results published")


NEXT: dict[str, set[str]] = {  # the whole life of a year in one look
    CycleState.PREPARING: {CycleState.OPEN},
    CycleState.OPEN: {CycleState.APPRAISAL},
    CycleState.APPRAISAL: {CycleState.PROVISIONAL},
    CycleState.PROVISIONAL: {CycleState.APPRAISAL, CycleState.DECIDED},  # back: the reason is kept
    CycleState.DECIDED: {CycleState.PROVISIONAL, CycleState.PUBLISHED},
    CycleState.PUBLISHED: {CycleState.DECIDED},  # a corrected publication beside the old one
}


UNDER_WAY = (CycleState.OPEN, CycleState.APPRAISAL)  # units write, others compare figures


TONES = {
    "preparing": "neutral", "open": "progress", "appraisal": "progress",
    "provisional": "waiting", "decided": "sign", "published": "done",
}  # fmt: skip


DATES = ("data_from", "data_to", "children_due", "due", "appeals_due", "publish_due")


class CycleQuerySet(models.QuerySet["Cycle"]):
    def visible_to(self, user: User, permission: str) -> Self:
        """Years that the person runs, in which he sits, or in which a unit of his is assessed."""
        runs = access.units_where(user, "manage_rankings")
        if runs.everywhere:
            return self.all()
        own = rights.of_units(user, permission, "assessments__unit", "owner")
        own &= ~Q(state=CycleState.PREPARING)
        found = self.filter(
            Q(owner__in=runs.unit_ids) | Q(seats__person=user, seats__left_on=None) | own
        )
        return self.filter(pk__in=found.values("pk"))

    def lock(self, pk: int) -> Cycle:
        """For who moves or changes it: waits for all who work in it, and they for him."""
        return self.select_for_update(of=("self",), no_key=True).get(pk=pk)

    def hold(self, pk: int) -> Cycle:
        """For who works in it: nobody moves it before he is done; a move that runs is waited for.

        FOR SHARE, which many hold at once. `lock` is FOR NO KEY UPDATE, so that the locks of
        foreign keys do not keep it out. Two queries: the state is read when the lock is there.
        """
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM ranking_cycle WHERE id = %s FOR SHARE", [pk])
        return self.get(pk=pk)


class Cycle(TenantModel):
    """Kỳ đánh giá: one year in which the units below `owner` are assessed.

    The province's year belongs to the province; a district that assesses its communes, or a
    department its own units (QĐ 1278 Điều 9 khoản 3, 4), has a year of its own with the province's
    as `parent`, and the same screens.
    """

    year = models.PositiveSmallIntegerField(_("Year"))
    name = models.CharField(_("Name"), max_length=300)
    owner = TenantForeignKey(UNIT, related_name="+")
    parent = TenantForeignKey("self", null=True, blank=True, related_name="children")
    framework = TenantForeignKey(Framework, related_name="cycles")
    standing_unit = TenantForeignKey(UNIT, related_name="+")  # cơ quan thường trực
    state = models.CharField(max_length=12, choices=CycleState, default=CycleState.PREPARING)
    data_from = models.DateField(_("Data from"))
    data_to = models.DateField(_("Data until"))
    children_due = models.DateField(_("Units below assessed before"), null=True, blank=True)
    due = models.DateField(_("Self-assessment due"))  # as the lateness rule reads it
    appeals_due = models.DateField(_("Appeals until"), null=True, blank=True)
    publish_due = models.DateField(_("Published before"), null=True, blank=True)
    appraisers = models.PositiveSmallIntegerField(_("Appraisers of each criterion"), default=1)
    # scale, classes, lateness, groups: the framework's, or what this year says instead
    terms = models.JSONField(default=dict)
    opened_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True)  # cut-off of the automatic measures
    released_at = models.DateTimeField(null=True)  # provisional results
    # Demo only: the day to which the year's work was moved, and since when days of it were
    rehearsed_on = models.DateField(null=True)
    rehearsed_since = models.DateTimeField(null=True)

    objects: ClassVar[Any] = manager_of(CycleQuerySet)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "owner", "year"], name="cycle_year_once"),
            models.CheckConstraint(
                name="cycle_window_in_order", condition=Q(data_to__gte=F("data_from"))
            ),
            models.CheckConstraint(
                name="cycle_appraisers", condition=Q(appraisers__gte=1, appraisers__lte=2)
            ),
            models.CheckConstraint(
                name="cycle_rehearsed_day_has_moment",
                condition=Q(rehearsed_on=None) | Q(rehearsed_since__isnull=False),
            ),
        ]
        ordering: ClassVar = ["-year", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def today(self) -> dt.date:
        """By which everything in the year is due, late or over (`ranking.clock`). No query."""
        return clock.day_of(self.rehearsed_on)

    @property
    def is_rehearsed(self) -> bool:
        """Its day is another than that of everybody else."""
        return self.rehearsed_on is not None and settings.GOVIT_DEMO

    @property
    def tone(self) -> str:
        """Look of the state's pill."""
        return TONES[self.state]

    @property
    def is_under_way(self) -> bool:
        """Units may write in forms that are not submitted, others compare figures."""
        return self.state in UNDER_WAY

    @property
    def is_released(self) -> bool:
        """Units see what was decided about them."""
        return self.state in {CycleState.PROVISIONAL, CycleState.DECIDED, CycleState.PUBLISHED}


class Part(models.TextChoices):
    """In the council (QĐ 1278 Điều 7 khoản 1) or the team that helps it."""

    CHAIR = "chair", _("Chair of the council")
    VICE = "vice", _("Vice chair of the council")
    MEMBER = "member", _("Member of the council")
    SUPPORT = "support", _("Support team")


PRESIDING = (Part.CHAIR, Part.VICE)


class Seat(TenantModel):
    """A person in the appraisal council or its support team in one year."""

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="seats")
    person = TenantForeignKey(PERSON, related_name="ranking_seats")
    part = models.CharField(_("Part in the council"), max_length=10, choices=Part)
    left_on = models.DateField(null=True)  # first day without the seat

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "cycle", "person"],
                condition=Q(left_on=None),
                name="seat_once",
            ),
            models.UniqueConstraint(
                fields=["province", "cycle"],
                condition=Q(part="chair", left_on=None),
                name="seat_one_chair",
            ),
        ]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.part}"

    @property
    def presides(self) -> bool:
        """Settles what others leave open, and approves."""
        return self.part in PRESIDING


class Remit(TenantModel):
    """What a seat appraises: an area or all, a group or all. Never the person's own agency."""

    seat = TenantForeignKey(Seat, on_delete=models.CASCADE, related_name="remits")
    area = TenantForeignKey(Criterion, on_delete=models.CASCADE, null=True, related_name="+")
    group = models.CharField(max_length=20, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "seat", "area", "group"],
                nulls_distinct=False,
                name="remit_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}: {self.area_id or '*'} {self.group}"


class Milestone(models.TextChoices):
    """A date of the year that somebody is reminded of before it."""

    BELOW = "below", _("Units below assessed before")
    SELF = "self", _("Self-assessment due")
    CHECKS = "checks", _("To be checked before")
    APPEALS = "appeals", _("Appeals until")
    PUBLICATION = "publication", _("Published before")


class Reminder(TenantModel):
    """That people were reminded: before a date of the year, each rung once (`form` None); or one
    unit by hand, once a day."""

    cycle = TenantForeignKey(Cycle, on_delete=models.CASCADE, related_name="reminders")
    milestone = models.CharField(max_length=12, choices=Milestone)
    due = models.DateField()  # a date that is moved begins anew
    days_before = models.PositiveSmallIntegerField(null=True)  # the rung; None: by hand
    form = TenantForeignKey(
        "ranking.Assessment", null=True, on_delete=models.CASCADE, related_name="reminders"
    )
    made_on = models.DateField()
    made_by = TenantForeignKey(PERSON, null=True, related_name="+")  # None: the portal

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "cycle", "milestone", "due", "days_before"],
                condition=Q(form=None),
                name="reminder_rung_once",
            ),
            models.UniqueConstraint(
                fields=["province", "form", "made_on"],
                condition=Q(form__isnull=False),
                name="reminder_by_hand_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle_id} {self.milestone} {self.due}"

"""What the summaries hear: a dossier was accepted or finished, voided, or went to another unit."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from notifications.models import Kind
from notifications.services import notify
from onestop.models import Dossier, UnitChange
from onestop.states import Status
from organizations import access
from organizations.models import Unit, User
from reports.models import Evaluation, Report, SheetKind, SummaryCheck
from reports.queries.summaries import HEARD, STEPS
from reports.services import cells


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in HEARD:
        subscribe(action, note_days)
    subscribe("report.made", tell_who_signs)
    subscribe("summaries.differ", tell_administrators)
    subscribe("evaluation.opened", tell_who_is_evaluated)
    subscribe("evaluation.opened", tell_who_judges)
    subscribe("evaluation.confirmed", tell_the_result)


def note_days(event: OutboxEvent) -> None:
    """Both days of the dossier are counted anew; twice does no harm. A merger changes no figure
    of the past: what it takes over is read from the changes themselves. Three queries."""
    if event.action in STEPS and event.data.get("status") != Status.COMPLETED:
        return  # only the step that completes the dossier changes a figure
    row = (
        Dossier.objects.filter(pk=event.subject_id)
        .values_list("competent_unit_id", "accepted_at", "finished_at")
        .first()
    )
    if row is None:
        return
    unit_id, *moments = row
    past = UnitChange.objects.filter(dossier=event.subject_id)
    units = {unit_id, *past.values_list("from_unit", flat=True)}
    days = {timezone.localdate(moment) for moment in moments if moment}
    cells.note_dirty((unit, day) for unit in units for day in days)


def tell_who_signs(event: OutboxEvent) -> None:
    """The portal made a report: to whoever signs the reports of this very unit."""
    report = Report.objects.filter(pk=event.subject_id).select_related("unit").first()
    if report is None or report.made_by_id:
        return
    signers = access.people_with("sign_reports", report.unit)
    people = {user.pk: user for user, unit in signers if unit == report.unit}
    text = format_lazy("{}: {}", _("A report waits for your review"), str(report))
    url = reverse("reports:report_detail", args=[report.pk])
    notify(event, people.values(), kind=Kind.TO_DO, text=text, subject=report, url=url)


def tell_who_is_evaluated(event: OutboxEvent) -> None:
    """Everybody in the sheet: his figures are there, he may say something about them."""
    _tell_rows(event, _("Your monthly evaluation: look at your figures, add a remark"))


def tell_the_result(event: OutboxEvent) -> None:
    _tell_rows(event, _("Your monthly evaluation is confirmed"))


def _tell_rows(event: OutboxEvent, words: str | Promise) -> None:
    sheet = Evaluation.objects.filter(pk=event.subject_id).select_related("unit").first()
    if sheet is None or sheet.superseded_at:
        return
    people = User.objects.filter(pk__in=sheet.rows.values("person"), is_active=True)
    text = format_lazy("{}: {}, {}", words, f"{sheet.month:%m/%Y}", sheet.unit.name)
    url = reverse("reports:evaluation_mine")
    notify(event, people, kind=Kind.INFORMATION, text=text, subject=sheet, url=url)


def tell_who_judges(event: OutboxEvent) -> None:
    """Who assigns work in the agency and who confirms there; of the sheet of its heads, who
    confirms one level up. Those above them see it in their list."""
    sheet = (
        Evaluation.objects.filter(pk=event.subject_id).select_related("unit", "judge_unit").first()
    )
    if sheet is None or sheet.superseded_at:
        return
    people: dict[int, User] = {}
    if sheet.kind == SheetKind.STAFF:
        able = access.people_with("assign_dossiers", sheet.unit)
        people = {user.pk: user for user, _unit in able}
    else:
        able = access.people_with("sign_reports", sheet.judge_unit)
        people = {user.pk: user for user, unit in able if unit == sheet.judge_unit}
    text = format_lazy(
        "{}: {}, {}", _("A monthly evaluation waits for your decision"), f"{sheet.month:%m/%Y}",
        sheet.unit.name,
    )  # fmt: skip
    url = reverse("reports:evaluation_detail", args=[sheet.pk])
    notify(event, people.values(), kind=Kind.TO_DO, text=text, subject=sheet, url=url)


def tell_administrators(event: OutboxEvent) -> None:
    """Summaries and dossiers differed: to superusers and who watches over the province."""
    check = SummaryCheck.objects.filter(pk=event.subject_id).first()
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    if check is None or root is None:
        return
    watchers = access.people_with("view_health", root)
    people = {user.pk: user for user, unit in watchers if unit == root}
    people |= {user.pk: user for user in User.objects.filter(is_superuser=True)}
    words = _("The summaries differed from the dossiers. They are counted anew; look at the units"
              " on the health page.")  # fmt: skip
    url = reverse("portal:health")
    notify(event, people.values(), kind=Kind.SYSTEM, text=words, subject=check, url=url)

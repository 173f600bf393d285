"""What the summaries hear: a dossier was accepted or finished, voided, or went to another unit."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from notifications.models import Kind
from notifications.services import notify
from onestop.models import Dossier
from onestop.states import Status
from organizations import access
from organizations.models import Unit, User
from reports.models import Report, SummaryCheck
from reports.services import cells

STEPS = ("dossier.approved", "dossier.forwarded")
HEARD = (
    "dossier.accepted", *STEPS, "dossier.refused", "dossier.stopped", "dossier.withdrawn",
    "dossier.voided", "dossier.unit_succeeded",
)  # fmt: skip


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action in HEARD:
        subscribe(action, note_days)
    subscribe("report.made", tell_who_signs)
    subscribe("summaries.differ", tell_administrators)


def note_days(event: OutboxEvent) -> None:
    """Both days of the dossier are counted anew; twice does no harm. Two queries, three when
    another unit took it over."""
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
    units = {unit_id}
    if event.action == "dossier.unit_succeeded":
        units |= cells.closed_before(units)
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

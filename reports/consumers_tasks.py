"""Who hears of a statement of tasks: who follows the tasks reads what the portal made; who signs
for the body, what was reviewed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from notifications.models import Kind
from notifications.services import notify
from organizations import posts
from reports.models import ReportState, TaskReport
from reports.services.task_snapshots import MAKES, SIGNS


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("task_report.made", tell_who_reviews)
    subscribe("task_report.reviewed", tell_who_signs)


def tell_who_reviews(event: OutboxEvent) -> None:
    """Of what the portal itself made."""
    report = TaskReport.objects.filter(pk=event.subject_id).select_related("unit").first()
    if report is not None and report.made_by_id is None and report.state == ReportState.DRAFT:
        _tell(event, report, MAKES, _("A report of tasks waits for your review"))


def tell_who_signs(event: OutboxEvent) -> None:
    report = TaskReport.objects.filter(pk=event.subject_id).select_related("unit").first()
    if report is not None and report.state == ReportState.REVIEWED:
        _tell(event, report, SIGNS, _("A report of tasks waits for your signature"))


def _tell(event: OutboxEvent, report: TaskReport, permission: str, words: str | Promise) -> None:
    people = posts.people_at(permission, report.unit)
    text = format_lazy("{}: {}", words, str(report))
    url = reverse("reports:task_report_detail", args=[report.pk])
    notify(event, people, kind=Kind.TO_DO, text=text, subject=report, url=url)

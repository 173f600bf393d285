"""Who is told of a classification: everybody in the round, and who classes them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from notifications.models import Kind
from notifications.services import notify
from organizations import access
from organizations.models import User
from reports.models import QualityRound, SheetKind
from reports.models.quality import HEADS, SIGNS


def listen() -> None:
    subscribe("quality.opened", ask_people)
    subscribe("quality.opened", ask_heads)
    subscribe("quality.decided", tell_people)


def ask_people(event: OutboxEvent) -> None:
    _tell(event, Kind.TO_DO, _("Your classification: look at your figures, write your comment"))


def tell_people(event: OutboxEvent) -> None:
    _tell(event, Kind.INFORMATION, _("Your classification is decided"))


def _tell(event: OutboxEvent, kind: Kind, words: str | Promise) -> None:
    found = _round(event)
    if found is None:
        return
    people = User.objects.filter(pk__in=found.sheets.values("person"), is_active=True)
    text = format_lazy("{}: {}, {}", words, found.period_words, found.unit.name)
    url = reverse("reports:quality_mine")
    notify(event, people, kind=kind, text=text, subject=found, url=url)


def ask_heads(event: OutboxEvent) -> None:
    """Who assigns work in the body, or signs one level up for its heads."""
    found = _round(event)
    if found is None:
        return
    if found.kind == SheetKind.STAFF:
        able = access.people_with(HEADS, found.unit)
    else:
        held = access.people_with(SIGNS, found.judge_unit)
        able = [(user, unit) for user, unit in held if unit == found.judge_unit]
    text = format_lazy(
        "{}: {}, {}", _("A classification waits for your comments and classes"),
        found.period_words, found.unit.name,
    )  # fmt: skip
    url = reverse("reports:quality_detail", args=[found.pk])
    people = {user.pk: user for user, _unit in able}
    notify(event, people.values(), kind=Kind.TO_DO, text=text, subject=found, url=url)


def _round(event: OutboxEvent) -> QualityRound | None:
    rounds = QualityRound.objects.select_related("unit", "judge_unit")
    found: QualityRound | None = rounds.filter(pk=event.subject_id).first()
    return None if found is None or found.superseded_at else found

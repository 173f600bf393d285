"""Who is told of a classification: everybody in the round, who classes them, and who decides."""

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
from organizations.models import Unit, User
from reports.models import QualityRound
from reports.models.quality import SIGNS
from reports.services import quality_ground

ASKED = _("Your classification: look at your figures, write your comment")


def listen() -> None:
    subscribe("quality.opened", ask_people)
    subscribe("quality.recounted", ask_added)
    subscribe("quality.waits", ask_heads)
    subscribe("quality.complete", ask_who_decides)
    subscribe("quality.decided", tell_people)


def ask_people(event: OutboxEvent) -> None:
    _tell(event, Kind.TO_DO, ASKED)


def ask_added(event: OutboxEvent) -> None:
    """Who came into the round when it was counted anew; until a day of his own."""
    _tell(event, Kind.TO_DO, ASKED, event.data["added"])


def tell_people(event: OutboxEvent) -> None:
    _tell(event, Kind.INFORMATION, _("Your classification is decided"))


def _tell(
    event: OutboxEvent, kind: Kind, words: str | Promise, only: list[int] | None = None
) -> None:  # fmt: skip
    found = _round(event)
    if found is None:
        return
    people = User.objects.filter(pk__in=found.members.values("person"), is_active=True)
    if only is not None:
        people = people.filter(pk__in=only)
    text = format_lazy("{}: {}, {}", words, found.period_words, found.unit.name)
    url = reverse("reports:quality_mine")
    notify(event, people, kind=kind, text=text, subject=found, url=url)


def ask_heads(event: OutboxEvent) -> None:
    """Who classes one of the people that wait."""
    found = _round(event)
    if found is None:
        return
    waiting = found.members.filter(pk__in=event.data["sheets"])
    sheets = waiting.select_related("unit").defer("pieces")
    words = _("A classification waits for your comments and classes")
    _tell_of(event, found, quality_ground.heads_of(found, sheets), words)


def ask_who_decides(event: OutboxEvent) -> None:
    """Everybody is classed. Nobody decides a round that holds his own sheet."""
    found = _round(event)
    if found is None:
        return
    unit = Unit.objects.get(pk=found.deciding_unit_id)
    within = set(found.members.values_list("person", flat=True))
    people = [user for user in posts.people_at(SIGNS, unit) if user.pk not in within]
    _tell_of(event, found, people, _("Everybody is classed: a classification waits to be decided"))


def _tell_of(
    event: OutboxEvent, found: QualityRound, people: list[User], words: str | Promise
) -> None:  # fmt: skip
    text = format_lazy("{}: {}, {}", words, found.period_words, found.unit.name)
    url = reverse("reports:quality_detail", args=[found.pk])
    notify(event, people, kind=Kind.TO_DO, text=text, subject=found, url=url)


def _round(event: OutboxEvent) -> QualityRound | None:
    rounds = QualityRound.objects.select_related("unit", "judge_unit")
    found: QualityRound | None = rounds.filter(pk=event.subject_id).first()
    return None if found is None or found.superseded_at else found

"""What is told of a draft that agencies comment on (QĐ 1278 Điều 10 khoản 2): question, answer."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from common.errors import Sentence
from notifications.models import Kind
from notifications.services import notify
from organizations import access
from organizations.models import Unit, User
from ranking import rights
from ranking.models import Framework, FrameworkComment
from ranking.queries import waiting


def listen() -> None:
    """Called once by the app's `ready()`."""
    for action, handler in HEARD.items():
        subscribe(action, handler)


def tell_agencies(event: OutboxEvent) -> None:
    """Officers and heads of all agencies and communes, while comments are open until that day."""
    framework, until = _framework(event), dt.date.fromisoformat(event.data["until"])
    if not framework.is_draft or framework.comments_until != until:
        return
    root = Unit.objects.get(kind="province")
    people = [
        person for person, unit in access.people_with(rights.FILL, root) if unit.kind in OFFICES
    ]
    words = _("Comments on the draft criteria are possible until {}: {}")
    text = format_lazy(words, waiting.day(until), framework.name)
    _tell(event, people, Kind.TO_DO, framework, text)


def tell_keepers(event: OutboxEvent) -> None:
    """Who runs the ranking of the province: somebody commented."""
    framework = _framework(event)
    people = waiting.people_of(Unit.objects.get(kind="province"), "manage_rankings")
    text = format_lazy(_("A comment on the draft criteria: {}"), framework.name)
    _tell(event, people, Kind.INFORMATION, framework, text)


def tell_author(event: OutboxEvent) -> None:
    """Who commented: the answer."""
    found = FrameworkComment.objects.select_related("made_by").get(pk=event.data["comment"])
    framework = _framework(event)
    words = _("Your comment on the draft criteria is answered: {}")
    _tell(event, [found.made_by], Kind.INFORMATION, framework, format_lazy(words, framework.name))


OFFICES = {"agency", "commune"}
HEARD = {
    "ranking.comments_asked": tell_agencies, "ranking.framework_commented": tell_keepers,
    "ranking.comment_answered": tell_author,
}  # fmt: skip


def _framework(event: OutboxEvent) -> Framework:
    found: Framework = Framework.objects.get(pk=event.subject_id)
    return found


def _tell(
    event: OutboxEvent, people: list[User], kind: Kind, framework: Framework, text: Sentence
) -> None:
    url = reverse("ranking:framework_detail", args=[framework.pk]) + "#comments"
    notify(event, people, kind=kind, text=text, subject=framework, url=url)

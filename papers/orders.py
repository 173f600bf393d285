"""Long papers: ordered on a page, made by a worker, taken by who ordered them.

A page of paper costs 60 ms, so a web process would be kept for seconds by a register. What is
written on it is fixed when it is ordered; it is forgotten a day later.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.bus import subscribe
from audit.models import OutboxEvent
from audit.services import record
from common.pdf import PaperResponse, plain
from notifications.models import Kind
from notifications.services import notify
from organizations.models import User
from papers.models import PaperOrder

KEPT = dt.timedelta(days=1)


def listen() -> None:
    """Called once by the app's `ready()`."""
    subscribe("paper.ordered", make)


@transaction.atomic
def order(*, actor: User, template: str, data: dict[str, Any], name: str) -> PaperOrder:
    """A worker makes the paper from this plain data. Who may see the data has been asked."""
    found: PaperOrder = PaperOrder.objects.create(
        by=actor, at=timezone.now(), template=template, data=plain(data), name=name
    )
    record(found, "paper.ordered", actor=actor, data={"name": name})
    return found


def make(event: OutboxEvent) -> None:
    """Once: a repeated event finds it made. Without Pango the event waits and is tried again."""
    waiting = PaperOrder.objects.select_for_update(of=("self",), no_key=True).filter(made_at=None)
    found: PaperOrder | None = waiting.filter(pk=event.subject_id).first()
    if found is None:
        return
    paper = PaperResponse(found.template, found.data, found.name)
    paper.render_paper()
    found.content, found.data, found.made_at = paper.content, {}, timezone.now()
    found.save(update_fields=["content", "data", "made_at"])
    text = format_lazy("{}: {}", _("The paper that you ordered is ready"), found.name)
    url = reverse("papers:order_detail", args=[found.pk])
    notify(event, [found.by], kind=Kind.INFORMATION, text=text, subject=found, url=url)


@transaction.atomic
def forget(now: dt.datetime) -> int:
    """Papers hold names: nobody needs them a day later."""
    count, _kinds = PaperOrder.objects.filter(at__lt=now - KEPT).delete()
    return int(count)

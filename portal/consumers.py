"""What the portal hears: the public look-up or the own form was closed by too many tries."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.models import OutboxEvent
from notifications.models import Kind
from notifications.services import notify
from organizations import access
from organizations.models import Unit, User
from portal.models import GuessCount, GuessKind

CLOSED = {
    GuessKind.ALL: _(
        "The look-up by dossier code was closed for a while: too many wrong tries. Citizens still "
        "look up by number and QR code. Look whether somebody is guessing."
    ),
    GuessKind.NUMBERS: _(
        "The look-up by look-up number was closed for a while: too many wrong tries. Citizens "
        "still look up by dossier code and QR code. Look whether somebody is guessing."
    ),
    GuessKind.SUBMITS: _(
        "The own online form was closed for a while: too many dossiers came. Citizens still hand "
        "in at the counter. Look whether somebody is flooding it."
    ),
}


def tell_administrators(event: OutboxEvent) -> None:
    """lookup.closed: to superusers and to whoever watches the health of the whole province."""
    row = GuessCount.objects.filter(pk=event.subject_id).first()
    root = Unit.objects.filter(parent=None).order_by("pk").first()
    if row is None or root is None:
        return
    watchers = access.people_with("view_health", root)
    people = {user.pk: user for user, unit in watchers if unit == root}
    people |= {user.pk: user for user in User.objects.filter(is_superuser=True)}
    words = CLOSED[GuessKind(row.kind)]
    notify(
        event, people.values(), kind=Kind.SYSTEM, text=words, subject=row,
        url=reverse("portal:health"),
    )  # fmt: skip

"""Tell people: a notice in the portal, a mail. Each once per event, however often it comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from audit.models import OutboxEvent
from common.errors import Sentence
from notifications.models import EmailMessage, Kind, MailChoice, MailState, Notification
from organizations.models import User
from organizations.sign_in.links import absolute
from tenancy.models import Province
from tenancy.scope import required_province_id


@transaction.atomic
def notify(
    event: OutboxEvent,
    users: Iterable[User],
    *,
    kind: Kind,
    text: Sentence,
    subject: models.Model,
    url: str = "",
) -> None:
    """Tell each active person of `users` about `subject`, in his language, once per event.

    `text` is lazy (`format_lazy` when it holds names); `url` is a path of the portal. Who chose
    mail for this kind gets the same sentence by mail.
    """
    people = {user.pk: user for user in users if user.is_active}
    notices = [_notice(event, user, kind, text, subject, url) for user in people.values()]
    Notification.objects.bulk_create(notices, ignore_conflicts=True)
    wishes = MailChoice.objects.filter(user__in=people, kind=kind)
    by_mail = set(wishes.values_list("user_id", flat=True))
    told = [(people[notice.user_id], notice) for notice in notices if notice.user_id in by_mail]
    if told:
        _mail_notices(event, told)


def _notice(
    event: OutboxEvent,
    user: User,
    kind: Kind,
    text: Sentence,
    subject: models.Model,
    url: str,
) -> Notification:
    with translation.override(user.language):
        return Notification(
            event_id=event.pk,
            user=user,
            kind=kind,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            subject_name=str(subject)[:200],
            text=str(text)[:500],
            url=url,
        )


def _mail_notices(event: OutboxEvent, told: Iterable[tuple[User, Notification]]) -> None:
    """Two queries, however many people."""
    province = _province()
    mails = [
        _mail(
            str(event.pk), f"notice.{notice.kind}", user.email, notice.text,
            "notifications/mail/notice.txt",
            {"province": province, "name": user.full_name, "text": notice.text,
             "subject": notice.subject_name,
             "url": absolute(province, notice.url) if notice.url else ""},
            user.language,
        )
        for user, notice in told
        if user.email
    ]  # fmt: skip
    EmailMessage.objects.bulk_create(mails, ignore_conflicts=True)


def email(
    event: OutboxEvent,
    kind: str,
    to: str,
    subject: Sentence,
    template: str,
    context: Mapping[str, Any],
    *,
    language: str = "vi",
) -> EmailMessage | None:
    """Queue one mail to one address, once per (event, kind, address); None when it was before.

    For citizens too: the address is text. It is sent after the commit by `notifications.mail`.
    """
    return queue_mail(str(event.pk), kind, to, subject, template, context, language=language)


def queue_mail(
    key: str,
    kind: str,
    to: str,
    subject: Sentence,
    template: str,
    context: Mapping[str, Any],
    *,
    language: str = "vi",
) -> EmailMessage | None:
    """As `email`, for what no event caused: `key` names the occasion ("digest:2026-11-21:7")."""
    message = _mail(
        key, kind, to, subject, template, {"province": _province(), **context}, language
    )
    same = EmailMessage.objects.filter(key=key, kind=kind, recipient=message.recipient)
    if same.exists():
        return None
    EmailMessage.objects.bulk_create([message], ignore_conflicts=True)
    return message


def _mail(
    key: str, kind: str, to: str, subject: Sentence, template: str, context: Mapping[str, Any],
    language: str,
) -> EmailMessage:  # fmt: skip
    """In memory; with a wrong address it has failed at once. No query."""
    with translation.override(language):
        words = " ".join(str(subject).split())  # a line break would begin a new header
        body = render_to_string(template, context)
    mail = EmailMessage(key=key, kind=kind, recipient=to[:254], subject=words[:200], body=body)
    if fault := _fault_of_address(to):
        mail.state, mail.error, mail.body = MailState.FAILED, fault, ""
    return mail


def _fault_of_address(to: str) -> str:
    try:
        validate_email(to)
    except ValidationError:
        return "not an e-mail address"
    return "address too long" if len(to) > 254 else ""


def _province() -> Province:
    return Province.objects.get(pk=required_province_id())


@transaction.atomic
def mark_read(notification_ids: Iterable[int], *, actor: User) -> int:
    """Mark one's own notices as read."""
    mine = Notification.objects.visible_to(actor).unread().filter(pk__in=list(notification_ids))
    return int(mine.update(read_at=timezone.now()))


@transaction.atomic
def mark_all_read(*, actor: User) -> int:
    return int(Notification.objects.visible_to(actor).unread().update(read_at=timezone.now()))


@transaction.atomic
def choose_mail(kinds: Iterable[str], *, actor: User) -> None:
    """Which kinds of notices the person gets by mail too."""
    wanted = set(kinds) & set(Kind.values)
    MailChoice.objects.filter(user=actor).exclude(kind__in=wanted).delete()
    MailChoice.objects.bulk_create(
        [MailChoice(user=actor, kind=kind) for kind in sorted(wanted)], ignore_conflicts=True
    )

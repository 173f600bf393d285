"""What this app hears: people who need a link."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.models import OutboxEvent
from common.errors import Sentence
from notifications.services import email
from organizations.models import User
from organizations.sign_in import links


def invite(event: OutboxEvent) -> None:
    """person.invited: the link with which a new person sets a password."""
    _mail_link(event, _("Activate your account"), "notifications/mail/invited.txt")


def reset_password(event: OutboxEvent) -> None:
    """person.password_reset_requested: the link to a new password."""
    _mail_link(event, _("Set a new password"), "notifications/mail/password_reset.txt")


def _mail_link(event: OutboxEvent, subject: Sentence, template: str) -> None:
    user = User.objects.filter(pk=event.data.get("user") or event.subject_id).first()
    if user is None or not user.is_active or not user.email:
        return
    context = {
        "name": user.full_name,
        "username": user.username,
        "url": links.address_for(user),
    }
    email(event, event.action, user.email, subject, template, context, language=user.language)

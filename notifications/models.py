"""What a person is told in the portal, and what leaves it by mail."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.text import mask_tail
from organizations import access
from tenancy.models import TenantForeignKey, TenantManager, TenantModel


class Kind(models.TextChoices):
    TO_DO = "todo", _("To do")
    NEW = "new", _("New")
    INFORMATION = "info", _("Information")
    SYSTEM = "system", _("System")


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any) -> Self:
        """One's own only; nobody reads another person's notices."""
        return self.filter(user_id=user.pk)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notification(TenantModel):
    """One sentence for one person, with the way to what it speaks of."""

    user = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=6, choices=Kind)
    subject_type = models.CharField(max_length=60, blank=True)  # what the list is grouped by
    subject_id = models.CharField(max_length=60, blank=True)
    subject_name = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=500)  # in the person's language
    url = models.CharField(max_length=300, blank=True)  # a path of the portal
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    event_id = models.BigIntegerField(null=True, blank=True)  # outbox rows are deleted, this stays

    objects: ClassVar[Any] = TenantManager.from_queryset(NotificationQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "event_id", "user", "kind", "subject_type", "subject_id"],
                name="notification_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "user"], name="notification_unread", condition=Q(read_at=None)
            ),
            models.Index(fields=["province", "user", "-id"], name="notification_newest"),
        ]

    def __str__(self) -> str:
        return self.text


class MailChoice(TenantModel):
    """A person's wish to get one kind of notice by mail too. No row: only in the portal."""

    user = TenantForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices"
    )
    kind = models.CharField(max_length=6, choices=Kind)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "user", "kind"], name="mail_choice_once"),
        ]

    def __str__(self) -> str:
        return self.kind


class MailState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class EmailMessage(TenantModel):
    """One mail to one address. Kept as a log; its text only until it is sent or given up."""

    kind = models.CharField(max_length=60)  # "person.invited", "digest"
    key = models.CharField(max_length=60)  # of the event or the day: the same mail is sent once
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=6, choices=MailState, default=MailState.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # not before; a lease while it is sent
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)  # the kind of fault, no address
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "key", "kind", "recipient"], name="email_once"
            ),
            models.CheckConstraint(
                name="email_sent_at_iff_sent",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "due_at"], name="email_waiting", condition=Q(state="queued")
            ),
            models.Index(
                fields=["province", "created_at"],
                name="email_failed",
                condition=Q(state="failed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class SmsState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired, not sent")


SMS_UNSENT = [SmsState.QUEUED, SmsState.FAILED, SmsState.EXPIRED]


class SmsQuerySet(models.QuerySet["SmsMessage"]):
    def visible_to(self, user: Any) -> Self:
        """Messages to citizens of every agency: for whoever watches the whole province."""
        return self.all() if access.units_where(user, "view_health").everywhere else self.none()

    def unsent(self) -> Self:
        """Those that wait, failed, or waited for too long to be sent."""
        return self.filter(state__in=SMS_UNSENT)


class SmsMessage(TenantModel):
    """One text message to one number. Its text is kept until it is delivered, thirty days at most.

    `reference` goes with each attempt: by it the gateway knows a message that it has already.
    """

    kind = models.CharField(max_length=60)  # "dossier.accepted"
    key = models.CharField(max_length=60)  # of the event: the same message is sent once
    recipient = models.CharField(max_length=20)  # +84…
    text = models.CharField(max_length=210, blank=True)
    reference = models.UUIDField(default=uuid.uuid4)
    gateway_id = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=SmsState, default=SmsState.QUEUED)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # not before; a lease while it is sent
    claim = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)  # the kind of fault, no number
    refused_at = models.DateTimeField(null=True, blank=True)  # by the gateway, the first time
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = TenantManager.from_queryset(SmsQuerySet)()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "key", "kind", "recipient"], name="sms_once"
            ),
            models.UniqueConstraint(fields=["province", "reference"], name="sms_reference_once"),
            models.CheckConstraint(
                name="sms_delivered_at_iff_delivered",
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at=None)),
            ),
            models.CheckConstraint(
                name="sms_sent_has_moment",
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "due_at"], name="sms_waiting", condition=Q(state="queued")
            ),
            models.Index(
                fields=["province", "-created_at", "-id"],
                name="sms_unsent",
                condition=Q(state__in=["queued", "failed", "expired"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def can_be_sent_again(self) -> bool:
        """For the button: it did not go out, and its text is still kept."""
        return self.state in (SmsState.FAILED, SmsState.EXPIRED) and bool(self.text)

    @property
    def masked_recipient(self) -> str:
        return mask_tail(self.recipient)


class SmsServer(TenantModel):
    """How the province's gateway behaved last: after faults it is left alone for a while."""

    turn = models.UUIDField(null=True, blank=True)  # of the sender at work: one at a time
    turn_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    quiet_until = models.DateTimeField(null=True, blank=True)
    good_at = models.DateTimeField(null=True, blank=True)  # the last message that it took

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province"], name="sms_server_once"),
        ]

    def __str__(self) -> str:
        return f"failures {self.failures}"


class SmsReceived(TenantModel):
    """A citizen's message and our answer to it: the gateway's number for it is answered once.

    What was written is not kept, only what tells another message under the same number.
    """

    message_id = models.CharField(max_length=100)  # of the gateway
    digest = models.CharField(max_length=64)  # SHA-256 of number and text
    answer = models.CharField(max_length=210)
    received_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "message_id"], name="sms_received_once"),
        ]
        indexes = [models.Index(fields=["province", "received_at"], name="sms_received_by_day")]

    def __str__(self) -> str:
        return self.message_id

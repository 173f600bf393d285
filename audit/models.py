"""What happened, for ever; and what still has to be told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from tenancy.models import TenantForeignKey, TenantModel


class AuditEntry(TenantModel):
    """One thing that one person did. Append-only; ids and names as text, so nothing cascades."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=60)  # "dossier.accepted": noun.past_tense
    actor_id = models.CharField(max_length=20, blank=True)  # "" = the system itself
    actor_name = models.CharField(max_length=150, blank=True)
    on_behalf_of = models.CharField(max_length=150, blank=True)  # thay mặt (ủy quyền)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200, blank=True)
    unit_id = models.CharField(max_length=20, blank=True)
    unit_name = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["province", "subject_type", "subject_id", "id"], name="audit_by_subject"
            ),
            models.Index(fields=["province", "at"], name="audit_by_moment"),
            models.Index(fields=["province", "subject_type", "id"], name="audit_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.subject_name}"


class AuditSeal(TenantModel):
    """One link of a province's hash chain: entry number `position` and all before it."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    position = models.BigIntegerField()
    entry_id = models.BigIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 over the previous digest and the entry
    sealed_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "position"], name="seal_position_once"),
            models.UniqueConstraint(fields=["province", "entry_id"], name="seal_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"


class FeedMark(TenantModel):
    """What requests to the feed found out about the log, for the next one (audit/feed.py)."""

    settled_id = models.BigIntegerField(default=0)  # no entry can appear up to it any more
    noted_id = models.BigIntegerField(default=0)  # seen; settled once all before the number ended
    noted_number = models.BigIntegerField(null=True, blank=True)
    database = models.CharField(max_length=200)  # the one of which this is true

    class Meta(TenantModel.Meta):
        constraints = [models.UniqueConstraint(fields=["province"], name="feed_mark_once")]

    def __str__(self) -> str:
        return f"{self.settled_id} {self.noted_id}"


class OutboxEvent(TenantModel):
    """A fact that other parts must hear of, committed with the change that made it true."""

    dispatch_rights: ClassVar[str] = "SELECT, UPDATE, DELETE"  # of the role portal_dispatch

    entry_id = models.BigIntegerField()
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # not before; the lease of a claimed row
    claim = models.UUIDField(null=True, blank=True)  # whose batch it is in until `due_at`
    attempts = models.PositiveSmallIntegerField(default=0)  # counted when claimed: a crash counts
    last_error = models.TextField(blank=True)  # which handler, which kind of fault; no data
    delivered_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)  # given up until a person looks

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="outbox_waiting",
                condition=models.Q(delivered_at=None, parked_at=None),
            ),
            models.Index(
                fields=["province", "parked_at"],
                name="outbox_parked",
                condition=models.Q(parked_at__isnull=False),
            ),
            models.Index(
                fields=["delivered_at"],
                name="outbox_delivered",
                condition=models.Q(delivered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_id}"


class Delivery(TenantModel):
    """An effect that was carried out: the key that makes a repeated event harmless."""

    event = TenantForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    kind = models.CharField(max_length=60)  # the consumer: "notifications.email"
    recipient = models.CharField(max_length=200, blank=True)
    done_at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "event", "kind", "recipient"], name="delivery_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"


class AccessNote(TenantModel):
    """Who looked at whose data, and who was refused: written after the page's transaction."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT"

    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=60)  # "dossier.opened", "access.refused"
    actor_id = models.CharField(max_length=20, blank=True)  # "" = a visitor
    actor_name = models.CharField(max_length=150, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    data = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        indexes = [
            models.Index(
                fields=["province", "subject_type", "subject_id", "at"], name="note_by_subject"
            ),
            models.Index(fields=["province", "actor_id", "at"], name="note_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind} {self.subject_name}"


class Heartbeat(TenantModel):
    """When the worker and the clock last gave a sign, kept where Redis is not needed to read it."""

    name = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "name"], name="heartbeat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"

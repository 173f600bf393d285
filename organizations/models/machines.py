"""Clients of the machine interface: who they are, what they may do, and their tokens."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tenancy.models import TenantForeignKey, TenantModel


class ApiScope(models.TextChoices):
    """What a client may do; where, its units say."""

    PROCEDURES = "procedures:read", _("Read published procedures")
    DOSSIERS = "dossiers:read", _("Read dossiers")
    SUBMIT = "dossiers:submit", _("Submit dossiers")
    SUPPLEMENT = "dossiers:supplement", _("Answer requests for papers")
    EVENTS = "events:read", _("Follow events")


class ApiClient(TenantModel):
    """Another system that calls the portal. It acts as a person of its own who cannot sign in.

    So it sees through the one door (`visible_to`), and the log names it. Its name is the person's.
    """

    user = TenantForeignKey(settings.AUTH_USER_MODEL, related_name="+")
    contact = models.CharField(max_length=200)  # who answers for it
    scopes = models.JSONField(default=list)  # of ApiScope
    per_minute = models.PositiveIntegerField()  # requests
    created_at = models.DateTimeField(default=timezone.now)
    created_by = TenantForeignKey(settings.AUTH_USER_MODEL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoke_reason = models.CharField(max_length=255, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "user"], name="api_client_user_once"),
            models.CheckConstraint(
                name="api_client_revoked_with_reason",
                condition=Q(revoked_at=None, revoke_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revoke_reason="")),
            ),
            models.CheckConstraint(name="api_client_has_limit", condition=Q(per_minute__gt=0)),
        ]

    def __str__(self) -> str:
        """Reads `self.user`: one query if not loaded."""
        return str(self.user)

    @property
    def scope_words(self) -> list[str]:
        return [str(ApiScope(scope).label) for scope in self.scopes]


class ApiClientUnit(TenantModel):
    """A unit on which, and below which, the client sees dossiers and submits them."""

    client = TenantForeignKey(ApiClient, on_delete=models.CASCADE, related_name="units")
    unit = TenantForeignKey("organizations.Unit", related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "client", "unit"], name="api_client_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.unit_id}"


class ApiToken(TenantModel):
    """A key of a client. Kept is what finds it (`prefix`) and what proves it (`digest`) alone."""

    client = TenantForeignKey(ApiClient, on_delete=models.CASCADE, related_name="tokens")
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)  # SHA-256 of the whole token, 256 random bits
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "prefix"], name="api_token_prefix_once"),
            models.CheckConstraint(
                name="api_token_expires_later", condition=Q(expires_at__gte=F("made_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.prefix

    def is_valid_at(self, moment: dt.datetime) -> bool:
        return self.revoked_at is None and moment < self.expires_at

    @property
    def is_valid(self) -> bool:
        return self.is_valid_at(timezone.now())


class RateBucket(TenantModel):
    """How much of a limit is used up, as one moment: when the bucket will have run empty."""

    key = models.CharField(max_length=80)  # "client 7", "address 192.0.2.1"
    empty_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "key"], name="rate_bucket_once"),
        ]
        indexes = [models.Index(fields=["province", "empty_at"], name="rate_bucket_by_end")]

    def __str__(self) -> str:
        return self.key


class KeptAnswer(TenantModel):
    """What was answered to a request with an Idempotency-Key: the same again for the same."""

    client = TenantForeignKey(ApiClient, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_digest = models.CharField(max_length=64)  # SHA-256 of method, address and body
    status = models.PositiveSmallIntegerField(null=True)  # null while the first is under way
    body = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["province", "client", "key"], name="kept_answer_once"),
        ]
        indexes = [models.Index(fields=["province", "at"], name="kept_answer_by_moment")]

    def __str__(self) -> str:
        return self.key

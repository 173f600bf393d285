"""What a system administrator may look at. Nothing is changed here.

Every change of people, positions and units is an act with an audit row and compiled rights
(`organizations.services`); a form that wrote the rows directly would leave neither.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from audit.models import AuditEntry, OutboxEvent
from organizations.models import (
    CalendarEntry,
    Delegation,
    FieldAssignment,
    Position,
    RuleSet,
    SecondFactorReset,
    Unit,
    UnitSuccession,
    UnitUserPermission,
    User,
    WorkPattern,
)


class LookOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists and shows; adds, changes and deletes nothing."""

    actions = None
    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def _look_only(model: type[models.Model], columns: tuple[str, ...], **options: Any) -> None:
    options = {"list_display": columns, "ordering": ("-pk",), **options}
    admin.site.register(model, type(f"{model.__name__}Admin", (LookOnly,), options))


_look_only(
    User,
    ("username", "full_name", "is_active", "is_superuser", "last_login", "last_seen_at"),
    search_fields=("search_text",),
    list_filter=("is_active", "is_superuser"),
    ordering=("sort_key",),
    exclude=("password", "sort_key", "search_text", "groups", "user_permissions"),
)
_look_only(
    Unit,
    ("code", "name", "kind", "valid_from", "valid_to", "is_sample"),
    search_fields=("code", "name"),
    list_filter=("kind",),
    ordering=("path",),
)
_look_only(UnitSuccession, ("predecessor", "successor", "on", "reason"))
_look_only(Position, ("user", "unit", "role", "title", "valid_from", "valid_to"))
_look_only(FieldAssignment, ("user", "unit", "field", "valid_from", "valid_to", "lifted_at"))
_look_only(Delegation, ("giver", "receiver", "unit", "valid_from", "valid_to", "revoked_at"))
_look_only(SecondFactorReset, ("user", "asked_by", "asked_at", "confirmed_by", "closed_at"))
_look_only(
    UnitUserPermission,
    ("user", "permission", "content_object", "valid_from", "valid_to"),
    list_select_related=("user", "permission__content_type", "content_object"),
)
_look_only(RuleSet, ("kind", "valid_from", "source"))
_look_only(WorkPattern, ("unit", "valid_from", "valid_to"))
_look_only(CalendarEntry, ("date", "kind", "name"))
_look_only(
    AuditEntry,
    ("at", "action", "actor_name", "on_behalf_of", "subject_name", "unit_name"),
    search_fields=("subject_id", "actor_name"),
)
_look_only(OutboxEvent, ("created_at", "action", "subject_id", "attempts", "delivered_at"))

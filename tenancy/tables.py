"""Which tables belong to a province: all but four."""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import models

GLOBAL_TABLES = {
    "tenancy_province": "the list of provinces itself; found by host before a scope is open",
    "auth_permission": "names of permissions, the same for all",
    "django_content_type": "names of models, the same for all",
    "django_migrations": "the state of the schema",
}
ALL_RIGHTS = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class TenantTable:
    """A table under the walls, and what the app role may do with it."""

    name: str
    model: type[models.Model]
    rights: str

    @property
    def primary_key(self) -> str:
        return self.model._meta.pk.column  # type: ignore[union-attr]


def tenant_tables() -> list[TenantTable]:
    """Every table of every installed app that is not global, third-party tables included."""
    found: dict[str, TenantTable] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.proxy or not meta.managed or meta.db_table in GLOBAL_TABLES:
            continue
        rights = getattr(model, "tenant_rights", ALL_RIGHTS)
        found[meta.db_table] = TenantTable(meta.db_table, model, rights)
    return sorted(found.values(), key=lambda table: table.name)

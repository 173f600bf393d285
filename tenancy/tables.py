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
    """A table under the walls, and what the roles `portal_app` and `portal_dispatch` may do."""

    name: str
    model: type[models.Model]
    rights: str
    dispatch_rights: str = ""
    search_column: str = ""
    is_searched_as_phrase: bool = False

    @property
    def primary_key(self) -> str:
        return str(self.model._meta.pk.column)  # type: ignore[union-attr]

    @property
    def foreign_keys(self) -> list[tuple[str, str, str]]:
        """(column, other table, its key column) of each foreign key to another tenant table."""
        keys = []
        for each in self.model._meta.local_fields:
            if isinstance(each, models.ForeignKey):
                other = each.related_model._meta
                if other.db_table not in GLOBAL_TABLES:
                    target = str(each.target_field.column)
                    keys.append((str(each.column), other.db_table, target))
        return keys


def tenant_tables() -> list[TenantTable]:
    """Every table of every installed app that is not global, third-party tables included."""
    found: dict[str, TenantTable] = {}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.proxy or not meta.managed or meta.db_table in GLOBAL_TABLES:
            continue
        found[meta.db_table] = TenantTable(
            meta.db_table,
            model,
            rights=getattr(model, "tenant_rights", ALL_RIGHTS),
            dispatch_rights=getattr(model, "dispatch_rights", ""),
            search_column=getattr(model, "search_column", None) or "",
            is_searched_as_phrase=getattr(model, "is_searched_as_phrase", False),
        )
    return sorted(found.values(), key=lambda table: table.name)

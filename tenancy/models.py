"""Provinces, and the base of every table that belongs to one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from tenancy.scope import current_province_id, required_province_id


class Province(models.Model):
    """A tenant: one province, found by the host name of the request."""

    id = models.AutoField(primary_key=True)  # int: as narrow as the setting the policies read
    code = models.CharField(max_length=10, unique=True)  # level-1 code of QĐ 20/2020/QĐ-TTg
    name = models.CharField(max_length=100)
    host = models.CharField(max_length=200, unique=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class CurrentProvince(models.Expression):
    """The open scope's province, read when the SQL is compiled and not when it is written.

    ModelForms, serializers and the admin build querysets at import; a value read then would
    either raise or freeze one province for all.
    """

    output_field = models.IntegerField()

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[int]]:
        return "%s", (required_province_id(),)


# Built once: it names no province (see above), and anew it was nine tenths of a queryset's cost
_filtered: dict[type[models.Model], Query] = {}


class TenantManager(models.Manager):  # type: ignore[type-arg]
    """The default manager of tenant tables: only rows of the open province."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = super().get_queryset()
        if self.model not in _filtered:
            _filtered[self.model] = found.filter(province_id=CurrentProvince()).query
        found.query = _filtered[self.model].chain()
        return found


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A foreign key between two tenant tables.

    The database constraint is the composite key `(province_id, x_id)` that `shape()` makes,
    because PostgreSQL's own check of a simple key ignores row level security.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete=on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class TenantModel(models.Model):
    """A row of one province. `Meta` of a subclass inherits `TenantModel.Meta`."""

    tenant_rights: ClassVar[str] = "SELECT, INSERT, UPDATE, DELETE"  # of the role portal_app
    search_column: ClassVar[str | None] = None  # gets a search function, see tenancy/search.py

    province = models.ForeignKey(
        Province,
        on_delete=models.PROTECT,
        default=current_province_id,
        editable=False,
        db_index=False,
        related_name="+",
    )

    objects: ClassVar[Any] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        super().validate_constraints(exclude=set(exclude or ()) - {"province"})

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        super().validate_unique(exclude=set(exclude or ()) - {"province"})

    def unique_error_message(self, model_class: Any, unique_check: Sequence[str]) -> Any:
        fields = tuple(name for name in unique_check if name != "province")
        return super().unique_error_message(model_class, fields)

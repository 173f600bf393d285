"""A second net under the tenant manager: raw SQL and third-party models need a scope too."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection as default_connection

from tenancy.logins import is_app_login
from tenancy.scope import NoTenant, current_scope
from tenancy.search import function_name
from tenancy.tables import tenant_tables


@cache
def _pattern() -> re.Pattern[str]:
    names = []
    for table in tenant_tables():
        names += [table.name, function_name(table.name)]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")


def refuse_without_scope(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Raise NoTenant when a statement of the app role names a tenant table outside a scope."""
    if current_scope() is None and is_app_login():
        found = _pattern().search(str(sql))
        if found:
            raise NoTenant(f"table {found.group()} was named outside a province scope")
    return execute(sql, params, many, context)


def install(connection: Any, **kwargs: Any) -> None:
    """Put the guard first in the list: `execute_wrapper()` takes the last one away when it ends,
    and the first connection of a process may well be opened inside such a block."""
    wrappers = connection.execute_wrappers
    if connection.alias == default_connection.alias and refuse_without_scope not in wrappers:
        wrappers.insert(0, refuse_without_scope)

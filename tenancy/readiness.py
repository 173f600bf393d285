"""Is the database there, and is our role one that row security binds?"""

from __future__ import annotations

from django.db import DatabaseError, connection

ROLE = """
    SELECT rolsuper OR rolbypassrls
           OR EXISTS (SELECT 1 FROM pg_class
                      WHERE relowner = r.oid AND relname = 'tenancy_province')
    FROM pg_roles r WHERE rolname = current_user"""


def is_bound_by_walls() -> bool:
    """False for a superuser, an owner or a role that bypasses row security."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE)
        row = cursor.fetchone()
    return row is not None and not row[0]


def why_not_ready() -> str:
    """Empty when ready; else the reason in one line, for machines."""
    try:
        if not is_bound_by_walls():
            return "the database role is superuser, owner or bypasses row security"
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM tenancy_province LIMIT 1")
    except DatabaseError:
        connection.close()
        return "database away"
    return ""

"""`migrate` as the owner of the tables, followed by the walls."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connection

from tenancy.logins import as_owner
from tenancy.shape import shape


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner():
            with connection.cursor() as cursor:  # a key on a large table takes its time
                cursor.execute("SET statement_timeout = 0")
            super().handle(*args, **options)
            whole = not options.get("app_label") and not options.get("plan")
            if whole and not options.get("check_unapplied"):
                count = shape()
                if options.get("verbosity", 1) > 0:
                    self.stdout.write(f"Walls checked: {count} statements.")

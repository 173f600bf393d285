"""`manage.py check_walls`: does the database still hold every wall between the provinces?"""

from typing import Any

from django.core.management import BaseCommand, CommandError

from tenancy.walls import faults


class Command(BaseCommand):
    help = "Compare the database's catalogue with the walls that must stand; exit 1 on a hole."

    def handle(self, *args: Any, **options: Any) -> None:
        found = faults()
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(f"{len(found)} faults.", returncode=1)
        self.stdout.write("OK")

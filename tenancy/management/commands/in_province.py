"""`manage.py in_province H32 createsuperuser …`: any command inside one province."""

import argparse
from typing import Any

from django.core.management import BaseCommand, CommandError, call_command

from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(BaseCommand):
    help = "Run another command inside one province's transaction."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("province")
        parser.add_argument("rest", nargs=argparse.REMAINDER)

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(code=options["province"]).first()
        if province is None or not options["rest"]:
            raise CommandError("Name a province code and the command to run in it.")
        with tenant_scope(province):
            call_command(*options["rest"])

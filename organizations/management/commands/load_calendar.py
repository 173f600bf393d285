"""`manage.py load_calendar`: the holidays that come with the portal, for every province."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from organizations.calendars import load_holidays
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = "Add the holidays that come with the portal; what people entered stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", help="only this province's code")

    def handle(self, *args: Any, **options: Any) -> None:
        provinces = Province.objects.order_by("code")
        if options["province"]:
            provinces = provinces.filter(code=options["province"])
        if not provinces:
            self.refuse(f"there is no province {options['province']}")
        for province in provinces:
            with tenant_scope(province):
                added = load_holidays()
            self.stdout.write(f"{province.code}: {added} dates added.")

"""`manage.py edxml_exchange --province H32 [--signed]`: one run over the bus between agencies."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from exchange.edxml.accounts import bus_account_of
from exchange.edxml.client import Bus
from exchange.edxml.exchanging import Exchange
from tenancy.models import Province


class Command(OneSentence):
    help = (
        "Take in what waits on the bus between agencies, answer the senders, note what receivers"
        " tell, send what was issued. Prints JSON: taken, refused, told, sent, left (for the next"
        " run). Without an account (EDXML_BUS_H32_URL and so on): exit 2."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", required=True, help="its code, such as H32")
        parser.add_argument(
            "--signed", action="store_true", help="refuse messages that are not signed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        account = bus_account_of(province.code)
        if account is None:
            self.refuse(f"{province.code} has no account on a bus, or not one over https")
        tally = Exchange(province, Bus(account), unsigned=not options["signed"]).go()
        self.stdout.write(json.dumps(asdict(tally)))

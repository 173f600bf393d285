"""`manage.py load_demo --dossiers 1000`: fill the demo; says quickly when it is filled already."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo.loader import load


class Command(BaseCommand):
    help = "Demo only: two provinces with real procedures and invented dossiers."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--dossiers", type=int, default=1000)
        parser.add_argument(
            "--more-follow", action="store_true", help="leave last month's statements to that run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.GOVIT_DEMO:
            raise CommandError("This is not a demo: GOVIT_DEMO is not 1.", returncode=2)
        load(
            options["dossiers"], lambda words: self.stdout.write(words),
            more_follow=options["more_follow"],
        )  # fmt: skip

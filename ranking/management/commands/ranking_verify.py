"""`manage.py ranking_verify --province H32 [--year 2025]`: does every published table follow from
what was frozen?

Prints a line for each publication, `OK <year> <version> <units> <digest>` or what differs, and
exits 1 when something does; bad arguments exit 2.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from django.core.management import CommandParser

from common.commands import OneSentence
from common.digests import digest_of_data
from ranking.models import Publication, PublicationState
from ranking.services.publication import differing, faults_of
from tenancy.models import Province
from tenancy.scope import tenant_scope


class Command(OneSentence):
    help = "Compute published rankings again from their snapshots and compare line by line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", required=True, help="code, for example H32")
        parser.add_argument("--year", type=int, help="that year only")

    def handle(self, *args: Any, **options: Any) -> None:
        province = Province.objects.filter(code=options["province"]).first()
        if province is None:
            self.refuse(f"there is no province {options['province']}")
        failed = False
        with tenant_scope(province, read_only=True):
            rows = Publication.objects.exclude(state=PublicationState.DROPPED)
            if options["year"]:
                rows = rows.filter(cycle__year=options["year"])
            for each in rows.select_related("cycle").order_by("cycle__year", "number").iterator(1):
                place = f"{each.cycle.year} {each.number}"
                found = list(self._faults(each))
                for fault in found:
                    self.stdout.write(f"{place} {fault}")
                failed = failed or bool(found)
                if not found:
                    units = len(each.snapshot["units"])
                    self.stdout.write(f"OK {place} {units} {each.digest}")
        if failed:
            sys.exit(1)

    def _faults(self, publication: Publication) -> Iterator[str]:
        if digest_of_data(publication.snapshot) != publication.digest:
            yield f"the snapshot is not what was frozen: its digest is not {publication.digest}"
            return
        for fault in faults_of(publication.snapshot):
            yield f"{fault.unit}: {fault.what} is {fault.said}, computed {fault.computed}"
        for fault in differing(publication):
            yield f"{fault.unit}: the public {fault.what} is {fault.said}, frozen {fault.computed}"

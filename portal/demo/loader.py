"""Fill a demo installation: two provinces, real procedures, invented people and dossiers."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

from django.db import connection
from django.utils import timezone

from onestop.models import Dossier
from organizations.calendars import load_holidays
from organizations.models import RuleSet, Unit
from organizations.rulesets import SIGN_IN
from portal.demo import (
    directives,
    documents,
    evaluation,
    linked,
    outgoing,
    papers,
    quality,
    ranking,
    showcase,
    signing,
    statements,
    task_reports,
)
from portal.demo.blanks import hang_blanks
from portal.demo.cast import make_cast
from portal.demo.catalogue import load_catalogue
from portal.demo.history import History
from portal.demo.machines import make_client
from portal.demo.opinions import invent_ratings
from portal.demo.places import make_places
from portal.services.times import count_times
from reports.rulesets import EVALUATION
from reports.services import cells
from tenancy.logins import as_owner
from tenancy.models import Province
from tenancy.scope import tenant_scope

PROVINCES = (("H32", "Khánh Hòa", 0.9), ("H44", "Phú Thọ", 0.1))
SEED = 20261101
RECENT_DAYS, ALL_DAYS = 60, 240
Say = Callable[[str], None]


def load(dossiers: int, say: Say, *, more_follow: bool = False) -> None:
    """Bring the demo to that many dossiers. What is there already is kept. Documents, which are
    signed one by one, and statements of the month wait for the last of them."""
    for code, name, _share in PROVINCES:
        province = _province(code, name)
        with tenant_scope(province):
            if not Unit.objects.exists():
                say(f"{name}: units, people, procedures")
                _ground(province)
        if not more_follow:
            _documents(province)
    for code, name, share in PROVINCES:
        province = Province.objects.get(code=code)
        with tenant_scope(province):
            have = Dossier.objects.count()
        wanted = max(int(dossiers * share), 60)
        if have < wanted:
            _more(province, have, wanted, say)
        else:
            say(f"{name}: already loaded, {have} dossiers")
        with tenant_scope(province):
            count_times(timezone.localdate())  # as every night
        evaluation.make(province)
        if not more_follow:
            statements.make(province)
            task_reports.make(province)
            quality.make(province)
            ranking.make(province)
    _analyze()


def _documents(province: Province) -> None:
    """What went out before, then what comes in today: numbers follow their days."""
    documents.make_registries(province)
    signing.make(province)
    outgoing.make(province)
    documents.make(province)
    directives.make(province)


def _analyze() -> None:
    """Fresh statistics: without them the search of a word does not use its index."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _province(code: str, name: str) -> Province:
    province = Province.objects.filter(code=code).first()
    if province is None:
        with as_owner():
            province = Province.objects.create(
                code=code, name=name, host=f"{code.lower()}.localhost"
            )
    return province


def _ground(province: Province) -> None:
    """Units, calendar, people, catalogue. The second factor is off in the demo."""
    places = make_places(province)
    load_holidays()
    make_cast(places, random.Random(f"{SEED}{province.code}"))
    load_catalogue(places)
    hang_blanks()
    make_client(province)
    RuleSet.objects.create(
        kind=SIGN_IN.key,
        valid_from=timezone.localdate(),
        values={"mfa_required": [], "idle_minutes": {}},
        source="demo",
    )
    RuleSet.objects.create(
        kind=EVALUATION.key, valid_from=dt.date(2025, 7, 1), values={"evaluation_day": 1},
        source="demo",
    )  # fmt: skip


def _more(province: Province, have: int, wanted: int, say: Say) -> None:
    """The first ones together with what is shown, all or nothing; more of them chunk by chunk."""

    def tell(done: int) -> None:
        say(f"{province.name}: {have + done} of {wanted} dossiers")

    with tenant_scope(province):
        history = History(province, SEED + have)
        if have == 0:
            history.write(wanted, RECENT_DAYS, tell)
            showcase.make(province)
            linked.make(province)
            papers.make(province)
            invent_ratings(random.Random(f"{SEED}{province.code}"))
    if have:
        history.write(wanted - have, ALL_DAYS, tell)
    with tenant_scope(province):
        cells.note_everything()  # written past the services: nobody was told

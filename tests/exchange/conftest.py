"""A committed province with people and a procedure, an account, and the server it speaks with."""

import threading
from dataclasses import dataclass

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from audit.models import OutboxEvent
from exchange import consumers, sender
from exchange.models import SyncProgress, SyncServer, SyncState
from exchange.queries.facts import dossier_facts, progress_facts
from exchange.rules.items import dossier_item, progress_item
from exchange.rulesets import NationalRules
from exchange.stub.server import Stub
from onestop.models import Dossier
from organizations.models import RuleSet
from tenancy.models import Province
from tenancy.scope import tenant_scope
from tests.onestop.conftest import stage
from tests.people import Town

__all__ = ["stage"]


@dataclass
class Post:
    """The portal's side and the server's side, and what goes between them."""

    province: Province
    town: Town
    stub: Stub

    def hear(self) -> int:
        """Every event that waits, as a worker would deliver it."""
        with tenant_scope(self.province):
            events = OutboxEvent.objects.filter(
                delivered_at=None, action__in=consumers.HEARD
            ).order_by("pk")
            found = list(events)
            for event in found:
                consumers.note_dossier(event)
            events.update(delivered_at=timezone.now())
        return len(found)

    def be_hasty(self) -> None:
        """Leave the server after the shortest time that the rules allow."""
        with tenant_scope(self.province):
            RuleSet.objects.filter(kind="national").update(
                values={"connect_seconds": 2, "read_seconds": 1}
            )

    def send(self):
        return sender.send_due(self.province)

    def hurry(self, *, leases: bool = False) -> None:
        """Time passes: what waits for its next try is due, and after `leases` what was claimed."""
        now = timezone.now()
        with tenant_scope(self.province):
            for model in (SyncState, SyncProgress):
                rows = model.objects.unsettled()
                (rows if leases else rows.filter(claim=None)).update(due_at=now)
            SyncServer.objects.update(quiet_until=None)
            if leases:
                SyncServer.objects.update(turn_until=now - (now - now.replace(year=2020)))

    def until_sent(self, most: int = 60) -> None:
        for _ in range(most):
            self.send()
            self.hurry()
            with tenant_scope(self.province):
                if not (
                    SyncState.objects.unsettled().exists()
                    or SyncProgress.objects.unsettled().exists()
                ):
                    return
        raise AssertionError(f"not sent: {self.states()}")

    def states(self) -> dict[str, str]:
        """By dossier code."""
        with tenant_scope(self.province):
            rows = SyncState.objects.values_list("dossier__code", "state")
            return dict(rows)

    def row(self, dossier) -> SyncState:
        with tenant_scope(self.province):
            return SyncState.objects.get(dossier=dossier)

    def facts(self) -> tuple[dict, dict]:
        """What the server should hold of all dossiers and their steps."""
        with tenant_scope(self.province):
            ids = list(Dossier.objects.values_list("pk", flat=True))
            items = [dossier_item(one, NationalRules()) for one in dossier_facts(ids).values()]
            lines = list(SyncProgress.objects.order_by("at", "run"))
            known = progress_facts(lines)
        progress: dict = {}
        for line in lines:
            item = progress_item(known[line.pk])
            progress.setdefault(item["MaHoSo"], []).append(item)
        return {item["MaHoSo"]: item for item in items}, progress


@pytest.fixture
def stub():
    """With sessions of no earlier test."""
    stub = Stub().start()
    yield stub
    stub.close()


@pytest.fixture
def post(stage, stub, settings):
    province, town = stage
    settings.GOVIT_DEMO = True  # http to a server of our own
    settings.NATIONAL_SYNC = {province.code: account_for(stub)}
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="national", valid_from=timezone.localdate(), source="test",
            values={"connect_seconds": 10, "read_seconds": 30},  # a busy machine's
        )  # fmt: skip
    return Post(province, town, stub)


def account_for(stub: Stub) -> dict[str, str]:
    return {
        "URL": f"{stub.address}/service", "LOGIN_URL": f"{stub.address}/login",
        "USER": stub.user, "PASSWORD": stub.password, "UNIT": "H32", "DESTINATION": "VN:GOV:DVC",
    }  # fmt: skip


def in_thread(act) -> threading.Thread:
    """On a connection of its own."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.fixture(autouse=True)
def _no_session_of_another_test():
    yield
    cache.clear()

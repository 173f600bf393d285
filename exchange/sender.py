"""Sending to the national portal: at least once, in order for each dossier, never in a hurry.

No transaction is open while the server is spoken to (decision 0008).
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import fields
from functools import partial

from django.utils import timezone

from exchange.accounts import Account, account_of
from exchange.client import Away, Client
from exchange.rulesets import NATIONAL, NationalRules
from exchange.services import claims, servers
from exchange.services.claims import Parcel, Tally
from organizations.rulesets import rules
from tenancy.models import Province
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.exchange")
RUN_SECONDS = 25  # with the longest call shorter than the broker's visibility timeout
MOST_FAULTS = 3  # of rows that went alone, in one run

Claim = Callable[[NationalRules], Parcel]
CLAIMS: tuple[Claim, ...] = (
    partial(claims.claim_dossiers, updating=False),
    partial(claims.claim_dossiers, updating=True),
    claims.claim_progress,
    partial(claims.claim_dossiers, updating=False, alone=True),
    partial(claims.claim_dossiers, updating=True, alone=True),
    partial(claims.claim_progress, alone=True),
)


class Run:
    """One sender at work in one province. Opens its own short scopes: never inside of one."""

    def __init__(
        self, province: Province, client: Client, found: NationalRules, seconds: float
    ) -> None:
        self.province, self.client, self.rules = province, client, found
        self.tally, self.token, self.faults = Tally(), uuid.uuid4(), 0
        self.end = time.monotonic() + seconds

    def go(self) -> Tally:
        """New dossiers, changed ones and steps by turns, until nothing is due or time is up.

        Batches come before the rows that must go alone, which are the likelier to be at fault.
        """
        with tenant_scope(self.province):
            if not servers.take_turn(self.token):
                return self.tally
        try:
            while self._round():
                pass
        finally:
            with tenant_scope(self.province):
                servers.end_turn(self.token)
        return self.tally

    def _round(self) -> bool:
        """One batch and one single row of each kind; False when the run is over."""
        found = 0
        for claim in CLAIMS:
            if time.monotonic() > self.end:
                return False
            with tenant_scope(self.province):
                if not servers.take_turn(self.token):  # it also renews it
                    return False
                parcel = claim(self.rules)
            found += parcel.looked_at
            if parcel.rows and not self._deliver(parcel):
                return False
        return found > 0

    def _deliver(self, parcel: Parcel) -> bool:
        """Call, then write. False when the server should be left alone now."""
        items = [parcel.items[row.pk] for row in parcel.rows]
        try:
            answer = self.client.send(parcel.service, items, updating=parcel.updating)
        except Away as away:
            return self._wait(parcel, away)
        with tenant_scope(self.province):
            servers.note_good()
            self._add(claims.settle(parcel, answer))
        return True

    def _wait(self, parcel: Parcel, away: Away) -> bool:
        """A row that goes alone may be the only cause: it does not stop the others at once."""
        self.faults += 1
        single = away.blames and parcel.rows[0].alone and self.faults < MOST_FAULTS
        with tenant_scope(self.province):
            until = timezone.now() if single else servers.note_fault(away.fault)
            count = claims.put_back(
                parcel.rows, parcel.token, away.fault, blames=away.blames, not_before=until
            )
        self._add(Tally(trouble=count))
        log.warning("national portal, %s: %s", self.province.code, away.fault)
        return single

    def _add(self, more: Tally) -> None:
        for one in fields(Tally):
            setattr(self.tally, one.name, getattr(self.tally, one.name) + getattr(more, one.name))


def send_due(province: Province, seconds: float = RUN_SECONDS) -> Tally | None:
    """Send what is due in a province; None when it has no account, then everything waits."""
    account: Account | None = account_of(province.code)
    if account is None:
        return None
    with tenant_scope(province):
        found = rules(NATIONAL, timezone.localdate())
    return Run(province, Client(account, found), found, seconds).go()

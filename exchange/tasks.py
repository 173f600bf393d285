"""When, not what: what is due for the national portal."""

from __future__ import annotations

import logging

from exchange import bell, sender
from exchange.edxml import exchanging
from exchange.services.claims import Tally
from tenancy.celery import global_task
from tenancy.periodic import shares

log = logging.getLogger("govit.exchange")


@global_task(bell.SEND, seconds=150)
def send_national() -> None:
    """Outside a scope: the national server is slow and belongs in no transaction.

    A fault in one province does not keep the others waiting, and the time is shared.
    """
    for province, seconds in shares(sender.RUN_SECONDS):
        try:
            tally = sender.send_due(province, seconds)
        except Exception:
            log.exception("national portal %s: failed", province.code)
            continue
        if tally not in (None, Tally()):
            log.info("national portal %s: %s", province.code, tally)


@global_task("exchange.tasks.exchange_documents", seconds=150)
def exchange_documents() -> None:
    """One run over the bus between agencies for each province that has an account."""
    for province, seconds in shares(exchanging.RUN_SECONDS):
        try:
            tally = exchanging.exchange_due(province, seconds)
        except Exception:
            log.exception("bus between agencies %s: failed", province.code)
            continue
        if tally not in (None, exchanging.Tally()):
            log.info("bus between agencies %s: %s", province.code, tally)

"""When, not what: mail that is due, and the daily digest."""

from __future__ import annotations

import logging

from django.utils import timezone

from notifications import digest, mail
from notifications.sms import inbox, outbox, sending
from tenancy.celery import global_task
from tenancy.models import Province
from tenancy.periodic import in_each_province, shares
from tenancy.scope import tenant_scope

log = logging.getLogger("govit.mail")


@global_task("notifications.tasks.send_mail", seconds=90)
def send_mail() -> None:
    """Outside a scope: the mail server is slow and belongs in no transaction.

    A fault in one province does not keep the others waiting, and the time is shared.
    """
    for province, seconds in shares(mail.RUN_SECONDS):
        try:
            tally = mail.send_due(province, seconds)
        except Exception:
            log.exception("mail %s: failed", province.code)
            continue
        if tally != mail.Tally():
            log.info("mail %s: %s", province.code, tally)


@global_task("notifications.tasks.send_sms", seconds=90)
def send_sms() -> None:
    """Outside a scope, as mail."""
    for province, seconds in shares(sending.RUN_SECONDS):
        try:
            tally = sending.send_due(province, seconds)
        except Exception:
            log.exception("sms %s: failed", province.code)
            continue
        if tally != sending.Tally():
            log.info("sms %s: %s", province.code, tally)


@global_task("notifications.tasks.forget_sms")
def forget_sms() -> None:
    now = timezone.now()
    outbox.forget_old(now)
    texts = in_each_province(lambda: sending.forget_texts(now) + inbox.forget_old(now))
    log.info("sms texts forgotten: %s", sum(texts.values()))


@global_task("notifications.tasks.daily_digest")
def daily_digest() -> None:
    now = timezone.now()
    if not digest.is_time(now):
        return
    for province in Province.objects.filter(is_active=True).order_by("pk"):
        after: int | None = 0
        while after is not None:
            with tenant_scope(province):
                after = digest.write_page(timezone.localdate(now), after)

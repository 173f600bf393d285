"""The state of the installation, each part with a word and with what to do."""

from __future__ import annotations

import datetime as dt
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.db.models import Min, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import heartbeats
from audit.models import OutboxEvent
from exchange.queries.state import standing
from notifications.models import EmailMessage, MailState, SmsMessage, SmsState
from notifications.sms.gateways import gateway_of
from reports.queries.health import summary_health
from tenancy.models import Province
from tenancy.readiness import is_bound_by_walls
from tenancy.scope import required_province_id

GOOD, WARNING, FAULT, UNKNOWN = "good", "warning", "fault", "unknown"
STATES: dict[str, tuple[str | Promise, str]] = {
    GOOD: (gettext_lazy("In order"), "done"),
    WARNING: (gettext_lazy("Look into it"), "waiting"),
    FAULT: (gettext_lazy("Fault"), "refused"),
    UNKNOWN: (gettext_lazy("Unknown"), "neutral"),
}
SILENT_AFTER = dt.timedelta(seconds=90)  # the pulse comes every 20 s
BACKLOG_WARNING, BACKLOG_FAULT = dt.timedelta(minutes=2), dt.timedelta(minutes=15)
MAIL_LATE = dt.timedelta(minutes=15)
MAIL_DAYS = 7
BACKUP_LATE, BACKUP_FAULT = dt.timedelta(hours=26), dt.timedelta(hours=50)
DISK_WARNING, DISK_FAULT = 0.15, 0.05  # share that is free
PING_SECONDS = 0.5


@dataclass(frozen=True)
class Check:
    """One line of the page."""

    title: str
    state: str
    words: str
    advice: str = ""

    @property
    def state_words(self) -> str:
        return str(STATES[self.state][0])

    @property
    def tone(self) -> str:
        return STATES[self.state][1]


def checks() -> list[Check]:
    """Every part of the installation, seen from the open province."""
    alive = heartbeats.last_beats()
    found = [_worker(alive), _clock(alive), _backlog(), _parked(), _broker(), _mail()]
    found += [_texts(), _summaries(), _national()]
    return [*found, _disk(), _backup(), _scanner(), _role()]


def _age(moment: dt.datetime) -> dt.timedelta:
    return timezone.now() - moment


def _since(moment: dt.datetime) -> str:
    return _("%(time)s ago") % {"time": timesince(moment)}


def _worker(alive: dict[str, dt.datetime]) -> Check:
    title, last = _("Worker"), alive.get(heartbeats.WORKER)
    if last is not None and _age(last) < SILENT_AFTER:
        return Check(title, GOOD, _("Last sign of life %(when)s.") % {"when": _since(last)})
    words = _("No sign of life.") if last is None else _("Silent since %(when)s.") % {
        "when": _since(last)
    }  # fmt: skip
    advice = _("Start the worker again (service govit-worker). Nothing is lost: work waits.")
    return Check(title, FAULT, words, advice)


def _clock(alive: dict[str, dt.datetime]) -> Check:
    title, last = _("Clock (beat)"), alive.get(heartbeats.BEAT)
    if last is not None and _age(last) < SILENT_AFTER:
        return Check(title, GOOD, _("Last sign of life %(when)s.") % {"when": _since(last)})
    worker = alive.get(heartbeats.WORKER)
    if worker is None or _age(worker) >= SILENT_AFTER:
        words = _("Cannot be told while the worker is silent.")
        return Check(title, UNKNOWN, words, _("Start the worker first, then look again."))
    words = _("The worker is alive, but the clock is silent.")
    return Check(title, FAULT, words, _("Start the clock again (service govit-beat)."))


def _backlog() -> Check:
    title = _("Waiting for delivery")
    now = timezone.now()
    waiting = OutboxEvent.objects.filter(delivered_at=None, parked_at=None)
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    if oldest is None:
        return Check(title, GOOD, _("Nothing waits."))
    words = _("%(count)s events, the oldest from %(when)s.") % {
        "count": waiting.count(),
        "when": _since(oldest),
    }
    if now - oldest < BACKLOG_WARNING:
        return Check(title, GOOD, words)
    state = FAULT if now - oldest > BACKLOG_FAULT else WARNING
    advice = _("Look at worker, clock and broker. What waits is delivered when they are back.")
    return Check(title, state, words, advice)


def _parked() -> Check:
    title = _("Given up")
    count = OutboxEvent.objects.filter(parked_at__isnull=False, delivered_at=None).count()
    if not count:
        return Check(title, GOOD, _("Nothing was given up."))
    words = _("%(count)s events failed on every attempt.") % {"count": count}
    return Check(title, FAULT, words, _("Mend the cause that is named below, then try again."))


def _broker() -> Check:
    title = _("Broker (Redis)")
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=PING_SECONDS,
            socket_timeout=PING_SECONDS,
            retry=None,
        ) as client:
            client.ping()
    except (redis.RedisError, OSError):
        advice = _("Start Redis. Dossiers can be worked on meanwhile; mail and notices wait.")
        return Check(title, FAULT, _("No answer."), advice)
    return Check(title, GOOD, _("Answers."))


def _mail() -> Check:
    title, now = _("Mail"), timezone.now()
    late = EmailMessage.objects.filter(
        state=MailState.QUEUED, created_at__lt=now - MAIL_LATE
    ).count()
    failed = EmailMessage.objects.filter(
        state=MailState.FAILED, created_at__gt=now - dt.timedelta(days=MAIL_DAYS)
    ).count()
    if late:
        words = _("%(count)s mails wait for longer than 15 minutes.") % {"count": late}
        return Check(title, FAULT, words, _("Look at the mail server; mails are tried for 3 days."))
    if failed:
        words = _("%(count)s mails failed in the last 7 days.") % {"count": failed}
        return Check(title, WARNING, words, _("Correct the addresses of the people named below."))
    return Check(title, GOOD, _("Nothing waits, nothing failed."))


def _texts() -> Check:
    """Text messages: no gateway, those tried in vain for long, and those that failed."""
    title, now = _("Text messages"), timezone.now()
    province = Province.objects.get(pk=required_province_id())
    if gateway_of(province.code) is None:
        waiting = SmsMessage.objects.filter(state=SmsState.QUEUED).count()
        words = _("No gateway is set up; %(count)s text messages wait.") % {"count": waiting}
        advice = _(
            "Set SMS_GATEWAY_URL as docs/operations.md says. What is not too old is sent then."
        )
        return Check(title, WARNING if waiting else UNKNOWN, words, advice)
    late = SmsMessage.objects.filter(
        state=SmsState.QUEUED, attempts__gt=0, created_at__lt=now - MAIL_LATE
    ).count()
    failed = SmsMessage.objects.filter(
        state=SmsState.FAILED, created_at__gt=now - dt.timedelta(days=MAIL_DAYS)
    ).count()
    if late:
        words = _("%(count)s text messages wait for longer than 15 minutes.") % {"count": late}
        return Check(title, FAULT, words, _("Look at the gateway; texts are tried for one day."))
    if failed:
        words = _("%(count)s text messages failed in the last 7 days.") % {"count": failed}
        return Check(title, WARNING, words, _("Look at the list of text messages below."))
    return Check(title, GOOD, _("Nothing waits, nothing failed."))


def _summaries() -> Check:
    """Whether the summaries of the reports said what the dossiers say, when last compared."""
    title, found = _("Summaries of the figures"), summary_health()
    waiting = _("%(days)s days wait to be counted anew.") % {"days": found.dirty}
    if found.last is None:
        words = waiting if found.dirty else _("Not compared with the dossiers yet.")
        return Check(title, GOOD if not found.dirty else UNKNOWN, words)
    facts = {
        "when": _since(found.last.at), "count": found.last.differing,
        "units": ", ".join(found.last.units[:10]),
    }  # fmt: skip
    if not found.last.differing:
        words = _("The comparison with the dossiers was %(when)s: all the same.") % facts
        return Check(title, GOOD, f"{words} {waiting}" if found.dirty else words)
    words = _(
        "The comparison with the dossiers was %(when)s: %(count)s figures differed (%(units)s)."
    )
    advice = _("They are being counted anew. If it comes again, tell the developers which units.")
    return Check(title, WARNING, words % facts, advice)


def _national() -> Check:
    """Whether what the national portal must hear is on its way; eight queries."""
    title, found = _("National portal"), standing()
    facts = {
        "count": found.waiting + found.trouble, "refused": found.refused,
        "when": _since(found.oldest_at) if found.oldest_at else "",
    }  # fmt: skip
    if not found.host:
        advice = _("Set NATIONAL_SYNC_… as docs/operations.md says. What is noted waits.")
        return Check(title, UNKNOWN, _("No account is set up; %(count)s dossiers wait.") % facts,
                     advice)  # fmt: skip
    if found.is_late:
        words = _("%(count)s dossiers wait, the oldest from %(when)s.") % facts
        words = f"{words} {found.fault_words}." if found.fault else words
        return Check(title, FAULT, words, _("Look at the page “National portal”; nothing is lost."))
    if found.refused:
        words = _("%(refused)s dossiers were refused.") % facts
        advice = _("Read the words on the page “National portal”, correct, and send again.")
        return Check(title, WARNING, words, advice)
    return Check(title, GOOD, _("%(count)s dossiers wait.") % facts)


def _disk() -> Check:
    title = _("Disk")
    folder = Path(settings.MEDIA_ROOT)
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    words = _("%(free)s GB of %(total)s GB are free.") % {
        "free": usage.free // 10**9,
        "total": usage.total // 10**9,
    }
    advice = _("Make room or add a disk before uploads fail.")
    if share < DISK_WARNING:
        return Check(title, FAULT if share < DISK_FAULT else WARNING, words, advice)
    return Check(title, GOOD, words)


def _backup() -> Check:
    title = _("Last backup")
    advice = _("Run bin/backup and look at its timer; see docs/operations.md.")
    name = getattr(settings, "BACKUP_STAMP_FILE", "")
    if not name:
        return Check(title, UNKNOWN, _("No backup is set up (BACKUP_STAMP_FILE)."), advice)
    try:
        made = dt.datetime.fromtimestamp(Path(name).stat().st_mtime, dt.UTC)
    except OSError:
        return Check(title, FAULT, _("There has been no backup yet."), advice)
    words = _("%(when)s.") % {"when": _since(made)}
    if _age(made) < BACKUP_LATE:
        return Check(title, GOOD, words)
    return Check(title, FAULT if _age(made) > BACKUP_FAULT else WARNING, words, advice)


def _scanner() -> Check:
    title = _("Virus scanner (clamd)")
    if not settings.CLAMD_HOST:
        state = FAULT if settings.FILES_REQUIRE_SCAN else UNKNOWN
        return Check(title, state, _("Not set up (CLAMD_HOST)."), _("Install clamav-daemon."))
    if _ping_scanner(settings.CLAMD_HOST):
        return Check(title, GOOD, _("Answers."))
    advice = _("Start clamav-daemon. Uploads are kept and are shown once they are scanned.")
    return Check(title, FAULT, _("No answer."), advice)


def _ping_scanner(address: str) -> bool:
    host, _colon, port = address.partition(":")
    try:
        with socket.create_connection((host, int(port or 3310)), timeout=PING_SECONDS) as link:
            link.sendall(b"zPING\0")
            return link.recv(16).startswith(b"PONG")
    except (OSError, ValueError):
        return False


def _role() -> Check:
    title = _("Walls between provinces")
    if is_bound_by_walls():
        return Check(title, GOOD, _("The portal works as a role that row security binds."))
    advice = _("Stop the portal and set DATABASE_URL to the role portal_app.")
    return Check(title, FAULT, _("The database role may see every province."), advice)


def parked_rows(most: int = 20) -> list[dict[str, Any]]:
    """What was given up: which fact, how often it was tried, which part failed."""
    rows = OutboxEvent.objects.filter(parked_at__isnull=False, delivered_at=None)
    return list(
        rows.order_by("-parked_at").values("action", "attempts", "last_error", "parked_at")[:most]
    )


def failed_mails(most: int = 20) -> list[dict[str, Any]]:
    """Mails that were given up or had to wait, without their text."""
    rows = EmailMessage.objects.filter(
        Q(state=MailState.FAILED) | Q(state=MailState.QUEUED, attempts__gt=0),
        created_at__gt=timezone.now() - dt.timedelta(days=MAIL_DAYS),
    )
    return list(
        rows.order_by("-created_at").values("kind", "recipient", "error", "created_at")[:most]
    )

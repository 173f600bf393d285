"""What becomes of one invented dossier: moments of its steps, drawn but obeying every rule."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from common.working_time import Calendar, Limit, Pause, due, session_minutes
from onestop.states import Status


@dataclass
class Change:
    """A status from a moment on."""

    status: Status
    at: dt.datetime
    reason: str = ""


@dataclass
class Fate:
    """The life of a dossier up to `now`; moments in the future did not happen yet."""

    accepted_at: dt.datetime
    first_due_at: dt.datetime  # as printed on the slip
    due_at: dt.datetime  # later by the pause
    provisional: bool
    closings: list[dt.datetime | None] = field(default_factory=list)  # of each step after receive
    changes: list[Change] = field(default_factory=list)
    pause: tuple[dt.datetime, dt.datetime | None] | None = None
    finished_at: dt.datetime | None = None
    returned_at: dt.datetime | None = None
    ended: Status | None = None  # refused, stopped or withdrawn
    granted: bool = True

    @property
    def pauses(self) -> list[Pause]:
        """Waits that have ended: only these move the clock."""
        if self.pause is None or self.pause[1] is None:
            return []
        return [Pause(self.pause[0], self.pause[1])]


ENDINGS = (
    (0.012, Status.NOT_ACCEPTED), (0.02, Status.STOPPED), (0.03, Status.WITHDRAWN),
)  # fmt: skip
WAITED_FOR = ((0.05, Status.SUPPLEMENT), (0.065, Status.PAYMENT))
LATE_SHARE = 0.05


def draw(
    rng: random.Random,
    calendar: Calendar,
    accepted_at: dt.datetime,
    limit: Limit,
    steps: int,
    now: dt.datetime,
) -> Fate:
    """Draw a life: `steps` steps follow the reception, the last is the return of the result."""
    found = due(calendar, accepted_at, limit)
    fate = Fate(accepted_at, found.at, found.at, found.provisional)
    fate.changes.append(Change(Status.RECEIVED, accepted_at))
    minutes = max(float(session_minutes(calendar, accepted_at, found.at)), 30.0)
    late = rng.random() < LATE_SHARE
    share = rng.uniform(1.1, 1.6) if late else min(rng.betavariate(5, 3), 0.97)
    cuts = [*sorted(rng.random() for _ in range(steps - 2)), 1.0] if steps > 1 else []
    moments = [calendar_moment(calendar, accepted_at, minutes * share * cut) for cut in cuts]
    _wait(rng, fate, calendar, limit, moments, now)
    moments = _shifted(fate, calendar, moments)
    started = next((moment for moment in moments if moment), None)
    if started and started <= now:
        fate.changes.append(Change(Status.IN_PROGRESS, min(started, accepted_at + _soon(rng))))
    if _end_early(rng, fate, moments, now):
        fate.changes.sort(key=lambda change: change.at)
        return fate
    fate.closings = [moment if moment <= now else None for moment in moments]
    if moments and fate.closings[-1] is not None:
        fate.finished_at = fate.closings[-1]
        fate.changes.append(Change(Status.COMPLETED, fate.finished_at))
        handed = calendar_moment(calendar, fate.finished_at, rng.expovariate(1 / 500) + 5)
        if handed <= now:
            fate.returned_at = handed
            fate.changes.append(Change(Status.RETURNED, handed))
    fate.changes.sort(key=lambda change: change.at)
    return fate


def calendar_moment(calendar: Calendar, start: dt.datetime, minutes: float) -> dt.datetime:
    """So many minutes of opening time later, aware."""
    limit = Limit(int(minutes), "minutes")  # type: ignore[arg-type]
    return due(calendar, start, limit).at.replace(second=17)


def _soon(rng: random.Random) -> dt.timedelta:
    return dt.timedelta(minutes=rng.randrange(5, 90))


def _wait(
    rng: random.Random, fate: Fate, calendar: Calendar, limit: Limit,
    moments: list[dt.datetime], now: dt.datetime,
) -> None:  # fmt: skip
    """Some wait for papers or a payment in the middle; a few still do."""
    dice = rng.random()
    status = next((s for chance, s in WAITED_FOR if dice < chance), None)
    if status is None or len(moments) < 2 or moments[0] >= now:
        return
    began = moments[0] + dt.timedelta(minutes=1)
    ended = began + dt.timedelta(days=rng.randrange(2, 12), minutes=rng.randrange(60))
    if began >= now:
        return
    fate.changes.append(Change(status, began, "Thiếu giấy tờ" if status == 5 else "Lệ phí"))
    if ended < now:
        fate.pause = (began, ended)
        fate.changes.append(Change(Status.IN_PROGRESS, ended))
        found = due(calendar, fate.accepted_at, limit, [Pause(began, ended)])
        fate.due_at, fate.provisional = found.at, found.provisional
    else:
        fate.pause = (began, None)


def _shifted(fate: Fate, calendar: Calendar, moments: list[dt.datetime]) -> list[dt.datetime]:
    """Steps after a pause happen later by its length; while it lasts, they do not happen."""
    if fate.pause is None:
        return moments
    began, ended = fate.pause
    never = dt.datetime.max.replace(tzinfo=dt.UTC) - dt.timedelta(days=2)
    if ended is None:
        return [m if m < began else never for m in moments]
    return [m if m < began else m + (ended - began) for m in moments]


def _end_early(
    rng: random.Random, fate: Fate, moments: list[dt.datetime], now: dt.datetime
) -> bool:
    """A few are refused, stopped or withdrawn before the result."""
    dice = rng.random()
    status = next((s for chance, s in ENDINGS if dice < chance), None)
    if status is None or fate.pause is not None or len(moments) < 3:
        return False
    at = moments[-2] + dt.timedelta(minutes=3)
    if at > now:
        return False
    reason = {3: "Không đủ điều kiện", 7: "Người nộp xin rút", 8: "Theo đề nghị của người nộp"}
    fate.closings = [m if m < at else None for m in moments]
    fate.ended, fate.granted = status, status != Status.WITHDRAWN or rng.random() < 0.8
    fate.changes.append(Change(status, at, reason[status]))
    if fate.granted:
        fate.finished_at = at
    return True

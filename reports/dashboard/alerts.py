"""What is wrong, in sentences that a head reads first; and how figures moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from reports.chosen import Chosen
from reports.dashboard.parts import Links, number, share
from reports.queries.dashboard.flows import Flows
from reports.queries.dashboard.scope import Scope
from reports.queries.dashboard.steps import SlowStep
from reports.queries.dashboard.stocks import Stocks


@dataclass(frozen=True)
class Alert:
    """One sentence that a head should read first."""

    words: str
    url: str
    tone: str = "warning"  # of the note: error, warning, success


@dataclass
class Told:
    """What the sentences are made of."""

    scope: Scope
    chosen: Chosen
    flows: Flows
    stocks: Stocks
    links: Links
    target: int
    slow: Sequence[SlowStep] = field(default_factory=list)


def alerts(told: Told) -> list[Alert]:
    """What is wrong, worst first; one good sentence when nothing is."""
    found = [*_overdue(told), *_kept(told), *_soon(told), *_slow(told)]
    if found:
        return found
    words = _("Nothing is overdue, and the share finished in time is as it should be.")
    return [Alert(words, "", "success")]


def _overdue(told: Told) -> Iterable[Alert]:
    stock = told.stocks.all
    if not stock.overdue:
        return
    facts = {"count": number(stock.overdue), "share": share(stock.overdue_percent)}
    words = _("%(count)s dossiers are overdue, %(share)s of all that are open.") % facts
    rows = told.stocks.by_row
    worst = max(rows, key=lambda pk: rows[pk].overdue, default=None)
    if worst is not None and len(rows) > 1:
        known = {"unit": told.scope.places.units[worst].name, "count": number(rows[worst].overdue)}
        words += " " + _("Most of them: %(unit)s (%(count)s).") % known
    yield Alert(words, told.links.dossiers("qua-han"), "error")


def _kept(told: Told) -> Iterable[Alert]:
    now, before = told.flows.now.kept_percent, told.flows.before.kept_percent
    if now is None or now >= told.target:
        return
    words = _("%(share)s were finished in time; %(target)s%% are aimed at.") % {
        "share": share(now), "target": told.target
    }  # fmt: skip
    if before is not None and before != now:
        words += " " + change_words(now - before, told.chosen)
    yield Alert(words, told.links.dossiers("tre"))


def _soon(told: Told) -> Iterable[Alert]:
    if count := told.stocks.all.soon:
        words = _("%(count)s dossiers are due today or soon.") % {"count": number(count)}
        yield Alert(words, told.links.dossiers("sap-den-han"))


def _slow(told: Told) -> Iterable[Alert]:
    for each in told.slow[:1]:
        facts = {
            "step": each.name, "unit": each.unit.name, "late": number(each.late),
            "count": number(each.count),
        }  # fmt: skip
        words = _("Most time is lost at “%(step)s”, %(unit)s: %(late)s of %(count)s past the"
                  " plan.") % facts  # fmt: skip
        yield Alert(words, told.links.steps(so="cham", hang=each.unit.code, buoc=each.name))


def change_words(points: Decimal, chosen: Chosen) -> str:
    """How a share moved against the period before, in percentage points."""
    facts = {"points": number_format(abs(points), 1), "days": chosen.before_words}
    if points > 0:
        return _("Up %(points)s points on %(days)s.") % facts
    if points < 0:
        return _("Down %(points)s points on %(days)s.") % facts
    return _("As on %(days)s.") % facts


def difference_words(now: int, before: int, chosen: Chosen) -> str:
    facts = {"before": number(before), "days": chosen.before_words}
    return _("%(before)s on %(days)s") % facts if now != before else _("as on %(days)s") % facts

"""A whole dashboard: what its page and its paper show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from organizations.rulesets import rules
from reports.chosen import Chosen
from reports.dashboard import panels
from reports.dashboard.alerts import Alert, Told, alerts, change_words, difference_words
from reports.dashboard.parts import Cell, Chart, Links, figure, number, share
from reports.queries.dashboard import delegations
from reports.queries.dashboard.flows import Flows, flows
from reports.queries.dashboard.scope import Scope
from reports.queries.dashboard.steps import SlowStep, most_of_each, signing, slow_steps
from reports.queries.dashboard.stocks import Stocks, stocks
from reports.rulesets import DASHBOARD, DashboardRules


@dataclass(frozen=True)
class Tile:
    """A large figure, what it is, and a line below it."""

    words: str
    cell: Cell
    icon: str = ""
    below: str = ""
    parts: tuple[tuple[str, Cell], ...] = ()


@dataclass(frozen=True)
class Dashboard:
    """Reads everything once, on first use; the template only walks through it."""

    scope: Scope
    chosen: Chosen
    at: dt.datetime
    is_on_paper: bool = False

    @cached_property
    def rules(self) -> DashboardRules:
        return rules(DASHBOARD, self.chosen.today)

    @cached_property
    def links(self) -> Links:
        return Links(self.scope, self.chosen, self.is_on_paper)

    @cached_property
    def flows(self) -> Flows:
        return flows(self.scope, self.chosen)

    @cached_property
    def stocks(self) -> Stocks:
        return stocks(self.scope, self.chosen.today)

    @cached_property
    def slow(self) -> list[SlowStep]:
        return slow_steps(self.scope, self.chosen.period, self.rules)

    @property
    def title(self) -> str:
        if self.scope.procedure is not None:
            return self.scope.procedure.code
        return self.scope.title

    @property
    def as_of(self) -> str:
        return _("Figures as of %(moment)s") % {
            "moment": f"{timezone.localtime(self.at):%H:%M %d/%m/%Y}"
        }

    @property
    def is_lagging(self) -> bool:
        return self.flows.is_lagging

    @property
    def is_by_present(self) -> bool:
        return self.flows.is_by_present

    @cached_property
    def alerts(self) -> list[Alert]:
        told = Told(
            self.scope, self.chosen, self.flows, self.stocks, self.links,
            self.rules.kept_target_percent, self.slow,
        )  # fmt: skip
        return alerts(told)

    @cached_property
    def now_tiles(self) -> list[Tile]:
        """The stocks of this moment."""
        stock, to = self.stocks.all, self.links.dossiers
        late = _("%(share)s of all that are open") % {"share": share(stock.overdue_percent)}
        return [
            Tile(_("Overdue"), figure(stock.overdue, to("qua-han"), "late"), "triangle-alert",
                 late if stock.overdue else ""),
            Tile(_("Due soon"), figure(stock.soon, to("sap-den-han"), "soon"), "hourglass"),
            Tile(_("Waiting for the applicant"), figure(stock.waiting, to("cho")), "pause"),
            Tile(_("Still open"), figure(stock.open, to("dang")), "folder-open"),
        ]  # fmt: skip

    @cached_property
    def period_tiles(self) -> list[Tile]:
        """The flows of the period, against the one before."""
        now, before, to = self.flows.now, self.flows.before, self.links.dossiers
        kept, was = now.kept_percent, before.kept_percent
        moved = "" if kept is None or was is None else change_words(kept - was, self.chosen)
        tone = "late" if kept is not None and kept < self.rules.kept_target_percent else "ok"
        return [
            Tile(_("Finished in time"),
                 Cell(share(kept), to("khong-tre") if now.kept else "", tone),
                 "circle-check", moved),
            Tile(_("Taken in"), figure(now.received, to("nhan")), "inbox",
                 difference_words(now.received, before.received, self.chosen),
                 ((_("online"), figure(now.online, to("truc-tuyen"))),
                  (_("at the counter or by post"), figure(now.direct, to("truc-tiep"))))),
            Tile(_("Finished"), figure(now.finished, to("xong")), "check",
                 difference_words(now.finished, before.finished, self.chosen),
                 ((_("early"), figure(now.early, to("som"))),
                  (_("on the due day"), figure(now.on_time, to("dung"))))),
            Tile(_("Finished late"), figure(now.late, to("tre"), "late"), "circle-x",
                 difference_words(now.late, before.late, self.chosen)),
        ]  # fmt: skip

    @cached_property
    def trend(self) -> Chart:
        return panels.trend(self.flows, self.links, self.rules.kept_target_percent)

    @cached_property
    def by_row(self) -> Chart | None:
        """None where there is but one unit."""
        chart = panels.by_row(self.scope, self.flows, self.stocks, self.links)
        return chart if len(chart.table.rows) > 1 else None

    @cached_property
    def by_procedure(self) -> Chart | None:
        return None if self.scope.procedure else panels.by_procedure(self.stocks, self.links)

    @cached_property
    def by_field(self) -> Chart | None:
        return None if self.scope.procedure else panels.by_field(self.flows, self.links)

    @cached_property
    def slowest(self) -> Chart:
        return panels.slowest(self.slow, self.links, self.steps_note)

    @property
    def steps_note(self) -> str:
        """How many steps were looked at."""
        if self.scope.procedure:
            return _("Steps of the %(count)s dossiers that were finished last in the period.") % {
                "count": number(most_of_each(1, self.rules))
            }
        return _("The %(count)s steps of each unit that were closed last in the period.") % {
            "count": number(most_of_each(max(len(self.scope.all_ids), 1), self.rules))
        }

    @cached_property
    def who_signs(self) -> Chart | None:
        """None where no result is signed: in a division, of one procedure."""
        if self.scope.procedure or self.scope.column != "competent_unit_id":
            return None
        chart = panels.who_signs(self.scope, signing(self.scope, self.chosen.period), self.links)
        return chart if chart.table.rows else None

    @cached_property
    def delegations(self) -> Any:
        if self.scope.procedure:
            return []
        return list(delegations.in_force(self.scope, self.chosen.today))

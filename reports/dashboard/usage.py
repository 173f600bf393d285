"""What the page "who uses it" shows: four tables with the addresses of their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from common.counting import capped_counts
from organizations.models import User
from organizations.rulesets import rules
from reports.chosen import Chosen, this
from reports.dashboard.parts import Cell, Links, Row, Table, number
from reports.periods import PeriodKind
from reports.queries.dashboard import usage
from reports.queries.dashboard.rows import COUNTED
from reports.queries.dashboard.scope import Scope
from reports.rulesets import DASHBOARD, DashboardRules

SHOWN = 10  # rows of each on the page; the list and the sheet have all


def day_words(day: dt.date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else _("never")


@dataclass(frozen=True)
class Usage:
    """Read once, on first use."""

    scope: Scope
    user: User
    today: dt.date
    month: dt.date  # whose last days are looked at

    @cached_property
    def rules(self) -> DashboardRules:
        return rules(DASHBOARD, self.today)

    @cached_property
    def week(self) -> Chosen:
        return this(PeriodKind.WEEKLY, self.today)

    @cached_property
    def links(self) -> Links:
        return Links(self.scope, self.week)

    @cached_property
    def silent(self) -> list[usage.Silent]:
        return usage.silent_units(self.scope, self.week.first, self.today)

    @property
    def units(self) -> Table:
        rows = [
            Row(each.unit.name, [Cell(day_words(each.last))], self.links.page(each.unit.code))
            for each in self.silent
        ]
        title = _("Units without a dossier this week")
        return Table(title, _("Unit"), [_("Last dossier received")], rows)

    @cached_property
    def people_found(self) -> Any:
        return usage.unseen_people(self.scope, self.user, self.today, self.rules)

    @cached_property
    def procedures_found(self) -> Any:
        return usage.procedures_without_process(self.scope)

    @cached_property
    def counts(self) -> dict[str, str]:
        """How many people and procedures, exactly up to a bound. One query."""
        found = capped_counts(
            {"people": self.people_found, "procedures": self.procedures_found}, COUNTED + 1
        )
        return {
            key: number(count) if count <= COUNTED else f"> {number(COUNTED)}"
            for key, count in found.items()
        }

    @property
    def people(self) -> Table:
        found = usage.people_rows(self.people_found, self.today).order_by("sort_key", "id")
        return people_table(found[:SHOWN])

    @property
    def procedures(self) -> Table:
        found = usage.procedure_rows(self.procedures_found).order_by("code", "id")
        return procedures_table(found[:SHOWN])

    @cached_property
    def days(self) -> str:
        period = usage.last_days(self.month, self.today, self.rules)
        return f"{period.first:%d/%m/%Y}–{period.last:%d/%m/%Y}"

    @cached_property
    def clicks(self) -> list[usage.Clicked]:
        return usage.clicks(
            self.scope, usage.last_days(self.month, self.today, self.rules), self.rules
        )

    @property
    def minutes(self) -> Table:
        rows = []
        for each in self.clicks:
            local = timezone.localtime(each.minute)
            query = {
                "so": "phut", "nguoi": str(each.person.pk), "phut": f"{local:%Y-%m-%dT%H:%M}",
                "don_vi": self.scope.code,
            }  # fmt: skip
            known = urlencode({key: value for key, value in query.items() if value})
            url = f"{reverse('reports:dashboard_steps')}?{known}"
            cells = [Cell(f"{local:%H:%M %d/%m/%Y}"), Cell(number(each.count), url, "late")]
            rows.append(Row(each.person.full_name, cells, note=each.person.username))
        heads = [_("Minute"), _("Steps closed")]
        return Table(_("Many steps closed within one minute"), _("Person"), heads, rows)


def people_table(found: Iterable[dict[str, Any]]) -> Table:
    rows = []
    for each in found:
        seen = each["last_seen_at"]
        day = timezone.localdate(seen) if seen else None
        cells = [Cell(each["unit_name"] or ""), Cell(day_words(day))]
        words = " · ".join(filter(None, (each["username"], each["title"])))
        rows.append(Row(each["full_name"], cells, note=words))
    heads = [_("Unit"), _("Last signed in")]
    return Table(_("People who do not sign in"), _("Person"), heads, rows)


def procedures_table(found: Iterable[dict[str, Any]]) -> Table:
    rows = [
        Row(
            each["code"], [Cell(each["field"]), Cell(day_words(each["since"]))],
            reverse("onestop:procedure_detail", args=[each["code"]]), each["name"],
        )
        for each in found
    ]  # fmt: skip
    heads = [_("Field (of administration)"), _("In force since")]
    return Table(_("Published procedures without a process"), _("Procedure"), heads, rows)

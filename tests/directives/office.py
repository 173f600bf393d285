"""A committee that gives tasks, and the agency that does them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from directives.models import Task
from directives.services import giving, handling
from directives.services.giving import Source, Wish
from directives.states import Origin
from organizations.models import Unit, User
from tests.people import Town, make_person

TODAY = timezone.localdate
DAY = dt.timedelta(days=1)
LATER = dt.timedelta(days=60)


@dataclass(frozen=True)
class Office:
    """Who plays: the chairman and his official, and on the other side the standing agency."""

    town: Town
    chairman: User
    follower: User

    @property
    def root(self) -> Unit:
        return self.town.root


def make_office(town: Town) -> Office:
    return Office(
        town, make_person("province_leader", town.root, title="Chủ tịch"),
        make_person("task_follower", town.root, title="Chuyên viên"),
    )  # fmt: skip


def source(office: Office, **changes: Any) -> Source:
    """A document of ten days ago."""
    known = Source(
        Origin.DOCUMENT, "Tăng cường ứng dụng công nghệ thông tin", TODAY() - 10 * DAY,
        office.chairman.pk, reference="07/CT-UBND",
    )  # fmt: skip
    return replace(known, **changes)


def wish(office: Office, **changes: Any) -> Wish:
    known = Wish("Báo cáo kết quả rà soát", office.town.agency.pk, due_on=TODAY() + LATER)
    return replace(known, **changes)


def given(office: Office, **changes: Any) -> Task:
    """One task of the chairman to the standing agency, entered by his official."""
    of_source = {
        key: changes.pop(key) for key in ("origin", "given_on", "reference") if key in changes
    }
    tasks = giving.give(
        source(office, **of_source), [wish(office, **changes)], actor=office.follower,
        unit_id=office.root.pk,
    )  # fmt: skip
    return tasks[0]


def accepted(office: Office, **changes: Any) -> Task:
    """The agency's leader took it, and the official of the division answers for it."""
    task = given(office, **changes)
    return handling.accept(task.pk, actor=office.town.leader, person_id=office.town.officer.pk)


def reported(office: Office, document_on: dt.date | None = None, **changes: Any) -> Task:
    task = accepted(office, **changes)
    report(task.pk, office.town.officer, document_on)
    return Task.objects.get(pk=task.pk)


def report(pk: int, actor: User, document_on: dt.date | None = None) -> Any:
    return handling.report_result(
        pk, actor=actor, reference="15/BC-SNNMT", document_on=document_on or TODAY(),
        words="Đã rà soát xong",
    )  # fmt: skip

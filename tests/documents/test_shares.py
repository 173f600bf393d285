"""How much goes through the portal as QĐ 2947 Điều 9.2 wants it, and what is behind a figure."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from common.days import start_of
from documents.issuing import Manner, Stage
from documents.models import Incoming, Outgoing
from documents.queries import shares
from documents.queries.shares import SHARES, Days
from documents.states import Channel
from documents.views.shares import percent
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, registry_of
from tests.documents.drafts import brought_to
from tests.documents.test_arriving import arrived

FRIDAY, MONDAY, TUESDAY = (dt.date(2026, 11, day) for day in (13, 16, 17))
WEEK = Days(FRIDAY, dt.date(2026, 11, 19))


def came(town, number: int, on: dt.date, registered: dt.date | None, **changes) -> Incoming:
    """A document that arrived on a day and was registered on another."""
    made = entered(town, reference=f"{number}/CT-UBND", subject=f"Văn bản {number}")
    noon = dt.timedelta(hours=10)
    known = {"arrived_at": start_of(on) + noon, "registered_at": start_of(registered) + noon}
    Incoming.objects.filter(pk=made.pk).update(**known, **changes)
    return made


def of(town, name: str, period=WEEK) -> tuple[int, int]:
    registry = registry_of(town)
    return shares.counted(period, [registry.pk])[registry.pk][name]


def test_registered_by_the_next_working_day_is_in_time(scope, town):
    came(town, 1, FRIDAY, FRIDAY)
    came(town, 2, FRIDAY, MONDAY)
    late = came(town, 3, FRIDAY, TUESDAY)
    came(town, 4, dt.date(2026, 11, 14), MONDAY)  # on a Saturday
    assert of(town, "documents.registered") == (3, 4)
    missing = SHARES["documents.registered"].missing(WEEK)
    assert list(missing.values_list("pk", flat=True)) == [late.pk]


@pytest.mark.parametrize(("now", "expected"), [("2026-11-16", (0, 0)), ("2026-11-17", (0, 1))])
def test_what_may_still_come_in_time_is_not_judged(scope, town, time_machine, now, expected):
    time_machine.move_to(f"{now} 03:00+00:00", tick=False)
    made = arrived(town)
    Incoming.objects.filter(pk=made.pk).update(arrived_at=start_of(FRIDAY))
    assert of(town, "documents.registered") == expected
    assert of(town, "documents.electronic") == (1, 1)


def test_what_was_refused_is_not_counted_and_paper_is_not_electronic(scope, town):
    refused = arrived(town)
    receiving_refused(refused)
    came(town, 1, MONDAY, MONDAY)
    came(town, 2, MONDAY, MONDAY, channel=Channel.MAIL)
    came(town, 3, dt.date(2026, 11, 20), dt.date(2026, 11, 20))  # after the period
    assert of(town, "documents.electronic") == (1, 2)


def receiving_refused(incoming: Incoming) -> None:
    Incoming.objects.filter(pk=incoming.pk).update(
        arrived_at=start_of(MONDAY), status="02", closed_at=timezone.now(), closing_words="Nhầm"
    )


def test_work_on_the_system_and_in_time(scope, town):
    lying = came(town, 1, MONDAY, MONDAY)
    late, kept = came(town, 2, MONDAY, MONDAY), came(town, 3, MONDAY, MONDAY)
    for each, due in ((late, TUESDAY), (kept, WEEK.last)):
        directed(town, incoming=each)
        Incoming.objects.filter(pk=each.pk).update(due_on=due)
    assert of(town, "documents.worked_on") == (2, 3)
    assert of(town, "documents.in_time") == (1, 2)
    missing = SHARES["documents.worked_on"].missing(WEEK).values_list("pk", flat=True)
    assert list(missing) == [lying.pk]


def test_what_a_newer_one_ended_is_neither_solved_nor_unsolved(scope, town):
    kept, ended, newer = (came(town, number, MONDAY, MONDAY) for number in (1, 2, 3))
    for each in (kept, ended):
        directed(town, incoming=each, due_on=timezone.localdate())
    when = start_of(WEEK.last)
    closed = {"status": "06", "closed_at": when, "due_on": WEEK.last}
    Incoming.objects.filter(pk__in=[kept.pk, ended.pk]).update(**closed)
    assert (of(town, "documents.worked_on"), of(town, "documents.in_time")) == ((2, 3), (2, 2))
    Incoming.objects.filter(pk=newer.pk).update(replaces=ended, registered_at=when)
    assert (of(town, "documents.worked_on"), of(town, "documents.in_time")) == ((1, 2), (1, 1))
    Incoming.objects.filter(pk=newer.pk).update(registered_at=when + dt.timedelta(hours=1))
    assert of(town, "documents.in_time") == (2, 2)  # it had been finished before


def test_issued_documents_by_manner_signature_and_seal(scope, town):
    both, paper = (brought_to(Stage.ISSUED, town) for _ in range(2))
    Outgoing.objects.filter(pk=both.pk).update(manner=Manner.BOTH, paper_reason="Hồ sơ gốc")
    Outgoing.objects.filter(pk=paper.pk).update(manner=Manner.PAPER, paper_reason="Bản đồ")
    brought_to(Stage.SEALED, town)  # has not left
    today = timezone.localdate()
    period = Days(today, today)
    names = ("issued_electronically", "signed", "sealed")
    assert [of(town, f"documents.{name}", period) for name in names] == [(1, 2), (2, 2), (2, 2)]
    bare = brought_to(Stage.NUMBERED, town)  # as if a fault had let it out without the seal
    Outgoing.objects.filter(pk=bare.pk).update(stage=Stage.ISSUED, issued_at=timezone.now())
    assert of(town, "documents.sealed", period) == (2, 3)


def test_all_registries_cost_two_aggregations(scope, town, django_assert_num_queries):
    came(town, 1, MONDAY, MONDAY)
    keys = [registry_of(town).pk, registry_of(unit=town.other_agency).pk]
    shares.counted(WEEK, keys)  # the calendar and the rules are known from here on
    with django_assert_num_queries(2):
        found = shares.counted(WEEK, keys)
    assert set(found) == set(keys)
    assert found[keys[1]]["documents.electronic"] == (0, 0)


PAGE = "/van-ban/ty-le/"


def test_a_figure_opens_the_documents_that_do_not_reach_it(client, province, town):
    with tenant_scope(province):
        lying, given = entered(town), entered(town, reference="08/CT-UBND", subject="Đã giao")
        directed(town, incoming=given)
        registry = registry_of(town).pk
    client.sign_in(town.leader)
    (row,) = client.get(PAGE).context["rows"]
    cells = {cell["slug"]: (cell["percent"], cell["good"], cell["whole"]) for cell in row["cells"]}
    assert cells["worked-on"] == ("50 %", 1, 2)
    assert cells["sealed"] == ("0 %", 0, 0)
    behind = f"{PAGE}{registry}/worked-on/"
    assert [row["pk"] for row in client.get(behind).context["page"].rows] == [lying.pk]
    both = client.get(behind, {"xem": "tat-ca"}).context["page"].rows
    assert [row["pk"] for row in both] == [given.pk, lying.pk]


def test_who_sees_all_figures_sees_no_document_that_he_may_not(client, province, town):
    with tenant_scope(province):
        entered(town)
        registry = registry_of(town).pk
        registry_of(unit=town.other_agency)
    client.sign_in(town.overseer)
    page = client.get(PAGE)
    assert len(page.context["rows"]) == 2
    assert page.context["whole"][0]["whole"] == 1
    behind = client.get(f"{PAGE}{registry}/worked-on/")
    assert (behind.context["count"], behind.context["page"].rows) == (1, [])


@pytest.mark.parametrize(
    ("good", "whole", "words"), [(1999, 2000, "99,9 %"), (2, 2, "100 %"), (0, 0, "0 %")]
)
def test_what_is_not_all_is_never_a_hundred_percent(good, whole, words):
    assert percent(good, whole) == words

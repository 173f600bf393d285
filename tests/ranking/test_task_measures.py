"""The tasks that the province gave, as shares of the yearly assessment."""

import copy

from django.utils import timezone

from directives.models import DueDate, Task
from directives.queries import shares
from directives.services import giving, judging, steering
from directives.services.giving import Source, Wish
from directives.states import Origin, Quality
from ranking.measures import MEASURES
from ranking.models import Figure
from ranking.services import figures
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, accepted, given, make_office, report
from tests.ranking.years import FORM, make_year

NAMES = ("directives.done", "directives.good", "directives.in_time")


def was_due(office, task, days_ago):
    due_on = TODAY() - days_ago * DAY
    Task.objects.filter(pk=task.pk).update(due_on=due_on)
    DueDate.objects.create(
        task=task, kind="moved", due_on=due_on, from_on=task.given_on, at=timezone.now(),
        by=office.chairman,
    )  # fmt: skip
    return task


def closed(office, quality, days_late):
    """Due so many days before its result."""
    task = was_due(office, accepted(office), days_late)
    report(task.pk, office.town.officer)
    return judging.confirm(task.pk, actor=office.chairman, quality=quality)


def test_shares_of_tasks_are_measured_with_the_tasks_behind_them(
    client, province, town, monkeypatch
):
    told, due_in = [], shares.due_in
    monkeypatch.setattr(shares, "due_in", lambda *window: told.append(window) or due_in(*window))
    share = {"type": "proportion", "a": "đạt", "b": "tổng số"}
    areas = copy.deepcopy(FORM["areas"])
    areas[1]["sections"][0]["criteria"] = [
        {"code": f"2.1.{n}", "title": name, "max": "20", "rule": share, "measure": name}
        for n, name in enumerate(NAMES, start=1)
    ]
    with tenant_scope(province):
        year = make_year(town, areas=areas)
        office = make_office(town)
        kept = closed(office, Quality.MEETS, 0)
        closed(office, Quality.WEAK, 0)
        closed(office, Quality.EXCEEDS, 2)
        was_due(office, given(office), 1)
        given(office)  # is not due
        stopped = was_due(office, given(office), 1)
        steering.suspend(stopped.pk, actor=office.chairman, reason="Chờ")
        order = Source(Origin.ORAL, "Giao ban", TODAY(), town.leader.pk)
        own = Wish("Việc nội bộ", town.division.pk)
        giving.give(order, [own], actor=town.leader, unit_id=town.agency.pk)
        figures.measure(year.cycle.pk, actor=year.runner)
        assert len(told) == 1  # the history is read once for all three
        found = {
            each.criterion.measure: each
            for each in Figure.objects.filter(assessment=year.own).select_related("criterion")
        }
        assert [found[name].input for name in NAMES] == [
            {"a": "3", "b": "4"}, {"a": "2", "b": "4"}, {"a": "2", "b": "4"},
        ]  # fmt: skip
        assert set(NAMES) < set(MEASURES)
    figure = found["directives.in_time"]
    url = f"/xep-hang/tu-danh-gia/{figure.assessment_id}/so-lieu/{figure.pk}/"
    client.sign_in(town.leader)
    assert "Những nhiệm vụ trong số liệu" in client.get(url).text
    rows = client.get(f"{url}ho-so/")
    assert f"/nhiem-vu/{kept.pk}/" in rows.text
    assert len(rows.context["page"].rows) == 4
    assert len(client.get(f"{url}ho-so/?phan=dat").context["page"].rows) == 2

"""What the portal counts by itself: definitions, rows behind a figure, months beforehand."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.issuing import Manner, Stage
from onestop.models import Dossier, StepRun
from onestop.services import corrections
from organizations import access
from organizations.models import Delegation, Position, RuleSet
from ranking.measures import MEASURES, Window, asked_for
from ranking.models import Figure, Preview
from ranking.queries.measured import behind, month_of
from ranking.services import figures, previews
from tenancy.scope import tenant_scope
from tests.documents.desks import entered
from tests.documents.drafts import brought_to
from tests.onestop.dossiers import at_kind, make_dossier
from tests.people import make_person
from tests.ranking.years import FORM, make_year

pytestmark = pytest.mark.django_db


def measured_areas():
    """The sample form, with a measure in every criterion of its second area."""
    areas = copy.deepcopy(FORM["areas"])
    share = {"type": "proportion", "a": "đạt", "b": "tổng số"}
    areas[1]["sections"][0]["criteria"] = [
        {"code": "2.1.1", "title": "Đúng hạn", "max": "20", "rule": share,
         "measure": "onestop.on_time"},
        {"code": "2.1.2", "title": "Trực tuyến", "max": "20", "rule": share,
         "measure": "onestop.online"},
        {"code": "2.1.3", "title": "Thủ trưởng trực tiếp", "max": "10", "rule": share,
         "measure": "onestop.heads"},
        {"code": "2.1.4", "title": "Số hồ sơ", "max": "10", "measure": "onestop.received",
         "rule": {"type": "step_table", "a": "hồ sơ",
                  "steps": [{"from": "2", "points": "10"}, {"from": "1", "points": "5"}]}},
    ]  # fmt: skip
    return areas


@pytest.fixture
def year(scope, town):
    return make_year(town, areas=measured_areas())


def today(**change):
    day = timezone.localdate()
    return Window(day.replace(**change), day, timezone.now())


def of(year, code, **more):
    return Figure.objects.get(assessment=year.own, criterion__code=code, **more)


def test_each_measure_says_what_it_counts_of_what_and_where_that_comes_from():
    for key, measure in MEASURES.items():
        assert measure.words, key
        assert measure.unit, key
        assert measure.source.startswith(("QĐ", "NĐ")), key
        assert measure.later, key


def test_what_was_received_and_online_is_counted_with_its_units(year, town):
    make_dossier(town)
    make_dossier(town)
    Dossier.objects.filter(pk=make_dossier(town).pk).update(channel=2)
    assert figures.measure(year.cycle.pk, actor=year.runner) > 0
    online, received = of(year, "2.1.2"), of(year, "2.1.4")
    assert online.input == {"a": "1", "b": "3"}
    assert received.input == {"a": "3"}
    assert received.points == 10
    assert online.rows["units"] == [[town.agency.pk, 1, 3]]
    assert online.cut_at == received.cut_at
    year.cycle.refresh_from_db()
    assert year.cycle.measured_at == online.cut_at


def test_the_same_cut_off_gives_the_same_count_until_something_of_the_past_changes(year, town):
    dossier = make_dossier(town)
    make_dossier(town)
    figures.measure(year.cycle.pk, actor=year.runner)
    figure = Figure.objects.select_related("assessment__unit").get(pk=of(year, "2.1.4").pk)
    make_dossier(town)  # after the cut-off
    assert behind(figure).again == (2, 2)
    assert behind(figure).is_same
    Dossier.objects.filter(pk=dossier.pk).update(competent_unit=town.other_agency)
    assert behind(figure).again == (1, 1)
    assert not behind(figure).is_same


def test_an_error_that_is_found_after_the_cut_off_does_not_change_the_count(year, town):
    dossier = make_dossier(town)
    figures.measure(year.cycle.pk, actor=year.runner)
    figure = Figure.objects.select_related("assessment__unit").get(pk=of(year, "2.1.4").pk)
    corrections.void(dossier.pk, actor=town.clerk, reason="Tiếp nhận nhầm hồ sơ")
    assert behind(figure).is_same
    figures.measure(year.cycle.pk, actor=year.runner)
    assert of(year, "2.1.4", superseded_at=None).input == {"a": "0"}


def test_decisions_count_as_made_by_the_head_only_in_his_own_name(year, town):
    at_kind(town, "release")
    figures.measure(year.cycle.pk, actor=year.runner)
    assert of(year, "2.1.3").input == {"a": "1", "b": "1"}
    deputy = make_person("official", town.agency)
    day = timezone.localdate()
    Delegation.objects.create(
        giver=town.leader, receiver=deputy, unit=town.agency, role="leader", reason="leave",
        note="1/QĐ", valid_from=day, valid_to=day,
    )  # fmt: skip
    access.recompile([deputy.pk])
    town_of_deputy = type(town)(**{**vars(town), "leader": deputy})
    at_kind(town_of_deputy, "release")
    figures.measure(year.cycle.pk, actor=year.runner)
    assert of(year, "2.1.3", superseded_at=None).input == {"a": "1", "b": "2"}


def test_only_leaders_of_that_unit_on_that_day_count_as_its_head(year, town):
    """A head of another agency, or one whose term ended before, decides for nobody here."""
    dossier = at_kind(town, "release")
    step = StepRun.objects.get(dossier=dossier, kind="approve")
    heads = Position.objects.filter(user=town.leader, role="leader")
    assert step.closed_by == town.leader

    def counted():
        return MEASURES["onestop.heads"].counted(today())[step.unit_id]

    assert counted() == (1, 1)
    heads.update(unit=town.other_agency)
    assert counted() == (0, 1)
    day = timezone.localdate()
    heads.update(unit=town.agency, valid_from=day.replace(year=2020),
                 valid_to=day - dt.timedelta(days=1))  # fmt: skip
    assert counted() == (0, 1)
    heads.update(valid_to=day)
    assert counted() == (1, 1)


def test_decisions_on_dossiers_in_error_and_on_parts_are_left_out(year, town):
    dossier = at_kind(town, "release")
    whole = make_dossier(town)
    measure = MEASURES["onestop.heads"]
    rows = Dossier.objects.filter(pk=dossier.pk)
    assert sum(all_of for _good, all_of in measure.counted(today()).values()) == 1
    past = timezone.now() - dt.timedelta(minutes=1)
    before = rows.get().closed_at
    rows.update(voided_at=past, closed_at=past, void_reason="Tiếp nhận nhầm")
    assert not measure.counted(today())
    rows.update(
        voided_at=None, closed_at=before, void_reason="", parent=whole.pk, group=None,
        lookup_number=None, form_token=None, fee_due_vnd=0, fee_taken_vnd=0,
    )  # fmt: skip
    assert not measure.counted(today())


@pytest.mark.parametrize(
    ("names", "a", "b", "given"),
    [
        (["a", "b"], 1, 3, {"a": "1", "b": "3"}),
        (["a", "b"], 1, None, None),  # a count has no whole
        (["a"], 7, None, {"a": "7"}),
        (["count"], 7, None, {"count": "7"}),
        (["value"], 1, 3, {"value": "33.3333"}),
        (["value"], 0, 0, None),
        (["value"], 7, None, {"value": "7"}),
        (["choice"], 1, 3, None),
    ],
)
def test_a_figure_is_given_as_the_rule_asks_for_it(names, a, b, given):
    assert asked_for(names, Decimal(a), None if b is None else Decimal(b)) == given


def test_measuring_asks_one_query_for_each_measure_whatever_the_units(
    year, town, django_assert_max_num_queries
):
    with django_assert_max_num_queries(
        9
    ):  # framework, criteria, units, paths; 4 counts; the leaders
        list(figures.counted(year.cycle, today(month=1, day=1)))[:0]


def test_months_beforehand_are_kept_apart_and_tell_what_changed(year, town):
    make_dossier(town)
    day = max(timezone.localdate(), year.cycle.data_from + dt.timedelta(days=1))
    last = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    assert previews.make(year.cycle, last) > 0
    make_dossier(town)
    assert previews.make_due(day) > 0
    assert previews.make_due(day) == 0  # once a month
    assert not Figure.objects.exists()
    month = month_of(year.own)
    line = next(each for each in month.lines if each.preview.criterion.code == "2.1.4")
    assert (line.preview.points, line.change) == (10, 5)
    assert line.words == "hồ sơ: 2"


def test_a_province_may_do_without_months_beforehand(year, town):
    RuleSet.objects.create(
        kind="ranking", valid_from=dt.date(2020, 1, 1), values={"preview_day": 0}, source="thử"
    )
    assert previews.make_due(timezone.localdate()) == 0
    assert not Preview.objects.exists()


def test_the_unit_sees_the_month_and_opens_what_a_figure_was_counted_from(client, province, town):
    with tenant_scope(province):
        year = make_year(town, areas=measured_areas())
        code = make_dossier(town).code
        previews.make(year.cycle, timezone.localdate().replace(day=1))
        figures.measure(year.cycle.pk, actor=year.runner)
        figure = of(year, "2.1.4")
    client.sign_in(town.leader)
    page = client.get(f"/xep-hang/tu-danh-gia/{year.own.pk}/").text
    assert "hồ sơ: 1" in page
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/so-lieu/{figure.pk}/"
    assert town.agency.name in client.get(path).text
    assert code in client.get(f"{path}ho-so/").text
    file = client.get(f"{path.rstrip('/')}.csv")
    assert file.headers["Content-Type"].startswith("text/csv")
    rows = file.content.decode("utf-8-sig").splitlines()
    assert figure.cut_at.isoformat() in rows[0]
    assert rows[2] == f"{town.agency.code},{town.agency.name},1,1"
    other = f"/xep-hang/tu-danh-gia/{year.other.pk}/so-lieu/{figure.pk}/"
    assert client.get(other).status_code == 404
    assert client.get(f"{other.rstrip('/')}.csv").status_code == 404
    client.sign_in(year.runner)
    assert client.get(path).status_code == 200
    assert code not in client.get(f"{path}ho-so/").text  # who sees no dossiers


def test_shares_of_documents_are_measured_with_the_rows_behind_them(client, province, town):
    share = {"type": "proportion", "a": "đạt", "b": "tổng số"}
    names = ("documents.issued_electronically", "documents.sealed", "documents.electronic")
    areas = copy.deepcopy(FORM["areas"])
    areas[1]["sections"][0]["criteria"] = [
        {"code": f"2.1.{n}", "title": name, "max": "20", "rule": share,
         "measure": name}
        for n, name in enumerate(names, start=1)
    ]  # fmt: skip
    with tenant_scope(province):
        year = make_year(town, areas=areas)
        first = brought_to(Stage.ISSUED, town)
        on_paper = {"manner": Manner.PAPER, "paper_reason": "Nơi nhận chưa có hệ thống"}
        brought_to(Stage.ISSUED, town, **on_paper)
        brought_to(Stage.SEALED, town)
        entered(town)
        figures.measure(year.cycle.pk, actor=year.runner)  # calendar and rules are known now
        with CaptureQueriesContext(connection) as asked:
            figures.measure(year.cycle.pk, actor=year.runner)
        one = len(asked)
        now = {"superseded_at": None}
        assert [of(year, f"2.1.{n}", **now).input for n in (1, 2, 3)] == [
            {"a": "1", "b": "2"}, {"a": "2", "b": "2"}, {"a": "0", "b": "1"},
        ]  # fmt: skip
        brought_to(Stage.ISSUED, town)
        with CaptureQueriesContext(connection) as asked:
            figures.measure(year.cycle.pk, actor=year.runner)
        assert len(asked) == one
        found = of(year, "2.1.1", **now)
    url = f"/xep-hang/tu-danh-gia/{found.assessment_id}/so-lieu/{found.pk}/"
    client.sign_in(town.leader)
    assert f"{url}ho-so/?phan=dat" in client.get(url).text
    rows = client.get(f"{url}ho-so/")
    assert f"/van-ban-di/{first.pk}/" in rows.text
    assert len(rows.context["page"].rows) == 3
    assert len(client.get(f"{url}ho-so/?phan=dat").context["page"].rows) == 2

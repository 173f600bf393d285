"""What a member of the council reads of his own agency before the results are released: nothing."""

from __future__ import annotations

import pytest

from ranking.models import Part
from ranking.queries.across import next_of
from ranking.services import appeals, appraisal, council, cycles
from ranking.services.appraisal import VerdictFacts
from ranking.services.council import RemitFacts
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.test_appraisal import appraised
from tests.ranking.years import make_year, once_a_day

pytestmark = pytest.mark.django_db
REASON = "Hội đồng đếm lại chỉ có hai máy"
GIVEN = {"1.9": {"a": "2", "b": "4"}, "1.10": {"choice": "co"}, "2.1.1": {"a": "1", "b": "2"}}


@pytest.fixture
def year(province, town):
    with tenant_scope(province):
        return judged_year(town)


@once_a_day
def judged_year(town):
    """Everything of the town's agency is decided; a member of the support team works there."""
    year = appraised(make_year(town, appraisers=1), town)
    for code, given in GIVEN.items():
        node = year.node(code).pk
        seen = appraisal.seen_of(year.own.pk, node)
        facts = VerdictFacts(node, "other", seen, given, reason=REASON)
        appraisal.decide(year.own.pk, facts, actor=year.appraiser)
    year.inside = make_person("official", town.agency, full_name="Tổ Giúp Việc")
    council.seat(
        year.cycle.pk, actor=year.runner, username=year.inside.username, part=Part.SUPPORT,
        remits=[RemitFacts()],
    )  # fmt: skip
    return year


def path_of(year, rest):
    return f"/xep-hang/ky/{year.cycle.pk}/{rest}"


def test_the_pages_of_the_appraisal_refuse_who_works_in_the_agency(client, year):
    own = path_of(year, f"tham-dinh/{year.own.pk}/")
    node = f"{own}{year.node('1.9').pk}/"
    client.sign_in(year.inside)
    for path in (own, node):
        page = client.get(path)
        assert page.status_code == 403
        assert REASON not in page.text
    assert client.get(path_of(year, f"tham-dinh/{year.other.pk}/")).status_code == 200
    client.sign_in(year.chair)
    assert REASON in client.get(own).text


@pytest.mark.parametrize("who", ["inside", "chair"])
def test_the_pages_over_all_units_leave_the_own_line_empty(client, year, who):
    reads = who == "chair"
    client.sign_in(getattr(year, who))
    results = client.get(path_of(year, "ket-qua/"))
    line = next(line for unit, line in results.context["table"] if unit == year.own)
    assert (line.total is not None) is reads
    inside = {unit.pk for unit, _parts in results.context["components"].rows}
    assert (year.own.pk in inside) is reads
    claims = {each.of.pk for each in results.context["overclaims"].units}
    assert (year.own.pk in claims) is reads
    rows = client.get(path_of(year, "theo-tieu-chi/1.9/"))
    row = next(row for row in rows.context["rows"] if row.assessment == year.own)
    assert (row.final is not None) is reads
    assert (REASON in rows.text) is reads
    link = f"/tham-dinh/{year.own.pk}/"
    for page in (results, rows, client.get(path_of(year, "tien-do/"))):
        assert (link in page.text) is reads


def test_differences_of_the_own_agency_are_not_listed(client, year):
    with tenant_scope(year.province):
        year.own.verdicts.update(is_final=False)
        first = year.own.verdicts.first()
        first.pk, first.made_by = None, year.chair
        first.save(force_insert=True)
    for who, count in ((year.inside, 0), (year.chair, 1)):
        client.sign_in(who)
        page = client.get(path_of(year, "kien-nghi/"))
        assert len(page.context["differences"]) == count


def test_how_firm_the_table_is_names_others_only(client, province, year):
    named = {}
    for who in ("inside", "chair"):
        client.sign_in(getattr(year, who))
        found = client.get(path_of(year, "ket-qua/do-vung/?step=99")).context["firmness"]
        named[who] = {unit.pk for unit, _each in [*found.shifts, *found.refined]}
    assert year.own.pk not in named["inside"]


def test_going_on_by_criterion_leaves_the_own_agency_out(province, year):
    with tenant_scope(province):
        node = year.node("1.9")
        year.own.verdicts.all().delete()
        found = set()
        place = year.other
        for _each in range(3):
            place.cycle = year.cycle
            after = next_of(place, node, year.inside)
            found.add(after)
            place = year.cycle.assessments.get(pk=after)
    assert found == {year.commune.pk, year.other.pk}


def test_after_the_release_the_own_line_is_open(client, province, year):
    with tenant_scope(province):
        type(year.cycle).objects.filter(pk=year.cycle.pk).update(state="provisional")
    client.sign_in(year.inside)
    assert REASON in client.get(path_of(year, f"tham-dinh/{year.own.pk}/")).text
    results = client.get(path_of(year, "ket-qua/"))
    assert next(line for unit, line in results.context["table"] if unit == year.own).total


def test_ranks_of_others_leave_no_gap_where_the_own_agency_stands(client, province, year):
    """The agency stands between the two others of its group; whoever works there sees 1 and 2."""
    with tenant_scope(province):
        year.cycle.assessments.exclude(pk=year.own.pk).update(group="1")
        for form, given in ((year.other, ("4", "4")), (year.commune, ("0", "4"))):
            for code, found in {**GIVEN, "1.9": dict(zip("ab", given, strict=True))}.items():
                node = year.node(code).pk
                seen = appraisal.seen_of(form.pk, node)
                facts = VerdictFacts(node, "other", seen, found, reason=REASON)
                appraisal.decide(form.pk, facts, actor=year.appraiser)
    pages = {}
    for who, expected in (("chair", [1, 2, 3]), ("inside", [1, None, 2])):
        client.sign_in(getattr(year, who))
        pages[who] = client.get(path_of(year, "ket-qua/"))
        ranks = {unit.pk: line.rank for unit, line in pages[who].context["table"]}
        assert [ranks[form.pk] for form in (year.other, year.own, year.commune)] == expected
        area = {unit.pk: parts[0].rank for unit, parts in pages[who].context["components"].rows}
        assert area[year.commune.pk] == expected[-1]
        firm = client.get(path_of(year, "ket-qua/do-vung/?step=99")).context["firmness"]
        near = {unit.pk: each.rank for unit, each in firm.shifts}
        assert near[year.commune.pk] == expected[-1]
    assert "không kể cơ quan" in pages["inside"].text
    assert "không kể cơ quan" not in pages["chair"].text


def test_questions_to_the_own_agency_are_not_listed(client, year):
    with tenant_scope(year.province):
        for form in (year.own, year.other):
            appraisal.ask(
                form.pk, actor=year.appraiser, criterion_id=year.node("1.9").pk, text="Sổ nào?"
            )
    for who, expected in ((year.inside, {year.other}), (year.chair, {year.own, year.other})):
        client.sign_in(who)
        found = client.get(path_of(year, "kien-nghi/")).context["inquiries"]
        assert {each.assessment for each in found} == expected


def test_an_appeal_of_the_own_agency_is_not_listed_once_the_year_went_back(
    client, province, town, year
):
    with tenant_scope(province):
        cycles.move(year.cycle.pk, "provisional", actor=year.runner)
        filed = appeals.file_appeal(
            year.own.pk, actor=town.leader, criterion_id=year.node("1.9").pk, text="Xem lại"
        )
        cycles.move(year.cycle.pk, "appraisal", actor=year.runner, reason="Cộng nhầm")
    for who, expected in ((year.inside, []), (year.chair, [filed])):
        client.sign_in(who)
        assert client.get(path_of(year, "kien-nghi/")).context["appeals"] == expected

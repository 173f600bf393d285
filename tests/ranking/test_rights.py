"""Who belongs to an assessed unit, who judges it: the table of cases behind `ranking.rights`."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from organizations import access
from organizations.access import RefusedError
from organizations.models import Delegation
from ranking import rights
from ranking.models import Assessment, Cycle, Part
from ranking.rights import agency_of, is_inside
from ranking.services import answers, appraisal, council, submission
from ranking.services.answers import AnswerFacts
from ranking.services.council import OwnAgency, RemitFacts
from tenancy.scope import tenant_scope
from tests.people import give_role, make_person, make_unit
from tests.ranking.test_appraisal import appraised_year, verdict
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db

ROOT, DEPARTMENT, DIVISION, CENTRE, OTHER = "1/", "1/5/", "1/5/7/", "1/5/8/", "1/6/"
DISTRICT, COMMUNE, NEXT_COMMUNE, DESK = "1/9/", "1/9/20/", "1/9/21/", "1/9/20/30/"


@pytest.mark.parametrize(
    ("owner", "assessed", "held_at", "is_own"),
    [
        # the year of the province
        (ROOT, DEPARTMENT, DEPARTMENT, True),  # its head
        (ROOT, DEPARTMENT, DIVISION, True),  # an official of a division
        (ROOT, DEPARTMENT, CENTRE, True),  # of its centre
        (ROOT, CENTRE, CENTRE, True),
        (ROOT, CENTRE, DEPARTMENT, True),  # the head above a centre that is assessed itself
        (ROOT, CENTRE, DIVISION, True),  # the division that looks after it
        (ROOT, DEPARTMENT, ROOT, False),  # a leader of the province, or nobody could
        (ROOT, CENTRE, ROOT, False),
        (ROOT, DEPARTMENT, OTHER, False),
        (ROOT, DISTRICT, COMMUNE, True),  # group 2 includes the communes (Điều 2)
        (ROOT, DISTRICT, "1/90/", False),  # 9 is not 90
        # a department's year for its own units (Điều 9 khoản 4)
        (DEPARTMENT, CENTRE, DEPARTMENT, False),  # it is the department that judges
        (DEPARTMENT, CENTRE, DIVISION, False),
        (DEPARTMENT, CENTRE, CENTRE, True),
        (DEPARTMENT, CENTRE, ROOT, False),
        # a district's year for its communes (Điều 9 khoản 3)
        (DISTRICT, COMMUNE, DISTRICT, False),
        (DISTRICT, COMMUNE, NEXT_COMMUNE, False),
        (DISTRICT, COMMUNE, DESK, True),
        # moved away from the owner since: by where it lies now
        (DEPARTMENT, "1/6/8/", OTHER, True),
        (DEPARTMENT, "1/6/8/", DEPARTMENT, False),
    ],
)
def test_who_belongs_to_the_agency_of_an_assessed_unit(owner, assessed, held_at, is_own):
    owner_id = rights.ids_in(owner)[-1]
    assert is_inside(agency_of(owner_id, assessed), [held_at]) is is_own


@pytest.fixture
def year(scope, town):
    return appraised_year(town)


def seated(year, person, part=Part.MEMBER):
    council.seat(
        year.cycle.pk, actor=year.runner, username=person.username, part=part,
        remits=[RemitFacts()],
    )  # fmt: skip
    return person


def lend(giver, receiver, unit, role="leader"):
    today = timezone.localdate()
    Delegation.objects.create(
        giver=giver, receiver=receiver, unit=unit, role=role, reason="leave", note="1/QĐ",
        valid_from=today, valid_to=today + dt.timedelta(days=5),
    )  # fmt: skip
    access.recompile([receiver.pk])


def test_who_heads_the_agency_and_sits_for_the_province_does_not_appraise_it(year, town):
    head = seated(year, make_person("leader", town.agency))
    give_role(head, "oversight", town.root)
    with pytest.raises(OwnAgency):
        appraisal.decide(year.own.pk, verdict(year), actor=head)
    with pytest.raises(OwnAgency):
        appraisal.accept_equal(year.own.pk, actor=head)


def test_who_acts_for_its_head_does_not_appraise_the_agency(year, town):
    person = seated(year, make_person("oversight", town.root))
    assert rights.works_in(person, year.own) is False
    lend(town.leader, person, town.agency)
    with pytest.raises(OwnAgency):
        appraisal.decide(year.own.pk, verdict(year), actor=person)


def test_the_head_above_a_centre_does_not_appraise_the_centre(scope, town):
    year = make_year(town)
    centre = make_unit(f"{town.agency.code}.90", "centre", town.agency)
    form = Assessment.objects.create(
        cycle=year.cycle, unit=centre, unit_name=centre.name, group="1"
    )
    assert rights.works_in(town.leader, form)
    assert rights.works_in(town.officer, form)
    assert not rights.works_in(town.outsider, form)


def test_the_chair_does_not_open_the_form_of_his_own_agency_again(year, town):
    give_role(year.chair, "leader", town.agency)
    with pytest.raises(OwnAgency):
        submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")


@pytest.mark.parametrize("role", ["ranking_officer", "leader"])
def test_a_right_of_the_province_is_no_right_of_its_units(scope, town, role):
    year = make_year(town)
    person = make_person(role, town.root)
    assert not Assessment.objects.visible_to(person, rights.FILL).exists()
    assert not Cycle.objects.visible_to(person, rights.FILL).exists()
    facts = AnswerFacts(year.node("1.10").pk, 0, {"choice": "co"})
    with pytest.raises(RefusedError):
        answers.save(year.own.pk, facts, actor=person)
    with pytest.raises(RefusedError):
        submission.submit(year.own.pk, actor=person, with_gaps=True)


def test_a_right_of_an_agency_is_one_of_the_units_in_it(scope, town):
    year = make_year(town)
    person = make_person("ranking_officer", town.agency)
    assert list(Assessment.objects.visible_to(person, rights.FILL)) == [year.own]
    assert list(Cycle.objects.visible_to(person, rights.FILL)) == [year.cycle]
    below = make_person("ranking_officer", town.division)
    assert not Assessment.objects.visible_to(below, rights.FILL).exists()


def test_a_department_does_not_write_in_forms_of_the_year_it_runs_itself(scope, town):
    year = make_year(town)
    centre = make_unit(f"{town.agency.code}.90", "centre", town.agency)
    lower = Cycle.objects.create(
        year=2026, name="Đánh giá đơn vị trực thuộc", owner=town.agency, parent=year.cycle,
        framework=year.framework, standing_unit=town.agency, state="open",
        data_from=year.cycle.data_from, data_to=year.cycle.data_to, due=year.cycle.due,
    )  # fmt: skip
    form = Assessment.objects.create(cycle=lower, unit=centre, unit_name=centre.name, group="1")
    clerk = make_person("ranking_officer", centre)
    assert list(Assessment.objects.visible_to(clerk, rights.FILL)) == [form]
    assert form not in Assessment.objects.visible_to(town.leader, rights.FILL)
    facts = AnswerFacts(year.node("1.10").pk, 0, {"choice": "co"})
    with pytest.raises(RefusedError):
        answers.save(form.pk, facts, actor=town.leader)
    assert answers.save(form.pk, facts, actor=clerk).answer.points == 20


def test_a_council_member_without_any_right_opens_the_year_from_the_menu(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        person = make_person("counter", town.counter_unit)
    client.sign_in(person)
    assert 'href="/xep-hang/ky/"' not in client.get("/thong-bao/").text
    assert client.get("/xep-hang/ky/").status_code == 403
    with tenant_scope(province):
        seated(year, person, Part.SUPPORT)
    assert 'href="/xep-hang/ky/"' in client.get("/thong-bao/").text
    pk, other, own = year.cycle.pk, year.other.pk, year.own.pk
    for path in (
        "/xep-hang/ky/", f"/xep-hang/ky/{pk}/", f"/xep-hang/ky/{pk}/tien-do/",
        f"/xep-hang/ky/{pk}/tham-dinh/{other}/",
        f"/xep-hang/ky/{pk}/tham-dinh/{other}/{year.node('1.9').pk}/",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path
    assert "người khác thẩm định" in client.get(f"/xep-hang/ky/{pk}/tham-dinh/{own}/").text

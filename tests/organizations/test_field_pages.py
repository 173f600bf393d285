"""The pages of an administrator about standing fields: what they offer, and what they tell."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from onestop.models import Procedure
from organizations.models import FieldAssignment
from organizations.services import positions as services
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.onestop.catalogue_rows import make_procedure
from tests.people import make_person

PEOPLE = "/quan-tri/nguoi-dung/"
LAND = "Đất đai"
ENDED = "Lĩnh vực đã hết hạn: chưa duyệt được hồ sơ nào"
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def admin(province, town):
    return HostClient(province).sign_in(town.agency_admin)


@pytest.fixture
def deputy(province, town):
    with tenant_scope(province):
        return make_person("leader", town.agency, title="Phó Giám đốc", full_name="Lý Thị Phó")


def give(province, town, person, field=LAND, **dates):
    dates.setdefault("valid_from", timezone.localdate() - 30 * ONE_DAY)
    with tenant_scope(province):
        return services.assign_field(
            person.pk, town.agency.pk, actor=town.agency_admin, field=field, **dates
        )


def publish(town, code, field):
    version = make_procedure(code, units=[town.agency]).current_version
    version.field = field
    version.save(update_fields=["field"])


def choices(page):
    return [value for value, _words in page.context["form"].fields["field"].choices if value]


def test_the_field_is_chosen_from_those_of_the_published_procedures(admin, province, town, deputy):
    long = "Quản lý nhà nước về " + "rất dài " * 35
    with tenant_scope(province):
        publish(town, "1.000007", LAND)
        publish(town, "1.000008", "đất đai")
        publish(town, "1.000009", long.strip())
        make_procedure("1.000010", published=False, units=[town.agency])
    url = f"{PEOPLE}{deputy.pk}/linh-vuc/"
    offered = choices(admin.get(url))
    assert {name.casefold() for name in offered} == {LAND.casefold(), long.strip().casefold()}
    assert len(offered) == 2
    sent = {"unit": town.agency.pk, "valid_from": "01/03/2026"}
    answer = admin.post(url, {**sent, "field": "Đất đay"})
    assert answer.status_code == 422
    assert admin.post(url, {**sent, "field": long.strip()}).status_code == 302
    with tenant_scope(province):
        assert FieldAssignment.objects.get().field == long.strip()


def test_a_field_that_is_no_longer_published_stays_choosable(admin, province, town, deputy):
    give(province, town, deputy, "Thủy lợi")
    with tenant_scope(province):
        publish(town, "1.000007", LAND)
        Procedure.objects.update(state="withdrawn")
    assert choices(admin.get(f"{PEOPLE}{deputy.pk}/linh-vuc/")) == ["Thủy lợi"]
    assert "Thủy lợi" in admin.get(f"{PEOPLE}{deputy.pk}/").text


def test_every_page_about_a_leader_says_that_no_field_is_left(admin, province, town, deputy):
    row = give(province, town, deputy)
    for page in (PEOPLE, f"{PEOPLE}{deputy.pk}/"):
        assert ENDED not in admin.get(page).text
    on = timezone.localdate() - ONE_DAY
    answer = admin.post(f"{PEOPLE}linh-vuc/{row.pk}/ket-thuc/", {"on": f"{on:%d/%m/%Y}"})
    assert answer.status_code == 302
    assert admin.get(PEOPLE).text.count(ENDED) == 1
    page = admin.get(f"{PEOPLE}{deputy.pk}/").text
    assert page.count(ENDED) == 2  # beside the position, and among the reasons of his rights
    own = HostClient(province).sign_in(deputy)
    assert own.get("/tai-khoan/").text.count(ENDED) == 2
    assert ENDED in own.get("/duyet/").text


def test_the_administrator_finds_the_way_back_to_all_fields(admin, province, town, deputy):
    give(province, town, deputy, valid_to=timezone.localdate() - ONE_DAY)
    url = f"{PEOPLE}{deputy.pk}/moi-linh-vuc/"
    assert f'href="{url}"' in admin.get(f"{PEOPLE}{deputy.pk}/").text
    assert deputy.full_name in admin.get(url).text
    assert admin.post(url, {"reason": ""}).status_code == 422
    assert admin.post(url, {"reason": "Quyết định số 12"}).status_code == 302
    page = admin.get(f"{PEOPLE}{deputy.pk}/").text
    assert ENDED not in page
    assert "Quyết định số 12" in page
    assert f'href="{url}"' not in page


def test_a_field_assigned_in_error_is_annulled(admin, province, town, deputy):
    row = give(province, town, deputy)
    url = f"{PEOPLE}linh-vuc/{row.pk}/bo/"
    assert f'href="{url}"' in admin.get(f"{PEOPLE}{deputy.pk}/").text
    assert LAND in admin.get(url).text
    assert admin.post(url, {"reason": "Nhầm người"}).status_code == 302
    assert f'href="{url}"' not in admin.get(f"{PEOPLE}{deputy.pk}/").text
    assert admin.post(url, {"reason": "Nhầm người"}).status_code == 409

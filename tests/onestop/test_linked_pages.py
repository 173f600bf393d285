"""A linked dossier on its pages: the counter, the lead, a part's unit, the citizen."""

import pytest
from django.urls import reverse

from onestop.models import Dossier, DossierFile
from onestop.queries.detail import DossierPage
from onestop.services import assignment, endings, part_decisions
from portal import lookup
from portal.public import public_dossier
from tenancy.scope import tenant_scope
from tests.onestop.dossiers import make_dossier
from tests.onestop.linked import BIRTH, HOME, make_linked, part_at, parts_of, receive
from tests.onestop.test_query_counts import questions
from tests.people import make_town

SECRET = "Ghi chú riêng của công an"


def stand():
    town = make_town()
    linked = make_linked(town)
    return town, linked, receive(town, linked)


@pytest.fixture
def town(standing):
    return standing[0]


@pytest.fixture
def ready(standing):
    return standing[1:]


def page(browser, name, *args):
    return browser.get(reverse(f"onestop:{name}", args=args))


def test_the_counter_finds_the_group_by_name_and_receives_with_one_form(
    client, province, town, ready
):
    browser = client.sign_in(town.clerk)
    found = browser.get(reverse("onestop:dossier_receive"), {"q": "khai sinh thuong tru"})
    if found.status_code == 302:
        found = browser.get(found.url)
    text = found.content.decode()
    assert "LT.01" in text
    form = browser.get(reverse("onestop:dossier_receive"), {"thu-tuc": "LT.01"}).content.decode()
    assert "Đăng ký thường trú" in form
    assert "Công an phường" in form
    assert form.count(BIRTH) == form.count(HOME)  # asked for once, though two procedures need it


def test_the_lead_sees_every_part_on_the_page_of_the_whole(client, province, town, ready):
    linked, dossier = ready
    with tenant_scope(province):
        part = part_at(dossier, linked.police)
        endings.refuse_part(part.pk, actor=linked.police_leader, reason="Ngoài địa bàn")
    text = page(client.sign_in(town.leader), "dossier_detail", dossier.code).content.decode()
    assert part.code in text
    assert "Ngoài địa bàn" in text
    assert reverse("onestop:dossier_act", args=[dossier.code, "giao-lai-phan-viec"]) in text


def test_the_unit_of_a_part_sees_its_page_and_nothing_of_the_others(client, province, town, ready):
    linked, dossier = ready
    browser = client.sign_in(linked.insurance_officer)
    with tenant_scope(province):
        home, card = parts_of(dossier)
        file = DossierFile.objects.filter(dossier=home).first()
    assert file is None or page(browser, "dossier_file", home.code, file.pk).status_code == 404
    assert page(browser, "dossier_detail", home.code).status_code == 404
    assert page(browser, "dossier_detail", dossier.code).status_code == 404
    own = page(browser, "dossier_detail", card.code)
    assert own.status_code == 200
    text = own.content.decode()
    assert "Giấy chứng sinh" not in text
    assert "Trần Văn Thử" in text  # whom it is about
    assert home.code not in text


def test_a_note_on_a_part_stays_there(client, province, town, ready):
    linked, dossier = ready
    with tenant_scope(province):
        home, card = parts_of(dossier)
        assignment.assign(home.pk, actor=linked.police_leader, person_id=linked.police_officer.pk)
    browser = client.sign_in(linked.police_officer)
    url = reverse("onestop:dossier_note", args=[home.code])
    assert browser.post(url, {"text": SECRET}).status_code == 302
    assert SECRET in page(browser, "dossier_detail", home.code).content.decode()
    other = client.sign_in(linked.insurance_officer)
    assert SECRET not in page(other, "dossier_detail", card.code).content.decode()


def test_the_page_of_an_act_on_parts_does_what_it_says(client, province, town, ready):
    linked, dossier = ready
    with tenant_scope(province):
        part = part_at(dossier, linked.police)
        endings.refuse_part(part.pk, actor=linked.police_leader, reason="Ngoài địa bàn")
    browser = client.sign_in(town.leader)
    url = reverse("onestop:dossier_act", args=[dossier.code, "giao-lai-phan-viec"])
    assert "Ngoài địa bàn" in browser.get(url).content.decode()
    step = dossier.step_id
    answer = browser.post(url, {"part": part.pk, "reason": "Đã xác minh", "step": step})
    assert answer.status_code == 302
    with tenant_scope(province):
        assert Dossier.objects.filter(parent=dossier).count() == 3


def test_the_citizen_reads_how_far_each_part_is_and_no_reason_of_an_official(province, town, ready):
    linked, dossier = ready
    with tenant_scope(province):
        home = part_at(dossier, linked.police)
        assignment.assign(home.pk, actor=linked.police_leader, person_id=linked.police_officer.pk)
        part_decisions.ask_lead(home.pk, actor=linked.police_officer, reason="Nghi vấn nội bộ")
        shown = public_dossier(dossier.pk, "full")
    assert [part.procedure for part in shown.whole.parts] == [
        "Đăng ký thường trú", "Cấp thẻ bảo hiểm y tế",
    ]  # fmt: skip
    assert "Nghi vấn" not in repr(shown)
    assert shown.whole.procedure == linked.group.name


def test_the_look_up_of_a_part_answers_with_the_whole(province, town, ready):
    _linked, dossier = ready
    with tenant_scope(province):
        part = parts_of(dossier)[0]
        found = lookup.by_code(part.code, dossier.second_factor, "127.0.0.1").found
        assert found.dossier_id == dossier.pk


def test_an_ordinary_dossier_asks_nothing_more_and_a_linked_one_one_more(province, town, ready):
    _linked, dossier = ready
    with tenant_scope(province):
        ordinary = make_dossier(town)
        counts = []
        for each in (ordinary, dossier):
            fresh = Dossier.objects.get(pk=each.pk)
            _page, asked = questions(DossierPage(fresh, town.leader).context)
            counts.append(len(asked))
        assert counts[1] - counts[0] <= 1

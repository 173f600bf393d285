"""The pages of a year as the standing body, the council, a unit and the public see them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ranking.models import Answer, Cycle, Framework, Verdict
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.rules.yaml_files import write_framework
from ranking.services import answers, appraisal, cycles
from tenancy.scope import tenant_scope
from tests.ranking.test_appraisal import appraised_year, verdict
from tests.ranking.years import FORM, make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(province, town):
    with tenant_scope(province):
        return make_year(town)


@pytest.fixture
def judged(province, town):
    with tenant_scope(province):
        return appraised_year(town)


def test_who_runs_the_year_sees_its_pages(client, year):
    client.sign_in(year.runner)
    pk = year.cycle.pk
    for path in (
        "/xep-hang/ky/", f"/xep-hang/ky/{pk}/", f"/xep-hang/ky/{pk}/sua/",
        f"/xep-hang/ky/{pk}/don-vi/", f"/xep-hang/ky/{pk}/tien-do/",
        f"/xep-hang/ky/{pk}/ket-qua/", f"/xep-hang/ky/{pk}/ngay-nop/{year.own.pk}/",
        f"/xep-hang/ky/{pk}/tham-dinh/{year.own.pk}/", "/xep-hang/ky/moi/",
        "/xep-hang/bo-tieu-chi/", f"/xep-hang/bo-tieu-chi/{year.framework.pk}/",
        "/xep-hang/bo-tieu-chi/nap/", "/xep-hang/chay-thu/",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_what_stands_beside_a_page_is_in_a_layout_that_shows_it():
    """Only the layout of two columns has the block; another one drops it without a word."""
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        text = path.read_text()
        if "{% block aside %}" in text and path.parent.name != "layouts":
            assert text.startswith('{% extends "layouts/columns.html" %}'), path


def test_who_runs_the_year_finds_the_next_step_beside_it(client, year):
    client.sign_in(year.runner)
    page = client.get(f"/xep-hang/ky/{year.cycle.pk}/").text
    assert f'action="/xep-hang/ky/{year.cycle.pk}/chuyen/"' in page
    assert f'action="/xep-hang/ky/{year.cycle.pk}/do-so-lieu/"' in page


def test_an_answer_is_saved_as_a_fragment_with_its_points_and_why(client, province, year, town):
    client.sign_in(town.leader)
    node = year.node("1.9").pk
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/tieu-chi/{node}/"
    data = {f"c{node}-a": "3", f"c{node}-b": "4", f"c{node}-revision": "0"}
    answer = client.post(path, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "15,00 điểm" in answer.text
    assert f'name="c{node}-revision"' in answer.text
    assert 'value="1"' in answer.text
    wrong = client.post(path, data | {f"c{node}-a": "1.234,5"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 422
    assert "1.234,5" in wrong.text
    again = client.post(path, data, headers={"HX-Request": "true"})  # the reply was lost
    assert again.status_code == 200
    assert 'value="1"' in again.text
    other = data | {f"c{node}-a": "4"}
    stale = client.post(path, other, headers={"HX-Request": "true"})
    assert (stale.status_code, stale["X-Reason"]) == (422, "stale")
    assert town.leader.full_name in stale.text
    assert 'value="1"' in stale.text  # the next saving knows of it
    plain = client.post(path, data | {f"c{node}-explanation": "Lời giải trình dài"})
    assert "Lời giải trình dài" in plain.text
    with tenant_scope(province):
        assert Answer.objects.get().points == 15


CONTROL = ("SAVEPOINT", "RELEASE", "SET CONSTRAINTS")  # BEGIN and COMMIT outside of a test


@pytest.mark.parametrize("who", ["leader", "officer"])
def test_saving_an_answer_takes_fifteen_questions_at_most(client, province, year, town, who):
    """The whole request, with who asks, his rights, the statements of row security and the audit;
    sessions are not in the database. The officer is the colleague to whom it was given."""
    node = year.node("1.9").pk
    with tenant_scope(province):
        [given] = answers.give_to(
            year.own.pk, node, actor=town.leader, colleague_id=town.officer.pk
        )
    client.sign_in(getattr(town, who))
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/tieu-chi/{node}/"
    data = {f"c{node}-a": "3", f"c{node}-b": "4", f"c{node}-revision": str(given.revision)}
    client.get(f"/xep-hang/tu-danh-gia/{year.own.pk}/")  # the province of the host is remembered
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, data, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    asked = [each["sql"] for each in captured if not each["sql"].startswith(CONTROL)]
    assert len(asked) <= 15, asked


def test_the_head_reviews_and_submits_and_others_only_look(client, province, year, town):
    client.sign_in(town.leader)
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/xem-lai/"
    assert "1.10" in client.get(path).text
    assert client.post(path).status_code == 409
    assert client.post(path, {"with_gaps": "1"}).status_code == 302
    page = client.get(f"/xep-hang/tu-danh-gia/{year.own.pk}/").text
    assert "Đã nộp" in page


def test_the_council_decides_on_the_page_and_goes_on_to_the_next(client, province, judged):
    client.sign_in(judged.appraiser)
    node = judged.node("1.9").pk
    path = f"/xep-hang/ky/{judged.cycle.pk}/tham-dinh/{judged.own.pk}/{node}/"
    page = client.get(path)
    assert page.status_code == 200
    form = page.context["form"]
    data = {form.add_prefix(name): form[name].value() for name in ("revision", "newest", "beside")}
    short = data | {form.add_prefix("counts"): "other", form.add_prefix("explanation"): "x"}
    assert client.post(path, short).status_code == 422
    old = data | {form.add_prefix("revision"): "0", form.add_prefix("counts"): "own"}
    again = client.post(path, old | {form.add_prefix("explanation"): "Đã đối chiếu"})
    assert again.status_code == 422
    assert "Đã đối chiếu" in again.text
    done = client.post(path, data | {form.add_prefix("counts"): "own"})
    assert done.status_code == 302
    assert str(judged.node("1.10").pk) in done.url
    with tenant_scope(province):
        assert Verdict.objects.get().points == 15


def test_another_option_is_chosen_by_the_council(client, province, judged):
    """The rule's own field is called choice, too."""
    client.sign_in(judged.appraiser)
    path = f"/xep-hang/ky/{judged.cycle.pk}/tham-dinh/{judged.own.pk}/{judged.node('1.10').pk}/"
    form = client.get(path).context["form"]
    data = {form.add_prefix(name): form[name].value() for name in ("revision", "newest", "beside")}
    told = {"counts": "other", "choice": "khong", "explanation": "Không có mạng"}
    done = client.post(path, data | {form.add_prefix(name): each for name, each in told.items()})
    assert done.status_code == 302
    with tenant_scope(province):
        assert Verdict.objects.get().points == 0


def test_before_the_release_a_unit_sees_no_results_and_after_it_only_its_own(
    client, province, judged, town
):
    client.sign_in(town.leader)
    path = f"/xep-hang/tu-danh-gia/{judged.own.pk}/ket-qua/"
    assert client.get(path).status_code == 404
    with tenant_scope(province):
        for code in ("1.9", "1.10", "2.1.1"):
            appraisal.decide(judged.own.pk, verdict(judged, code), actor=judged.appraiser)
        cycles.move(judged.cycle.pk, "provisional", actor=judged.runner)
    page = client.get(path)
    assert page.status_code == 200
    assert "95" in page.text
    assert client.get(f"/xep-hang/tu-danh-gia/{judged.other.pk}/ket-qua/").status_code == 404


def test_a_file_is_looked_at_and_then_stored(client, province, year):
    client.sign_in(year.runner)
    text = write_framework(read(Content, {**FORM, "code": "mau-2027", "year": "2027"}))
    file = SimpleUploadedFile("mau.yaml", text.encode())
    seen = client.post("/xep-hang/bo-tieu-chi/nap/", {"file": file})
    assert seen.status_code == 200
    with tenant_scope(province):
        assert not Framework.objects.filter(code="mau-2027").exists()
    stored = client.post("/xep-hang/bo-tieu-chi/nap/", {"text": text, "act": "store"})
    assert stored.status_code == 302
    with tenant_scope(province):
        assert Framework.objects.get(code="mau-2027").criteria.count() == 6
    bad = SimpleUploadedFile("x.yaml", b"code: x\nfoo: 1\n")
    refused = client.post("/xep-hang/bo-tieu-chi/nap/", {"file": bad})
    assert refused.status_code == 422
    assert "foo" in refused.text


def test_the_exported_file_is_the_framework_again(client, province, year):
    client.sign_in(year.runner)
    answer = client.get(f"/xep-hang/bo-tieu-chi/{year.framework.pk}.yaml")
    assert "code: mau-2026" in answer.content.decode()
    assert "4.10" not in answer.content.decode()


def test_the_public_sees_nothing_of_a_year_that_is_not_published(client, year):
    assert client.get("/cong-bo/xep-hang/2026/").status_code == 404
    assert client.get("/cong-bo/xep-hang/").status_code == 200


def test_a_year_is_drawn_up_on_the_page(client, province, year, town):
    client.sign_in(year.runner)
    data = {
        "year": "2027", "name": "Đánh giá năm 2027", "framework": year.framework.pk,
        "owner": town.root.pk, "standing_unit": town.agency.pk, "appraisers": "1",
        "data_from": "01/01/2027", "data_to": "31/12/2027", "due": "15/11/2027",
    }  # fmt: skip
    assert client.post("/xep-hang/ky/moi/", data).status_code == 302
    assert client.post("/xep-hang/ky/moi/", data).status_code == 422
    with tenant_scope(province):
        made = Cycle.objects.get(year=2027)
        assert made.state == "preparing"
        year.cycle.assessments.filter(pk=year.other.pk).update(is_ranked=False)
    page = client.get(f"/xep-hang/ky/{made.pk}/don-vi/")
    form, own, other = page.context["form"], town.agency.pk, town.other_agency.pk
    assert (form[f"g{own}"].value(), form[f"r{own}"].value()) == ("1", True)
    assert (form[f"g{other}"].value(), form[f"r{other}"].value()) == ("1", False)
    assert form[f"g{town.commune.pk}"].value() == "2"
    assert year.cycle.name in page.text
    saved = {f"g{own}": "1", f"r{own}": "on"}
    assert client.post(f"/xep-hang/ky/{made.pk}/don-vi/", saved).status_code == 302
    again = client.get(f"/xep-hang/ky/{made.pk}/don-vi/")  # what was saved, and no proposal
    assert again.context["form"].units[0] == town.agency
    assert again.context["form"][f"g{other}"].value() == ""
    assert year.cycle.name not in again.text

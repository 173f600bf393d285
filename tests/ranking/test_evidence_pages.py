"""Evidence as people handle it: uploaded at once, listed, replaced, opened by whom it concerns."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ranking.models import Evidence
from ranking.services import answers, council, cycles, submission
from ranking.services.council import RemitFacts
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.people import make_person
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def year(province, town):
    with tenant_scope(province):
        return make_year(town)


def address(year, code="1.9", tail=""):
    node = year.node(code).pk
    return f"/xep-hang/tu-danh-gia/{year.own.pk}/tieu-chi/{node}/minh-chung/{tail}"


def pdf(name="báo cáo.pdf"):
    return SimpleUploadedFile(name, corpus.pdf())


def uploaded(client, year, *files, **more):
    data = {"files-uploads": list(files), **more}
    return client.post(address(year, tail="tai-len/"), data, headers=HTMX)


def the_file(province):
    with tenant_scope(province):
        return Evidence.objects.select_related("file").get()


def test_a_file_is_uploaded_at_once_for_several_criteria_and_listed_with_its_size(
    client, province, year, town
):
    client.sign_in(town.leader)
    page = client.get(address(year)).content.decode()
    assert "PDF, Word, Excel" in page  # types and limit are said before choosing
    answer = uploaded(client, year, pdf(), **{"files-criteria": year.node("1.10").pk})
    assert answer.status_code == 200
    words = answer.content.decode()
    assert words.lstrip().startswith('<div id="evidence">')
    assert "báo cáo.pdf" in words
    assert "1.10" in words
    with tenant_scope(province):
        assert Evidence.objects.get().uses.count() == 2


def test_of_two_files_the_good_one_stays_and_the_other_is_told(client, province, year, town):
    client.sign_in(town.leader)
    answer = uploaded(client, year, pdf(), SimpleUploadedFile("ảnh.png", b"MZ no picture"))
    assert answer.status_code == 422
    assert "ảnh.png" in answer.content.decode()
    assert the_file(province).file.name == "báo cáo.pdf"
    empty = uploaded(client, year, SimpleUploadedFile("rỗng.pdf", b""))
    assert empty.status_code == 422


def test_without_javascript_too_the_refused_file_is_told(client, year, town):
    client.sign_in(town.leader)
    wrong = SimpleUploadedFile("ảnh.png", b"MZ no picture")
    answer = client.post(address(year, tail="tai-len/"), {"files-uploads": [pdf(), wrong]})
    assert answer.status_code == 422
    assert "ảnh.png" in answer.content.decode()


def test_without_javascript_the_upload_leads_back_to_the_page(client, year, town):
    client.sign_in(town.leader)
    answer = client.post(address(year, tail="tai-len/"), {"files-uploads": pdf()})
    assert answer.status_code == 302
    assert answer.url == address(year)


def test_a_document_is_cited_gets_its_file_is_used_again_and_taken_away(
    client, province, year, town
):
    client.sign_in(town.leader)
    data = {"number": "31/12/2025", "issued_on": "31/12/2025", "issuer": "Sở A", "abstract": "Báo"}
    assert client.post(address(year), data).status_code == 302
    page = client.get(address(year)).content.decode()
    assert "giống một ngày" in page  # a day where the number belongs
    made = the_file(province)
    assert client.post(address(year, tail=f"{made.pk}/tep/"), {"upload": pdf()}).status_code == 302
    assert the_file(province).file.name == "báo cáo.pdf"
    missing = client.post(address(year, tail=f"{made.pk}/tep/"), {})
    assert missing.status_code == 409
    for_other = address(year, "1.10", "dung-lai/")
    assert client.post(for_other, {"evidence": made.pk}).status_code == 302
    assert client.post(for_other, {}).status_code == 409
    for code in ("1.9", "1.10"):
        assert client.post(address(year, code, f"{made.pk}/bo/")).status_code == 302
    with tenant_scope(province):
        assert not Evidence.objects.exists()


def test_who_may_open_a_file(client, province, year, town):
    client.sign_in(town.leader)
    uploaded(client, year, pdf())
    made = the_file(province)
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/tai-lieu/{made.pk}/"
    with tenant_scope(province):
        head = make_person("leader", town.other_agency)
        judge = make_person("oversight", town.root)
        council.seat(
            year.cycle.pk, actor=year.runner, username=judge.username, part="member",
            remits=[RemitFacts(year.node("2").pk)],
        )  # fmt: skip
        answers.give_to(
            year.own.pk, year.node("1.10").pk, actor=town.leader, colleague_id=town.officer.pk
        )
    wanted = {
        town.leader: 200, year.runner: 200, year.chair: 200, year.appraiser: 200,
        judge: 403,  # appraises another area
        town.officer: 403,  # was given another criterion
        head: 404, town.outsider: 404,
    }  # fmt: skip
    for who, status in wanted.items():
        client.sign_in(who)
        answer = client.get(path)
        assert answer.status_code == status, who.full_name
        b"".join(answer)
    client.sign_in(head)  # not through the own form either
    mixed = f"/xep-hang/tu-danh-gia/{year.other.pk}/tai-lieu/{made.pk}/"
    assert client.get(mixed).status_code == 404


def test_the_appraiser_sees_the_same_list(client, province, year, town):
    client.sign_in(town.leader)
    uploaded(client, year, pdf())
    with tenant_scope(province):
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
    assert "báo cáo.pdf" in client.get(address(year)).content.decode()
    assert uploaded(client, year, pdf("hai.pdf")).status_code == 409  # locked
    client.sign_in(year.appraiser)
    node = year.node("1.9").pk
    page = client.get(f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/{node}/")
    assert f"/tai-lieu/{the_file(province).pk}/?xem=1" in page.content.decode()


def test_a_colleague_sees_his_criteria_alone(client, province, year, town):
    with tenant_scope(province):
        answers.give_to(
            year.own.pk, year.node("1.9").pk, actor=town.leader, colleague_id=town.officer.pk
        )
    client.sign_in(town.officer)
    own = f"/xep-hang/tu-danh-gia/{year.own.pk}/"
    page = client.get(own).content.decode()
    assert "1.9. Máy tính" in page
    assert "1.10" not in page
    area = client.get(f"{own}1/").content.decode()
    assert "1.9. Máy tính" in area
    assert "1.10. Mạng" not in area
    assert client.get(f"{own}2/").status_code == 404
    assert client.get(address(year, "1.10")).status_code == 404
    assert uploaded(client, year, pdf()).status_code == 200
    assert client.get(f"{own}xem-lai/").status_code == 403

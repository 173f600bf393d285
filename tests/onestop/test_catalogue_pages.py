"""The catalogue over HTTP: public pages, the keepers' pages, imports, and who may not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from onestop.models import ImportDraft, Procedure, Process
from onestop.services import catalogue as services
from onestop.services import processes as process_services
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.test_import_procedures import ROW, SECOND
from tests.onestop.test_import_processes import STEPS
from tests.onestop.test_import_processes import csv_of as steps_csv
from tests.onestop.test_import_rules import csv_of
from tests.people import make_person


@pytest.fixture
def editor(province, town):
    with tenant_scope(province):
        return make_person("catalogue_editor", town.other_agency)


@pytest.fixture
def keeper(client, editor):
    return client.sign_in(editor)


@pytest.fixture
def procedure(province, town):
    with tenant_scope(province):
        return make_procedure(
            name="Đăng ký khai sinh", units=[town.agency], publishing_decision="1/QĐ-UBND"
        )


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_anybody_reads_published_procedures_and_nothing_else(client, province, town, procedure):
    with tenant_scope(province):
        make_procedure("1.000002", name="Bản thảo kín", published=False)
    page = client.get("/thu-tuc/")
    assert page.status_code == 200
    assert "Đăng ký khai sinh" in page.text
    assert "Bản thảo kín" not in page.text
    detail = client.get("/thu-tuc/1.000001/")
    assert "Sở Nông nghiệp và Môi trường" in detail.text
    assert "2.000" in detail.text
    assert client.get("/thu-tuc/1.000002/").status_code == 404
    for wrong in ("9.999999", "1.00001", "1.000001'"):
        assert client.get(f"/thu-tuc/{wrong}/").status_code == 404
    assert client.get("/thu-tuc/%00/").status_code == 400


def test_a_public_page_needs_no_marks_to_find(client, procedure):
    for words in ("khai sinh", "KHAI SINH", "dang ky", "Đăng ký", "1.000001"):
        assert "1.000001" in client.get("/thu-tuc/", {"q": words}).text, words
    assert "1.000001" not in client.get("/thu-tuc/", {"q": "ket hon"}).text
    assert client.get("/thu-tuc/", {"q": "%_\\'"}).status_code == 200
    assert client.get("/thu-tuc/", {"q": "\x00"}).status_code == 400


def test_another_province_sees_none_of_it(other_client, procedure):
    assert "1.000001" not in other_client.get("/thu-tuc/").text
    assert other_client.get("/thu-tuc/1.000001/").status_code == 404


def test_public_pages_are_small_and_cost_the_same_for_one_and_for_thirty(
    client, province, town, procedure
):
    few = queries_of(client, "/thu-tuc/")
    with tenant_scope(province):
        for n in range(2, 31):
            make_procedure(f"1.{n:06d}", name="Thủ tục có tên dài " * 5, units=[town.agency])
    assert queries_of(client, "/thu-tuc/") == few
    assert len(client.get("/thu-tuc/").content) < 60_000


def test_the_keepers_list_costs_the_same_for_one_and_for_thirty(keeper, province, procedure):
    urls = ("/quan-tri/thu-tuc/", "/quan-tri/quy-trinh/")
    with tenant_scope(province):
        process_services.process_for(procedure.current_version, None, timezone.localdate())
    few = [queries_of(keeper, url) for url in urls]
    with tenant_scope(province):
        for n in range(2, 31):
            each = make_procedure(f"1.{n:06d}")
            process_services.process_for(each.current_version, None, timezone.localdate())
    assert [queries_of(keeper, url) for url in urls] == few


def test_who_may_only_see_is_refused_and_who_may_not_see_finds_nothing(
    client, town, procedure, province
):
    with tenant_scope(province):
        process = process_services.process_for(
            procedure.current_version, town.agency, timezone.localdate()
        )
    seen = ["/quan-tri/thu-tuc/", "/quan-tri/thu-tuc/1.000001/", "/quan-tri/quy-trinh/",
            f"/quan-tri/quy-trinh/{process.pk}/"]  # fmt: skip
    kept = ["/quan-tri/thu-tuc/moi/", "/quan-tri/thu-tuc/nhap/", "/quan-tri/thu-tuc/1.000001/sua/",
            "/quan-tri/quy-trinh/nhap/"]  # fmt: skip
    for url in seen + kept:
        assert client.get(url).status_code == 302, url
    client.sign_in(town.leader)
    assert [client.get(url).status_code for url in seen] == [200] * 4
    assert [client.get(url).status_code for url in kept] == [403] * 4
    client.sign_in(town.clerk)
    assert [client.get(url).status_code for url in seen] == [403, 404, 403, 404]


def form_data(**changes):
    data = {
        "code": "1.000009", "name": "Thủ tục mới", "field": "Thử", "level": "tinh",
        "agency_name": "Sở Tư pháp", "publishing_decision": "3/QĐ-UBND",
        "channel1-is_open": "on", "channel1-limit_amount": "4,5",
        "channel1-limit_unit": "working_days", "channel1-fee_vnd": "20.000",
        "channel2-limit_unit": "days", "channel3-limit_unit": "days",
        "papers-TOTAL_FORMS": "2", "papers-INITIAL_FORMS": "0",
        "papers-0-name": "Tờ khai", "papers-0-originals": "1", "papers-0-copies": "0",
        "papers-0-order": "2", "papers-0-is_required": "on",
        "papers-1-name": "Bản sao", "papers-1-originals": "0", "papers-1-copies": "2",
        "papers-1-order": "1",
    }  # fmt: skip
    return {**data, **changes}


def test_a_procedure_is_written_published_and_withdrawn_on_its_pages(keeper, province, town):
    data = form_data(units=[town.other_agency.pk], every_commune="on")
    answer = keeper.post("/quan-tri/thu-tuc/moi/", data)
    assert answer.headers["Location"] == "/quan-tri/thu-tuc/1.000009/"
    with tenant_scope(province):
        draft = services.waiting_draft(Procedure.objects.get().pk)
        assert {each.unit_id for each in draft.units.all()} == {
            town.other_agency.pk, town.commune.pk,
        }  # fmt: skip
        assert [each.name for each in draft.components.all()] == ["Bản sao", "Tờ khai"]
        assert str(draft.channels.get().limit_amount) == "4.50"
        assert draft.channels.get().fee_vnd == 20000
    assert keeper.get("/quan-tri/thu-tuc/1.000009/").status_code == 200
    today = timezone.localdate().strftime("%d/%m/%Y")
    publish = "/quan-tri/thu-tuc/1.000009/cong-bo/"
    assert keeper.post(publish, {"on": "31/02/2026"}).status_code == 422
    assert keeper.post(publish, {"on": today}).status_code == 302
    assert keeper.get("/thu-tuc/1.000009/").status_code == 200
    assert keeper.post(publish, {"on": today}).status_code == 409
    assert keeper.post("/quan-tri/thu-tuc/1.000009/bai-bo/", {"reason": ""}).status_code == 422
    keeper.post("/quan-tri/thu-tuc/1.000009/bai-bo/", {"reason": "QĐ 9"})
    assert keeper.get("/thu-tuc/1.000009/").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "1.9"},
        {"name": ""},
        {"channel1-limit_amount": "-1"},
        {"channel1-limit_amount": ""},
        {"channel1-limit_amount": "1,5", "channel1-limit_unit": "days"},
        {"channel1-fee_second_from": "3"},
        {"channel1-fee_vnd": "mười"},
        {"papers-0-originals": "-1"},
        {"papers-0-name": "x" * 501},
    ],
)
def test_a_wrong_field_is_shown_again_with_what_was_typed(keeper, province, changes):
    answer = keeper.post(
        "/quan-tri/thu-tuc/moi/", form_data(**{"result_name": "Giấy lạ", **changes})
    )
    assert answer.status_code == 422
    assert "Giấy lạ" in answer.text
    with tenant_scope(province):
        assert not Procedure.objects.exists()


def test_editing_a_published_procedure_makes_its_next_version(keeper, province, procedure):
    page = keeper.get("/quan-tri/thu-tuc/1.000001/sua/")
    seen = page.context["seen"]
    data = form_data(name="Tên mới", seen=seen)
    assert keeper.post("/quan-tri/thu-tuc/1.000001/sua/", data).status_code == 302
    assert keeper.post("/quan-tri/thu-tuc/1.000001/sua/", data).status_code == 409
    with tenant_scope(province):
        assert services.waiting_draft(procedure.pk).name == "Tên mới"
    assert keeper.get("/quan-tri/thu-tuc/1.000001/").status_code == 200
    assert keeper.post("/quan-tri/thu-tuc/1.000001/bo-ban-thao/").status_code == 302
    with tenant_scope(province):
        assert services.waiting_draft(procedure.pk) is None


def upload(client, url, content, name="tep.csv"):
    return client.post(url, {"file": SimpleUploadedFile(name, content)})


def test_an_upload_shows_each_row_and_the_confirmation_imports_it(keeper, province, town):
    answer = upload(keeper, "/quan-tri/thu-tuc/nhap/", csv_of(ROW, SECOND))
    preview = answer.headers["Location"]
    page = keeper.get(preview)
    assert page.text.count("1.004194") >= 1
    assert "1.004222" in page.text
    with tenant_scope(province):
        assert not Procedure.objects.exists()
    assert keeper.post(preview).status_code == 302
    assert keeper.post(preview).status_code in (404, 409)
    again = upload(keeper, "/quan-tri/thu-tuc/nhap/", csv_of({**ROW, "deadline": "2"}, SECOND))
    page = keeper.get(again.headers["Location"] + "?xem=changed")
    assert "<del>3</del>" in page.text
    assert "<ins>2</ins>" in page.text
    assert "1.004222" not in page.text


def test_a_file_with_faults_lists_them_and_stages_nothing(keeper, province):
    answer = upload(keeper, "/quan-tri/thu-tuc/nhap/", csv_of(ROW, {**SECOND, "deadline": "-5"}))
    assert answer.status_code == 422
    assert "Thời hạn giải quyết" in answer.text
    with tenant_scope(province):
        assert not ImportDraft.objects.exists()
    assert keeper.post("/quan-tri/thu-tuc/nhap/", {}).status_code == 422
    assert upload(keeper, "/quan-tri/thu-tuc/nhap/", b"").status_code == 422


def test_a_preview_is_its_owners_alone(keeper, client, province, town, editor):
    preview = upload(keeper, "/quan-tri/thu-tuc/nhap/", csv_of(ROW)).headers["Location"]
    with tenant_scope(province):
        colleague = make_person("catalogue_editor", town.agency)
    client.sign_in(colleague)
    assert client.get(preview).status_code == 404
    assert client.post(preview).status_code == 404


def test_processes_are_imported_with_the_proposed_steps_shown(keeper, province, town):
    with tenant_scope(province):
        make_procedure(limit="5", units=[town.other_agency])
    answer = upload(keeper, "/quan-tri/quy-trinh/nhap/", steps_csv(*STEPS))
    preview = answer.headers["Location"]
    assert "Thẩm định hồ sơ" in keeper.get(preview).text
    assert keeper.post(preview, {"in_use": "1"}).status_code == 302
    with tenant_scope(province):
        process = Process.objects.get()
        assert process.state == "active"
    assert keeper.get(f"/quan-tri/quy-trinh/{process.pk}/").status_code == 200
    assert keeper.get(f"/quan-tri/quy-trinh/{process.pk}/sua/").status_code == 409


def step_data(*steps, **extra):
    rows = str(len(steps))
    data = {"steps-TOTAL_FORMS": rows, "steps-INITIAL_FORMS": rows, **extra}
    for n, (kind, role, share) in enumerate(steps):
        data |= {
            f"steps-{n}-kind": kind, f"steps-{n}-role": role, f"steps-{n}-name": f"Bước {kind}",
            f"steps-{n}-share_amount": share, f"steps-{n}-order": str(n + 1),
            f"steps-{n}-share_unit": "working_days" if share else "",
        }  # fmt: skip
    return data


def test_a_process_is_drafted_edited_and_put_in_use_on_its_pages(keeper, province, procedure):
    answer = keeper.post("/quan-tri/thu-tuc/1.000001/quy-trinh-moi/")
    edit = answer.headers["Location"]
    page = keeper.get(edit)
    assert page.status_code == 200
    steps = [("receive", "counter", "1"), ("approve", "leader", "8,5"), ("return", "counter", "")]
    data = step_data(*steps, seen=page.context["seen"])
    assert keeper.post(edit, data).status_code == 302
    assert keeper.post(edit, data).status_code == 409
    detail = edit.replace("sua/", "")
    assert "9,5" in keeper.get(detail).text
    assert keeper.post(f"{detail}ap-dung/").status_code == 409
    steps[1] = ("approve", "leader", "9")
    fresh = keeper.get(edit).context["seen"]
    assert keeper.post(edit, step_data(*steps, seen=fresh)).status_code == 302
    assert keeper.post(f"{detail}ap-dung/").status_code == 302
    with tenant_scope(province):
        process = Process.objects.get()
        assert process.state == "active"
        assert [s.needs_approval for s in process.steps.all()] == [False, True, False]


@pytest.mark.parametrize("unit", ["99999999999999999999999", "x", "-1"])
def test_a_process_for_a_unit_that_is_not_there_is_refused(keeper, procedure, unit):
    url = "/quan-tri/thu-tuc/1.000001/quy-trinh-moi/"
    assert keeper.post(url, {"unit": unit}).status_code == 409


def test_a_process_for_a_unit_that_is_not_competent_is_refused(keeper, procedure, town):
    url = "/quan-tri/thu-tuc/1.000001/quy-trinh-moi/"
    assert keeper.post(url, {"unit": town.commune.pk}).status_code == 409
    assert keeper.post(url, {"unit": town.agency.pk}).status_code == 302


def test_a_wrong_step_is_shown_again(keeper, procedure):
    edit = keeper.post("/quan-tri/thu-tuc/1.000001/quy-trinh-moi/").headers["Location"]
    data = step_data(("receive", "counter", "-1"))
    assert keeper.post(edit, data).status_code == 422
    assert keeper.post(f"{edit.replace('sua/', '')}bo/").status_code == 302


def test_a_process_says_how_many_dossiers_the_change_touches(keeper, province, town, procedure):
    with tenant_scope(province):
        process = process_services.process_for(
            procedure.current_version, town.agency, timezone.localdate()
        )
    page = keeper.get(reverse("onestop:process_detail", args=[process.pk]))
    assert page.context["running"] == 0

"""Draft results from templates: filled in, changed by the official, printed with their number."""

import io
from dataclasses import replace

import pytest
from django.utils import timezone
from pypdf import PdfReader

from onestop.models import DossierFile, Result, ResultDraft
from onestop.services import processing
from papers import form_words
from papers.merge import blocks_of
from papers.wording import shipped_named
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import assigned, open_step
from tests.papers.test_forms import squeezed, words_of

KQ = shipped_named("KQ", "portal").words
BODY = "> Kính gửi: **{chu_ho_so}**\nHồ sơ {ma_ho_so} về {thu_tuc}.\nCăn cứ {can_cu};\nĐồng ý."


def template(town, name="Thông báo đồng ý", subject="", body=BODY):
    words = replace(KQ, body=body)
    row = form_words.draft(
        "KQ", words, actor=town.editor, copied_from="portal", name=name, subject=subject
    )
    return form_words.publish(
        row.pk, actor=town.editor, valid_from=timezone.localdate(), source="QĐ 12",
        seen=words.digest,
    )  # fmt: skip


@pytest.fixture
def ready(province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        return dossier, template(town)


def page_of(client, dossier, row):
    return client.get(f"/ho-so/{dossier.code}/soan-ket-qua/", {"mau": row.pk})


def sent(page, **changes):
    form = page.context["form"]
    data = {field.html_name: field.value() for field in form}
    step = page.context["page"].run.pk
    return {**data, "step": step, **changes}


def post(client, dossier, row, data):
    return client.post(f"/ho-so/{dossier.code}/soan-ket-qua/?mau={row.pk}", data)


def read(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return words_of(PdfReader(io.BytesIO(content)))


def test_the_template_comes_filled_in_and_empty_lines_are_left_out(client, ready, town):
    dossier, row = ready
    browser = client.sign_in(town.officer)
    assert row.name in browser.get(f"/ho-so/{dossier.code}/soan-ket-qua/").content.decode()
    page = page_of(browser, dossier, row)
    body = page.context["form"]["body"].value()
    assert body.startswith(f"> Kính gửi: **{dossier.applicant_name}**\nHồ sơ {dossier.code} về ")
    assert "Căn cứ" not in body  # the procedure of the test names none


def test_what_the_official_wrote_is_looked_at_then_kept_as_the_draft(client, province, ready, town):
    dossier, row = ready
    browser = client.sign_in(town.officer)
    page = page_of(browser, dossier, row)
    data = sent(page, body="> **Quyết nghị**\nĐồng ý {tat_ca} <b>x</b>.")
    look = post(browser, dossier, row, {**data, "look": "1"})
    html = look.content.decode()
    assert look.status_code == 200
    assert "Đồng ý {tat_ca} &lt;b&gt;x&lt;/b&gt;." in html
    with tenant_scope(province):
        assert not ResultDraft.objects.exists()
    assert post(browser, dossier, row, {**data, "keep": "1"}).status_code == 302
    with tenant_scope(province):
        file = DossierFile.objects.get(dossier=dossier, kind="draft")
        assert Result.objects.get(dossier=dossier).drafted_by == town.officer
    words = read(browser.get(f"/ho-so/{dossier.code}/tep/{file.pk}/"))
    for told in ("Quyết nghị", "Đồng ý {tat_ca} <b>x</b>.", "Số: ……/……", "Nơi nhận"):
        assert squeezed(told) in words
    page = browser.get(f"/ho-so/{dossier.code}/")
    assert f"/ho-so/{dossier.code}/ket-qua.pdf" not in page.content.decode()
    assert browser.get(f"/ho-so/{dossier.code}/ket-qua.pdf").status_code == 404


def test_the_released_result_carries_number_date_and_who_signed(client, province, ready, town):
    dossier, row = ready
    browser = client.sign_in(town.officer)
    page = page_of(browser, dossier, row)
    post(browser, dossier, row, sent(page, keep="1"))
    with tenant_scope(province):
        actors = {
            "process": town.officer, "review": town.head, "approve": town.leader,
            "release": town.records_clerk,
        }  # fmt: skip
        while (step := open_step(dossier)).kind != "return":
            act = processing.approve if step.kind in ("review", "approve") else processing.forward
            act(dossier.pk, actor=actors[step.kind])
        result = Result.objects.get(dossier=dossier)
    html = browser.get(f"/ho-so/{dossier.code}/").content.decode()
    assert f"/ho-so/{dossier.code}/ket-qua.pdf" in html
    words = read(browser.get(f"/ho-so/{dossier.code}/ket-qua.pdf"))
    today = timezone.localdate()
    for told in (result.number, town.leader.full_name, dossier.applicant_name, f"năm {today.year}"):
        assert squeezed(told) in words
    with tenant_scope(province):
        form_words.withdraw(row.pk, actor=town.editor)
    assert read(browser.get(f"/ho-so/{dossier.code}/ket-qua.pdf")) == words


def test_a_procedures_own_template_comes_first_and_another_ones_never(province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        make_procedure("1.000009", units=[town.agency])
        template(town, "Chung")
        template(town, "Riêng", subject=dossier.procedure.code)
        template(town, "Của thủ tục khác", subject="1.000009")
        newer = template(town, "Chung", body=BODY + "\nMới.")
        found = form_words.templates_on(dossier.procedure.code, timezone.localdate())
        assert [row.name for row in found] == ["Riêng", "Chung"]
        assert found[1] == newer


def test_who_may_not_draft_is_refused_and_a_stale_page_too(client, province, ready, town):
    dossier, row = ready
    assert client.sign_in(town.outsider).get(
        f"/ho-so/{dossier.code}/soan-ket-qua/"
    ).status_code == 404  # fmt: skip
    assert client.sign_in(town.clerk).get(
        f"/ho-so/{dossier.code}/soan-ket-qua/"
    ).status_code == 403  # fmt: skip
    browser = client.sign_in(town.officer)
    data = sent(page_of(browser, dossier, row), step="1", keep="1")
    assert post(browser, dossier, row, data).status_code == 409
    assert post(browser, dossier, row, sent(page_of(browser, dossier, row), body="", keep="1"))\
        .status_code == 422  # fmt: skip


def test_an_uploaded_draft_takes_the_place_of_a_written_one(client, province, ready, town):
    dossier, row = ready
    browser = client.sign_in(town.officer)
    post(browser, dossier, row, sent(page_of(browser, dossier, row), keep="1"))
    post(browser, dossier, row, sent(page_of(browser, dossier, row), title="Hai", keep="1"))
    with tenant_scope(province):
        files = DossierFile.objects.filter(dossier=dossier, kind="draft").order_by("pk")
        assert [file.replaced_at is None for file in files] == [False, True]
        assert ResultDraft.objects.count() == 2


def test_a_finished_text_takes_braces_as_words():
    blocks = blocks_of("{ten?} {x} **đậm** }\n- lùi")
    told = ["".join(piece["text"] for piece in block["halves"][0]) for block in blocks]
    assert told == ["{ten?} {x} đậm }", "lùi"]
    assert [block["kind"] for block in blocks] == ["line", "part"]


def test_the_editor_names_a_template_and_its_procedure_must_exist(client, province, town):
    with tenant_scope(province):
        code = assigned(town).procedure.code
    editor = client.sign_in(town.editor)
    address = editor.post("/quan-tri/mau-giay-to/KQ/portal/soan/")["Location"]
    page = editor.get(address)
    form = page.context["form"]
    data = {field.html_name: field.value() or "" for field in form} | {"seen": page.context["seen"]}
    assert editor.post(address, data).status_code == 422  # no name
    wrong = editor.post(address, {**data, "name": "Mẫu", "subject": "9.999999"})
    assert list(wrong.context["form"].errors) == ["subject"]
    assert editor.post(address, {**data, "name": "Mẫu", "subject": code}).status_code == 302
    page = editor.get(address)
    day = f"{timezone.localdate():%d/%m/%Y}"
    published = editor.post(
        f"{address}cong-bo/",
        {"valid_from": day, "source": "QĐ 12", "seen": page.context["digest"]},
    )
    assert published.status_code == 302
    assert "Mẫu" in editor.get("/quan-tri/mau-giay-to/KQ/").content.decode()

"""Blank forms to download: of published versions, exactly these files, and old ones stay."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.models import StoredFile
from files.services import FileGone, store
from onestop.models import Procedure, ProcedureComponent
from onestop.services import catalogue as services
from onestop.services.catalogue import ComponentData, Content
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.onestop.test_catalogue_pages import form_data

NEW = "/quan-tri/thu-tuc/moi/"
PAGE = "/thu-tuc/1.000009/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def keeper(client, town):
    return client.sign_in(town.editor)


def a_blank(name="don.docx"):
    return SimpleUploadedFile(name, corpus.docx())


def publish(province, town, on=None):
    with tenant_scope(province):
        procedure = Procedure.objects.get(code="1.000009")
        services.publish(procedure.pk, on=on or timezone.localdate(), actor=town.editor)


def made(client, province, town, **changes):
    """A published procedure whose paper has a form; the address of the form."""
    data = form_data(units=[town.agency.pk], **{"papers-0-upload": a_blank()} | changes)
    assert client.post(NEW, data).status_code == 302
    publish(province, town)
    return address(province, "don.docx")


def address(province, name):
    with tenant_scope(province):
        paper = ProcedureComponent.objects.filter(blank_form__name=name).order_by("pk").last()
        return f"{PAGE}mau-don/{paper.pk}/"


def edit_data(client, **changes):
    """The page of the next version as a browser would send it."""
    papers = client.get("/quan-tri/thu-tuc/1.000009/sua/").context["forms"].papers
    kept = {
        f"{form.prefix}-{name}": form[name].value()
        for form in papers.forms
        for name in ("name", "order", "originals", "copies", "blank_form_id")
        if form[name].value() is not None
    }
    data = {**form_data(), **kept, "papers-TOTAL_FORMS": "2", "papers-INITIAL_FORMS": "2"}
    del data["code"]
    return {**data, "is_required": "on", **changes}


def test_a_citizen_downloads_the_form_of_a_published_procedure(client, keeper, province, town):
    url = made(keeper, province, town)
    client.cookies.clear()
    page = client.get(PAGE).text
    assert url in page
    assert "don.docx" in page
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == corpus.docx()
    assert 'attachment; filename="don.docx"' in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_form_of_a_draft_or_of_a_day_to_come_is_not_public(client, keeper, province, town):
    data = form_data(units=[town.agency.pk], **{"papers-0-upload": a_blank()})
    keeper.post(NEW, data)
    url = address(province, "don.docx")
    client.cookies.clear()
    assert client.get(url).status_code == 404
    publish(province, town, on=timezone.localdate() + dt.timedelta(days=3))
    assert client.get(url).status_code == 404


def test_an_old_version_keeps_its_form_and_the_new_one_has_its_own(client, keeper, province, town):
    old = made(keeper, province, town)
    data = edit_data(keeper, units=[town.agency.pk], **{"papers-1-upload": a_blank("don-moi.docx")})
    assert keeper.post("/quan-tri/thu-tuc/1.000009/sua/", data).status_code == 302
    publish(province, town)
    new = address(province, "don-moi.docx")
    assert new != old
    page = client.get(PAGE).text
    assert new in page
    assert old not in page
    for url in (old, new):
        answer = client.get(url)
        assert answer.status_code == 200
        list(answer)


def test_a_form_is_kept_taken_away_and_no_other_file_can_be_named(keeper, province, town):
    made(keeper, province, town)
    edit = "/quan-tri/thu-tuc/1.000009/sua/"
    keeper.post(edit, edit_data(keeper))
    with tenant_scope(province):
        draft = services.waiting_draft(Procedure.objects.get(code="1.000009").pk)
        assert [each.blank_form_id is None for each in draft.components.all()] == [True, False]
        secret = store(a_blank("bi-mat.docx"), actor=town.clerk)
        StoredFile.objects.filter(pk=secret.pk).update(claimed_at=timezone.now())
    stolen = edit_data(keeper, **{"papers-0-blank_form_id": str(secret.pk)})
    keeper.post(edit, stolen)
    with tenant_scope(province):
        assert not ProcedureComponent.objects.filter(blank_form=secret).exists()
    keeper.post(edit, edit_data(keeper, **{"papers-1-drop_blank": "on"}))
    with tenant_scope(province):
        draft = services.waiting_draft(Procedure.objects.get(code="1.000009").pk)
        assert {each.blank_form_id for each in draft.components.all()} == {None}


def test_the_service_itself_takes_no_file_of_others(province, town):
    with tenant_scope(province):
        secret = store(a_blank(), actor=town.clerk)
        content = Content({"name": "X", "field": "Y", "level": "tinh", "agency_name": "Z"}, [],
                          [ComponentData("Đơn", blank_form_id=secret.pk)], [])  # fmt: skip
        with pytest.raises(FileGone):
            services.create_procedure("1.000008", content, actor=town.editor)


def test_a_file_that_the_checks_refuse_is_no_form(keeper, town):
    bad = SimpleUploadedFile("don.docx", b"MZ not a document")
    data = form_data(units=[town.agency.pk], **{"papers-0-upload": bad})
    answer = keeper.post(NEW, data)
    assert answer.status_code == 422
    assert answer.context["forms"].papers.forms[0].errors["upload"]


def test_no_other_number_opens_a_file(client, keeper, province, town):
    url = made(keeper, province, town)
    with tenant_scope(province):
        plain = ProcedureComponent.objects.get(blank_form=None)
        stored = StoredFile.objects.get()
    client.cookies.clear()
    for number in (plain.pk, 999_999_999, 0):
        assert client.get(f"{PAGE}mau-don/{number}/").status_code == 404
    if f"/mau-don/{stored.pk}/" not in url:
        assert client.get(f"{PAGE}mau-don/{stored.pk}/").status_code == 404
    assert client.get(url.replace("1.000009", "1.000001")).status_code == 404


def test_another_province_does_not_have_it(keeper, other_client, province, town):
    assert other_client.get(made(keeper, province, town)).status_code == 404

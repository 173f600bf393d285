"""Files of an act are checked and stored before the dossier is locked, after access is checked."""

import threading
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from files import services
from files.models import StoredFile
from onestop.models import Dossier, DossierFile, FileKind
from onestop.services import waiting
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.files import corpus
from tests.onestop.acts import far
from tests.onestop.dossiers import assigned
from tests.onestop.racing import PATIENCE
from tests.people import make_person


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def url_of(dossier, slug):
    return reverse("onestop:dossier_act", args=[dossier.code, slug])


def sent(dossier, **words):
    return {"step": dossier.step_id or "", **words}


def a_file():
    return SimpleUploadedFile("du-thao.pdf", corpus.pdf())


def a_draft(dossier):
    return sent(dossier, kind="draft", uploads=a_file())


def meanwhile(stage, dossier, person, act):
    """What the upload of a person answers when `act` is done while his file is looked at."""
    province, _town = stage
    looked_at, looked_through = threading.Event(), threading.Event()
    check = services.check

    def slow_check(*args):
        looked_at.set()
        assert looked_through.wait(timeout=PATIENCE)
        return check(*args)

    def upload():
        try:
            browser = HostClient(province).sign_in(person)
            return browser.post(url_of(dossier, "du-thao"), a_draft(dossier))
        finally:
            connection.close()

    with mock.patch.object(services, "check", slow_check), ThreadPoolExecutor(1) as other_window:
        waiting_for = other_window.submit(upload)
        try:
            assert looked_at.wait(timeout=PATIENCE)
            act()
        finally:
            looked_through.set()
        return waiting_for.result(timeout=PATIENCE)


def drafts_of(dossier):
    return DossierFile.objects.filter(dossier=dossier, kind=FileKind.DRAFT).count()


@pytest.mark.slow
def test_others_act_while_a_file_is_looked_at_and_the_later_one_is_told(stage):
    province, town = stage
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=assigned(town).pk)
        second = make_person("official", town.division)

    def hand_on():
        browser = HostClient(province).sign_in(town.leader)
        answer = browser.post(url_of(dossier, "phan-cong"), sent(dossier, person=second.pk))
        assert answer.status_code == 302

    answer = meanwhile(stage, dossier, town.officer, hand_on)
    assert answer.status_code == 409
    assert second.full_name in answer.text
    with tenant_scope(province):
        assert Dossier.objects.get(pk=dossier.pk).holder == second
        assert (drafts_of(dossier), StoredFile.objects.count()) == (0, 0)


def test_a_step_closed_meanwhile_takes_no_file(stage):
    province, town = stage
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=assigned(town).pk)

    def pass_on():
        browser = HostClient(province).sign_in(town.officer)
        assert browser.post(url_of(dossier, "chuyen-buoc"), sent(dossier)).status_code == 302

    assert meanwhile(stage, dossier, town.officer, pass_on).status_code == 409
    with tenant_scope(province):
        assert (drafts_of(dossier), StoredFile.objects.count()) == (0, 0)


def test_nobody_acted_meanwhile_and_the_file_is_on_the_dossier(stage):
    province, town = stage
    with tenant_scope(province):
        dossier = Dossier.objects.get(pk=assigned(town).pk)
    assert meanwhile(stage, dossier, town.officer, lambda: None).status_code == 302
    with tenant_scope(province):
        assert drafts_of(dossier) == 1


@pytest.mark.parametrize(
    ("who", "status"), [("outsider", 404), ("overseer", 403), ("clerk", 409), ("head", 409)]
)
def test_nothing_is_looked_at_of_who_may_not_act(client, province, town, who, status):
    with tenant_scope(province):
        dossier = assigned(town)
    client.sign_in(getattr(town, who))
    with mock.patch.object(services, "check", side_effect=AssertionError("looked at")):
        answer = client.post(url_of(dossier, "du-thao"), a_draft(dossier))
    assert answer.status_code == status


def test_nothing_is_looked_at_when_the_page_is_of_another_step(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
    client.sign_in(town.officer)
    with mock.patch.object(services, "check", side_effect=AssertionError("looked at")):
        answer = client.post(url_of(dossier, "du-thao"), {**a_draft(dossier), "step": 1})
    assert answer.status_code == 409


def test_papers_that_come_later_keep_their_files(client, province, town):
    with tenant_scope(province):
        dossier = assigned(town)
        waiting.ask_supplement(
            dossier.pk, actor=town.officer, items=["Ảnh"], reason="Thiếu", apply_by=far()
        )
    client.sign_in(town.clerk)
    answer = client.post(url_of(dossier, "nhan-bo-sung"), sent(dossier, note="", scans=a_file()))
    assert answer.status_code == 302
    with tenant_scope(province):
        assert DossierFile.objects.filter(dossier=dossier, kind=FileKind.PAPER).count() == 1

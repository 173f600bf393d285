"""Dossiers that no official has seen yet: written once, whoever sends them how often."""

from unittest import mock

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditEntry
from files.services import FileGone, store
from onestop.models import Dossier, DossierFile
from onestop.services import intake
from onestop.services.reception import PaperFacts
from onestop.states import Status
from papers.models import Counter
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.onestop.dossiers import facts, the_procedure
from tests.onestop.racing import at_once


def sent(town, key="a-page", actor=None, **changes):
    page = facts(the_procedure(town).current_version, town, **changes)
    return intake.submit(page, actor=actor, key=key)


def a_file(actor=None):
    return store(SimpleUploadedFile("anh.png", corpus.image()), actor=actor).pk


@pytest.mark.usefixtures("scope")
def test_what_was_sent_twice_with_one_key_is_one_dossier(town):
    first, again = sent(town), sent(town)
    assert again.pk == first.pk
    assert (first.status, first.accepted_at) == (Status.NEW, None)
    assert AuditEntry.objects.filter(action="dossier.arrived").count() == 1
    assert sent(town, key="another page").pk != first.pk


@pytest.mark.usefixtures("scope")
def test_two_senders_with_the_same_key_do_not_meet(town):
    mine = sent(town)
    theirs = sent(town, actor=town.clerk)
    assert mine.pk != theirs.pk


@pytest.mark.usefixtures("scope")
def test_a_sender_who_does_not_see_the_receiving_unit_sends_nothing(town):
    with pytest.raises(PermissionDenied):
        sent(town, actor=town.outsider)
    assert not Dossier.objects.exists()


@pytest.mark.usefixtures("scope")
def test_the_files_of_a_citizen_hang_on_the_dossier_and_those_of_officials_cannot(
    town, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    papers = (PaperFacts("Tờ khai", file_ids=(a_file(),)),)
    dossier = sent(town, papers=papers)
    row = DossierFile.objects.get(dossier=dossier)
    assert (row.added_by, row.stored.uploaded_by, row.stored.claimed_at is None) == (
        None, None, False
    )  # fmt: skip
    theirs = (PaperFacts("Tờ khai", file_ids=(a_file(town.clerk),)),)
    with pytest.raises(FileGone):
        sent(town, key="stolen", papers=theirs)


def send_at_once(stage, key):
    province, town = stage
    with tenant_scope(province):
        page = facts(the_procedure(town).current_version, town)
    outcome = at_once(province, lambda _n: intake.submit(page, actor=None, key=key).pk, 8)
    with tenant_scope(province):
        number = Counter.objects.get(unit=page.competent_unit_id, series="dossier").last
        return outcome, Dossier.objects.count(), number


@pytest.mark.slow
def test_one_page_sent_8_times_at_once_is_one_dossier_and_one_number(stage):
    outcome, made, number = send_at_once(stage, "once")
    assert (outcome.faults, len(set(outcome.won)), made, number) == ([], 1, 1, 1)


@pytest.mark.slow
def test_control_without_its_key_the_same_page_makes_many(stage):
    outcome, made, _number = send_at_once(stage, None)
    assert made == len(set(outcome.won)) > 1


@pytest.mark.usefixtures("scope")
def test_a_key_used_while_we_looked_is_found_by_the_database(town):
    first = sent(town)
    with mock.patch.object(intake, "_submitted_with", return_value=None):
        assert sent(town).pk == first.pk
    assert Dossier.objects.count() == 1

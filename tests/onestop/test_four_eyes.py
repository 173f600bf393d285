"""Who signs is none of those who prepared what he signs, whatever hands it went through since."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.services import store
from onestop.models import Process, ProcessStep
from onestop.services import assignment, processing
from onestop.services.processing import NeedsAnotherPerson
from organizations.services import positions
from tests.files import corpus
from tests.onestop.dossiers import assigned, open_step, the_procedure
from tests.people import make_person

pytestmark = pytest.mark.usefixtures("scope")


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def a_draft(actor):
    return store(SimpleUploadedFile("du-thao.pdf", corpus.pdf()), actor=actor).pk


def drafted_by_the_head(town):
    """The head took the work over, wrote the draft and gave the dossier back."""
    dossier = assignment.take_over(assigned(town).pk, actor=town.head)
    processing.add_draft(dossier.pk, actor=town.head, file_ids=[a_draft(town.head)])
    return assignment.assign(dossier.pk, actor=town.leader, person_id=town.officer.pk)


def test_the_author_of_the_draft_does_not_approve_it_after_another_passed_it_on(town):
    dossier = drafted_by_the_head(town)
    dossier = processing.forward(dossier.pk, actor=town.officer)
    assert open_step(dossier).kind == "review"
    with pytest.raises(NeedsAnotherPerson):
        processing.approve(dossier.pk, actor=town.head)


def test_who_wrote_a_draft_that_was_replaced_may_approve_the_new_one(town):
    dossier = drafted_by_the_head(town)
    dossier = processing.forward(dossier.pk, actor=town.officer, draft_ids=[a_draft(town.officer)])
    dossier = processing.approve(dossier.pk, actor=town.head)
    assert open_step(dossier).kind == "approve"


def with_steps(town, *kinds):
    """From now on the procedure takes this way."""
    process = Process.objects.create(
        procedure=the_procedure(town), number=7, state="active", valid_from=timezone.localdate(),
        limit_amount=10, limit_unit="working_days",
    )  # fmt: skip
    ProcessStep.objects.bulk_create(
        ProcessStep(
            process=process, order=order, kind=kind, name=kind, role="official",
            share_amount=None if kind == "return" else Decimal(2),
            share_unit="" if kind == "return" else "working_days",
        )
        for order, kind in enumerate(kinds, 1)
    )  # fmt: skip


def test_the_first_of_two_who_appraised_does_not_approve(town):
    with_steps(town, "receive", "assign", "process", "consult", "approve", "return")
    dossier = assignment.take_over(assigned(town).pk, actor=town.leader)
    dossier = processing.forward(dossier.pk, actor=town.leader)
    dossier = processing.forward(dossier.pk, actor=make_person("official", town.division))
    assert open_step(dossier).kind == "approve"
    with pytest.raises(NeedsAnotherPerson):
        processing.approve(dossier.pk, actor=town.leader)


def test_who_may_not_approve_reads_who_may(town):
    dossier = processing.forward(drafted_by_the_head(town).pk, actor=town.officer)
    deputy = make_person("leader", town.agency, title="Phó Giám đốc")
    no_field = make_person("leader", town.agency, full_name="Lý Hết Hạn")
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    positions.assign_field(
        no_field.pk, town.agency.pk, actor=town.agency_admin, field="Y tế",
        valid_from=yesterday, valid_to=yesterday,
    )  # fmt: skip
    with pytest.raises(NeedsAnotherPerson) as told:
        processing.approve(dossier.pk, actor=town.head)
    for person in (town.leader, deputy):
        assert person.full_name in str(told.value)
    for person in (no_field, town.head):
        assert person.full_name not in str(told.value)


def test_the_only_leader_reads_that_a_delegation_helps_and_it_does(town):
    with_steps(town, "receive", "assign", "consult", "approve", "return")
    dossier = assignment.take_over(assigned(town).pk, actor=town.leader)
    dossier = processing.forward(dossier.pk, actor=town.leader)
    with pytest.raises(NeedsAnotherPerson, match="Delegate the approval to another"):
        processing.approve(dossier.pk, actor=town.leader)
    today = timezone.localdate()
    positions.delegate(
        town.leader.pk, town.head.pk, town.agency.pk, actor=town.leader, role="leader",
        reason="prevented", note="Giấy ủy quyền số 3", valid_from=today, valid_to=today,
    )  # fmt: skip
    with pytest.raises(NeedsAnotherPerson, match=town.head.full_name):
        processing.approve(dossier.pk, actor=town.leader)
    assert processing.approve(dossier.pk, actor=town.head)

"""Who signs is none of those who prepared what he signs, whatever hands it went through since."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.services import store
from onestop.models import Process, ProcessStep
from onestop.services import assignment, processing
from onestop.services.processing import NeedsAnotherPerson
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


def test_the_first_of_two_who_appraised_does_not_approve(town):
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
        for order, kind in enumerate(
            ["receive", "assign", "process", "consult", "approve", "return"], 1
        )
    )  # fmt: skip
    dossier = assignment.take_over(assigned(town).pk, actor=town.leader)
    dossier = processing.forward(dossier.pk, actor=town.leader)
    dossier = processing.forward(dossier.pk, actor=make_person("official", town.division))
    assert open_step(dossier).kind == "approve"
    with pytest.raises(NeedsAnotherPerson):
        processing.approve(dossier.pk, actor=town.leader)

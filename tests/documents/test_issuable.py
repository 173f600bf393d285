"""What is known to be wrong before a signature or a number is spent on it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from documents.drafting import Content, To
from documents.issuing import Stage
from documents.layouts.fields import with_fields
from documents.layouts.rendering import render
from documents.models import Incoming
from documents.papers_of import pdf_of
from documents.services import addressing, approving, drafting, issuing
from files.services import store
from organizations.access import RefusedError
from tests.documents.desks import registry_of
from tests.documents.drafts import begun, brought_to, heading, other_registry, sign, stored
from tests.documents.layouts.samples import paper
from tests.documents.layouts.test_rendering import rects_of
from tests.documents.layouts.test_uploads import headed
from tests.files import corpus

TOGETHER = [["quyet-dinh", "bao-cao"]]
YESTERDAY = dt.timedelta(days=-1)


def test_a_draft_is_of_a_unit_of_the_body(scope, town):
    with pytest.raises(DomainError, match="Choose a unit"):
        drafting.begin(
            heading(town), Content(body="x"), registry_id=registry_of(town).pk,
            unit_id=town.other_agency.pk, actor=town.outsider,
        )  # fmt: skip


def _pass(outgoing, town, pdf=None):
    clerk = town.records_clerk
    paper = stored(clerk) if pdf is None else store(ContentFile(pdf, "a.pdf"), actor=clerk).pk
    return approving.pass_form(outgoing.pk, actor=clerk, version=1, paper_id=paper)


def _close(body):
    body.valid_to = timezone.localdate() + YESTERDAY
    body.save()


def test_what_cannot_be_issued_gets_neither_signature_nor_number(scope, town):
    nobody = brought_to(Stage.FORM, town, receivers=[])
    with pytest.raises(DomainError, match="Say who gets"):
        _pass(nobody, town)
    unread, signed = brought_to(Stage.FORM, town), brought_to(Stage.SIGNED, town)
    _close(other_registry(town))
    for act in (
        lambda: _pass(unread, town),
        lambda: issuing.number(signed.pk, actor=town.records_clerk),
    ):
        with pytest.raises(DomainError, match="take in no more documents"):
            act()


def test_what_is_replaced_is_there_and_is_replaced_once(scope, town):
    old = brought_to(Stage.ISSUED, town)
    first, second = (brought_to(Stage.FORM, town, replaces_id=old.pk) for _each in range(2))
    _pass(first, town)
    with pytest.raises(DomainError, match="Another draft"):
        _pass(second, town)
    sign(first.pk, town.leader)
    issuing.recall(old.pk, actor=town.records_clerk, reason="Sai")
    with pytest.raises(DomainError, match="can no longer be replaced"):
        issuing.number(first.pk, actor=town.records_clerk)
    with pytest.raises(DomainError, match="can no longer be replaced"):
        _pass(second, town)


def test_the_clerk_chooses_receivers_anew_until_it_is_issued(scope, town):
    outgoing, clerk = brought_to(Stage.SEALED, town), town.records_clerk
    closed = other_registry(town)
    heir = registry_of(unit=town.other_agency, code="H99.9", name="Sở Kế thừa")
    _close(closed)
    with pytest.raises(RefusedError):
        addressing.readdress(outgoing.pk, actor=town.officer, receivers=[To(registry_id=heir.pk)])
    for wrong, words in (([], "Say who gets"), ([To(registry_id=closed.pk)], "no more documents")):
        with pytest.raises(DomainError, match=words):
            addressing.readdress(outgoing.pk, actor=clerk, receivers=wrong)
    addressing.readdress(outgoing.pk, actor=clerk, receivers=[To(registry_id=heir.pk)])
    told = AuditEntry.objects.get(action="outgoing.readdressed").data
    assert (told["old"], told["to"]) == ([closed.name], [heir.name])
    issuing.issue(outgoing.pk, actor=clerk)
    assert Incoming.objects.get(dispatches__outgoing=outgoing).registry == heir
    with pytest.raises(AlreadyDone):
        addressing.readdress(outgoing.pk, actor=clerk, receivers=[To(registry_id=heir.pk)])
    drafted = begun(town, receivers=[To(registry_id=heir.pk)])
    with pytest.raises(AlreadyDone):
        addressing.readdress(drafted.pk, actor=clerk, receivers=[To(registry_id=heir.pk)])


def test_a_paper_that_cannot_show_its_number_is_not_passed(scope, town):
    outgoing = brought_to(Stage.FORM, town)
    with pytest.raises(DomainError, match="no empty place"):
        _pass(outgoing, town, corpus.pdf())
    outgoing.refresh_from_db()
    assert (outgoing.stage, outgoing.editions.count()) == (Stage.FORM, 0)


def test_minutes_that_were_uploaded_have_a_date_all_the_same(scope, town):
    def passed(**how):
        return _pass(brought_to(Stage.FORM, town, type="bien-ban", **how), town, numbered_only)

    numbered_only = render(paper("bien-ban"))
    assert passed().stage == Stage.SIGNING
    with pytest.raises(DomainError, match="no empty place"):
        passed(uploaded_id=stored(town.officer))


def test_an_uploaded_paper_is_signed_above_its_signers_name(scope, town):
    town.leader.full_name = "Trần Thị Ngọc Ánh"
    town.leader.save()
    upload = store(ContentFile(headed(), "bc.pdf"), actor=town.officer).pk
    outgoing = begun(town, uploaded_id=upload)
    pdf = pdf_of(outgoing, outgoing.drafts.get())
    known, unknown = (
        rects_of(with_fields(headed(), signer=each))["nguoi_ky"]
        for each in ("Trần Thị Ngọc Ánh", "")
    )
    assert rects_of(pdf)["nguoi_ky"] == known != unknown


def test_an_annex_that_is_left_out_stays_with_the_versions_that_had_it(scope, town):
    annexes = [stored(town.officer, f"pl{number}.pdf") for number in (1, 2)]
    outgoing = begun(town, annex_ids=annexes)
    kept, gone = outgoing.annexes.order_by("order")

    def revise(version, annexes):
        drafting.revise(
            outgoing.pk, heading(town), Content(body="B"), actor=town.officer, version=version,
            kept_annexes=annexes,
        )  # fmt: skip

    revise(1, [kept.pk])
    assert issuing.files_of(outgoing) == [kept.stored]
    revise(2, [kept.pk, gone.pk])  # from an old page: what is gone does not come back
    assert issuing.files_of(outgoing) == [kept.stored]
    revise(3, [])
    assert issuing.files_of(outgoing) == []
    left = outgoing.annexes.order_by("order").values_list("until_version", flat=True)
    assert list(left) == [3, 1]

"""An issued document as a message: what the receivers would read of it."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone

from common.errors import DomainError
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Outgoing, Registry
from documents.services import issuing
from exchange.edxml.incoming import letter_of, take
from exchange.edxml.messages import Kind, Priority
from exchange.edxml.outgoing import message_of
from exchange.edxml.reading import read
from exchange.edxml.writing import write
from files.models import ScanState
from tenancy.scope import tenant_scope
from tests.documents.desks import entered, registry_of
from tests.documents.drafts import brought_to, other_registry
from tests.exchange.edxml.samples import message
from tests.people import make_town

OUTSIDE = To(organ_code="G22", organ_name="Văn phòng Chính phủ")


def both(town):
    return [To(registry_id=other_registry(town).pk), OUTSIDE]


def placed(town):
    """Of a unit whose papers name a place."""
    town.agency.place = "Nha Trang"
    town.agency.save()
    return town


def back(outgoing):
    """As a receiver reads it."""
    fresh = Outgoing.objects.select_related("registry__unit", "signer").get(pk=outgoing.pk)
    return read(write(message_of(fresh)), unsigned=True)


def test_a_receiver_reads_what_the_register_says(scope, town):
    asked = timezone.localdate() + dt.timedelta(days=5)
    outgoing = brought_to(
        Stage.ISSUED, placed(town), receivers=both(town), urgency=2, answer_by=asked, copies=3,
        note="Thay giấy mời hôm trước",
    )  # fmt: skip
    found = back(outgoing)
    assert found.document_id == outgoing.document_id
    assert (found.reference, found.promulgated_on) == (outgoing.reference, outgoing.issued_on)
    assert [each.organ_id for each in found.receivers] == [other_registry(town).code, "G22"]
    assert (found.sender.organ_id, found.place) == (registry_of(town).code, "Nha Trang")
    assert (found.type.name, found.type.number) == ("Báo cáo", 14)
    assert (found.other.priority, found.business.kind) == (Priority.VERY_URGENT, Kind.NEW)
    assert found.signatory.position == "Giám đốc"
    assert len(found.attachments) == 1
    assert (found.due_on, found.other.pages, found.other.copies) == (asked, 1, 3)
    inside = letter_of(found)
    assert inside == issuing.letter_of(outgoing)  # the same line, by whatever way it comes


def test_codes_in_force_are_written_also_of_what_was_issued_before_a_new_coding(scope, town):
    receivers = [To(organ_code="000.00.00.G22", organ_name="Văn phòng Chính phủ")]
    outgoing = brought_to(Stage.ISSUED, placed(town), receivers=receivers)
    Registry.objects.filter(pk=outgoing.registry_id).update(code="H32.99")
    found = back(outgoing)
    assert [each.organ_id for each in found.receivers] == ["G22"]
    assert (found.sender.organ_id, found.document_id) == ("H32.99", outgoing.document_id)


def test_what_came_inside_already_is_not_taken_in_again_from_the_bus(scope, town):
    outgoing = brought_to(Stage.ISSUED, placed(town))
    [taken] = take(back(outgoing)).taken
    assert (taken.is_new, taken.incoming.dispatches.get().outgoing_id) == (False, outgoing.pk)


def test_what_it_answers_and_replaces_is_named(scope, town):
    to_us = message(receivers=(type(message().sender)(registry_of(town).code, "Sở"),))
    asked = take(to_us).taken[0].incoming
    old = brought_to(Stage.ISSUED, placed(town), receivers=both(town))
    new = brought_to(Stage.ISSUED, town, receivers=both(town), replaces_id=old.pk)
    Outgoing.objects.filter(pk=new.pk).update(answers=asked)
    found = back(new)
    [answered], [replaced] = found.response_for, found.business.replacements
    assert (answered.organ_id, answered.document_id) == ("G22", to_us.document_id)
    assert (found.business.kind, replaced.document_id) == (Kind.REPLACE, old.document_id)
    assert replaced.organ_ids == (other_registry(town).code, "G22")
    Outgoing.objects.filter(pk=new.pk).update(answers=entered(town))  # on paper
    assert back(new).response_for == ()


def test_a_recall_has_its_reason_and_no_files(scope, town):
    outgoing = brought_to(Stage.ISSUED, placed(town), receivers=both(town))
    issuing.recall(outgoing.pk, actor=town.records_clerk, reason="Sai thể thức")
    found = back(outgoing)
    assert found.business.kind == Kind.RECALL
    assert (found.business.reason, found.business.document_id) == (
        "Sai thể thức", outgoing.document_id,
    )  # fmt: skip
    assert found.attachments == ()


def test_what_is_not_issued_or_infected_is_not_sent(scope, town, settings):
    sealed = brought_to(Stage.SEALED, placed(town))
    with pytest.raises(DomainError, match="not issued"):
        message_of(sealed)
    issued = issuing.issue(sealed.pk, actor=town.records_clerk)
    stored = issuing.files_of(issued)[0]
    stored.scan_state, stored.virus = ScanState.INFECTED, "Eicar"
    stored.scanned_at = stored.uploaded_at
    stored.save()
    with pytest.raises(DomainError, match="Eicar"):
        message_of(issued)


def test_more_receivers_cost_no_more_statements(scope, town, django_assert_num_queries):
    outside = [To(organ_code=f"A{n}", organ_name="Bộ") for n in range(10, 30)]
    for receivers in (outside[:1], outside):
        outgoing = brought_to(Stage.ISSUED, placed(town), receivers=receivers)
        fresh = Outgoing.objects.select_related("registry__unit", "signer").get(pk=outgoing.pk)
        with django_assert_num_queries(4):
            message_of(fresh)


@pytest.fixture
def stage(fresh_province):
    with tenant_scope(fresh_province):
        town = make_town()
        town.agency.code = "H32.05"
        placed(town)
        outgoing = brought_to(Stage.ISSUED, town, receivers=[OUTSIDE])
    return fresh_province, outgoing


def test_the_command_prints_the_message_and_refuses_in_a_sentence(stage, tmp_path, capsys):
    province, outgoing = stage
    for code in (outgoing.document_id, outgoing.reference.lower()):
        call_command("edxml_export", code, "--province", province.code)
        printed = capsys.readouterr().out.encode()
        assert read(printed, unsigned=True).document_id == outgoing.document_id
    path = tmp_path / "a.edxml"
    call_command(
        "edxml_export", outgoing.reference, "--province", province.code, "--output", str(path)
    )
    assert path.read_bytes() == printed.rstrip(b"\n")
    assert [each.name for each in tmp_path.iterdir()] == ["a.edxml"]
    with pytest.raises(SystemExit) as end:
        call_command("edxml_export", "99/X", "--province", province.code)
    assert (end.value.code, capsys.readouterr().err) == (
        2, "edxml_export: there is no document 99/X with a number.\n",
    )  # fmt: skip

"""What the agency and the committee read of a dossier on their pages."""

from __future__ import annotations

import pytest

from documents.drafting import Content, Heading, To
from documents.models import Incoming
from documents.queries.submissions import of_incoming, of_outgoing
from documents.services import arrivals, drafting, submitting
from documents.services.submitting import Sheet
from documents.submissions import Role
from tests.documents.committee import carried, committee_of, drafted, issued, taken_in
from tests.documents.drafts import other_registry, stored


@pytest.fixture
def committee(scope, town):
    return committee_of(town)


def test_the_committee_does_not_read_what_was_taken_out_before(committee, town):
    outgoing = drafted(town, committee)
    secret = Sheet(Role.OTHER, stored(town.officer), title="Ý kiến nội bộ")
    paper = submitting.add_paper(outgoing.pk, secret, actor=town.officer)
    submitting.leave_out(paper.pk, actor=town.officer)
    incoming = taken_in(issued(outgoing, town), committee)
    ours, theirs = of_outgoing(outgoing, town.officer), of_incoming(incoming, committee.official)
    assert "Ý kiến nội bộ" in [each["detail"] for each in ours.context()["events"]]
    assert [str(each["words"]) for each in theirs.context()["events"]] == [
        "Laid before the committee"
    ]


def test_the_agency_reads_of_answers_that_went_to_it(committee, town):
    outgoing = issued(drafted(town, committee), town)
    incoming = taken_in(outgoing, committee)
    heading = Heading(
        "cong-van", "Xin ý kiến", committee.chairman.pk, "Chủ tịch", answers_id=incoming.pk
    )
    asked = drafting.begin(
        heading, Content(body="Xin ý kiến."), registry_id=committee.registry.pk,
        unit_id=committee.registry.unit_id, actor=committee.official,
        receivers=[To(registry_id=other_registry(town).pk)],
    )  # fmt: skip
    carried(asked, committee.official, committee.chairman, committee.chairman, committee.clerk)
    assert of_outgoing(outgoing, town.officer).answers == []
    assert of_incoming(incoming, committee.official).answers == [asked]


def test_what_was_refused_lies_at_the_committee_no_more(committee, town):
    outgoing = issued(drafted(town, committee), town)
    incoming = Incoming.objects.get(dispatches__outgoing=outgoing)
    arrivals.refuse(incoming.pk, actor=committee.clerk, reason="Sai thể thức")
    told = of_outgoing(outgoing, town.officer).context()
    assert (told["state"], told["tone"], told["deadline"]) == ("Refused", "refused", None)

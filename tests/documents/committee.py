"""The People's Committee of the province with its office, and a Tờ trình that an agency lays
before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from documents.drafting import Content, To
from documents.issuing import Stage
from documents.models import Incoming, Outgoing, Registry
from documents.services import approving, arrivals, directing, drafting, issuing, submitting
from documents.services.directing import Receiver
from documents.services.submitting import Sheet
from documents.states import Part
from documents.submissions import Role
from organizations.models import User
from tests.documents.desks import registry_of
from tests.documents.drafts import begun, seal, sign, stored
from tests.people import Town, make_person, make_unit

TEXT = "Điều 1. Ban hành kèm theo Quyết định này Quy chế."


@dataclass(frozen=True)
class Committee:
    """Its registry lies in the office."""

    registry: Registry
    chairman: User
    clerk: User
    official: User


def committee_of(town: Town) -> Committee:
    office = make_unit(f"{town.root.code}.00", parent=town.root, name="Văn phòng UBND tỉnh")
    registry = registry_of(
        unit=office, name="UBND tỉnh Khánh Hòa", symbol="UBND", code=f"{town.root.code}.00.9"
    )
    return Committee(
        registry, make_person("body_leader", office, title="Chủ tịch"),
        make_person("clerk", office), make_person("official", office),
    )  # fmt: skip


def drafted(town: Town, committee: Committee, **changes: Any) -> Outgoing:
    """The officer's Tờ trình to the committee, with a dossier of a draft and a report."""
    to = changes.pop("receivers", [To(registry_id=committee.registry.pk)])
    outgoing = begun(
        town, type="to-trinh", subject="Ban hành quy chế", receivers=to,
        content=Content(body="Kính trình."), **changes,
    )  # fmt: skip
    officer = town.officer
    report = Sheet(Role.RECEPTION, stored(officer, "tiep-thu.pdf"), title="Báo cáo tiếp thu")
    submitting.add_paper(outgoing.pk, draft_sheet(), actor=officer)
    submitting.add_paper(outgoing.pk, report, actor=officer)
    return outgoing


def draft_sheet(**changes: Any) -> Sheet:
    return Sheet(**{
        "role": Role.DRAFT, "type": "quyet-dinh", "title": "Ban hành Quy chế", "body": TEXT,
        **changes,
    })  # fmt: skip


def issued(outgoing: Outgoing, town: Town) -> Outgoing:
    """A draft of the officer's, brought out by the agency's people."""
    return carried(outgoing, town.officer, town.head, town.leader, town.records_clerk)


def carried(
    outgoing: Outgoing, drafter: User, head: User, signer: User, clerk: User
) -> Outgoing:  # fmt: skip
    """From the draft out of the house."""
    pk = outgoing.pk
    drafting.hand_in(pk, actor=drafter, version=1)
    if Outgoing.objects.get(pk=pk).stage == Stage.CONTENT:
        approving.approve_content(pk, actor=head, version=1)
    approving.pass_form(pk, actor=clerk, version=1, paper_id=stored(clerk))
    sign(pk, signer)
    issuing.number(pk, actor=clerk)
    seal(pk, clerk)
    return issuing.issue(pk, actor=clerk)


def taken_in(outgoing: Outgoing, committee: Committee) -> Incoming:
    """Registered at the committee; the official of its office has it."""
    incoming = Incoming.objects.get(dispatches__outgoing=outgoing, registry=committee.registry)
    arrivals.register(incoming.pk, actor=committee.clerk)
    lead = Receiver(Part.LEAD, committee.registry.unit_id, committee.official.pk)
    return directing.direct(
        incoming.pk, actor=committee.chairman, opinion="Xử lý", receivers=[lead]
    )

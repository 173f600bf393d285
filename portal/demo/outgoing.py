"""Documents that bodies of the demo issued in the months before today, and those under way.

Subjects marked as real in outgoing.toml are of published documents; dates, texts, signers and what
became of each are invented. Everything is made by the services at its hour, and really signed.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from common.urgency import Urgency
from documents.drafting import Content, Heading, To
from documents.models import Assignment, Dispatch, Incoming, Outgoing, Registry
from documents.papers_of import keep_paper, pdf_of
from documents.queries.drafters import signers_of
from documents.rules.appendices import parted
from documents.services import (
    approving,
    arrivals,
    deciding,
    directing,
    drafting,
    handling,
    issuing,
    signing,
    submitting,
)
from documents.services.directing import Receiver
from documents.services.submitting import Sheet
from documents.states import Part
from documents.submissions import Outcome, Role
from organizations.models import Unit, User
from papers.models import SigningCertificate
from papers.signatures.agent.keys import token_of, tokens
from papers.signatures.signers import Pkcs12Signer
from portal.demo import signing as keys
from portal.demo.cast import Cast, find_cast
from portal.demo.clock import Life, Past
from tenancy.models import Province
from tenancy.scope import tenant_scope

FILE = Path(__file__).parent / "outgoing.toml"
TOLD_IN = "H32"  # the province of the story
STAGES = (
    "draft", "content", "form", "signing", "signed", "numbered", "sealed", "issued",
)  # fmt: skip
FAR = ("arrived", "registered", "submitted", "assigned", "in_work", "done")
DEMANDS = ("recall_agreed", "recall_refused")


def make(province: Province) -> None:
    """Once, with the registries and the keys there, before anything else has a number."""
    with tenant_scope(province):
        if province.code != TOLD_IN or Outgoing.objects.exists():
            return
        told = tomllib.loads(FILE.read_text(encoding="utf-8"))
        story = Story(told["bodies"], find_cast())
        for row in told["document"]:
            story.past.begin(story.issue(row), working_days_ago=row["days"])
        story.past.play()
        Outgoing.objects.update(is_sample=True)
        Incoming.objects.update(is_sample=True)


@dataclass
class Body:
    """A body with its people: who drafts, who approves, who keeps the seal, who signs."""

    registry: Registry
    unit: Unit  # that drafts
    drafter: User
    head: User
    clerk: User
    signer: User


@dataclass
class Story:
    """All documents of the story, by their keys."""

    names: dict[str, str]
    cast: Cast
    past: Past = field(default_factory=Past)
    made: dict[str, int] = field(default_factory=dict)  # key of a document → id

    @cached_property
    def keepers(self) -> set[int | None]:
        """Who has a key."""
        return set(SigningCertificate.objects.values_list("person", flat=True))

    @cached_property
    def bodies(self) -> dict[str, Body]:
        found = {each.name: each for each in Registry.objects.select_related("unit")}
        return {key: self._body(found[name]) for key, name in self.names.items()}

    def _body(self, registry: Registry) -> Body:
        """In an agency its division drafts, in a commune the commune itself. Of several people it
        is who has a key, else the last one: the accounts that are well known."""
        root = registry.unit
        unit = Unit.objects.filter(parent=root, kind="division").first() or root
        drafter, head, clerk = (
            self.cast.of(where.pk, role)[-1]
            for where, role in ((unit, "official"), (unit, "head"), (root, "clerk"))
        )
        leaders = self.cast.of(root.pk, "leader" if registry.code == root.code else "body_leader")
        signer = next((each for each in leaders if each.pk in self.keepers), leaders[-1])
        return Body(registry, unit, drafter, head, clerk, signer)

    def issue(self, row: dict[str, Any]) -> Life:
        """One document, from its first draft to the stage of the row."""
        body, reach = self.bodies[row["body"]], STAGES.index(row.get("reach", "issued"))
        pk = self._begun(row, body)
        yield 2
        yield from self._discussed(pk, row, body)
        for at, act, hours in (
            (1, self._handed_in, 3), (2, self._approved, 2), (3, self._passed, 3),
            (4, self._signed, 1), (5, self._numbered, 1),
        ):  # fmt: skip
            if reach < at:
                return
            act(pk, body)
            yield hours
        if "cancelled" in row:
            issuing.cancel(pk, actor=body.clerk, reason=row["cancelled"])
        if reach < 6 or "cancelled" in row:
            return
        sign(pk, body.clerk)
        if reach < 7:
            return
        yield 1
        issuing.issue(pk, actor=body.clerk)
        self._send(pk, row)
        if "answers" in row:
            self._answered(pk, row, body)
        if "recalled" in row:
            yield 30
            issuing.recall(pk, actor=body.clerk, reason=row["recalled"])

    def _begun(self, row: dict[str, Any], body: Body) -> int:
        candidate = next(
            each for each in signers_of(body.registry) if each.user.pk == body.signer.pk
        )
        heading = Heading(
            type=row["type"], subject=row["subject"], signer_id=body.signer.pk,
            signer_position=candidate.title, authority=candidate.authority,
            urgency=Urgency[row.get("urgency", "NORMAL")],
            answers_id=self._to_answer(row), replaces_id=self.made.get(row.get("replaces", "")),
            **self._beside(row),
        )  # fmt: skip
        made = drafting.begin(
            heading, self._content(row), registry_id=body.registry.pk, unit_id=body.unit.pk,
            actor=body.drafter, receivers=self._receivers(row),
        )  # fmt: skip
        if "laid_before" in row:
            draft = Sheet(role=Role.DRAFT, **row["laid_before"])
            submitting.add_paper(made.pk, draft, actor=body.drafter)
        Outgoing.objects.filter(pk=made.pk).update(is_sample=True)
        self.made[row["key"]] = made.pk
        return made.pk

    def _beside(self, row: dict[str, Any]) -> dict[str, Any]:
        """The other party of an agreement: who signs for that body."""
        if "beside" not in row:
            return {}
        party = self.bodies[row["beside"]]
        return {"second_id": party.signer.pk, "second_position": row["beside_position"]}

    def _to_answer(self, row: dict[str, Any]) -> int | None:
        if "answers" not in row:
            return None
        sent = Dispatch.objects.filter(outgoing=self.made[row["answers"]])
        found: int = sent.get(registry=self.bodies[row["body"]].registry).incoming_id
        return found

    def _content(self, row: dict[str, Any], text: str = "") -> Content:
        body, appendices = parted(text or row["text"])
        return Content(
            body=body, appendices=appendices, recipients=tuple(row.get("recipients", ())),
            collective=row.get("collective", ""),
        )  # fmt: skip

    def _receivers(self, row: dict[str, Any]) -> list[To]:
        """Who is told without "for_action" acts on it."""
        known = row.get("for_information", [])
        return [
            *(To(registry_id=self.bodies[key].registry.pk, is_for_action=key not in known)
              for key in row["to"]),
            *(To(organ_code=code, organ_name=name)
              for code, name in row.get("outside", {}).items()),
        ]  # fmt: skip

    def _discussed(self, pk: int, row: dict[str, Any], body: Body) -> Life:
        """Units that are asked, what they say, and the version that follows from it."""
        asked = row.get("asked", [])
        if not asked:
            return
        units = [self.bodies[each["body"]].registry.unit_id for each in asked]
        approving.ask(pk, actor=body.drafter, unit_ids=units)
        yield 4
        waiting = Outgoing.objects.get(pk=pk).consultations.order_by("pk")
        for one, said in zip(waiting, asked, strict=True):
            if "words" in said:
                who = self.cast.of(one.unit_id, said["role"])[-1]
                approving.answer(one.pk, actor=who, agrees=said["agrees"], words=said["words"])
                yield 2
        if "second" in row:
            outgoing = Outgoing.objects.get(pk=pk)
            heading = Heading(**{
                name: getattr(outgoing, name) for name in Heading.__dataclass_fields__
            })  # fmt: skip
            drafting.revise(
                pk, heading, self._content(row, row["second"]), actor=body.drafter, version=1,
                receivers=self._receivers(row),
            )  # fmt: skip
            yield 3

    def _handed_in(self, pk: int, body: Body) -> None:
        version = Outgoing.objects.get(pk=pk).version
        drafting.hand_in(pk, actor=body.drafter, version=version, words="Kính trình duyệt.")

    def _approved(self, pk: int, body: Body) -> None:
        version = Outgoing.objects.get(pk=pk).version
        approving.approve_content(pk, actor=body.head, version=version, words="Đồng ý nội dung.")

    def _passed(self, pk: int, body: Body) -> None:
        outgoing = Outgoing.objects.select_related("registry__unit", "unit", "signer").get(pk=pk)
        paper = pdf_of(outgoing, outgoing.drafts.get(version=outgoing.version))
        approving.pass_form(
            pk, actor=body.clerk, version=outgoing.version,
            paper_id=keep_paper(paper, outgoing, body.clerk),
        )  # fmt: skip

    def _signed(self, pk: int, body: Body) -> None:
        sign(pk, body.signer)

    def _numbered(self, pk: int, body: Body) -> None:
        issuing.number(pk, actor=body.clerk)

    def _answered(self, pk: int, row: dict[str, Any], body: Body) -> None:
        """What it answers is done with it."""
        outgoing = Outgoing.objects.get(pk=pk)
        lead = Assignment.objects.open().get(incoming=outgoing.answers_id, part=Part.LEAD)
        handling.finish(
            lead.pk, actor=body.drafter, words="Đã ban hành văn bản trả lời.",
            answer_reference=outgoing.reference,
        )  # fmt: skip

    def _send(self, pk: int, row: dict[str, Any]) -> None:
        """Each receiver goes on with it for himself."""
        for hours, key in enumerate(row["to"], start=3):
            far = row.get("received", {}).get(key, "arrived")
            sent = Dispatch.objects.get(outgoing=pk, registry=self.bodies[key].registry)
            self.past.go_on(self.receive(sent.incoming_id, self.bodies[key], far, row), hours)

    def receive(self, pk: int, body: Body, far: str, row: dict[str, Any]) -> Life:
        """What a receiver does with it."""
        if far == "refused":
            arrivals.refuse(pk, actor=body.clerk, reason=row["refusal"])
            return
        reach = FAR.index("in_work" if far in DEMANDS else far)
        if reach == 0:
            return
        arrivals.register(pk, actor=body.clerk)
        yield 1
        if reach >= 2:
            directing.submit(
                pk, actor=body.clerk, leader_id=body.signer.pk,
                proposal="Kính trình lãnh đạo cho ý kiến.",
            )  # fmt: skip
            yield 3
        if reach >= 3:
            self._directed(pk, body, row)
            yield 4
        if reach >= 4:
            lead = Assignment.objects.open().get(incoming=pk, part=Part.LEAD)
            handling.take_up(lead.pk, actor=body.drafter)
            if "laid_before" in row:
                yield from self._decided(pk, body)
            yield 24
        if reach >= 5:
            handling.finish(lead.pk, actor=body.drafter, words=row["outcome"])
        elif far in DEMANDS:
            yield 8
            self._demanded(pk, body, far, row)

    def _decided(self, pk: int, body: Body) -> Life:
        """The dossier that an agency has laid before a committee."""
        yield 4
        deciding.found_complete(pk, actor=body.drafter)
        yield 4
        deciding.propose(
            pk, actor=body.drafter, leader_id=body.signer.pk,
            words="Hồ sơ đầy đủ; kính đề nghị đồng ý ban hành.",
        )  # fmt: skip
        yield 4
        deciding.decide(pk, actor=body.signer, outcome=Outcome.AGREED)

    def _directed(self, pk: int, body: Body, row: dict[str, Any]) -> None:
        lead = Receiver(Part.LEAD, body.unit.pk, body.drafter.pk)
        read = Receiver(Part.INFORM, body.unit.pk, body.head.pk)
        directing.direct(
            pk, actor=body.signer, opinion="Giao nghiên cứu, tham mưu thực hiện.",
            receivers=[lead, read], follower_id=body.head.pk,
        )  # fmt: skip

    def _demanded(self, pk: int, body: Body, far: str, row: dict[str, Any]) -> None:
        """The sender wants it back."""
        if far == "recall_agreed":
            arrivals.agree_recall(pk, actor=body.clerk, words="Đã dừng thực hiện, trả lại văn bản.")
        else:
            arrivals.refuse_recall(pk, actor=body.clerk, reason=row["kept"])


def sign(pk: int, actor: User) -> None:
    """Both calls, with the demo's key between them."""
    outgoing = Outgoing.objects.select_related("registry").get(pk=pk)
    chosen = signing.certificates_for(outgoing, actor)[0]
    asked = signing.begin(pk, actor=actor, certificate_id=chosen.pk)
    key = _key(chosen.fingerprint)
    cms = key.sign(bytes.fromhex(asked.state["digest"]), asked.state["algorithm"], key.certificate)
    signing.complete(asked.pk, actor=actor, cms=cms)


@functools.cache
def _key(fingerprint: str) -> Pkcs12Signer:
    return Pkcs12Signer(token_of(tokens(keys.KEYS), fingerprint).file, settings.DEMO_PIN)

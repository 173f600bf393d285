"""One incoming document as a person sees it: what is on it, who does what, what he may do."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import AccessNote, AuditEntry
from common.urgency import Urgency
from documents import sources
from documents.issuing import Stage
from documents.models import Assignment, Incoming, IncomingFile, IncomingLink, Outgoing
from documents.queries.signatures import Checked, checked
from documents.queries.submissions import DossierView, of_incoming
from documents.rulesets import DOCUMENTS
from documents.services.deciding import works_on
from documents.services.directing import working_with
from documents.states import (
    GONE,
    IN_THE_REGISTER,
    KEPT,
    Channel,
    Ending,
    Part,
    Status,
    Steering,
)
from documents.submissions import Outcome, State
from documents.words import STATUS_TONES, change_words, due_words, target_at
from files.models import FileText, LeftOut
from organizations import access, subjects
from organizations.models import User
from organizations.rulesets import rules
from organizations.subjects import Subject

OF_THE_SENDER = ("document.arrived", "document.recall_asked")
STORY: dict[str, Any] = {  # what the timeline says of an act
    "document.arrived": _("Arrived electronically"),
    "document.refused": _("Refused"),
    "document.recall_asked": _("The sender recalls it"),
    "document.recall_agreed": _("Agreed to the recall"),
    "document.recall_refused": _("Refused the recall"),
    "document.replaced": _("Ended, the newer one is in the register"),
    "document.updated": _("The sender changed it"),
    "document.linked": _("Linked a related document"),
    "document.unlinked": _("Took the link to a document off"),
    "document.corrected": _("Corrected the line of the register"),
    "document.registered": _("Registered"),
    "document.submitted": _("Submitted for an opinion"),
    "document.directed": _("Gave an opinion and said who does what"),
    "document.passed_on": _("Gave it to somebody of the unit"),
    "document.taken_up": _("Took it up"),
    "document.finished": _("Finished"),
    "document.given_back": _("Gave it back"),
}
TONES = {
    "document.given_back": "returned", "document.refused": "returned",
    "document.recall_asked": "returned", "document.recall_refused": "returned",
}  # fmt: skip
READERS = 10


class IncomingPage:
    """The facts of the page; each group of rows is one query."""

    def __init__(self, incoming: Incoming, user: User, *, check_signatures: bool = False) -> None:
        self.incoming, self.user = incoming, user
        self._check_signatures = check_signatures
        self.today = timezone.localdate()

    @cached_property
    def assignments(self) -> list[Assignment]:
        """Everything that was given and not taken away, in the order of its giving."""
        found = Assignment.objects.standing().filter(incoming=self.incoming)
        return list(found.select_related("unit", "person", "given_by").order_by("given_at", "pk"))

    @cached_property
    def before(self) -> list[Assignment]:
        """Who had the document that this one replaces, as long as nobody has this one: that is
        what the leader is proposed."""
        older = self.incoming.replaces_id
        if older is None or any(each.part != Part.OPINION for each in self.assignments):
            return []
        had = Assignment.objects.standing().filter(incoming=older).exclude(part=Part.OPINION)
        had = had.exclude(ending=Ending.RETURNED).select_related("incoming")
        rows = list(had.order_by("given_at", "pk"))
        leads = [each for each in rows if each.part == Part.LEAD]
        return [each for each in rows if each not in leads[:-1]]

    @cached_property
    def waiting(self) -> list[Assignment]:
        """What waits for this person: his own, and what his unit has given to nobody."""
        return [each for each in self.assignments if each.ended_at is None and self._is_mine(each)]

    @property
    def is_asked(self) -> bool:
        """It lies with a leader for his opinion."""
        return any(each.part == Part.OPINION and each.ended_at is None for each in self.assignments)

    def is_of_a_unit(self, assignment: Assignment) -> bool:
        """Given to a unit of the body, and to nobody of it yet."""
        is_below = assignment.unit_id != self.incoming.registry.unit_id
        return is_below and assignment.person_id is None

    @cached_property
    def to_pass_on(self) -> list[Assignment]:
        """Work that he may give to the people of a unit that he directs. Who directs the whole
        body says it in his opinion."""
        if self.may_direct:
            return []
        return [
            each
            for each in self.assignments
            if each.ended_at is None
            and each.part in (Part.LEAD, Part.COOPERATE)
            and access.may(self.user, "direct_documents", each.unit_id)
        ]

    @cached_property
    def files(self) -> list[IncomingFile]:
        """Each with whether the search finds no word in it, and what it left out of it."""
        first = FileText.objects.filter(stored=OuterRef("stored"), part=0)
        found = self.incoming.files.select_related("stored").annotate(
            is_scan=Exists(first.filter(words="", left_out="")),
            left_out=Subquery(first.values("left_out")),
        )
        rows: list[Any] = list(found.order_by("order"))
        for row in rows:
            row.left_out_words = LeftOut(row.left_out).label if row.left_out else ""
        return rows

    @cached_property
    def checks(self) -> list[Checked]:
        """The signatures on what arrived electronically: for who takes it in, and for whoever
        asks. Reads the files."""
        if self.may_check and (self.may_take_in or self._check_signatures):
            return checked(self.incoming, self.files)
        return []

    @property
    def may_check(self) -> bool:
        return self.incoming.channel == Channel.EXCHANGE

    @property
    def signature_faults(self) -> str:
        """Why the signatures are not accepted, in a sentence for the sender; "" if they are."""
        bad = [each for each in self.checks if not each.verdict.accepted]
        return "\n".join(f"{each.name}: {' '.join(each.reasons)}" for each in bad)

    @cached_property
    def related(self) -> list[Incoming]:
        """What it replaces, amends or corrects, and what does so to it. Whoever has the one is told
        the number of the other, so that he does not answer what stands no more; `is_open` if he
        may see it. What was refused or taken back changes nothing."""
        incoming = self.incoming
        visible = Incoming.objects.visible_to(self.user, "view_documents")
        earlier = Q(pk__in=filter(None, (incoming.replaces_id, incoming.refers_to_id)))
        later = (Q(replaces=incoming) | Q(refers_to=incoming)) & ~Q(status__in=GONE)
        found = Incoming.objects.filter(earlier | later)
        return list(
            found.annotate(is_open=Exists(visible.filter(pk=OuterRef("pk")))).order_by("pk")
        )

    @cached_property
    def not_sent_here(self) -> str:
        """The number of what an agency of the province has put in its place without sending that to
        this body too."""
        incoming = self.incoming
        if incoming.channel != Channel.EXCHANGE or self._newer:
            return ""
        found = Outgoing.objects.filter(
            replaces__dispatches__incoming=incoming, issued_at__isnull=False
        ).exclude(stage=Stage.RECALLED)
        return found.order_by("-pk").values_list("reference", flat=True).first() or ""

    @property
    def _newer(self) -> list[Incoming]:
        return [each for each in self.related if each.replaces_id == self.incoming.pk]

    @cached_property
    def answers(self) -> list[Outgoing]:
        """Documents that answer it, as far as the person may see them."""
        found = Outgoing.objects.visible_to(self.user, "view_documents")
        return list(found.filter(answers=self.incoming).order_by("pk"))

    @cached_property
    def linked(self) -> list[Incoming]:
        """Related documents of the register, as far as he sees them."""
        key = self.incoming.pk
        pairs = IncomingLink.objects.filter(Q(one=key) | Q(other=key))
        ends = {pk for pair in pairs.values_list("one", "other") for pk in pair} - {key}
        if not ends:
            return []
        seen = Incoming.objects.visible_to(self.user, "view_documents").filter(pk__in=ends)
        return list(seen.order_by("-pk"))

    @cached_property
    def may_link(self) -> bool:
        return self.may_correct or (self.incoming.status in IN_THE_REGISTER and self.may_prepare)

    @cached_property
    def answers_ours(self) -> Outgoing | None:
        """The document of the body that it answers, to be opened by who may see it."""
        if self.incoming.answers_ours_id is None:
            return None
        seen = Outgoing.objects.visible_to(self.user, "view_documents")
        found: Outgoing | None = seen.filter(pk=self.incoming.answers_ours_id).first()
        return found

    @property
    def may_take_in(self) -> bool:
        """Register what arrived, or refuse it."""
        return self.incoming.status == Status.ARRIVED and self._may("register_documents")

    @property
    def may_answer_recall(self) -> bool:
        return self.incoming.is_recall_open and self._may("register_documents")

    @property
    def may_correct(self) -> bool:
        """Complete or correct its line in the register."""
        return self.incoming.status in KEPT and self._may("register_documents")

    @property
    def may_submit(self) -> bool:
        return self.incoming.status in IN_THE_REGISTER and self._may("register_documents")

    @property
    def may_direct(self) -> bool:
        is_ours = self.incoming.status in KEPT and self._may("direct_documents")
        return is_ours and not self.is_replaced

    @cached_property
    def is_replaced(self) -> bool:
        """Another is in the register in its place, which has ended it. For what is done two
        queries."""
        if self.incoming.status != Status.DONE:
            return False
        return any(newer.exists() for newer in Incoming.objects.replacing(self.incoming))

    @cached_property
    def dossier(self) -> DossierView | None:
        """What an agency has laid before the committee with it."""
        return of_incoming(self.incoming, self.user)

    @property
    def is_with_us(self) -> bool:
        """In the register, and not asked back: its dossier may be worked on."""
        incoming = self.incoming
        return incoming.status in KEPT and not incoming.is_recall_open

    @cached_property
    def may_prepare(self) -> bool:
        """Check the dossier and propose a decision."""
        return works_on(self.user, self.incoming) is not None

    @property
    def may_draft_from_dossier(self) -> bool:
        """Write what is to be issued from the agency's own draft."""
        if self.dossier is None or self.dossier.draft is None or not self.is_with_us:
            return False
        submission = self.dossier.submission
        is_complete = submission.state in (State.COMPLETE, State.PROPOSED, State.DECIDED)
        may_write = access.may(self.user, "handle_documents")
        return is_complete and submission.outcome != Outcome.DECLINED and may_write

    def context(self) -> dict[str, Any]:
        incoming = self.incoming
        return {
            "incoming": incoming,
            "status_tone": STATUS_TONES[Status(incoming.status)],
            "urgency_tone": Urgency(incoming.urgency).tone,
            "deadline": None if incoming.closed_at else due_words(incoming.due_on, self.today),
            "target": None if incoming.closed_at else target_at(
                incoming.urgency, incoming.arrived_at, rules(DOCUMENTS, self.today)
            ),
            "is_meeting_over": incoming.meets_until is not None
            and incoming.meets_until <= timezone.now(),
            "files": self.files,
            "checks": self.checks,
            "may_check": self.may_check,
            "remarks": list(incoming.remarks.select_related("by").order_by("at", "pk")),
            "older": [each for each in self.related if each.pk == incoming.replaces_id],
            "referred": [each for each in self.related if each.pk == incoming.refers_to_id],
            "referring": [each for each in self.related if each.refers_to_id == incoming.pk],
            "panels": subjects.panels_of(self.user, self._subject),
            "newer": self._newer,
            "not_sent_here": self.not_sent_here,
            "answers": self.answers,
            "answers_ours": self.answers_ours,
            "linked": self.linked,
            "dossier": self.dossier.context() if self.dossier else None,
            "may_draft_from_dossier": self.may_draft_from_dossier,
            "work": [self._told(each) for each in self.assignments],
            "events": self._story(),
            "may_draft": incoming.status in KEPT and access.may(self.user, "handle_documents"),
            "readers": self._readers() if self._may("view_registers") else None,
        }  # fmt: skip

    @property
    def _subject(self) -> Subject:
        incoming = self.incoming
        return Subject(
            sources.INCOMING, incoming.pk, gives_tasks=incoming.steering == Steering.DIRECTIVE,
            is_in_force=incoming.number is not None and incoming.status not in GONE
            and not self.is_replaced,
            same=tuple((sources.OUTGOING, pk) for pk in self._issued_as()),
        )  # fmt: skip

    def _issued_as(self) -> list[int]:
        """The document of the sender inside the province: what was given there, is not again."""
        if self.incoming.channel != Channel.EXCHANGE:
            return []
        return list(self.incoming.dispatches.values_list("outgoing", flat=True))

    def _may(self, permission: str) -> bool:
        return access.may(self.user, permission, self.incoming.registry.unit_id)

    def _is_mine(self, assignment: Assignment) -> bool:
        if assignment.person_id is not None:
            return assignment.person_id == self.user.pk
        return access.may(self.user, working_with(assignment.part), assignment.unit_id)

    def _told(self, assignment: Assignment) -> dict[str, Any]:
        is_open = assignment.ended_at is None
        return {
            "row": assignment,
            "state": Ending(assignment.ending).label if not is_open else "",
            "deadline": due_words(assignment.due_on, self.today) if is_open else None,
        }

    def _story(self) -> list[dict[str, Any]]:
        entries = AuditEntry.objects.filter(
            subject_type=self.incoming._meta.label_lower, subject_id=str(self.incoming.pk)
        ).order_by("-pk")
        return [
            {
                "at": entry.at, "who": entry.actor_name, "words": self._act(entry),
                "role": self._role(entry), "tone": TONES.get(entry.action, "done"),
                "detail": change_words(entry.data) or entry.data.get("reason")
                or entry.data.get("words") or entry.data.get("person_name", ""),
            }
            for entry in entries
            if entry.action in STORY
        ]  # fmt: skip

    def _act(self, entry: AuditEntry) -> Any:
        is_read = entry.action == "document.finished" and entry.data.get("part") == Part.INFORM
        return _("Read it") if is_read else STORY[entry.action]

    def _role(self, entry: AuditEntry) -> str:
        """The unit of who did it; the log names that of the register, where the sender acted."""
        return self.incoming.issuer if entry.action in OF_THE_SENDER else entry.unit_name

    def _readers(self) -> list[AccessNote]:
        """Who opened it last (NĐ 30/2020/NĐ-CP Phụ lục VI: the history of access is kept)."""
        found = AccessNote.objects.filter(
            subject_type=self.incoming._meta.label_lower, subject_id=str(self.incoming.pk)
        )
        return list(found.exclude(actor_id="").order_by("-at")[:READERS])

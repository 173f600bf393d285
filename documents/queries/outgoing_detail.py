"""One outgoing document as a person sees it: the paper, who said what, what he may do."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import AccessNote, AuditEntry
from common.urgency import Urgency
from documents import carrying, sources
from documents.issuing import STAGE_CLOSED, Manner, Stage
from documents.layouts.measures import PARTY, forms
from documents.models import Annex, Consultation, Draft, Edition, Incoming, Outgoing, PaperDispatch
from documents.queries.detail import READERS
from documents.queries.submissions import DossierView, of_outgoing
from documents.receivers_told import receiver_words
from documents.states import GONE
from documents.words import (
    STAGE_TONES,
    change_words,
    due_words,
    receivers_words,
)
from organizations import access, subjects
from organizations.models import User
from organizations.subjects import Subject

STORY: dict[str, Any] = {  # what the timeline says of an act
    "outgoing.begun": _("Drafted"),
    "outgoing.revised": _("Wrote a new version"),
    "outgoing.handed_in": _("Handed it in"),
    "outgoing.asked": _("Asked for opinions"),
    "outgoing.answered": _("Gave an opinion"),
    "outgoing.taken_over": _("Gave the draft to somebody else"),
    "outgoing.content_approved": _("Approved the content"),
    "outgoing.form_passed": _("Passed the form"),
    "outgoing.sent_back": _("Sent it back"),
    "outgoing.readdressed": _("Chose the receivers anew"),
    "outgoing.second_signed": _("Signed beside the signer"),
    "outgoing.signed": _("Signed"),
    "outgoing.numbered": _("Gave it its number"),
    "outgoing.annex_sealed": _("Sealed an annex"),
    "outgoing.sealed": _("Sealed it"),
    "outgoing.issued": _("Issued"),
    "outgoing.posted": _("Sent on paper"),
    "outgoing.given_up": _("Gave the draft up"),
    "outgoing.cancelled": _("Cancelled its number"),
    "outgoing.sent": _("Sent over the bus between agencies"),
    "outgoing.receivers_changed": _("Added or removed receivers"),
    "outgoing.updated": _("Changed after it was issued"),
    "outgoing.recalled": _("Recalled"),
    "outgoing.replaced": _("Replaced by another"),
}
OPEN = (  # acts that the other party of a contract reads of
    "second_signed", "signed", "numbered", "annex_sealed", "sealed", "issued", "posted",
    "cancelled", "recalled", "replaced",
)  # fmt: skip
BACK = ("sent_back", "given_up", "cancelled", "recalled")


class OutgoingPage:
    """The facts of the page; each group of rows is one query."""

    def __init__(self, outgoing: Outgoing, user: User) -> None:
        self.outgoing, self.user = outgoing, user
        self.today = timezone.localdate()

    @cached_property
    def is_other_party(self) -> bool:
        """He has it only as the other party of a contract: he reads the paper, and not how the
        body came to it. One query for him."""
        form = forms().get(self.outgoing.type)
        if self.outgoing.second_id != self.user.pk or form is None or form.beside != PARTY:
            return False
        within = Outgoing.objects.seen_within(self.user, "view_documents")
        return not within.filter(pk=self.outgoing.pk).exists()

    @cached_property
    def drafts(self) -> list[Draft]:
        """Every version, the newest first."""
        if self.is_other_party:
            return []
        found = self.outgoing.drafts.select_related("uploaded", "by")
        return list(found.order_by("-version"))

    @cached_property
    def editions(self) -> list[Edition]:
        """The papers that were made of it, the newest first."""
        found = self.outgoing.editions.select_related("stored", "by")
        if self.is_other_party:
            found = found.filter(version=self.outgoing.version)
        return list(found.order_by("-order"))

    @cached_property
    def annexes(self) -> list[Annex]:
        return list(Annex.objects.standing(self.outgoing))

    @cached_property
    def consultations(self) -> list[Consultation]:
        if self.is_other_party:
            return []
        found = self.outgoing.consultations.select_related("unit", "person", "answered_by")
        return list(found.order_by("asked_at", "pk"))

    @cached_property
    def to_answer(self) -> list[Consultation]:
        """Questions that this person may answer."""
        if self.outgoing.stage in STAGE_CLOSED:
            return []
        return [each for each in self.consultations if each.answered_at is None and (
            each.person_id == self.user.pk
            or (each.person_id is None and self.may("view_documents", each.unit_id))
        )]  # fmt: skip

    @cached_property
    def on_paper(self) -> list[PaperDispatch]:
        """Receivers without an electronic address."""
        return list(self.outgoing.on_paper.select_related("sent_by").order_by("order"))

    @property
    def to_post(self) -> list[PaperDispatch]:
        """Those to whom the paper was not sent yet."""
        return [each for each in self.on_paper if each.sent_on is None]

    @property
    def may_write(self) -> bool:
        """The drafter, while he still works on documents there."""
        is_his = self.outgoing.drafter_id == self.user.pk
        return is_his and self.may("handle_documents", self.outgoing.unit_id)

    @property
    def may_direct(self) -> bool:
        return self.may("direct_documents", self.outgoing.unit_id)

    @property
    def may_present(self) -> bool:
        """Keep the dossier of a Tờ trình: the drafter, or who directs his unit."""
        return self.may_write or self.may_direct

    @cached_property
    def dossier(self) -> DossierView | None:
        """What is laid before the committee with it."""
        return of_outgoing(self.outgoing, self.user)

    @property
    def is_clerk(self) -> bool:
        return self.may("register_documents", self.outgoing.registry.unit_id)

    @property
    def is_signer(self) -> bool:
        """Of two who sign the one whose turn it is."""
        return self.outgoing.next_signer_id == self.user.pk

    @property
    def may_sign(self) -> bool:
        """The signature of its signer, or the seal that the clerk keeps, is what it waits for."""
        if self.is_at(Stage.SIGNING):
            return self.is_signer
        waits = self.is_at(Stage.NUMBERED) or (
            self.is_at(Stage.SEALED) and any(each.lacks_seal for each in self.annexes)
        )
        return waits and self.is_clerk

    def is_at(self, *stages: Stage) -> bool:
        return self.outgoing.stage in stages

    def may(self, permission: str, unit_id: int) -> bool:
        return access.may(self.user, permission, unit_id)

    def context(self) -> dict[str, Any]:
        outgoing = self.outgoing
        stage = Stage(outgoing.stage)
        return {
            "outgoing": outgoing,
            "stage_tone": STAGE_TONES[stage],
            "urgency_tone": Urgency(outgoing.urgency).tone,
            "is_electronic": outgoing.manner == Manner.ELECTRONIC,
            "drafts": self.drafts,
            "editions": self.editions,
            "annexes": self.annexes,
            "voices": [] if self.is_other_party
            else list(outgoing.voices.select_related("by").order_by("at", "pk")),
            "consultations": [self._asked(each) for each in self.consultations],
            "receivers": self.receivers,
            "on_paper": self.on_paper,
            "on_the_way": carrying.words_of(outgoing, self.user),
            "answers": self._answered(),
            "answered": self._answers_received(),
            "referring": self._referring(),
            "dossier": self.dossier.context() if self.dossier else None,
            "may_edit": stage == Stage.DRAFT and self.may_write,
            "may_replace": stage == Stage.ISSUED and self.may("handle_documents", outgoing.unit_id),
            "may_sign": self.may_sign,
            "wants_findings": stage == Stage.FORM and self.is_clerk
            and self.drafts[0].uploaded_id is not None,
            "panels": subjects.panels_of(
                self.user,
                Subject(sources.OUTGOING, outgoing.pk, is_in_force=stage == Stage.ISSUED),
            ),
            "events": self._story(),
            "readers": self._readers()
            if self.may("view_registers", outgoing.registry.unit_id) else None,
        }  # fmt: skip

    def _referring(self) -> list[Outgoing]:
        """Documents that amend or correct it, or have to do with it, as far as he sees them."""
        seen = Outgoing.objects.visible_to(self.user, "view_documents")
        return list(seen.filter(refers_to=self.outgoing).order_by("pk"))

    def _answers_received(self) -> list[Incoming]:
        """What came to the body in answer to it, as far as he sees them."""
        if self.outgoing.issued_at is None:
            return []
        seen = Incoming.objects.visible_to(self.user, "view_documents")
        return list(seen.filter(answers_ours=self.outgoing).exclude(status__in=GONE).order_by("pk"))

    def _answered(self) -> Incoming | None:
        """The document that it answers, to be opened by who may see it."""
        if self.outgoing.answers_id is None:
            return None
        seen = Incoming.objects.visible_to(self.user, "view_documents")
        found: Incoming | None = seen.filter(pk=self.outgoing.answers_id).first()
        return found

    def _asked(self, consultation: Consultation) -> dict[str, Any]:
        is_open = consultation.answered_at is None
        return {
            "row": consultation,
            "deadline": due_words(consultation.due_on, self.today) if is_open else None,
        }

    @cached_property
    def receivers(self) -> list[dict[str, Any]]:
        """Each with what is known of the document there."""
        found = self.outgoing.dispatches.select_related("incoming", "outgoing").order_by("order")
        return [{"row": each, "told": receiver_words(each)} for each in found]

    def _story(self) -> list[dict[str, Any]]:
        entries = AuditEntry.objects.filter(
            subject_type=self.outgoing._meta.label_lower, subject_id=str(self.outgoing.pk)
        ).order_by("-pk")
        return [
            {
                "at": entry.at, "who": entry.actor_name, "words": STORY[entry.action],
                "role": entry.unit_name,
                "tone": "returned" if entry.action.endswith(BACK) else "done",
                "detail": change_words(entry.data) or receivers_words(entry.data)
                or entry.data.get("reason")
                or entry.data.get("words") or entry.data.get("person_name")
                or entry.data.get("number", ""),
            }
            for entry in entries
            if entry.action in STORY and (not self.is_other_party or entry.action.endswith(OPEN))
        ]  # fmt: skip

    def _readers(self) -> list[AccessNote]:
        """Who opened it last (NĐ 30/2020/NĐ-CP Phụ lục VI: the history of access is kept)."""
        found = AccessNote.objects.filter(
            subject_type=self.outgoing._meta.label_lower, subject_id=str(self.outgoing.pk)
        )
        return list(found.exclude(actor_id="").order_by("-at")[:READERS])

"""A dossier laid before a committee, as the agency and the committee's office see it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import AuditEntry
from documents.issuing import Stage
from documents.models import Dispatch, Incoming, Outgoing, Submission, SubmissionPaper
from documents.services.dossiers import draft_in
from documents.states import Status
from documents.submissions import SUBMITTED, Outcome, State
from documents.words import STATUS_TONES, due_words
from organizations.models import User

STORY: dict[str, Any] = {
    "submission.paper_added": _("Put a paper in"),
    "submission.paper_left_out": _("Took a paper out"),
    "submission.sent": _("Laid before the committee"),
    "submission.complete": _("Found complete"),
    "submission.incomplete": _("To be supplemented"),
    "submission.supplemented": _("Supplemented"),
    "submission.proposed": _("Laid before the leader"),
    "submission.decided": _("Decided"),
}
TONES = {
    State.PREPARED: "new", State.SENT: "waiting", State.INCOMPLETE: "refused",
    State.COMPLETE: "progress", State.PROPOSED: "sign", State.DECIDED: "done",
}  # fmt: skip
GIVEN = (Stage.ISSUED, Stage.REPLACED, Stage.RECALLED)  # an answer that left


class DossierView:
    """What both pages show of it; each group of rows is one query."""

    def __init__(self, submission: Submission, user: User, page: Outgoing | Incoming) -> None:
        self.submission, self.user, self.page = submission, user, page
        self.is_at_committee = isinstance(page, Incoming)

    @cached_property
    def papers(self) -> list[SubmissionPaper]:
        found = self.submission.papers.filter(left_out_at=None).select_related("stored", "by")
        return list(found.order_by("order"))

    @cached_property
    def draft(self) -> SubmissionPaper | None:
        return draft_in(self.papers)

    @cached_property
    def answers(self) -> list[Outgoing]:
        """What the committee has issued on it: to the agency, or seen by who asks."""
        submission = self.submission
        if submission.incoming_id is None:
            return []
        to_us = Dispatch.objects.filter(
            outgoing=OuterRef("pk"), registry=submission.outgoing.registry_id
        )
        seen = Outgoing.objects.visible_to(self.user, "view_documents").values("pk")
        found = Outgoing.objects.filter(answers=submission.incoming_id, stage__in=GIVEN)
        return list(found.filter(Exists(to_us) | Q(pk__in=seen)).order_by("pk"))

    def context(self) -> dict[str, Any]:
        submission = self.submission
        received = self._received()
        return {
            "row": submission,
            "tone": self._tone(),
            "state": self._state(),
            "deadline": due_words(submission.due_on, timezone.localdate()) if self.counts else None,
            "papers": [
                {"row": each, "url": self._url(each), "counts": each == self.draft}
                for each in self.papers
            ],
            "answers": [{"row": each, "incoming": received.get(each.pk)} for each in self.answers],
            "events": self._story(),
        }  # fmt: skip

    @cached_property
    def gone(self) -> Status | None:
        """That the committee's line of it was refused or given back: nobody works on it there."""
        incoming = self.submission.incoming
        if incoming is None or incoming.status not in (Status.REFUSED, Status.RECALLED):
            return None
        return Status(incoming.status)

    @property
    def counts(self) -> bool:
        """Its day runs: it was neither taken back nor replaced."""
        return self.gone is None and self.submission.outgoing.stage == Stage.ISSUED

    def _state(self) -> str:
        return str(self.gone.label if self.gone else self.submission.get_state_display())

    def _tone(self) -> str:
        if self.gone:
            return STATUS_TONES[self.gone]
        if self.submission.outcome in (Outcome.DECLINED, Outcome.OTHER):
            return "refused"
        return TONES[State(self.submission.state)]

    def _url(self, paper: SubmissionPaper) -> str:
        side = "incoming" if self.is_at_committee else "outgoing"
        return reverse(f"documents:{side}_submitted", args=[self.page.pk, paper.order])

    def _received(self) -> dict[int, Incoming]:
        """Answer → its line in the register of the agency, to be opened by who may see it."""
        if not self.answers:
            return {}
        came = Dispatch.objects.filter(
            outgoing__in=self.answers, registry=self.submission.outgoing.registry_id,
            incoming__in=Incoming.objects.visible_to(self.user, "view_documents"),
        )  # fmt: skip
        return {each.outgoing_id: each.incoming for each in came.select_related("incoming")}

    def _story(self) -> list[dict[str, Any]]:
        """What was done, the newest first; to the committee from when the dossier was sent."""
        found = AuditEntry.objects.filter(
            subject_type=self.submission._meta.label_lower, subject_id=str(self.submission.pk)
        )
        if self.is_at_committee:
            sent = found.filter(action="submission.sent").order_by("pk").values("pk")[:1]
            found = found.filter(pk__gte=Subquery(sent))
        return [
            {
                "at": entry.at, "who": entry.actor_name, "words": STORY[entry.action],
                "role": entry.unit_name,
                "detail": entry.data.get("words") or entry.data.get("paper", ""),
                "tone": "returned" if entry.action.endswith("incomplete") else "done",
            }
            for entry in found.order_by("-pk")
            if entry.action in STORY
        ]  # fmt: skip


def of_outgoing(outgoing: Outgoing, user: User) -> DossierView | None:
    """The dossier of a Tờ trình, if it has one. One query, none for other types."""
    if outgoing.type != SUBMITTED:
        return None
    found = Submission.objects.filter(outgoing=outgoing).select_related("outgoing", "incoming")
    return _view(found.first(), user, outgoing)


def of_incoming(incoming: Incoming, user: User) -> DossierView | None:
    """The dossier that came with it, if one did. One query, none for other types."""
    if incoming.type != SUBMITTED:
        return None
    found = Submission.objects.filter(incoming=incoming).select_related("outgoing", "incoming")
    return _view(found.first(), user, incoming)


def _view(
    submission: Submission | None, user: User, page: Outgoing | Incoming
) -> DossierView | None:
    return None if submission is None else DossierView(submission, user, page)


def papers_with(**document: Outgoing | Incoming) -> Any:
    """Papers of the dossier of `outgoing=` or `incoming=`, with what their page needs."""
    found = SubmissionPaper.objects.filter(
        left_out_at=None, **{f"submission__{name}": each for name, each in document.items()}
    )
    return found.select_related(
        "stored", "submission__outgoing__registry__unit", "submission__incoming__registry__unit"
    )

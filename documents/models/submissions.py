"""Hồ sơ trình: the dossier of a Tờ trình, one row that the agency and the committee both read."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from common.errors import TransitionError
from documents.document_types import type_name
from documents.models.incoming import Incoming
from documents.models.outgoing import PERSON, STORED, Outgoing
from documents.submissions import NEXT_STATE, Outcome, Role, State
from tenancy.models import TenantForeignKey, TenantModel


class Submission(TenantModel):
    """What is laid before the committee with one Tờ trình, from its first paper on."""

    outgoing = TenantForeignKey(Outgoing, on_delete=models.CASCADE, related_name="submissions")
    incoming = TenantForeignKey(Incoming, null=True, related_name="submissions")  # at the committee
    state = models.CharField(max_length=10, choices=State, default=State.PREPARED)
    since = models.DateTimeField()  # in this state
    due_on = models.DateField(null=True)  # whoever has it acts until then
    words = models.CharField(max_length=1000, blank=True)  # what the other side is told with it
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "outgoing"], name="submission_once_for_each"
            ),
            models.CheckConstraint(
                name="submission_at_committee",
                condition=Q(state="prepared", incoming=None)
                | (~Q(state="prepared") & Q(incoming__isnull=False)),
            ),
            models.CheckConstraint(
                name="submission_decided_complete",
                condition=(~Q(state="decided") & Q(outcome=""))
                | Q(state="decided", outcome="agreed")
                | (Q(state="decided", outcome__in=["declined", "other"]) & ~Q(words="")),
            ),
            models.CheckConstraint(
                name="submission_gap_has_reason", condition=~Q(state="incomplete") | ~Q(words="")
            ),
        ]
        indexes = [
            models.Index(
                fields=["province", "incoming"],
                name="submission_by_incoming",
                condition=Q(incoming__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.outgoing_id} {self.state}"

    @property
    def may_be_taken_up_again(self) -> bool:
        """Decided with another opinion: that is to be worked in."""
        return self.state == State.DECIDED and self.outcome == Outcome.OTHER

    def move_to(self, state: State, at: dt.datetime) -> None:
        """Change the state in memory, or raise TransitionError; the caller saves."""
        is_over = self.state == State.DECIDED and not self.may_be_taken_up_again
        if is_over or state not in NEXT_STATE[self.state]:
            raise TransitionError(
                _("The dossier is “%(state)s”: this is no longer possible.")
                % {"state": self.get_state_display()}
            )
        self.state, self.since, self.outcome, self.words = state, at, "", ""


class SubmissionPaper(TenantModel):
    """One paper of the dossier: a file, or the draft as text. The newest draft is the one that
    counts; what was left out before the dossier was sent is kept and shown no more."""

    submission = TenantForeignKey(Submission, on_delete=models.CASCADE, related_name="papers")
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=9, choices=Role)
    type = models.CharField(max_length=40, blank=True)  # of the draft: what is to be issued
    title = models.CharField(max_length=500, blank=True)  # trích yếu of the draft
    body = models.TextField(blank=True)  # of the draft, as it was typed
    stored = TenantForeignKey(STORED, null=True, related_name="+")
    at = models.DateTimeField()
    by = TenantForeignKey(PERSON, related_name="+")
    left_out_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["province", "submission", "order"], name="submission_paper_once"
            ),
            models.CheckConstraint(
                name="submission_paper_is_something",
                condition=Q(stored__isnull=False, body="")
                | (Q(stored=None, role="draft") & ~Q(body="")),
            ),
            models.CheckConstraint(
                name="submission_draft_is_named",
                condition=~Q(role="draft") | (~Q(type="") & ~Q(title="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title or (self.stored.name if self.stored else "")

    @property
    def type_name(self) -> str:
        return type_name(self.type)

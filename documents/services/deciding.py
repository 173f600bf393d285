"""Kiểm tra, đề xuất, quyết định: what a committee's office does with a dossier laid before it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from documents.models import Assignment, Incoming, Submission
from documents.services.directing import lay_before, lock_at, opinion_given, opinion_not_wanted
from documents.services.submitting import days_from, limits, lock_submission
from documents.states import IN_THE_REGISTER, Part, Status
from documents.submissions import Outcome, State
from organizations import access
from organizations.access import Right
from organizations.models import User


@transaction.atomic
def found_complete(incoming_id: int, *, actor: User) -> Submission:
    """The official has checked the dossier: nothing is missing."""
    at = timezone.now()
    incoming, submission, right = _lock_at_work(incoming_id, actor)
    submission.move_to(State.COMPLETE, at)
    submission.due_on = days_from(at, limits(at).dossier_decide_days)
    _keep(submission, "submission.complete", incoming, actor, right)
    return submission


@transaction.atomic
def ask_for_more(
    incoming_id: int, *, actor: User, reason: str, due_on: dt.date | None = None
) -> Submission:
    """The dossier lacks something; the agency reads what, and until when it is to send it."""
    at = timezone.now()
    incoming, submission, right = _lock_at_work(incoming_id, actor)
    if not reason.strip():
        raise DomainError(_("Say what is missing."))
    if due_on is not None and due_on < timezone.localdate(at):
        raise DomainError(_("A time limit lies in the future."))
    if submission.state == State.PROPOSED:
        opinion_not_wanted(incoming, actor, at)
    submission.move_to(State.INCOMPLETE, at)
    submission.words = reason.strip()[:1000]
    submission.due_on = due_on or days_from(at, limits(at).dossier_supplement_days)
    _keep(submission, "submission.incomplete", incoming, actor, right)
    return submission


@transaction.atomic
def propose(incoming_id: int, *, actor: User, leader_id: int, words: str) -> Submission:
    """The official lays a complete dossier before a leader and says what he proposes."""
    at = timezone.now()
    incoming, submission, right = _lock_at_work(incoming_id, actor)
    if not words.strip():
        raise DomainError(_("Say what you propose."))
    submission.move_to(State.PROPOSED, at)
    submission.due_on = submission.due_on or days_from(at, limits(at).dossier_decide_days)
    lay_before(incoming, User.objects.get(pk=leader_id), words, actor, right, at)
    _keep(submission, "submission.proposed", incoming, actor, right)
    return submission


@transaction.atomic
def decide(incoming_id: int, *, actor: User, outcome: str, words: str = "") -> Submission:
    """The leader agrees, does not, or has another opinion; the agency reads it at once.

    The document itself is drafted and issued as any other, as an answer to the Tờ trình.
    """
    at = timezone.now()
    incoming, submission = _lock(incoming_id)
    right = access.require(actor, "direct_documents", incoming.registry.unit_id)
    if outcome not in Outcome:
        raise DomainError(_("Say what you decide."))
    if outcome != Outcome.AGREED and not words.strip():
        raise DomainError(_("Say why, so that the agency knows what to do."))
    submission.move_to(State.DECIDED, at)
    submission.outcome, submission.words = outcome, words.strip()[:1000]
    submission.due_on = None
    said = f"{Outcome(outcome).label}. {submission.words}".strip()
    opinion_given(incoming, said, actor, right, at)
    _keep(submission, "submission.decided", incoming, actor, right)
    return submission


def works_on(actor: User, incoming: Incoming) -> Right | None:
    """Who leads the work on it, or directs the committee's office; None for everybody else."""
    lead = (
        Assignment.objects.open().filter(incoming=incoming, part=Part.LEAD)
        .select_related("unit").first()
    )  # fmt: skip
    is_his = lead is not None and lead.person_id in (None, actor.pk)
    if is_his and access.may(actor, "handle_documents", lead.unit_id):
        return access.require(actor, "handle_documents", lead.unit_id)
    if access.may(actor, "direct_documents", incoming.registry.unit_id):
        return access.require(actor, "direct_documents", incoming.registry.unit_id)
    return None


def _lock_at_work(incoming_id: int, actor: User) -> tuple[Incoming, Submission, Right]:
    incoming, submission = _lock(incoming_id)
    right = works_on(actor, incoming)
    if right is None:
        right = access.require(actor, "direct_documents", incoming.registry.unit_id)  # refuses
    return incoming, submission, right


def _lock(incoming_id: int) -> tuple[Incoming, Submission]:
    """A registered submission that the agency has not taken back, then its dossier."""
    incoming = lock_at(incoming_id, *IN_THE_REGISTER, Status.DONE)
    if incoming.is_recall_open:
        raise TransitionError(_("The sender recalls this document. Answer him first."))
    return incoming, lock_submission(incoming=incoming)


def _keep(
    submission: Submission, action: str, incoming: Incoming, actor: User, right: Right
) -> None:
    submission.save()
    record(
        submission, action, actor=actor, unit=incoming.registry.unit,
        on_behalf_of=right.on_behalf_of,
        data={
            "outgoing": submission.outgoing_id, "incoming": incoming.pk,
            "state": submission.state, "words": submission.words[:500],
        },
    )  # fmt: skip

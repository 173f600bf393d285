"""Lập, gửi, bổ sung hồ sơ trình: what the agency does that lays a dossier before a committee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from documents.issuing import Stage
from documents.layouts.measures import forms
from documents.models import Dispatch, Outgoing, Submission, SubmissionPaper
from documents.rulesets import DOCUMENTS, DocumentRules
from documents.services.dossiers import deciders
from documents.states import CLOSED, Status
from documents.submissions import SUBMITTED, Role, State
from files.services import claim
from organizations import access
from organizations.access import Right
from organizations.calendars import calendar_for
from organizations.models import Unit, User
from organizations.rulesets import rules


@dataclass(frozen=True)
class Sheet:
    """One paper as it is put in: a staged file, or the text of the draft."""

    role: str
    file_id: int | None = None
    type: str = ""
    title: str = ""
    body: str = ""


@transaction.atomic
def add_paper(outgoing_id: int, sheet: Sheet, *, actor: User) -> SubmissionPaper:
    """Put a paper into the dossier, while its Tờ trình is drafted or the committee asks for more.

    A draft names what is to be issued; it is a file or text. Everything else is a file.
    """
    at = timezone.now()
    outgoing, right = _lock(outgoing_id, actor)
    if outgoing.type != SUBMITTED:
        raise DomainError(_("Only a submission (Tờ trình) has a dossier."))
    submission = _open_dossier(outgoing, at)
    _require_whole(sheet)
    stored = claim([sheet.file_id], actor=actor)[0] if sheet.file_id is not None else None
    last = submission.papers.order_by("-order").values_list("order", flat=True).first() or 0
    is_draft = sheet.role == Role.DRAFT
    paper: SubmissionPaper = SubmissionPaper.objects.create(
        submission=submission, order=last + 1, role=sheet.role, stored=stored, at=at, by=actor,
        type=sheet.type if is_draft else "", title=sheet.title.strip()[:500],
        body="" if stored else sheet.body,
    )  # fmt: skip
    _tell(submission, "submission.paper_added", outgoing.unit, actor, right, paper=str(paper)[:200])
    return paper


@transaction.atomic
def leave_out(paper_id: int, *, actor: User) -> SubmissionPaper:
    """Take a paper out again, before the dossier is sent. What was sent stays in it."""
    found: SubmissionPaper = SubmissionPaper.objects.select_related("submission").get(pk=paper_id)
    outgoing, right = _lock(found.submission.outgoing_id, actor)
    paper: SubmissionPaper = SubmissionPaper.objects.select_related("submission").get(pk=paper_id)
    if paper.left_out_at is not None:
        raise AlreadyDone
    if outgoing.stage != Stage.DRAFT or paper.submission.state != State.PREPARED:
        raise TransitionError(_("What was sent stays in the dossier. Put in a newer paper."))
    paper.left_out_at = timezone.now()
    paper.save(update_fields=["left_out_at"])
    _tell(paper.submission, "submission.paper_left_out", outgoing.unit, actor, right,
          paper=str(paper)[:200])  # fmt: skip
    return paper


def sent(
    outgoing: Outgoing, dispatches: Sequence[Dispatch], actor: User, right: Right, at: dt.datetime
) -> None:
    """The Tờ trình was issued: its dossier lies at the committee. A step of a service; two more
    statements for this type only."""
    found = deciders(dispatches) if outgoing.type == SUBMITTED else []
    if not found:
        return
    submission, _new = Submission.objects.get_or_create(outgoing=outgoing, defaults={"since": at})
    submission.incoming = found[0].incoming
    submission.move_to(State.SENT, at)
    submission.due_on = days_from(at, limits(at).dossier_check_days)
    submission.save()
    told = {"body": found[0].organ_name}
    _tell(submission, "submission.sent", outgoing.registry.unit, actor, right, **told)


@transaction.atomic
def supplement(outgoing_id: int, *, actor: User, words: str) -> Submission:
    """The agency has supplemented what the committee asked for: it is checked anew.

    What was not asked for raises TransitionError: before it is sent, or when it was decided.
    """
    at = timezone.now()
    outgoing, right = _lock(outgoing_id, actor)
    submission = lock_submission(outgoing=outgoing)
    if submission.state != State.INCOMPLETE:
        raise _not_asked(submission)
    _require_there(outgoing, submission)
    if not words.strip():
        raise DomainError(_("Say what was supplemented."))
    submission.move_to(State.SENT, at)
    submission.words = words.strip()[:1000]
    submission.due_on = days_from(at, limits(at).dossier_check_days)
    submission.save()
    _tell(submission, "submission.supplemented", outgoing.unit, actor, right, words=words[:500])
    return submission


def lock_submission(**which: Any) -> Submission:
    """The dossier of a document that is locked already. A step of a service."""
    found = Submission.objects.select_for_update(of=("self",), no_key=True).filter(**which)
    submission: Submission | None = found.first()
    if submission is None:
        raise TransitionError(_("The document has no dossier that is laid before you."))
    return submission


def limits(at: dt.datetime) -> DocumentRules:
    """Of that day: how long the committee and the agency have."""
    return rules(DOCUMENTS, timezone.localdate(at))


def days_from(at: dt.datetime, days: int) -> dt.date:
    """The last day of a time limit of so many working days of the province."""
    return calendar_for().add_working_days(timezone.localdate(at), days)


def _lock(outgoing_id: int, actor: User) -> tuple[Outgoing, Right]:
    """By the drafter, or by who directs his unit: he may be gone when more is asked for."""
    outgoing: Outgoing = Outgoing.objects.lock(outgoing_id)
    is_drafter = outgoing.drafter_id == actor.pk
    needed = "handle_documents" if is_drafter else "direct_documents"
    return outgoing, access.require(actor, needed, outgoing.unit_id)


def _open_dossier(outgoing: Outgoing, at: dt.datetime) -> Submission:
    """That takes papers now; made with its first one."""
    if outgoing.stage == Stage.DRAFT:
        made, _new = Submission.objects.get_or_create(outgoing=outgoing, defaults={"since": at})
        submission: Submission = made
        return submission
    submission = lock_submission(outgoing=outgoing)
    if submission.state != State.INCOMPLETE:
        raise _not_asked(submission)
    _require_there(outgoing, submission)
    return submission


def _not_asked(submission: Submission) -> TransitionError:
    return TransitionError(
        _("The dossier is “%(state)s”: nothing is to be supplemented.")
        % {"state": submission.get_state_display()}
    )


def _require_there(outgoing: Outgoing, submission: Submission) -> None:
    """Neither taken back nor refused meanwhile."""
    incoming = submission.incoming
    gone = incoming is None or (incoming.status in CLOSED and incoming.status != Status.DONE)
    if gone or outgoing.stage != Stage.ISSUED:
        raise TransitionError(_("The submission does not lie at the committee any more."))


def _require_whole(sheet: Sheet) -> None:
    if sheet.role not in Role:
        raise DomainError(_("Say what the paper is in the dossier."))
    if sheet.role != Role.DRAFT:
        if sheet.file_id is None:
            raise DomainError(_("Choose the file of the paper."))
        return
    if sheet.type not in forms() or not sheet.title.strip():
        raise DomainError(_("Say of what type the drafted document is, and what it is about."))
    if sheet.file_id is None and not sheet.body.strip():
        raise DomainError(_("Write the text, or upload it as a file."))


def _tell(
    submission: Submission, action: str, unit: Unit, actor: User, right: Right, **more: Any
) -> None:
    record(
        submission, action, actor=actor, unit=unit, on_behalf_of=right.on_behalf_of,
        data={"outgoing": submission.outgoing_id, "state": submission.state, **more},
    )  # fmt: skip

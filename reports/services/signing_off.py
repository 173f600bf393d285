"""What becomes of a stored statement, of dossiers or of tasks: it is read, and it is signed."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.access import Right
from organizations.models import User
from organizations.words import signing_words
from reports.models import NEXT, ReportState, Statement


def require_none_reviewed(same: Any, actor: User, unit_id: int) -> None:
    """A newer version would keep the reviewed one from being signed: only who signs makes it.
    `same` are all versions of the days."""
    reviewed = same.filter(state=ReportState.REVIEWED)
    if reviewed.exists() and not access.may(actor, "sign_reports", unit_id):
        raise AlreadyDone(
            _("A report of these days is reviewed and waits for its signature: read that one.")
        )


def review(report: Statement, right: Right, action: str, *, actor: User, comment: str) -> None:
    """The locked statement was read, and what must be said about its figures is said."""
    _require_state(report, ReportState.REVIEWED)
    report.state, report.comment = ReportState.REVIEWED, comment.strip()
    report.reviewed_at, report.reviewed_by = timezone.now(), actor
    report.save(update_fields=["state", "comment", "reviewed_at", "reviewed_by"])
    _tell(report, action, actor, right)


def sign(
    report: Statement, right: Right, action: str, *, actor: User, comment: str, same: Any,
    digest: str,
) -> None:  # fmt: skip
    """The locked statement is frozen from now on; what is wrong in it is put right by a new
    version. `same` are all versions of its days, `digest` is that of what is stored now."""
    _require_state(report, ReportState.SIGNED)
    if same.filter(number__gt=report.number).exists():
        raise AlreadyDone(_("There is a newer version already."))
    if digest != report.digest:
        raise DomainError(
            _("The figures are not those that were stored. Do not sign; tell the administrator.")
        )
    report.state, report.comment = ReportState.SIGNED, comment.strip()
    report.signed_at, report.signed_by = timezone.now(), actor
    report.on_behalf_of, report.capacity = right.on_behalf_of, signing_words(right.title)
    report.save(
        update_fields=["state", "comment", "signed_at", "signed_by", "on_behalf_of", "capacity"]
    )  # fmt: skip
    _tell(report, action, actor, right)


def facts_of(report: Statement) -> dict[str, object]:
    """What the log keeps of it."""
    return {
        "first": report.first_day.isoformat(), "last": report.last_day.isoformat(),
        "number": report.number, "digest": report.digest, "comment": report.comment,
    }  # fmt: skip


def _require_state(report: Statement, state: str) -> None:
    if state not in NEXT[report.state]:
        raise AlreadyDone


def _tell(report: Statement, action: str, actor: User, right: Right) -> None:
    record(
        report, action, actor=actor, unit=report.unit, on_behalf_of=right.on_behalf_of,
        data=facts_of(report),
    )  # fmt: skip

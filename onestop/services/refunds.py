"""Fees given back for a dossier that ended without a result: noted by the counter, never made.

No article that the one-stop rests on says that a fee is given back, or that it is not: that stands
in the rules of each fee. So nothing happens by itself, and nobody has to decide at the ending; who
gives money back notes how much, why and with which receipt. Only a void reception must say so at
once (services.corrections).
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from common.templatetags.ui import vnd
from onestop.models import FeeRefund
from onestop.services import parts, steps
from onestop.states import WITHOUT_A_RESULT
from organizations import access
from organizations.models import User


@transaction.atomic
def record_refund(
    dossier_id: int, *, actor: User, amount_vnd: int, reason: str, number: str
) -> FeeRefund:
    """Note that a fee, or a part of it, was given back after a refusal, stop or withdrawal.

    Several are possible, each with a receipt of its own; together they are never more than was
    taken. A form that is sent again notes nothing.
    """
    dossier = steps.lock(dossier_id)
    right = access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    parts.require_whole(dossier)
    if dossier.closed_at is None or dossier.status not in WITHOUT_A_RESULT:
        raise TransitionError(
            _("A fee is given back for a dossier that ended without a result alone.")
        )
    number = number.strip()
    refunds = FeeRefund.objects.filter(dossier=dossier)
    if number and refunds.filter(number=number).exists():
        raise AlreadyDone(
            _("A refund with receipt %(number)s is noted already.") % {"number": number}
        )
    given = refunds.aggregate(n=Sum("amount_vnd"))["n"] or 0
    left = dossier.fee_taken_vnd - given
    if left <= 0:
        raise AlreadyDone
    if not 0 < amount_vnd <= left:
        raise DomainError(
            _("%(amount)s can be given back at most.") % {"amount": vnd(left)}, code="invalid"
        )
    if not number or not reason.strip():
        raise DomainError(_("Enter the number of the receipt and why the fee is given back."))
    refund: FeeRefund = FeeRefund.objects.create(
        dossier=dossier, amount_vnd=amount_vnd, reason=reason.strip(), number=number,
        at=timezone.now(), by=actor,
    )  # fmt: skip
    record(
        dossier, "dossier.fee_refunded", actor=actor, unit=dossier.receiving_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, amount_vnd=amount_vnd, number=refund.number,
                         reason=refund.reason),
    )  # fmt: skip
    return refund

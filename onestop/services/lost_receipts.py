"""A slip that was lost: printed anew at the counter for somebody who proves who he is."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError, TransitionError
from common.text import plain_number
from onestop.models import Dossier, DossierPerson
from onestop.services import papers_of, parts, steps
from organizations import access
from organizations.models import User
from papers.services import replace_lost


class NotThatPerson(DomainError):
    """The number is of nobody in the dossier."""

    code = "not_that_person"


@transaction.atomic
def replace_receipt(dossier_id: int, *, actor: User, number: str, proof: str) -> Dossier:
    """A new print of Mẫu 01 word for word, marked so; the QR code of the lost one is dead.

    Who asks shows the identity card, or the paper of the organisation, with the number that
    stands in the dossier; `proof` says what was shown.
    """
    at = timezone.now()
    dossier = steps.lock(dossier_id)
    right = access.require(actor, "receive_dossiers", dossier.receiving_unit_id)
    steps.require_acceptance(dossier)
    parts.require_whole(dossier)
    if dossier.closed_at:
        raise TransitionError(_("The dossier is closed: nothing is collected with the slip now."))
    if not proof.strip():
        raise DomainError(_("Say which identity paper was shown."))
    person = _person_with(dossier, number)
    old = papers_of.receipt_in_force(dossier)
    if old is None:
        papers_of.issue_receipt(dossier, actor=actor, at=at)
    else:
        replace_lost(old.pk, actor=actor, at=at, reason=proof.strip()[:300])
    record(
        dossier, "dossier.receipt_replaced", actor=actor, unit=dossier.receiving_unit,
        on_behalf_of=right.on_behalf_of,
        data=steps.facts(dossier, asked_by=person.name, proof=proof.strip()[:300]),
    )  # fmt: skip
    return dossier


def _person_with(dossier: Dossier, number: str) -> DossierPerson:
    wanted = plain_number(number)
    for person in dossier.persons.order_by("pk"):
        if wanted and plain_number(person.number) == wanted:
            return person
    raise NotThatPerson(
        _("This number is of nobody in the dossier. Only applicant, submitter or authorised person"
          " get a new slip.")
    )  # fmt: skip

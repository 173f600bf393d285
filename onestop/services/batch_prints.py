"""Papers of several dossiers in one go: each as if it were printed alone, or why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from common.errors import DomainError
from onestop.models import Dossier
from onestop.services.batches import Outcome, each_for_itself, rehearse
from onestop.services.control_sheets import make_control_sheet
from onestop.services.papers_of import receipt_in_force
from onestop.services.result_drafts import letter_of
from organizations import access
from organizations.models import User
from papers.services import RESULT_TEMPLATE, TEMPLATE, paper_context, print_form

PRINTING = ("receive_dossiers", "return_results", "process_dossiers", "approve_dossiers")
Paper = tuple[str, dict[str, Any]]  # template and plain data
Address = Callable[[str], str]  # of the page that the QR code of a token opens


class PaperKind(models.TextChoices):
    RECEIPT = "receipt", gettext_lazy("Receipts with appointment")
    CONTROL = "control", gettext_lazy("Control sheets")
    RESULT = "result", gettext_lazy("Results with number and date")


class NothingToPrint(DomainError):
    """The dossier has no such paper now."""

    code = "nothing_to_print"


@dataclass(frozen=True)
class Printed:
    """What one volume holds, and what became of each dossier."""

    papers: list[Paper]
    outcomes: list[Outcome]


@transaction.atomic
def print_many(dossier_ids: Iterable[int], kind: str, *, actor: User, address: Address) -> Printed:
    """The papers in the order of `dossier_ids`; who has none is left out and says why."""
    ids = list(dict.fromkeys(dossier_ids))
    papers: dict[int, Paper] = {}
    outcomes = each_for_itself([(pk, 0) for pk in ids], _printing(kind, actor, address, papers))
    done = {one.dossier_id for one in outcomes if not one.refusal}
    return Printed([papers[pk] for pk in ids if pk in done], outcomes)


@transaction.atomic
def rehearse_prints(dossier_ids: Iterable[int], kind: str, *, actor: User) -> list[Outcome]:
    """What `print_many` would answer now; nothing is numbered, counted or given a new QR code."""
    return rehearse(
        [(pk, 0) for pk in dossier_ids], _printing(kind, actor, lambda token: token, {})
    )


def _printing(
    kind: str, actor: User, address: Address, papers: dict[int, Paper]
) -> Callable[[int, int], Dossier]:
    def act(dossier_id: int, _step: int) -> Dossier:
        dossier: Dossier = Dossier.objects.select_related(
            "version", "receiving_unit__parent", "competent_unit__parent"
        ).get(pk=dossier_id)
        _require_printing(dossier, actor)
        papers[dossier_id] = _paper(dossier, kind, actor, address)
        return dossier

    return act


def _paper(dossier: Dossier, kind: str, actor: User, address: Address) -> Paper:
    if kind == PaperKind.RESULT:
        letter = letter_of(dossier)
        if letter is None:
            raise NothingToPrint(_("No result that was written here has been released."))
        record(dossier, "dossier.result_printed", actor=actor, data={"number": letter["number"]})
        return RESULT_TEMPLATE, letter
    if kind == PaperKind.CONTROL:
        sheet = make_control_sheet(dossier.pk, actor=actor)
        return TEMPLATE, paper_context(print_form(sheet.pk, actor=actor))
    receipt = receipt_in_force(dossier)
    if receipt is None or receipt.voided_at is not None:
        raise NothingToPrint(_("The dossier has no receipt in force."))
    printed = print_form(receipt.pk, actor=actor)
    return TEMPLATE, paper_context(printed, qr_url=address(printed.token))


def _require_printing(dossier: Dossier, actor: User) -> None:
    """As for one paper: who works on it at the counter, in the agency or where it lies."""
    units = (dossier.receiving_unit_id, dossier.competent_unit_id, dossier.holder_unit_id)
    if not any(access.may(actor, name, unit) for name in PRINTING for unit in units):
        access.require(actor, PRINTING[0], *units)

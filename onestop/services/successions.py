"""A unit is closed or merged: what of the one-stop lies in it, and how it goes to the successor."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.services import record
from onestop.models import (
    Dossier,
    LinkedMember,
    Opinion,
    Participant,
    ProcedureUnit,
    Process,
    ProcessState,
    ProcessStep,
    StepRun,
    UnitChange,
)
from onestop.services import steps
from onestop.states import StepState
from organizations.models import Unit, User
from organizations.open_work import OpenWork

PLACES = ("receiving_unit", "competent_unit", "handling_unit", "holder_unit")
TO_DO = (StepState.PLANNED, StepState.OPEN)
AT_ONCE = 2_000


def open_work_in(unit: Unit) -> list[OpenWork]:
    """What must be gone before the unit can be closed. Three queries."""
    listed = f"{reverse('onestop:dossier_list')}?xem=tat-ca"
    return [
        OpenWork(_("Open dossiers"), _open_in(unit).count(), listed),
        OpenWork(_("Opinions not yet given"), _asked_of(unit).count(), reverse("portal:opinions")),
        OpenWork(
            _("Steps of internal processes"), _process_steps_in(unit).count(),
            reverse("onestop:process_list"),
        ),
    ]  # fmt: skip


def hand_over(old: Unit, new: Unit, actor: User) -> None:
    """Everything that is still to be done in the old unit is done in the new one from now on.

    Joins the merger's transaction. The successor takes part in all that the old unit took part
    in, closed dossiers too; codes, closed steps and printed papers stay what they were. Due
    moments are computed anew by the nightly check, with the successor's calendar.
    """
    # by id: a whole comes before its parts
    there = _open_in(old).select_for_update(of=("self",), no_key=True)
    dossiers = list(there.select_related("holder").order_by("pk"))
    _let_take_part(old, new)
    now = timezone.now()
    UnitChange.objects.bulk_create(
        [UnitChange(dossier=dossier, at=now, from_unit=old, to_unit=new)
         for dossier in dossiers if dossier.competent_unit_id == old.pk],
        batch_size=AT_ONCE,
    )  # fmt: skip
    for place in PLACES:
        Dossier.objects.open().filter(**{place: old}).update(**{place: new})
    StepRun.objects.filter(unit=old, state__in=TO_DO).update(unit=new)
    _asked_of(old).update(unit=new)
    _process_steps_in(old).update(unit=new)
    _make_competent(old, new)
    LinkedMember.objects.filter(unit=old).update(unit=new)
    for dossier in dossiers:
        record(
            dossier, "dossier.unit_succeeded", actor=actor, unit=new,
            data=steps.facts(
                dossier, from_unit=old.name, to_unit=new.name,
                lay_there=dossier.holder_unit_id == old.pk,
                held_by=dossier.holder.full_name if dossier.holder else "",
            ),
        )  # fmt: skip


def _open_in(unit: Unit) -> QuerySet[Dossier]:
    """Open dossiers in which the unit has something to do, now or later."""
    due_there = StepRun.objects.filter(unit=unit, state__in=TO_DO).values("dossier_id")
    placed = Q(pk__in=due_there)
    for place in PLACES:
        placed |= Q(**{place: unit})
    found: QuerySet[Dossier] = Dossier.objects.open().filter(placed)
    return found


def _asked_of(unit: Unit) -> QuerySet[Opinion]:
    found: QuerySet[Opinion] = Opinion.objects.filter(
        unit=unit, answered_at=None, dossier__closed_at=None
    )
    return found


def _process_steps_in(unit: Unit) -> QuerySet[ProcessStep]:
    """Steps that dossiers received from now on would do there."""
    found: QuerySet[ProcessStep] = ProcessStep.objects.filter(
        unit=unit, process__state__in=(ProcessState.DRAFT, ProcessState.ACTIVE)
    )
    return found


def _let_take_part(old: Unit, new: Unit) -> None:
    parts = Participant.objects.filter(unit=old).order_by("pk").values_list("dossier_id", "part")
    rows = [Participant(dossier_id=pk, unit=new, part=part) for pk, part in parts]
    Participant.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)


def _make_competent(old: Unit, new: Unit) -> None:
    """The successor resolves what the old unit resolved; its own processes hold for it, too."""
    there = set(ProcedureUnit.objects.filter(unit=new).values_list("version_id", flat=True))
    versions = ProcedureUnit.objects.filter(unit=old).values_list("version_id", flat=True)
    ProcedureUnit.objects.bulk_create(
        ProcedureUnit(version_id=pk, unit=new) for pk in versions if pk not in there
    )
    has_own = Process.objects.filter(unit=new, state=ProcessState.ACTIVE).values("procedure_id")
    Process.objects.filter(unit=old, state=ProcessState.ACTIVE).exclude(
        procedure_id__in=has_own
    ).update(unit=new)

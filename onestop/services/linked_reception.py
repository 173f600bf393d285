"""One receipt for several procedures: a linked group is received at the counter."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onestop.models import Dossier, LinkedGroup
from onestop.services import parts, reception, steps
from onestop.services.reception import ProcedureNotOpen, Reception
from organizations import access
from organizations.models import User


@transaction.atomic
def accept_linked(
    facts: Reception, group_id: int, *, actor: User, at: dt.datetime | None = None
) -> Dossier:
    """Receive a dossier under a linked group: one code, one slip, the total limit; every part is
    handed out in the same commit, so nothing can be received and lie nowhere.

    `facts.version_id` is the lead's procedure, `facts.competent_unit_id` the lead.
    """
    at = at or timezone.now()
    right = access.require(actor, "receive_dossiers", facts.receiving_unit_id)
    group = _open_group(group_id, at)
    receiving, competent, version, channel = reception.open_door(facts, at)
    if not group.members.filter(is_lead=True, procedure=version.procedure_id).exists():
        raise ProcedureNotOpen(
            _("This procedure has changed since the page was opened. Choose it again.")
        )
    planned = parts.planned_of(group, competent, receiving, at)
    dossier = reception.new_dossier(facts, competent, version, channel, at=at)
    dossier.group, dossier.cutoff = group, None
    dossier.limit_amount, dossier.limit_unit = group.limit_amount, group.limit_unit
    reception.take_in(dossier, facts, actor=actor, at=at)
    reception.plan_steps(dossier, actor=actor, at=at, right=right)
    if group.process is not None:  # the work is with the resolving units from now on
        steps.start_work(dossier, actor=actor, at=at)
        dossier.save(update_fields=["status"])
    parts.start(dossier, planned, actor=actor, at=at, right=right)
    reception.announce(dossier, actor=actor, at=at, right=right)
    return dossier


def _open_group(group_id: int, at: dt.datetime) -> LinkedGroup:
    day = timezone.localdate(at)
    group: LinkedGroup | None = (
        LinkedGroup.objects.in_force_on(day).select_related("process").filter(pk=group_id).first()
    )
    if group is None:
        raise ProcedureNotOpen(
            _("This linked group is not in force on %(day)s. Choose it again from the list.")
            % {"day": f"{day:%d/%m/%Y}"}
        )
    return group

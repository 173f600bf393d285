"""All that the page of one dossier shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, JSONField, OuterRef, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONArray
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError
from common.templatetags.ui import moment
from common.working_time import describe
from onestop.forms.acts import FORMS, ActForm
from onestop.models import (
    Dossier,
    DossierFile,
    Extension,
    ExtensionState,
    FeeRefund,
    FileKind,
    ProcedureVersion,
    ResultDraft,
    StepKind,
    StepRun,
)
from onestop.models.dossiers import DossierQuerySet
from onestop.queries import linked
from onestop.queries.dossiers import deadline_of_dossier, status_of
from onestop.queries.originals import checklist
from onestop.queries.refunds import can_refund, refunds_of
from onestop.queries.timeline import timeline_of
from onestop.rules.actions import Situation, acts
from onestop.rules.buttons import arrange
from onestop.services import extensions
from onestop.services.parts import is_lead_signed
from onestop.services.steps import (
    APPROVING,
    PERMISSION,
    UNDER_WAY,
    WORKING,
    correctable,
    is_signed,
    may_decide,
)
from onestop.states import StepState
from organizations import absences, access
from organizations.calendars import calendar_for
from organizations.models import Unit, User
from papers.models import PrintedForm
from papers.rules import spaced_lookup_number

ON_A_NEW_DATE = ("", "ask_extension", "sign_extension")
UNITS = ("receiving_unit", "competent_unit", "handling_unit", "holder_unit")
STATES = {
    StepState.CLOSED: "done", StepState.OPEN: "now", StepState.PLANNED: "later",
    StepState.SKIPPED: "skipped", StepState.SENT_BACK: "done",
    StepState.ENDED: "ended",
}  # fmt: skip


def load_related(dossier: Dossier, steps: list[StepRun]) -> None:
    """Units, procedure and people of a dossier whose step is there. Three small queries:
    PostgreSQL needs ten times as long to plan one join of them all."""
    ids = {getattr(dossier, f"{name}_id") for name in UNITS}
    run = dossier.step
    units = Unit.objects.in_bulk(ids | ({run.unit_id} if run else set()))
    for name in UNITS:
        setattr(dossier, name, units[getattr(dossier, f"{name}_id")])
    if run is not None:
        run.unit = units[run.unit_id]
    version = ProcedureVersion.objects.select_related("procedure").get(pk=dossier.version_id)
    dossier.version, dossier.procedure = version, version.procedure
    who = {dossier.holder_id} | {pk for step in steps for pk in (step.person_id, step.closed_by_id)}
    people = User.objects.in_bulk(who - {None})
    dossier.holder = people.get(dossier.holder_id)
    for step in steps:
        step.person, step.closed_by = people.get(step.person_id), people.get(step.closed_by_id)


# What else there is of a dossier, said in its own query: the page asks only for what there is
TABLES = {
    "rounds": "onestop_supplementround", "drafts": "onestop_dossierfile",
    "result": "onestop_result", "opinions": "onestop_opinion", "handovers": "onestop_handover",
}  # fmt: skip
_EACH = ", ".join(
    f"""'{name}', EXISTS (SELECT FROM {table} t
        WHERE t.province_id = onestop_dossier.province_id AND t.dossier_id = onestop_dossier.id)"""
    for name, table in TABLES.items()
)
THERE = f"jsonb_build_object({_EACH})"


def noting_rounds(dossiers: DossierQuerySet) -> DossierQuerySet:
    """Say of each in the same query what else there is of it (THERE), what became of the new dates
    that were proposed: [[state, id of who proposed it], …], and whether the holder is away:
    [[last day, id of the substitute, his name]]."""
    proposals = Extension.objects.filter(dossier=OuterRef("pk")).order_by("pk")
    return dossiers.annotate(
        there=RawSQL(THERE, [], JSONField()),  # noqa: S611
        proposals=ArraySubquery(proposals.values(found=JSONArray("state", "asked_by"))),
        away=ArraySubquery(
            absences.in_force()
            .filter(user=OuterRef("holder"))
            .values(found=JSONArray("valid_to", "substitute", "substitute__full_name"))
        ),
    )


@dataclass(frozen=True)
class Act:
    """A button: where it leads and how it looks."""

    name: str
    words: str
    url: str
    icon: str
    is_grave: bool


class DossierPage:
    """Facts of one dossier for one person; each is read on first use."""

    def __init__(self, dossier: Dossier, user: User) -> None:
        self.dossier, self.user = dossier, user

    @cached_property
    def run(self) -> StepRun | None:
        """The open step."""
        if self.dossier.step_id is None:
            return None
        return next(run for run in self.dossier.runs if run.pk == self.dossier.step_id)

    @cached_property
    def steps(self) -> list[StepRun]:
        """The latest round of each step."""
        return list({run.order: run for run in self.dossier.runs}.values())

    @cached_property
    def parts(self) -> list[linked.PartRow]:
        """Of a linked dossier, all that its lead sees of its parts. No query for any other."""
        return linked.parts_of(self.dossier) if self.dossier.group_id else []

    @cached_property
    def refunds(self) -> list[FeeRefund]:
        return refunds_of(self.dossier)

    @cached_property
    def situation(self) -> Situation:
        return self._situation()

    def _situation(self, act: str = "") -> Situation:
        """With the name of an act, only what that one depends on need be read."""
        dossier, run = self.dossier, self.run
        holder = {None: "nobody", self.user.pk: "me"}.get(dossier.holder_id, "another")
        return Situation(
            status=dossier.status,
            is_accepted=dossier.accepted_at is not None,
            is_closed=dossier.closed_at is not None,
            is_void=dossier.is_void,
            step_kind=run.kind if run else "",
            held_by=holder,
            stands_in=holder == "another" and self._stands_in,
            on_holder=self._rights(dossier.holder_unit_id),
            on_receiving=self._rights(dossier.receiving_unit_id),
            on_competent=self._rights(dossier.competent_unit_id, dossier.handling_unit_id),
            on_agency=self._rights(dossier.competent_unit_id),
            at_counter=self._rights(dossier.receiving_unit_id, dossier.competent_unit_id),
            takes_part=self._rights(
                dossier.receiving_unit_id, dossier.competent_unit_id, dossier.holder_unit_id
            ),
            is_work=run is not None and self._is_work(run),
            was_asked=self._was_asked,
            may_step=run is not None and self._may_step(run),
            date_may_move=act in ON_A_NEW_DATE and self._date_may_move,
            proposed_by=self._proposed_by,
            is_signed=is_signed(dossier) or is_lead_signed(dossier),
            owes=dossier.fee_taken_vnd < dossier.fee_due_vnd,
            can_refund=can_refund(dossier, self.refunds),
            worked_on=any(
                step.state in (StepState.CLOSED, StepState.SENT_BACK) or step.round > 1
                for step in self.steps[1:]
            ),
            is_part=dossier.is_part,
            parts=frozenset(row.state for row in self.parts if row.state != "done"),
            can_be_corrected=run is not None and bool(correctable(dossier, run)),
        )

    def _may_step(self, run: StepRun) -> bool:
        if run.kind in APPROVING:
            return "approve_dossiers" in self._rights(run.unit_id)
        return access.may(self.user, PERMISSION[run.kind], run.unit_id)

    def _is_work(self, run: StepRun) -> bool:
        """services.steps.is_work, from the steps that were read."""
        if run.kind != StepKind.APPROVE:
            return run.kind in WORKING
        return not any(step.kind in WORKING for step in self.steps)

    @property
    def _was_asked(self) -> bool:
        """Whether papers were asked for. One query, unless `noting_rounds` has answered it."""
        known = getattr(self.dossier, "there", None)
        return self.dossier.rounds.exists() if known is None else bool(known["rounds"])

    def _all(self, name: str, rows: QuerySet[Any]) -> list[Any]:
        """These rows; no query when `noting_rounds` has said that there are none."""
        known = getattr(self.dossier, "there", None)
        return list(rows) if known is None or known[name] else []

    @cached_property
    def _proposals(self) -> list[tuple[str, int]]:
        """State and author of the proposed new dates. One query, as above."""
        known = getattr(self.dossier, "proposals", None)
        if known is None:
            known = self.dossier.extensions.values_list("state", "asked_by_id")
        return [(state, author) for state, author in known]

    @property
    def _stands_in(self) -> bool:
        """Whether the person is the substitute of a holder who is away. One query, as above."""
        known = getattr(self.dossier, "away", None)
        if known is None:
            return bool(self.dossier.holder and absences.covers(self.user, self.dossier.holder))
        return any(substitute == self.user.pk for _until, substitute, _name in known)

    @cached_property
    def holder_away(self) -> dict[str, Any] | None:
        """Until when the holder is away, and the name of the substitute."""
        known = getattr(self.dossier, "away", None)
        if not known or self.dossier.closed_at:
            return None
        until, _substitute, name = known[0]
        return {"until": dt.date.fromisoformat(until), "substitute": name}

    @property
    def _proposed_by(self) -> str:
        waiting = [author for state, author in self._proposals if state == ExtensionState.WAITING]
        if not waiting:
            return "nobody"
        return "me" if waiting == [self.user.pk] else "another"

    @property
    def _date_may_move(self) -> bool:
        """services.extensions._require_room, from what was read."""
        dossier = self.dossier
        if dossier.accepted_at is None or dossier.status not in UNDER_WAY:
            return False
        granted = [state for state, _who in self._proposals if state == ExtensionState.GRANTED]
        if len(granted) >= extensions.rules_of(dossier).extensions_allowed:
            return False
        return timezone.localdate() <= extensions.last_day_to_ask(dossier)

    def _rights(self, *unit_ids: int) -> frozenset[str]:
        rights = access.rights_on(self.user, *unit_ids) & set(PERMISSION.values())
        if "approve_dossiers" in rights and not may_decide(self.dossier, self.user, *unit_ids):
            return rights - {"approve_dossiers"}
        return rights

    @cached_property
    def acts(self) -> list[Act]:
        """What the person can do now; the first one is the primary act."""
        return [self._act(name) for name in self.names]

    @cached_property
    def names(self) -> list[str]:
        """Of the acts that the person can do now."""
        return list(dict.fromkeys(acts(self.situation)))

    def _act(self, name: str) -> Act:
        code = self.dossier.code
        if name == "decide":
            return Act(name, _("Decide"), reverse("onestop:approval_decide", args=[code]),
                       "badge-check", False)  # fmt: skip
        if name == "correct":
            url = reverse("onestop:dossier_correct", args=[code])
            return Act(name, _("Correct a mistake"), url, "pencil", False)
        slug, form = FORMS[name]
        url = reverse("onestop:dossier_act", args=[code, slug])
        return Act(name, str(form.title), url, form.icon, form.is_grave)

    @cached_property
    def step_bar(self) -> list[dict[str, Any]]:
        now = timezone.now()
        return [
            {
                "name": step.name,
                "state": STATES[StepState(step.state)],
                "note": self._note(step, now),
            }
            for step in self.steps
        ]

    def _note(self, step: StepRun, now: dt.datetime) -> str:
        who = step.closed_by or step.person
        parts = [who.full_name if who else ""]
        if step.on_behalf_of:
            parts.append(_("on behalf of %(giver)s") % {"giver": step.on_behalf_of})
        if step.state == StepState.OPEN and step.planned_end:
            calendar = calendar_for(self.dossier.competent_unit_id)
            parts.append(describe(calendar, step.planned_end, now, is_step=True).words)
        elif step.closed_at:
            parts.append(moment(step.closed_at))
        return ", ".join(part for part in parts if part)

    def context(self) -> dict[str, Any]:
        dossier = self.dossier
        dossier.step = self.run
        load_related(dossier, self.steps)
        words, tone = status_of(dossier.status, dossier.granted_at)
        results = dossier.results.select_related("approved_by", "drafted_by", "released_by")
        rounds = dossier.rounds.select_related("asked_by", "consent_by").order_by("number")
        opinions = self._all(
            "opinions", dossier.opinions.select_related("unit", "asked_by").order_by("pk")
        )
        return {
            "dossier": dossier,
            "lookup": spaced_lookup_number(dossier.lookup_number or ""),
            "status_words": words,
            "status_tone": tone,
            "deadline": deadline_of_dossier(dossier),
            "steps": self.step_bar,
            "acts": self.acts,
            **self._buttons(),
            "refunds": self.refunds,
            "persons": linked.persons_of(dossier),
            "parts": self.parts,
            "part_of": linked.place_of(dossier, self.parts, self.user),
            **checklist(dossier, self.user),
            "may_write": "add_draft" in self.names,
            "drafts": self._files(),
            "result": next(iter(self._all("result", results)), None),
            "rounds": self._all("rounds", rounds),
            "extensions": self._extensions(),
            "opinions": opinions,
            "handover": next(iter(self._all("handovers", dossier.handovers.all())), None),
            "printed": list(PrintedForm.objects.of(dossier).in_force()),
            "events": timeline_of(dossier),
            "holder_away": self.holder_away,
            "may_note": "process_dossiers" in self.situation.on_holder
            or bool(self.situation.on_receiving),
            "may_tell_readers": "receive_dossiers" in self.situation.on_receiving,
            "answerable": {
                opinion.pk
                for opinion in opinions
                if not opinion.answered_at
                and not dossier.closed_at
                and access.may(self.user, "process_dossiers", opinion.unit_id)
            },
        }

    def _buttons(self) -> dict[str, Any]:
        """Two buttons at most, and the menu."""
        acts = {act.name: act for act in self.acts}
        beside, menu = arrange(list(acts), held_by_another=self.situation.held_by == "another")
        return {
            "primary": acts[beside[0]] if beside else None,
            "secondary": acts[beside[1]] if len(beside) > 1 else None,
            "other_acts": [acts[name] for name in menu],
        }

    def _extensions(self) -> list[Extension]:
        """No query when nobody ever proposed a new date."""
        if not self._proposals:
            return []
        people = ("asked_by", "decided_by")
        return list(self.dossier.extensions.select_related(*people).order_by("pk"))

    def _files(self) -> list[DossierFile]:
        drafts = DossierFile.objects.filter(
            dossier=self.dossier, kind__in=(FileKind.DRAFT, FileKind.RESULT), replaced_at=None
        )
        is_written = Exists(ResultDraft.objects.filter(file=OuterRef("pk")))
        rows = drafts.annotate(is_written=is_written).select_related("stored", "added_by")
        return self._all("drafts", rows)

    def why_not(self, name: str) -> DomainError:
        """What to tell who asks for an act that is not possible now. For a new date: that it is
        too late, or that one was given; else that somebody was faster."""
        if name in ("ask_extension", "sign_extension"):
            return extensions.why_not_now(self.dossier) or AlreadyDone()
        return AlreadyDone()

    def form(self, name: str, *args: Any) -> ActForm:
        """The form of an act that the person may do now; LookupError when he may not."""
        if name not in acts(self._situation(name)):
            raise LookupError(name)
        return FORMS[name][1](*args, dossier=self.dossier, run=self.run, user=self.user)


ACT_OF_SLUG = {slug: name for name, (slug, _form) in FORMS.items()}

"""Linked groups of the demo, one of each kind, with dossiers in every state of their parts.

The groups stand in for the province's own list, which is not public: they are marked as samples.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from files.services import store
from onestop.models import (
    Dossier,
    LinkedGroup,
    LinkKind,
    Procedure,
    ProcedureVersion,
    StepKind,
    StepRun,
)
from onestop.queries.catalogue import limit_of
from onestop.services import (
    assignment,
    endings,
    gathering,
    linked_groups,
    linked_reception,
    part_decisions,
    processing,
)
from onestop.services.linked_groups import GroupFacts, MemberFacts
from onestop.services.processes import process_for
from onestop.services.reception import PaperFacts, Reception
from onestop.states import StepState
from organizations.models import Unit, User
from portal.demo.showcase import Stage, pdf
from tenancy.models import Province

SINCE = dt.date(2025, 7, 1)
DAYS = "working_days"
BIRTH, HOME = "1.001193", "1.004222"  # khai sinh at the commune, thường trú at its police
RELAYED = "1.013817"  # received at a commune, resolved by an agency of the province
SAMPLE = "Quyết định mẫu số 00/QĐ-UBND"
STAGES = ("received", "asked", "refused", "waits for the lead", "signed by the lead")


def make(province: Province) -> None:
    """Nothing where the province's agencies lack one of the procedures."""
    stage = Stage(province)
    editor = next((people[0] for (_unit, role), people in stage.cast.people.items()
                   if role == "catalogue_editor"), None)  # fmt: skip
    known = set(Procedure.objects.published().values_list("code", flat=True))
    if editor is None:
        return
    if {BIRTH, HOME} <= known:
        total, members = Decimal(8), [(BIRTH, Decimal(1)), (HOME, Decimal(7))]
        group = _group("LT.01", "Liên thông đăng ký khai sinh, đăng ký thường trú",
                       LinkKind.SAME_LEVEL, total, members, editor)  # fmt: skip
        for name in STAGES:
            _Play(stage, group).to(name)
    if RELAYED in known:
        amount, unit = limit_of(_version(RELAYED))
        if unit == DAYS:
            group = _group("LT.02", "Tiếp nhận tại xã, giải quyết tại tỉnh: thủ tục mẫu",
                           LinkKind.DIFFERENT_LEVELS, amount + 2, [(RELAYED, amount)],
                           editor)  # fmt: skip
            for name in ("received", "in work", "back"):
                _Play(stage, group).to(name)


def _version(code: str) -> ProcedureVersion:
    version: ProcedureVersion = Procedure.objects.get(code=code).current_version
    return version


def _group(
    code: str, name: str, kind: LinkKind, total: Decimal, members: list[tuple[str, Decimal]],
    editor: User,
) -> LinkedGroup:  # fmt: skip
    for procedure, _limit in members:  # a process must be in use before
        version = _version(procedure)
        unit = version.units.select_related("unit").order_by("unit__path")[0].unit
        process_for(version, unit, timezone.localdate())
    facts = GroupFacts(code, name, kind, total, DAYS, SAMPLE, SINCE)
    rows = [
        MemberFacts(procedure, order == 0, limit, DAYS)
        for order, (procedure, limit) in enumerate(members)
    ]
    draft = linked_groups.save_draft(facts, rows, actor=editor)
    group = linked_groups.publish(draft.pk, actor=editor)
    LinkedGroup.objects.filter(pk=group.pk).update(is_sample=True)
    return group


class _Play:
    """One linked dossier, brought to a stage by whoever holds the roles."""

    def __init__(self, stage: Stage, group: LinkedGroup) -> None:
        self.stage, self.group, self.places = stage, group, stage.places
        lead = group.members.select_related("procedure").get(is_lead=True)
        version = lead.procedure.current_version
        commune = next((u for u in self.places.communes if "Nha Trang" in u.name),
                       self.places.communes[0])  # fmt: skip
        self.counter = self.places.counter_of[commune.pk]
        self.clerk = stage.cast.of(self.counter.pk, "counter")[0]
        units = [row.unit for row in version.units.select_related("unit")]
        lead_unit = next((unit for unit in units if unit.pk == commune.pk), units[0])
        self.dossier = self._receive(version, lead_unit)

    def _receive(self, version: ProcedureVersion, unit: Unit) -> Dossier:
        facts = self.stage.facts(version, unit, self.counter, self.clerk)
        names = {"Tờ khai theo mẫu quy định", "Giấy tờ chứng minh nhân thân"}
        for member in self.group.members.select_related("procedure__current_version"):
            rows = member.procedure.current_version.components
            names |= set(rows.values_list("name", flat=True)[:3])
        papers = [PaperFacts(name, originals=1) for name in sorted(names)]
        known = {**vars(facts), "papers": [*facts.papers[:1], *papers]}
        return linked_reception.accept_linked(Reception(**known), self.group.pk, actor=self.clerk)

    def to(self, name: str) -> None:
        part = Dossier.objects.filter(parent=self.dossier).latest("pk")
        if name in ("asked", "refused", "in work"):
            self._say(part, name)
        elif name == "waits for the lead":
            self._finish(part)
        elif name == "signed by the lead":
            self._finish(part)
            self._finish(self.dossier)
        elif name == "back":
            self._finish(part)
            gathering.gather(self.dossier.pk)

    def _say(self, part: Dossier, name: str) -> None:
        while (step := self._open(part)).kind == StepKind.ASSIGN:
            self._step(part, step)
        actor = self._actor(step)
        if name == "asked":
            part_decisions.ask_lead(
                part.pk, actor=actor, reason="Thiếu văn bản đồng ý của chủ hộ về việc đăng ký."
            )
        elif name == "refused":
            boss = self.stage.cast.of(part.competent_unit_id, "leader")[0]
            endings.refuse_part(
                part.pk, actor=boss, reason="Chỗ ở không thuộc địa bàn quản lý của phường."
            )

    def _finish(self, dossier: Dossier) -> None:
        """To the end of a part; of the whole, until only the return is left."""
        while True:
            dossier.refresh_from_db()
            if dossier.step_id is None or self._open(dossier).kind == StepKind.RETURN:
                return
            self._step(dossier, self._open(dossier))

    def _step(self, dossier: Dossier, step: StepRun) -> None:
        actor = self._actor(step)
        if step.kind in (StepKind.REVIEW, StepKind.APPROVE):
            processing.approve(dossier.pk, actor=actor)
        elif step.kind == StepKind.ASSIGN:
            people = [who for who, _unit in assignment.candidates(dossier, step)]
            officials = {who.pk for key, found in self.stage.cast.people.items()
                         if key[1] == "official" for who in found}  # fmt: skip
            person = next((who for who in people if who.pk in officials), people[0])
            assignment.assign(dossier.pk, actor=actor, person_id=person.pk)
        else:
            works = step.kind in (StepKind.PROCESS, StepKind.CONSULT)
            drafts = [store(pdf("du-thao.pdf"), actor=actor).pk] if works else []
            processing.forward(dossier.pk, actor=actor, draft_ids=drafts)
        dossier.refresh_from_db()
        dossier.__dict__.pop("runs", None)

    def _open(self, dossier: Dossier) -> StepRun:
        return StepRun.objects.select_related("person", "unit").get(
            dossier=dossier, state=StepState.OPEN
        )

    def _actor(self, step: StepRun) -> User:
        return step.person or self.stage.actor(step)

"""A few dossiers made through the services themselves: one for each status, with files."""

from __future__ import annotations

import datetime as dt
import io
import random

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.services import store
from onestop.models import Dossier, ProcedureVersion, StepKind, StepRun
from onestop.services import (
    arrivals,
    assignment,
    endings,
    intake,
    processing,
    reception,
    waiting,
)
from onestop.services.processing import HandoverFacts
from onestop.services.reception import FeeFacts, PaperFacts, PersonFacts, Reception
from onestop.states import StepState
from organizations.models import Unit, User
from portal.demo.cast import Cast, find_cast, invented_name, invented_phone
from portal.demo.places import Places, find_places
from tenancy.models import Province

PLAYED = ("2.000815", "1.014833", "1.013817")
ROLE_OF = {
    StepKind.ASSIGN: "head", StepKind.PROCESS: "official", StepKind.CONSULT: "official",
    StepKind.REVIEW: "head", StepKind.APPROVE: "leader", StepKind.RELEASE: "clerk",
}  # fmt: skip
STAGES = ("arrived", "refused early", "received", "assigned", "supplement", "payment", "withdrawal",
          "stopped", "approval", "completed", "returned")  # fmt: skip


def make(province: Province) -> None:
    """Each stage of the life once for every procedure that the province's agencies resolve."""
    stage = Stage(province)
    versions = ProcedureVersion.objects.filter(procedure__code__in=PLAYED).select_related(
        "procedure"
    )
    for version in versions.order_by("procedure__code"):
        for name in STAGES:
            stage.play(version, name)


class Stage:
    """Plays one dossier to a stage, with whoever holds the role in the unit at hand."""

    def __init__(self, province: Province) -> None:
        self.places: Places = find_places(province)
        self.cast: Cast = find_cast()
        self.rng = random.Random(province.code)
        self.now = timezone.now()

    def play(self, version: ProcedureVersion, stage: str) -> None:
        units = [row.unit for row in version.units.select_related("unit")]
        unit = next((u for u in units if "Nha Trang" in u.name), units[0] if units else None)
        if unit is None or not version.channels.filter(channel=1).exists():
            return
        counter = self.places.counter_of.get(unit.pk, self.places.counter)
        clerk = self.cast.of(counter.pk, "counter")[0]
        facts = self.facts(version, unit, counter, clerk)
        if stage in ("arrived", "refused early"):
            self._online(facts, clerk, refused=stage != "arrived")
            return
        dossier = reception.accept(facts, actor=clerk)
        self._go_on(dossier, stage, clerk)

    def facts(self, version: ProcedureVersion, unit: Unit, counter: Unit, clerk: User) -> Reception:
        name = invented_name(self.rng)
        channel = version.channels.get(channel=1)
        fee = channel.fee_vnd or 0
        paper = store(pdf("giay-to.pdf"), actor=clerk)
        return Reception(
            version_id=version.pk, receiving_unit_id=counter.pk, competent_unit_id=unit.pk,
            applicant=PersonFacts(
                name=name, number=f"999{self.rng.randrange(10**9):09d}",
                phone=invented_phone(self.rng),
                email=f"congdan{self.rng.randrange(1000)}@vi-du.example",
                address=f"{self.rng.randrange(1, 200)} Trần Phú, {unit.place}",
            ),
            papers=(PaperFacts("Tờ khai theo mẫu", originals=1, file_ids=(paper.pk,)),
                    PaperFacts("Bản chính giấy tờ", originals=1)),
            fee=FeeFacts(fee, fee, f"BL-{self.rng.randrange(10**6):06d}" if fee else ""),
        )  # fmt: skip

    def _online(self, facts: Reception, clerk: User, *, refused: bool) -> None:
        if not ProcedureVersion.objects.filter(pk=facts.version_id, channels__channel=2).exists():
            facts = Reception(**{**vars(facts), "channel": 1})
        else:
            facts = Reception(**{**vars(facts), "channel": 2})
        papers = tuple(PaperFacts(p.name, originals=p.originals) for p in facts.papers)
        facts = Reception(**{**vars(facts), "papers": papers})
        dossier = intake.submit(facts, actor=None, at=self.now - dt.timedelta(minutes=40))
        if refused:
            arrivals.refuse_arrival(
                dossier.pk, actor=clerk, reason="Nội dung không thuộc thẩm quyền giải quyết."
            )

    def _go_on(self, dossier: Dossier, stage: str, clerk: User) -> None:
        if stage == "received":
            return
        step = self._open(dossier)
        if step.kind == StepKind.ASSIGN:
            head = self.actor(step)
            assignment.assign(dossier.pk, actor=head, person_id=self._official(dossier).pk)
        elif step.kind == StepKind.PROCESS:
            assignment.take_over(dossier.pk, actor=self.actor(step))
        self._at_work(dossier, stage, clerk)

    def _at_work(self, dossier: Dossier, stage: str, clerk: User) -> None:
        """From the first working step on."""
        step = self._open(dossier)
        holder = step.person or self.actor(step)
        boss = self.cast.of(dossier.competent_unit_id, "leader")[0]
        if stage == "supplement":
            waiting.ask_supplement(
                dossier.pk, actor=holder, items=["Bản vẽ vị trí có xác nhận"],
                reason="Bản vẽ nộp kèm chưa có xác nhận.",
                apply_by=timezone.localdate() + dt.timedelta(days=15),
            )  # fmt: skip
        elif stage == "payment":
            waiting.require_payment(
                dossier.pk, actor=holder, amount_vnd=150_000, note="Phí thẩm định"
            )
        elif stage == "withdrawal":
            endings.request_withdrawal(
                dossier.pk, actor=clerk, reason="Không còn nhu cầu", asked_by=dossier.applicant_name
            )
        elif stage == "stopped":
            endings.stop(dossier.pk, actor=boss, reason="Người nộp đề nghị dừng giải quyết.")
        elif stage in ("approval", "completed", "returned"):
            self._to_the_end(dossier, stage, clerk)

    def _to_the_end(self, dossier: Dossier, stage: str, clerk: User) -> None:
        while (step := self._open(dossier)).kind != StepKind.RETURN:
            actor = step.person or self.actor(step)
            if step.kind in (StepKind.REVIEW, StepKind.APPROVE):
                if stage == "approval" and step.kind == StepKind.APPROVE:
                    return
                processing.approve(dossier.pk, actor=actor)
            elif step.kind == StepKind.ASSIGN:
                assignment.assign(dossier.pk, actor=actor, person_id=self._official(dossier).pk)
            else:
                drafts = [store(pdf("du-thao.pdf"), actor=actor).pk]
                working = step.kind in (StepKind.PROCESS, StepKind.CONSULT)
                processing.forward(dossier.pk, actor=actor, draft_ids=drafts if working else [])
            dossier.refresh_from_db()
        if stage == "returned":
            taken = HandoverFacts("in_person", dossier.applicant_name, dossier.applicant_number)
            processing.hand_over(dossier.pk, actor=clerk, facts=taken)

    def _official(self, dossier: Dossier) -> User:
        """Of the handling division, or of any division of the agency."""
        divisions = [dossier.handling_unit_id, *(
            unit.pk for unit in [self.places.division_of.get(dossier.competent_unit_id)] if unit
        )]  # fmt: skip
        return next(who for pk in divisions for who in self.cast.of(pk, "official"))

    def _open(self, dossier: Dossier) -> StepRun:
        return StepRun.objects.select_related("person").get(dossier=dossier, state=StepState.OPEN)

    def actor(self, step: StepRun) -> User:
        role = ROLE_OF[StepKind(step.kind)]
        people = self.cast.of(step.unit_id, role) or self.cast.of(step.unit_id, "leader")
        return people[0]


def pdf(name: str) -> SimpleUploadedFile:
    """A page that says what it is."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        target = io.BytesIO()
        document.save(target)
    return SimpleUploadedFile(name, target.getvalue(), content_type="application/pdf")

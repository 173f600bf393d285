"""Dossiers that lie before a step: passed on by each variant, then put back by the loader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from django.utils import timezone

from onestop.models import Dossier, ProcedureVersion, StepRun
from onestop.services import assignment, reception
from onestop.services.reception import PersonFacts, Reception
from organizations.models import Position, User
from papers.rules import is_dossier_code
from tenancy.models import Province
from tenancy.scope import tenant_scope

COUNT, SUMMARY = 101, "bench: before its step"  # one to warm up, a hundred that are measured


@dataclass(frozen=True)
class BeforeStep:
    pk: int
    code: str
    run: int
    following: int
    second_factor: str


def has_slip(dossier: Dossier) -> bool:
    """Whether a citizen can ask for it; the form refuses the codes of copies, which are none."""
    return dossier.second_factor.isdecimal() and is_dossier_code(dossier.code)


class Steps:
    """Made once by the services; found again by their summary in later runs."""

    def __init__(self, province: Province, loader: psycopg.Connection) -> None:
        self.province, self.loader = province, loader
        self.all: list[BeforeStep] = []

    def prepare(self, tell: Callable[[str], None]) -> None:
        with tenant_scope(self.province):
            there = Dossier.objects.filter(summary=SUMMARY).count()
        if there < COUNT:
            tell(f"{COUNT - there} dossiers are received and assigned")
            self._make(COUNT - there)
        with tenant_scope(self.province):
            self.officer = User.objects.get(username="chuyenvien")
            rows = Dossier.objects.filter(summary=SUMMARY).order_by("pk")[:COUNT]
            for row in rows:
                runs = {run.kind: run for run in StepRun.objects.filter(dossier=row)}
                run, following = runs["process"], runs["review"]
                self.all.append(
                    BeforeStep(row.pk, row.code, run.pk, following.pk, row.second_factor)
                )
        self.put_back()

    def _make(self, count: int) -> None:
        day = timezone.localdate()
        with tenant_scope(self.province):
            people = {
                name: User.objects.get(username=name)
                for name in ("motcua", "truongphong", "chuyenvien")
            }
            places = {
                name: Position.objects.filter(user=user).values_list("unit_id", flat=True)[0]
                for name, user in people.items()
            }
            version = ProcedureVersion.objects.in_force_on(day).filter(
                units__unit=places["chuyenvien"], channels__channel=1,
                channels__limit_unit="working_days", channels__limit_amount__gte=5,
            ).order_by("pk").first()  # fmt: skip
            assert version, "no procedure of the commune takes five working days"
        for number in range(count):
            with tenant_scope(self.province):
                facts = Reception(
                    version_id=version.pk, receiving_unit_id=places["motcua"],
                    competent_unit_id=places["chuyenvien"], summary=SUMMARY,
                    applicant=PersonFacts(name="Trần Văn Thử", number=f"998{number:09d}"),
                )  # fmt: skip
                dossier = reception.accept(facts, actor=people["motcua"])
                assignment.assign(
                    dossier.pk, actor=people["truongphong"], person_id=people["chuyenvien"].pk
                )

    def put_back(self) -> None:
        """All in the officer's hands again, before the step, as if nobody had passed it on."""
        self._put_back(self.all)

    def put_one_back(self, one: BeforeStep) -> None:
        self._put_back([one])

    def _put_back(self, rows: list[BeforeStep]) -> None:
        ids = [one.pk for one in rows]
        runs, following = [one.run for one in rows], [one.following for one in rows]
        execute = self.loader.execute
        execute("UPDATE onestop_steprun SET state = 'planned', opened_at = NULL, person_id = NULL"
                " WHERE id = ANY(%s)", [following])  # fmt: skip
        execute("UPDATE onestop_steprun SET state = 'open', closed_at = NULL, closed_by_id = NULL"
                " WHERE id = ANY(%s)", [runs])  # fmt: skip
        execute("DELETE FROM onestop_result WHERE dossier_id = ANY(%s)", [ids])
        execute(
            "UPDATE onestop_dossier d SET step_id = r.id, holder_id = %s,"
            " holder_unit_id = r.unit_id, status = 4 FROM onestop_steprun r"
            " WHERE r.id = ANY(%s) AND d.id = r.dossier_id",
            [self.officer.pk, runs],
        )

"""Forms of the demo filled in and appraised: invented points that the rules themselves make."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from organizations.models import Position, User
from ranking.models import Answer, Assessment, Choice, Criterion, Cycle, Verdict
from ranking.scoring import Best, Input
from ranking.services.judged import said_in
from ranking.totals import Side, asked_of, table_of

REASON = "Tài liệu kiểm chứng chưa đủ để công nhận toàn bộ số liệu."
GROUP_BEST = Best(Decimal(500), is_complete=True)  # until the whole group is in


@dataclass
class Sheets:
    """What the forms of a year are filled with: how good each unit is, who equals whom, what does
    not apply to whom. Units by their id, criteria by their codes."""

    rng: random.Random
    at: dt.datetime
    twins: Mapping[int, int] = field(default_factory=dict)  # a unit that says what another says
    away: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    def fill(self, cycle: Cycle, shares: Mapping[int, float]) -> None:
        """Answer so much of each unit's form, in bulk; a form of 0 is not begun."""
        nodes = list(Criterion.objects.filter(framework=cycle.framework_id, level="criterion"))
        units = {each.unit_id: each for each in cycle.assessments.order_by("pk")}
        rows: dict[int, list[Answer]] = {}
        for unit_id in sorted(units, key=lambda pk: pk in self.twins):  # who is copied comes first
            unit, twin = units[unit_id], self.twins.get(unit_id)
            if twin is not None:
                rows[unit_id] = [_copied(answer, unit) for answer in rows[twin]]
                continue
            level = self._level(unit)
            rows[unit_id] = [
                self._answer(unit, node, level)
                for node in asked_of(unit.group, nodes)
                if self._is_answered(node, shares.get(unit_id, 1.0))
            ]
        Answer.objects.bulk_create(
            (answer for each in rows.values() for answer in each), batch_size=1000
        )

    def _is_answered(self, node: Criterion, share: float) -> bool:
        if node.kind == "information":  # drawn by nobody: points stay those of the seed
            return share > 0
        return self.rng.random() <= share

    def _level(self, unit: Assessment) -> float:
        """How good the unit is: much as in other years."""
        usual = random.Random(unit.unit_name).uniform(0.62, 0.95)
        return min(max(usual + self.rng.gauss(0, 0.03), 0.4), 0.98)

    def _answer(self, unit: Assessment, node: Criterion, level: float) -> Answer:
        if node.code in self.away.get(unit.unit_id, ()):
            return Answer(
                assessment=unit, criterion=node, not_applicable=True, is_complete=True, revision=1,
                saved_at=self.at, explanation="Không thuộc nhiệm vụ của đơn vị.",
            )  # fmt: skip
        rule = node.scoring_rule
        given = {each.name: _invented(each, self.rng, level) for each in rule.inputs}
        if "b" in given and "a" in given:
            share = min(self.rng.gauss(level, 0.12), 1.0)
            given["a"] = str(max(int(int(given["b"]) * share), 0))
        points = rule.score(given, GROUP_BEST).points
        return Answer(
            assessment=unit, criterion=node, input=given, points=points, revision=1,
            is_complete=True, saved_at=self.at, explanation="",
        )  # fmt: skip

    def judge(self, cycle: Cycle, who: User) -> None:
        """Most are accepted; of a few proportions less is believed, with a reason."""
        rows: dict[tuple[int, int], Verdict] = {}
        answers = Answer.objects.filter(assessment__cycle=cycle).select_related(
            "criterion", "assessment"
        )
        ordered = sorted(answers, key=lambda each: each.assessment.unit_id in self.twins)
        judged = {form.pk: said_in(form) for form in cycle.assessments.all()}
        for answer in ordered:
            unit = answer.assessment.unit_id
            twin = rows.get((self.twins.get(unit, 0), answer.criterion_id))
            made = self._verdict(answer, who, twin)
            if made.choice == Choice.OWN:  # it knows what it accepted, as those of the service do
                made.judged = judged[answer.assessment_id][answer.criterion_id]
            rows[unit, answer.criterion_id] = made
        Verdict.objects.bulk_create(rows.values(), batch_size=1000)

    def _verdict(self, answer: Answer, who: User, twin: Verdict | None) -> Verdict:
        given, points = answer.input or {}, answer.points
        cut = set(given) == {"a", "b"} and points and self.rng.random() < 0.12
        if twin is not None:
            given, points, cut = twin.input, twin.points, twin.choice == Choice.OTHER
        elif cut:
            node = answer.criterion
            given = {**given, "a": str(int(int(given["a"]) * self.rng.uniform(0.4, 0.9)))}
            points = node.scoring_rule.score(given).points
        return Verdict(
            assessment_id=answer.assessment_id, criterion_id=answer.criterion_id,
            input=given or None, points=points, not_applicable=answer.not_applicable,
            choice=Choice.OTHER if cut else Choice.OWN, reason=REASON if cut else "",
            made_at=self.at, made_by=who, is_final=True,
        )  # fmt: skip


def note_submitted(cycle: Cycle, day: dt.date, at: dt.datetime) -> None:
    """Every form signed by the head of its unit on a day in time, with the total that it claims."""
    claimed = {unit.pk: line.total for unit, line in table_of(cycle, Side.OWN)}
    units = list(cycle.assessments.all())
    heads = leaders([unit.unit_id for unit in units])
    for unit in units:
        unit.submitted_at, unit.counted_on = at, unit.counted_on or day
        unit.submitted_by, unit.own_total = heads.get(unit.unit_id), claimed[unit.pk]
    Assessment.objects.bulk_update(
        units, ["submitted_at", "counted_on", "submitted_by", "own_total"]
    )


def leaders(units: list[int]) -> dict[int, User]:
    """The account of each unit's head, where there is one."""
    rows = Position.objects.filter(unit__in=units, role="leader").select_related("user")
    return {row.unit_id: row.user for row in rows.order_by("-pk")}


def _copied(answer: Answer, unit: Assessment) -> Answer:
    return Answer(
        assessment=unit, criterion=answer.criterion, input=answer.input, points=answer.points,
        not_applicable=answer.not_applicable, is_complete=True, revision=1,
        saved_at=answer.saved_at, explanation=answer.explanation,
    )  # fmt: skip


def _invented(wanted: Input, rng: random.Random, level: float) -> Any:
    """A value that the rule takes; good units choose what gives more."""
    if wanted.kind == "parts":
        return {
            code: {each.name: _invented(each, rng, level) for each in inner}
            for code, _title, inner in wanted.parts
        }
    if wanted.kind == "choice":
        better = len(wanted.choices) - (rng.random() < level)
        return wanted.choices[rng.randrange(max(better, 1))][0]
    if wanted.kind == "yes_no":
        return rng.random() < level
    if wanted.kind == "text":
        return "Theo báo cáo của đơn vị"
    highest = int(wanted.highest) if wanted.highest is not None else 90
    lowest = int(highest * max(level - 0.25, 0))
    return str(rng.randint(lowest, max(int(highest * min(level + 0.1, 1)), lowest, 1)))

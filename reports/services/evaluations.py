"""The monthly evaluation: opened by the portal, commented by people and heads, confirmed.

Who may do what: a row of an official is judged by who assigns work in his unit (assign_dossiers),
since that person knows how it was done; a row of a head of division by who signs for the agency;
a row of a head of an agency by who signs one level up, for most the People's Committee of the
province (QĐ 2947/QĐ-UBND 2016 Điều 9.1d). A sheet is confirmed where it leaves the agency under a
head's name, hence with sign_reports. Nobody judges his own row, nor confirms or counts anew a
sheet that holds it; nor does who acts for him by delegation.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import astuple
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.digests import digest_of_data
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.models import Unit, User
from organizations.rulesets import rules
from organizations.words import signing_words
from reports.models import Evaluation, EvaluationRow, EvaluationState, SheetKind, Tier
from reports.queries.evaluation_facts import Key, gather
from reports.queries.evaluation_people import Crew, crew_of, people_of
from reports.queries.statements import Places
from reports.rules import Period
from reports.rules_evaluation import DEFINITION, Grade, Items, Measures, Month, count, propose
from reports.rulesets import EVALUATION
from tenancy.scope import required_province_id


class OwnRow(DomainError):
    """Nobody judges himself."""

    code = "own_row"


class Undecided(DomainError):
    """Rows are left without a decision."""

    code = "undecided"


def due(today: dt.date) -> list[tuple[int, dt.date]]:
    """(agency, first day of a month) whose sheets are to be opened now: of last month on or after
    the day that the province sets; a month that was missed since the first one is made up."""
    last = Month.of(today).before
    day = rules(EVALUATION, last.last).evaluation_day
    if not day:
        return []
    earliest = Evaluation.objects.aggregate(first=Min("month"))["first"] or last.first
    months = [last] if today.day >= min(day, Month.of(today).last.day) else []
    months += [m for m in (last.before, last.before.before) if m.first >= earliest]
    known = Evaluation.objects.filter(month__in=[month.first for month in months])
    made, places = set(known.values_list("unit_id", "month")), Places()
    return [
        (unit.pk, month.first)
        for month in months
        for unit in places.agencies
        if places.was_open(unit, Period(month.first, month.last))
        and (unit.pk, month.first) not in made
    ]


@transaction.atomic
def open_month(unit_id: int, first: dt.date) -> int:
    """The sheets of one agency and month, once. Answers how many were made: none where nobody
    works on dossiers."""
    agency: Unit = Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit_id)
    if Evaluation.objects.filter(unit=agency, month=first).exists():
        return 0
    now = timezone.now()
    sheets = _compute(agency, Month.of(first))
    for kind, rows in sheets.items():
        sheet = Evaluation(kind=kind, unit=agency, month=first, cut_at=now)
        _store(sheet, rows, actor=None)
    return len(sheets)


@transaction.atomic
def correct(evaluation_id: int, *, actor: User, reason: str) -> Evaluation:
    """A new version beside the old, with the figures of this moment; what people wrote goes along,
    the decisions are taken anew."""
    old, right = _locked(evaluation_id, actor, needs_open=False)
    if old.superseded_at:
        raise AlreadyDone(_("There is a newer version already."))
    if not reason.strip():
        raise DomainError(_("Say why the figures are counted anew."))
    if old.rows.filter(person__in=_own(actor)).exists():
        raise OwnRow(_("Your own row is in this sheet: another person must have it counted anew."))
    now = timezone.now()
    rows = _compute(old.unit, Month.of(old.month)).get(old.kind, [])
    said = {(row.person_id, row.unit_id): row for row in old.rows.defer("items")}
    for row in rows:
        if before := said.get((row.person_id, row.unit_id)):
            row.remark, row.remarked_at = before.remark, before.remarked_at
            row.comment = before.comment
    old.superseded_at = now
    old.save(update_fields=["superseded_at"])
    new = Evaluation(
        kind=old.kind, unit=old.unit, month=old.month, cut_at=now, number=old.number + 1,
        made_by=actor, reason=reason.strip()[:1000],
    )  # fmt: skip
    return _store(new, rows, actor=actor, on_behalf_of=right.on_behalf_of)


def _compute(agency: Unit, month: Month) -> dict[str, list[EvaluationRow]]:
    """Rows of each sheet of the agency, not stored. The queries of `gather` and two."""
    places = Places()
    crew = crew_of(agency, month, places)
    found = gather(crew, month)
    for person_id, worker in crew.workers.items():
        if not any(who == person_id for who, _unit in found):
            found[person_id, next(iter(worker.units))] = Items()
    people = {worker.person.pk: worker.person for worker in crew.workers.values()}
    people |= people_of({who for who, _unit in found} - set(people))
    sheets: dict[str, list[EvaluationRow]] = {}
    order = sorted(
        found, key=lambda key: (crew.units[key[1]].path, people[key[0]].sort_key, key[0])
    )
    bounds = rules(EVALUATION, month.last).bounds()
    for number, key in enumerate(order, 1):
        row = _row(crew, key, people[key[0]], found[key])
        row.order = number
        row.proposed = propose(Measures.of(row.figures), bounds).grade
        leads = row.tier == Tier.LEADER
        sheets.setdefault(SheetKind.LEADERS if leads else SheetKind.STAFF, []).append(row)
    return sheets


def _row(crew: Crew, key: Key, person: User, items: Items) -> EvaluationRow:
    data = items.as_data()
    return EvaluationRow(
        person=person, unit=crew.units[key[1]], tier=crew.tier_of(person.pk),
        name=person.full_name, title=crew.title_in(person.pk, key[1]),
        figures=count(data), items=data,
    )  # fmt: skip


def _store(
    sheet: Evaluation, rows: list[EvaluationRow], *, actor: User | None, on_behalf_of: str = ""
) -> Evaluation:
    """The locked unit, or the locked older version, guards the number."""
    month, agency = Month.of(sheet.month), sheet.unit
    sheet.judge_unit = agency.parent or agency
    sheet.definition = DEFINITION
    sheet.bounds = [list(astuple(each)) for each in rules(EVALUATION, month.last).bounds()]
    sheet.digest = digest_of(sheet, rows)
    sheet.save(force_insert=True)
    for row in rows:
        row.evaluation = sheet
    EvaluationRow.objects.bulk_create(rows, batch_size=200)
    record(
        sheet, "evaluation.opened", actor=actor, unit=agency, on_behalf_of=on_behalf_of,
        data=_facts(sheet, reason=sheet.reason),
    )  # fmt: skip
    return sheet


def digest_of(sheet: Evaluation, rows: list[EvaluationRow]) -> str:
    """SHA-256 over all that must not change: who keeps it can prove that it did not."""
    kept = {
        "province": required_province_id(), "unit": sheet.unit_id, "kind": str(sheet.kind),
        "month": sheet.month.isoformat(), "number": sheet.number, "bounds": sheet.bounds,
        "definition": sheet.definition, "cut_at": sheet.cut_at.timestamp(),
        "rows": [
            [row.person_id, row.unit_id, str(row.tier), row.figures, row.items, str(row.proposed)]
            for row in sorted(rows, key=lambda row: row.order)
        ],
    }  # fmt: skip
    return digest_of_data(kept)


@transaction.atomic
def remark(row_id: int, *, actor: User, text: str) -> EvaluationRow:
    """What the person himself says about his month; read by whoever judges it."""
    sheet, row = _locked_row(row_id)
    if row.person_id != actor.pk:
        raise access.RefusedError(_("Only the person himself writes this remark."))
    _require_open(sheet)
    row.remark, row.remarked_at = text.strip(), timezone.now()
    row.save(update_fields=["remark", "remarked_at"])
    record(
        sheet, "evaluation.remarked", actor=actor, unit=row.unit,
        data=_facts(sheet, person=row.person_id, text=row.remark),
    )  # fmt: skip
    return row


@transaction.atomic
def judge(row_id: int, *, actor: User, grade: str, comment: str, reason: str = "") -> EvaluationRow:
    """The head decides about one person: the machine only proposes. Another grade than the
    proposed one needs a reason."""
    sheet, row = _locked_row(row_id)
    right = require_judge(sheet, row, actor)
    _require_open(sheet)
    if row.person_id in _own(actor):
        raise OwnRow(_("This is your own row: who stands above you decides on it."))
    if grade not in Grade.values:
        raise DomainError(_("Choose a classification."))
    if grade != row.proposed and not reason.strip():
        raise DomainError(_("Say why the classification differs from the proposal."))
    row.grade, row.comment = grade, comment.strip()
    row.grade_reason = reason.strip() if grade != row.proposed else ""
    row.judged_at, row.judged_by, row.judged_for = timezone.now(), actor, right.on_behalf_of
    row.save(update_fields=JUDGED)
    record(
        sheet, "evaluation.judged", actor=actor, unit=row.unit, on_behalf_of=right.on_behalf_of,
        data=_facts(sheet, person=row.person_id, proposed=row.proposed, grade=grade,
                    reason=row.grade_reason, comment=row.comment),
    )  # fmt: skip
    return row


JUDGED = ["grade", "comment", "grade_reason", "judged_at", "judged_by", "judged_for"]


@transaction.atomic
def accept_proposals(evaluation_id: int, *, actor: User) -> int:
    """Decide as proposed on every row that is left and that the person may judge; answers how
    many. What was written about them stays."""
    sheet: Evaluation = Evaluation.objects.lock(evaluation_id)
    _require_open(sheet)
    left = sheet.rows.filter(grade="").select_related("unit").defer("items")
    rows = [row for row in left if may_judge(sheet, row, actor)]
    if not rows:
        raise AlreadyDone(_("No row is left that you may decide on."))
    now, right = timezone.now(), require_judge(sheet, rows[0], actor)
    for row in rows:
        row.grade, row.judged_at, row.judged_by = row.proposed, now, actor
        row.judged_for = require_judge(sheet, row, actor).on_behalf_of
    EvaluationRow.objects.bulk_update(rows, ["grade", "judged_at", "judged_by", "judged_for"])
    record(
        sheet, "evaluation.proposals_accepted", actor=actor, unit=sheet.unit,
        on_behalf_of=right.on_behalf_of,
        data=_facts(sheet, people={str(row.person_id): row.grade for row in rows}),
    )  # fmt: skip
    return len(rows)


@transaction.atomic
def confirm(evaluation_id: int, *, actor: User) -> Evaluation:
    """Confirm the whole sheet: frozen from now on; what is wrong is put right by a new version."""
    sheet, right = _locked(evaluation_id, actor)
    rows = list(sheet.rows.all())
    if any(row.person_id in _own(actor) for row in rows):
        raise OwnRow(_("Your own row is in this sheet: another person must confirm it."))
    if undecided := sum(not row.grade for row in rows):
        raise Undecided(
            _("%(n)s rows have no classification yet. Decide on them first.") % {"n": undecided}
        )
    if digest_of(sheet, rows) != sheet.digest:
        raise DomainError(
            _("The figures are not those that were stored. Do not confirm; tell the administrator.")
        )
    sheet.state, sheet.confirmed_at = EvaluationState.CONFIRMED, timezone.now()
    sheet.confirmed_by, sheet.on_behalf_of = actor, right.on_behalf_of
    sheet.capacity = signing_words(right.title)
    sheet.save(update_fields=["state", "confirmed_at", "confirmed_by", "on_behalf_of", "capacity"])
    grades = {str(row.person_id): [row.proposed, row.grade] for row in rows}
    record(
        sheet, "evaluation.confirmed", actor=actor, unit=sheet.unit,
        on_behalf_of=right.on_behalf_of, data=_facts(sheet, people=grades),
    )  # fmt: skip
    return sheet


def judging(sheet: Evaluation, row: EvaluationRow) -> tuple[str, int]:
    """The permission that judging a row needs, and on which unit.

    An agency that was closed since has nobody left who assigns or signs in it: one level up.
    Reads `sheet.unit`: one query if not loaded.
    """
    if not sheet.unit.is_open_on(timezone.localdate()):
        return "sign_reports", sheet.judge_unit_id
    if row.tier == Tier.OFFICIAL:
        return "assign_dossiers", row.unit_id
    return "sign_reports", sheet.unit_id if row.tier == Tier.HEAD else sheet.judge_unit_id


def may_judge(sheet: Evaluation, row: EvaluationRow, actor: User) -> bool:
    """Whether `judge` would let the person pass, the state of the sheet aside."""
    if not access.may(actor, *judging(sheet, row)):
        return False
    return row.person_id not in _own(actor)


def require_judge(sheet: Evaluation, row: EvaluationRow, actor: User) -> access.Right:
    return access.require(actor, *judging(sheet, row))


def _own(actor: User) -> set[int]:
    """Whose rows are his own: those of the actor and of everybody for whom he acts today, whoever
    lent him the very right that lets him pass. No query of its own."""
    return {actor.pk, *(grant.giver_id or actor.pk for grant in access.grants_of(actor))}


def _locked(
    evaluation_id: int, actor: User, *, needs_open: bool = True
) -> tuple[Evaluation, access.Right]:
    sheet: Evaluation = Evaluation.objects.lock(evaluation_id)
    right = access.require(actor, "sign_reports", sheet.confirming_unit_id)
    if needs_open:
        _require_open(sheet)
    return sheet, right


def _locked_row(row_id: int) -> tuple[Evaluation, EvaluationRow]:
    """Parents first: whoever writes on a row waits for who confirms the sheet."""
    row = EvaluationRow.objects.only("evaluation_id").get(pk=row_id)
    sheet: Evaluation = Evaluation.objects.lock(row.evaluation_id)
    found = EvaluationRow.objects.select_related("unit").defer("items").get(pk=row_id)
    return sheet, found


def _require_open(sheet: Evaluation) -> None:
    if sheet.state == EvaluationState.CONFIRMED:
        raise AlreadyDone(_("The sheet is confirmed; nothing in it changes any more."))
    if sheet.superseded_at:
        raise AlreadyDone(_("There is a newer version of this sheet. Write in that one."))


def _facts(sheet: Evaluation, **more: Any) -> dict[str, Any]:
    return {
        "month": sheet.month.isoformat(), "kind": sheet.kind, "number": sheet.number,
        "digest": sheet.digest, **more,
    }  # fmt: skip

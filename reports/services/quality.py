"""The classification of officials: opened for a body, commented, classed by heads, decided.

Who may do what: Home Affairs (assess_people) or who signs for the body opens a round and counts
anew; the person writes his own words; an official is classed by who assigns work in his unit, a
head of division by who signs for the body, a head of the body by who signs one level up; a round
is decided where it leaves the body under a head's name (sign_reports). Nobody classes himself, nor
decides a round that holds his sheet; nor does who acts for him (NĐ 90/2020/NĐ-CP Điều 16–19).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from organizations import access
from organizations.models import Unit, User
from organizations.rulesets import in_force, rules
from organizations.words import signing_words
from reports.models import QualityRound, QualitySheet, RoundState, SheetKind, SheetState, Tier
from reports.periods import PeriodKind, span_of
from reports.queries.evaluation_people import crew_of
from reports.queries.quality_facts import WORKERS, facts_of, of_unit, unit_of
from reports.queries.quality_moves import moves_of
from reports.queries.quality_quota import group_over_quota
from reports.queries.statements import Places
from reports.rules import Period
from reports.rules_evaluation import Grade, Month
from reports.rules_quality import (
    DEFINITION,
    WHOLE,
    Basis,
    HeadPart,
    Judged,
    Level,
    Thresholds,
    count,
    propose,
    tally,
)
from reports.rulesets import QUALITY
from reports.services.evaluations import OwnRow, Undecided
from reports.services.quality_ground import (
    digest_of,
    facts,
    locked,
    locked_sheet,
    own,
    require_counted,
    require_intact,
    require_judge,
    require_lasting,
    require_run,
    require_sign,
    tell,
    tell_if_complete,
)

PERIODS = (PeriodKind.HALF_YEAR, PeriodKind.YEARLY)
FACTS = ["pieces", "counts", "unit_counts", "proposed", "reasons"]
SAID = ["it_level", "general_points", "head_parts"]
CLASS = ["grade", "grade_reason", "judged_at", "judged_by", "judged_for"]


@dataclass(frozen=True)
class Meeting:
    """What the minutes say (NĐ 90/2020/NĐ-CP Điều 17–19), and the number of the decision."""

    met_on: dt.date
    place: str
    chair: str
    secretary: str
    present: int
    opinions: str = ""
    decision_number: str = ""


@dataclass(frozen=True)
class Recounted:
    """Whose proposal moved, so that he is classed again; who came into the round, or back; who does
    not belong in it any more, also since before."""

    moved: list[QualitySheet]
    added: list[QualitySheet]
    gone: list[QualitySheet]


@transaction.atomic
def open_rounds(
    unit_id: int, *, actor: User, period: str, day: dt.date, comment_until: dt.date
) -> list[QualityRound]:
    """The rounds of one body and of the half year or year in which `day` lies: of its people, and
    of its heads; the missing one, when its people were entered late. Raises AlreadyDone when all
    were opened before."""
    unit: Unit = Unit.objects.select_for_update(no_key=True, of=("self",)).get(pk=unit_id)
    right = require_run(actor, unit.pk)
    if period not in PERIODS:
        raise DomainError(_("Officials are classed every half year and year."))
    span = span_of(period, day)
    today = timezone.localdate()
    if span.first > today:
        raise DomainError(_("This period has not begun yet."))
    if comment_until < today:
        raise DomainError(_("Give people a day from today on to write their comment."))
    known = QualityRound.objects.filter(unit=unit, first=span.first, last=span.last)
    kinds = set(known.values_list("kind", flat=True))
    made = []
    for kind, sheets in _compute(unit, span.first, span.last).items():
        if kind in kinds:
            continue
        found = QualityRound(
            unit=unit, kind=kind, period=period, first=span.first, last=span.last,
            comment_until=comment_until, comment_days=(comment_until - today).days,
            opened_by=actor,
        )  # fmt: skip
        made.append(_store(found, sheets, actor, right))
    if not made and kinds:
        raise AlreadyDone(_("This period was opened for the body already."))
    if not made:
        raise DomainError(_("Nobody in this body worked on dossiers, documents or tasks then."))
    return made


def _compute(unit: Unit, first: dt.date, last: dt.date) -> dict[str, list[QualitySheet]]:
    """The sheets of each round, not stored. The queries of `facts_of`, `moves_of` and five. While
    the period goes on everything is judged as it stands today."""
    require_lasting(unit, last)
    period, t = Period(first, min(last, timezone.localdate())), rules(QUALITY, last).thresholds()
    month, places = Month.spanning(period.first, period.last), Places.then(period)
    with translation.override("vi"):  # titles are kept, whoever opens
        crew = crew_of(unit, month, places.with_merged(period), WORKERS)
    found, moves = facts_of(crew, month), moves_of(crew, month, places)
    people = {pk: worker.person for pk, worker in crew.workers.items() if pk not in moves.left}
    order = sorted(
        people, key=lambda pk: (crew.units[unit_of(crew, pk)].path, people[pk].sort_key, pk)
    )
    sheets: dict[str, list[QualitySheet]] = {}
    for number, pk in enumerate(order, 1):
        tier, where = crew.tier_of(pk), unit_of(crew, pk)
        whole = None
        if tier != Tier.OFFICIAL:
            below = unit.pk if tier == Tier.LEADER else where
            whole = of_unit(crew, found, below, t)
        sheet = QualitySheet(
            person=people[pk], unit=places.lasting(where), tier=tier, order=number,
            name=people[pk].full_name, title=crew.title_in(pk, where),
            pieces=[each.as_data() for each in moves.with_brought(pk, found)],
            unit_counts=asdict(whole) if whole else None,
        )  # fmt: skip
        sheet.counts = tally(sheet.own)
        _propose(sheet, t, Judged())
        kind = SheetKind.LEADERS if tier == Tier.LEADER else SheetKind.STAFF
        sheets.setdefault(kind, []).append(sheet)
    return sheets


def _propose(sheet: QualitySheet, t: Thresholds, said: Judged) -> None:
    found = propose(count(sheet.own, t), sheet.of_unit, said, t)
    sheet.proposed = found.grade
    sheet.reasons = [each.as_data() for each in found.reasons]


def _store(
    found: QualityRound, sheets: list[QualitySheet], actor: User, right: access.Right
) -> QualityRound:
    """The locked unit, or the locked older version, guards the number."""
    held = in_force(QUALITY, found.last)
    found.judge_unit = found.unit.parent or found.unit
    found.definition, found.cut_at = DEFINITION, timezone.now()
    found.thresholds, found.basis_words = asdict(held.values.thresholds()), held.source[:300]
    found.quota_percent = held.values.quality_quota_percent
    found.is_sample = found.unit.is_sample
    found.save(force_insert=True)
    for sheet in sheets:
        sheet.round = found
    QualitySheet.objects.bulk_create(sheets, batch_size=200)
    tell(found, "quality.opened", actor, right, reason=found.reason)
    tell(found, "quality.waits", actor, right, sheets=[sheet.pk for sheet in sheets])
    return found


@transaction.atomic
def recount(round_id: int, *, actor: User) -> Recounted:
    """The facts of this moment, while the round is open. Who comes into it, or comes back, has days
    of his own to write; who does not belong in it any more keeps his words alone."""
    found, right = locked(round_id, actor, require_run)
    fresh = {sheet.person_id: sheet for sheet in _compute_kind(found)}
    kept = list(found.sheets.select_for_update(of=("self",), no_key=True).order_by("pk"))
    done, is_less = Recounted([], [], []), False
    for sheet in kept:
        now = fresh.pop(sheet.person_id, None)
        before, was_left = sheet.proposed, sheet.state == SheetState.LEFT
        sheet.pieces = now.pieces if now else []
        sheet.counts, sheet.unit_counts = tally(sheet.own), now.unit_counts if now else None
        _propose(sheet, Thresholds(**found.thresholds), _said(sheet))
        if sheet.grade and (now is None or sheet.proposed != before):
            _forget_class(sheet)
            done.moved.extend([sheet] if now else [])
        if now is None:
            done.gone.append(sheet)
            if not was_left:
                sheet.move_to(SheetState.LEFT)
                is_less = True
        elif was_left:
            sheet.move_to(SheetState.HEAD if sheet.self_at else SheetState.SELF)
            sheet.comment_until = found.late_until
            done.added.append(sheet)
    written = [*FACTS, "state", "comment_until", *CLASS]
    QualitySheet.objects.bulk_update(kept, written, batch_size=200)
    for sheet in fresh.values():
        sheet.round, sheet.comment_until = found, found.late_until
    QualitySheet.objects.bulk_create(fresh.values(), batch_size=200)
    done.added.extend(fresh.values())
    found.cut_at = timezone.now()
    found.save(update_fields=["cut_at"])
    added = [sheet.person_id for sheet in done.added]
    tell(found, "quality.recounted", actor, right, moved=len(done.moved), added=added)
    if again := [sheet.pk for sheet in (*done.moved, *done.added)]:
        tell(found, "quality.waits", actor, right, sheets=again)
    elif is_less:
        tell_if_complete(found, actor, right)
    return done


def _compute_kind(found: QualityRound) -> list[QualitySheet]:
    return _compute(found.unit, found.first, found.last).get(found.kind, [])


def _said(sheet: QualitySheet) -> Judged:
    return Judged(sheet.general_points, sheet.it_level, sheet.head_parts)


def _forget_class(sheet: QualitySheet) -> None:
    """Back to who classes it; his words stay."""
    sheet.move_to(SheetState.HEAD if sheet.self_at else SheetState.SELF)
    sheet.grade = sheet.grade_reason = sheet.judged_for = ""
    sheet.judged_at = sheet.judged_by = None


@transaction.atomic
def comment(
    sheet_id: int, *, actor: User, words: str, it_words: str = "", grade: str = ""
) -> QualitySheet:
    """The person's own comment on his period and on his IT application, and the class that he
    gives himself; until the head has classed him."""
    found, sheet = locked_sheet(sheet_id)
    if sheet.person_id != actor.pk:
        raise access.RefusedError(_("Only the person himself writes this comment."))
    if not words.strip():
        raise DomainError(_("Write what you did in the period, and what was not done."))
    if grade and grade not in Grade.values:
        raise DomainError(_("Choose a classification."))
    if sheet.state == SheetState.CLASSED:
        raise AlreadyDone(_("The head has classed you already; your comment stays as it was."))
    sheet.move_to(SheetState.HEAD)
    sheet.self_words, sheet.self_it = words.strip(), it_words.strip()
    sheet.self_grade, sheet.self_at = grade, timezone.now()
    sheet.save(update_fields=["state", "self_words", "self_it", "self_grade", "self_at"])
    record(
        found, "quality.commented", actor=actor, unit=sheet.unit,
        data=facts(found, sheet=sheet.pk, person=sheet.person_id, grade=grade),
    )  # fmt: skip
    return sheet


@transaction.atomic
def judge(
    sheet_id: int, *, actor: User, grade: str, comment: str, it_level: str, reason: str = "",
    general_points: int | None = None, head_parts: Mapping[str, int] | None = None,
    seen: str | None = None,
) -> QualitySheet:  # fmt: skip
    """The head comments and classes one person. Another class than follows from the facts, and
    from what the head himself says of them, needs a reason.

    `seen` is the sheet's own when the head opened it: what somebody else wrote since is read first.
    """
    found, sheet = locked_sheet(sheet_id)
    right = require_judge(found, sheet, actor)
    if seen is not None and seen != sheet.seen:
        raise AlreadyDone(_("The sheet has changed since you opened it. Read it, then class."))
    if sheet.person_id in own(actor):
        raise OwnRow(_("This is your own sheet: who stands above you classes it."))
    if sheet.state == SheetState.SELF and timezone.localdate() <= sheet.until:
        raise DomainError(_("The person has until that day to write his own comment. Wait for it."))
    t = Thresholds(**found.thresholds)
    if grade not in Grade.values or it_level not in Level.values:
        raise DomainError(_("Choose a classification."))
    if t.basis == Basis.POINTS and not 0 <= (-1 if general_points is None else general_points) <= (
        t.general_points
    ):
        raise DomainError(_("Give the points for the general criteria."))
    parts = dict(head_parts or {}) if sheet.has_head_parts else {}
    if sheet.has_head_parts and not _is_whole(parts, t):
        raise DomainError(_("Give the points of a head beside his own work."))
    _propose(sheet, t, Judged(general_points, it_level, parts))
    if grade != sheet.proposed and not reason.strip():
        raise DomainError(_("Say why the classification differs from the proposal."))
    is_new = sheet.state != SheetState.CLASSED
    sheet.move_to(SheetState.CLASSED)
    sheet.grade, sheet.comment, sheet.it_level = grade, comment.strip(), it_level
    sheet.grade_reason = reason.strip() if grade != sheet.proposed else ""
    sheet.general_points = general_points if t.basis == Basis.POINTS else None
    sheet.head_parts = parts
    sheet.judged_at, sheet.judged_by, sheet.judged_for = timezone.now(), actor, right.on_behalf_of
    sheet.save(update_fields=["state", "comment", *SAID, *FACTS, *CLASS])
    record(
        found, "quality.classed", actor=actor, unit=sheet.unit, on_behalf_of=right.on_behalf_of,
        data=facts(found, sheet=sheet.pk, person=sheet.person_id, proposed=sheet.proposed,
                    grade=grade, reason=sheet.grade_reason, it=it_level, general=general_points,
                    head_parts=parts),
    )  # fmt: skip
    if is_new:
        tell_if_complete(found, actor, right)
    return sheet


def _is_whole(parts: Mapping[str, int], t: Thresholds) -> bool:
    return set(parts) == set(HeadPart.values) and set(parts.values()) <= {WHOLE, t.head_missed}


@transaction.atomic
def decide(
    round_id: int, *, actor: User, meeting: Meeting, quota_reason: str = "",
    seen: str | None = None,
) -> QualityRound:  # fmt: skip
    """Frozen from now on: the facts with their moment, the words, the classes, the meeting.

    `seen` is `seen_with` of the list that the meeting had before it."""
    found, right = locked(round_id, actor, require_sign)
    sheets = list(found.members.select_for_update(of=("self",), no_key=True).order_by("pk"))
    if any(sheet.person_id in own(actor) for sheet in sheets):
        raise OwnRow(_("Your own sheet is in this round: another person must decide it."))
    if left := sum(sheet.state != SheetState.CLASSED for sheet in sheets):
        raise Undecided(_("%(n)s people are not classed yet. Class them first.") % {"n": left})
    if seen is not None and seen != found.seen_with(sheets):
        raise AlreadyDone(
            _("A class or figure has changed since you opened the list. Read it, then decide.")
        )
    if meeting.met_on > timezone.localdate() or meeting.met_on < found.first:
        raise DomainError(_("The meeting was on a day of the period or after it, up to today."))
    require_counted(found, meeting.met_on)
    if (group := group_over_quota(found, sheets)) and not quota_reason.strip():
        raise DomainError(
            _("%(group)s: more are classed excellent than %(n)s%% of those classed well. Say why.")
            % {"group": group.label, "n": found.quota_percent}
        )
    for key, value in asdict(meeting).items():
        setattr(found, key, value.strip() if isinstance(value, str) else value)
    found.quota_reason = quota_reason.strip()
    for sheet in sheets:
        sheet.move_to(SheetState.DECIDED)
    QualitySheet.objects.bulk_update(sheets, ["state"], batch_size=200)
    found.state, found.decided_at, found.decided_by = RoundState.DECIDED, timezone.now(), actor
    found.on_behalf_of, found.capacity = right.on_behalf_of, signing_words(right.title)
    found.digest = digest_of(found, sheets)
    found.save()
    classes = {str(sheet.person_id): [sheet.proposed, sheet.grade] for sheet in sheets}
    tell(found, "quality.decided", actor, right, digest=found.digest, people=classes)
    return found


@transaction.atomic
def correct(round_id: int, *, actor: User, reason: str) -> QualityRound:
    """A new version beside the old, with the facts of this moment; what people and heads wrote
    goes along, the classes are given anew."""
    old: QualityRound = QualityRound.objects.lock(round_id)
    right = require_run(actor, old.deciding_unit_id)
    if old.superseded_at:
        raise AlreadyDone(_("There is a newer version already."))
    if old.state != RoundState.DECIDED:
        raise DomainError(_("The round is open still: count the figures anew instead."))
    if not reason.strip():
        raise DomainError(_("Say why the classification is opened again."))
    require_intact(old)
    if old.members.filter(person__in=own(actor)).exists():
        raise OwnRow(_("Your own sheet is in this round: another person must open it again."))
    said = {sheet.person_id: sheet for sheet in old.sheets.all()}
    sheets = _compute_kind(old)
    for sheet in sheets:
        before = said.get(sheet.person_id)
        sheet.comment_until = before.comment_until if before else old.late_until
        if before:
            for key in ("self_words", "self_it", "self_grade", "self_at", "comment"):
                setattr(sheet, key, getattr(before, key))
            sheet.state = SheetState.HEAD if before.self_at else SheetState.SELF
    old.superseded_at = timezone.now()
    old.save(update_fields=["superseded_at"])
    new = QualityRound(
        unit=old.unit, kind=old.kind, period=old.period, first=old.first, last=old.last,
        comment_until=old.comment_until, comment_days=old.comment_days, opened_by=actor,
        number=old.number + 1, reason=reason.strip()[:1000],
    )  # fmt: skip
    return _store(new, sheets, actor, right)

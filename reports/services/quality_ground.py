"""What every act of a classification does: who may, the lock, the log, the digest."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.digests import digest_of_data
from common.errors import AlreadyDone, DomainError
from organizations import access, posts
from organizations.models import Unit, User
from reports.models import QualityRound, QualitySheet, RoundState, SheetState, Tier
from reports.models.quality import HEADS, RUNS, SIGNS
from tenancy.scope import required_province_id

DIGESTS_OF_LESS = ("XL/1",)
OF_ROUND = (
    "unit_id", "judge_unit_id", "kind", "period", "first", "last", "number", "reason", "definition",
    "thresholds", "basis_words", "quota_percent", "cut_at", "met_on", "place", "chair", "secretary",
    "present", "opinions", "decision_number", "quota_reason", "decided_at", "decided_by_id",
    "on_behalf_of", "capacity",
)  # fmt: skip
OF_SHEET = (
    "person_id", "unit_id", "tier", "order", "name", "title", "pieces", "counts", "unit_counts",
    "self_words", "self_it", "self_grade", "self_at", "comment", "it_level", "general_points",
    "head_parts", "proposed", "reasons", "grade", "grade_reason", "judged_at", "judged_by_id",
    "judged_for",
)  # fmt: skip


def right_to_judge(
    found: QualityRound, sheet: QualitySheet, actor: User
) -> access.Right | None:  # fmt: skip
    """By which position in the body he classes an official or a head of division, or one level up
    a head of the body. A body that was closed since has nobody left: one level up. Reads
    `found.unit`: one query if not loaded."""
    if sheet.tier == Tier.LEADER or not found.unit.is_open_on(timezone.localdate()):
        return posts.right_at(actor, SIGNS, found.judge_unit_id)
    if sheet.tier == Tier.HEAD:
        return posts.right_at(actor, SIGNS, found.unit_id)
    return posts.right_within(actor, HEADS, sheet.unit_id, found.unit_id)


def may_judge(found: QualityRound, sheet: QualitySheet, actor: User) -> bool:
    """Whether `judge` would let the person pass, states aside."""
    return bool(right_to_judge(found, sheet, actor)) and sheet.person_id not in own(actor)


def require_judge(found: QualityRound, sheet: QualitySheet, actor: User) -> access.Right:
    right = right_to_judge(found, sheet, actor)
    return right or access.refuse(HEADS if sheet.tier == Tier.OFFICIAL else SIGNS)


def heads_of(found: QualityRound, sheets: Iterable[QualitySheet]) -> list[User]:
    """Who classes one of them: all for whom `may_judge` holds, what others lent them included. The
    sheets with their units; at most three queries."""
    ended = not found.unit.is_open_on(timezone.localdate())
    by_tier: dict[str, list[QualitySheet]] = defaultdict(list)
    for sheet in sheets:
        by_tier[Tier.LEADER if ended else sheet.tier].append(sheet)
    able: list[tuple[User, QualitySheet]] = []
    for tier, unit in ((Tier.LEADER, found.judge_unit), (Tier.HEAD, found.unit)):
        if theirs := by_tier[tier]:
            able += [(user, each) for user in posts.people_at(SIGNS, unit) for each in theirs]
    if officials := by_tier[Tier.OFFICIAL]:
        units = {found.unit, *(sheet.unit for sheet in officials)}
        for user, unit in access.people_with(HEADS, *units):
            able += [(user, each) for each in officials if each.unit.path.startswith(unit.path)]
    return list({user.pk: user for user, each in able if each.person_id != user.pk}.values())


def may_decide(found: QualityRound, actor: User) -> bool:
    return posts.right_at(actor, SIGNS, found.deciding_unit_id) is not None


def may_run(found: QualityRound, actor: User) -> bool:
    """Count anew while it is open."""
    return access.may(actor, RUNS, found.deciding_unit_id) or may_decide(found, actor)


def require_run(actor: User, unit_id: int) -> access.Right:
    """Home Affairs, or who signs for that very unit."""
    if access.may(actor, RUNS, unit_id):
        return access.require(actor, RUNS, unit_id)
    return require_sign(actor, unit_id)


def require_sign(actor: User, unit_id: int) -> access.Right:
    return posts.right_at(actor, SIGNS, unit_id) or access.refuse(SIGNS)


def require_lasting(unit: Unit, last: dt.date) -> None:
    """A body that was merged away before the period ended classes nobody: who took its people on
    does, by all their work (NĐ 90/2020/NĐ-CP Điều 2, of those who change the body)."""
    if unit.valid_to is None or unit.valid_to >= last:
        return
    heirs = Unit.objects.filter(predecessions__predecessor=unit).values_list("name", flat=True)
    raise DomainError(
        _("%(unit)s ended on %(day)s, before the period did. Its people are classed by: %(heirs)s.")
        % {
            "unit": unit.name, "day": f"{unit.valid_to:%d/%m/%Y}",
            "heirs": ", ".join(heirs.order_by("name")) or "–",
        }
    )  # fmt: skip


def require_counted(found: QualityRound, met_on: dt.date) -> None:
    """A meeting judges all that was known when it met: figures that were counted before it, and
    before the period was over, are counted anew."""
    counted_on = timezone.localdate(found.cut_at)
    if counted_on < met_on and counted_on <= found.last:
        raise DomainError(
            _("The figures are of %(day)s, before the meeting. Count them anew, then decide.")
            % {"day": f"{counted_on:%d/%m/%Y}"}
        )


def own(actor: User) -> set[int]:
    """Whose sheets are his own: those of the actor and of everybody for whom he acts today."""
    return {actor.pk, *(grant.giver_id or actor.pk for grant in access.grants_of(actor))}


def locked(
    round_id: int, actor: User, require: Callable[[User, int], access.Right]
) -> tuple[QualityRound, access.Right]:  # fmt: skip
    found: QualityRound = QualityRound.objects.lock(round_id)
    right = require(actor, found.deciding_unit_id)
    _require_open(found)
    return found, right


def locked_sheet(sheet_id: int) -> tuple[QualityRound, QualitySheet]:
    """Parents first: whoever writes on a sheet waits for who decides the round."""
    sheet = QualitySheet.objects.only("round_id").get(pk=sheet_id)
    found: QualityRound = QualityRound.objects.lock(sheet.round_id)
    _require_open(found)
    sheet = QualitySheet.objects.select_related("unit").get(pk=sheet_id)
    sheet.round = found
    if sheet.state == SheetState.LEFT:
        raise AlreadyDone(_("This person does not belong to this round any more."))
    return found, sheet


def _require_open(found: QualityRound) -> None:
    if found.superseded_at:
        raise AlreadyDone(_("There is a newer version of this round. Write in that one."))
    if found.state == RoundState.DECIDED:
        raise AlreadyDone(_("The round is decided; nothing in it changes any more."))


def tell(found: QualityRound, what: str, actor: User, right: access.Right, **more: Any) -> None:
    record(
        found, what, actor=actor, unit=found.unit, on_behalf_of=right.on_behalf_of,
        data=facts(found, **more),
    )  # fmt: skip


def tell_if_complete(found: QualityRound, actor: User, right: access.Right) -> None:
    if set(found.members.values_list("state", flat=True)) == {SheetState.CLASSED}:
        tell(found, "quality.complete", actor, right)


def facts(found: QualityRound, **more: Any) -> dict[str, Any]:
    return {
        "first": found.first.isoformat(), "last": found.last.isoformat(), "kind": found.kind,
        "number": found.number, **more,
    }  # fmt: skip


def digest_of(found: QualityRound, sheets: Iterable[QualitySheet]) -> str:
    """SHA-256 over all that was decided and is printed: who keeps it can prove that it did not
    change."""
    kept = {
        "province": required_province_id(),
        "round": [_plain(getattr(found, name)) for name in OF_ROUND],
        "sheets": [
            [_plain(getattr(sheet, name)) for name in OF_SHEET]
            for sheet in sorted(sheets, key=lambda sheet: (sheet.order, sheet.person_id))
        ],
    }
    return digest_of_data(kept)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def require_intact(found: QualityRound) -> None:
    """Raises DomainError when a decided round is no longer what was decided. One query; none of an
    older definition, whose digest was of less."""
    if found.state != RoundState.DECIDED or found.definition in DIGESTS_OF_LESS:
        return
    if digest_of(found, found.members) != found.digest:
        raise DomainError(
            _("What is stored of this classification is not what was decided: its SHA-256 differs."
              " Nothing is printed of it. Tell who runs the portal.")
        )  # fmt: skip

"""The arithmetic of internal processes: do the shares make up the limit, and how to divide one."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from common.working_time import TimeUnit

DATA = Path(__file__).resolve().parent.parent / "data"
SMALLEST: dict[str, Decimal] = {  # what a share is rounded to, in each unit
    TimeUnit.WORKING_DAYS: Decimal("0.25"),  # quarter days occur in real processes
    TimeUnit.DAYS: Decimal("0.25"),
    TimeUnit.HOURS: Decimal("0.25"),
    TimeUnit.MONTHS: Decimal("0.01"),
    TimeUnit.MINUTES: Decimal(1),
}
A_DAY_OR_LESS: dict[str, Decimal] = {
    TimeUnit.WORKING_DAYS: Decimal(1),
    TimeUnit.DAYS: Decimal(1),
    TimeUnit.HOURS: Decimal(8),
    TimeUnit.MINUTES: Decimal(480),
}


@dataclass(frozen=True)
class StepData:
    """One step as a form, a file or the default writes it. No share = its time is not counted."""

    kind: str
    name: str
    role: str
    content: str = ""
    unit_id: int | None = None
    share_amount: Decimal | None = None
    share_unit: str = ""
    needs_approval: bool = False
    is_iso: bool = False
    responsible_text: str = ""


@dataclass
class Verdict:
    """Why a process may not be put in use, and what a person should look at."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DefaultStep:
    """A line of data/default_process.csv."""

    variant: str
    kind: str
    role: str
    name: str
    share: Decimal | None  # of 1; None = not counted


@lru_cache(maxsize=1)
def default_steps() -> tuple[DefaultStep, ...]:
    """The shares of the default process; each line of the file says where its share is from."""
    with (DATA / "default_process.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            DefaultStep(
                row["variant"],
                row["kind"],
                row["role"],
                row["name"],
                Decimal(row["share"]) if row["share"] else None,
            )
            for row in csv.DictReader(lines)
        )


def is_short(amount: Decimal, unit: str) -> bool:
    """A limit of a day or less."""
    return unit == TimeUnit.SAME_DAY or amount <= A_DAY_OR_LESS.get(unit, Decimal(0))


def default_process(amount: Decimal, unit: str) -> list[StepData]:
    """Steps that divide the limit, in its own unit; the longest step takes what rounding leaves.

    Within the day no share is counted: the whole day is the limit of each step.
    """
    variant = "short" if is_short(amount, unit) else "long"
    wanted = [step for step in default_steps() if step.variant == variant]
    shares = _divided([step.share for step in wanted], amount, unit)
    return [
        StepData(
            kind=step.kind,
            name=step.name,
            role=step.role,
            share_amount=share,
            share_unit=unit if share is not None else "",
            needs_approval=step.kind == "approve",
        )
        for step, share in zip(wanted, shares, strict=True)
    ]


def _divided(
    fractions: Sequence[Decimal | None], amount: Decimal, unit: str
) -> list[Decimal | None]:
    if unit == TimeUnit.SAME_DAY:
        return [None] * len(fractions)
    grain = SMALLEST[unit]
    while grain * sum(f is not None for f in fractions) > amount:  # a very short limit
        grain /= 10
    shares = [None if f is None else _rounded(f * amount, grain) for f in fractions]
    longest = max(range(len(fractions)), key=lambda at: fractions[at] or 0)
    others = sum((s for at, s in enumerate(shares) if s and at != longest), Decimal())
    shares[longest] = amount - others
    return shares


def _rounded(value: Decimal, grain: Decimal) -> Decimal:
    return max(grain, (value / grain).quantize(Decimal(1), ROUND_HALF_UP) * grain)


def check(steps: Sequence[StepData], amount: Decimal, unit: str) -> Verdict:
    """Do the steps make a process, and their shares the limit?

    The sum is checked in the limit's unit. Shares in another unit cannot be added to it, so they
    are a warning; a sum in the right unit that differs is a fault.
    """
    verdict = Verdict()
    kinds = [step.kind for step in steps]
    if not kinds or kinds[0] != "receive" or kinds[-1] != "return":
        verdict.faults.append(
            _("A process begins with receiving and ends with returning the result.")
        )
    if kinds.count("receive") > 1 or kinds.count("return") > 1:
        verdict.faults.append(_("A process has one step that receives and one that returns."))
    if "approve" not in kinds:
        verdict.warnings.append(_("No step signs the result: add one if somebody must sign."))
    verdict.warnings += [_unsigned(step) for step in _after_the_last_signature(steps)]
    if len(kinds) < 3:
        verdict.faults.append(_("Between receiving and returning somebody must do the work."))
    _check_sum(verdict, steps, amount, unit)
    return verdict


def _after_the_last_signature(steps: Sequence[StepData]) -> list[StepData]:
    """Work on a result that is signed: the signature of an earlier agency then stands for it."""
    signed = [at for at, step in enumerate(steps) if step.kind == "approve"]
    return [step for step in steps[signed[-1] :] if step.kind == "process"] if signed else []


def _unsigned(step: StepData) -> str:
    return _(
        "Nobody signs after “%(step)s”: the signature before it stays the one of the result. "
        "Add a step that signs, if that agency signs too."
    ) % {"step": step.name}


def _check_sum(verdict: Verdict, steps: Sequence[StepData], amount: Decimal, unit: str) -> None:
    shares = [step for step in steps if step.share_amount is not None]
    if any((step.share_amount or 0) < 0 for step in shares):
        verdict.faults.append(_("A share of time cannot be negative."))
    foreign = {step.share_unit for step in shares if step.share_unit != unit}
    if foreign:
        verdict.warnings.append(
            _("Shares are counted in another unit than the limit; their sum was not checked.")
        )
        return
    total = sum((step.share_amount or Decimal() for step in shares), Decimal())
    if unit == TimeUnit.SAME_DAY:
        return
    if total != amount:
        verdict.faults.append(
            _("The shares add up to %(total)s, but the limit is %(limit)s: correct the steps.")
            % {"total": plain_number(total), "limit": plain_number(amount)}
        )


def plain_number(value: Decimal) -> str:
    """10, 10,5 (a comma in every language: it stands in Vietnamese sentences and files)."""
    text = f"{value.normalize():f}"
    return text.replace(".", ",")

"""Steps of internal processes in a file: what each says, and what kind of step it seems to be."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.text import unaccented
from onestop.rules.import_procedures import CODE, UNITS
from onestop.rules.import_table import Fault, read_table

HEADERS: dict[str, tuple[str, ...]] = {
    "procedure_code": ("Mã thủ tục", "Mã TTHC"),
    "procedure_name": ("Tên thủ tục", "Thủ tục"),
    "agency": ("Cơ quan giải quyết", "Cơ quan thực hiện"),
    "step_no": ("Bước", "Thứ tự bước"),
    "step_content": ("Nội dung công việc", "Nội dung bước"),
    "responsible_role": ("Người thực hiện", "Trách nhiệm thực hiện", "Đơn vị, người thực hiện"),
    "time_limit": ("Thời gian thực hiện", "Thời gian"),
    "time_working_days": ("Thời gian (ngày)",),
    "total_working_days": ("Tổng thời gian (ngày)",),
    "source": ("Nguồn",),
}
REQUIRED = ("procedure_code", "agency", "step_no", "step_content", "responsible_role", "time_limit")
_SHARE = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?(ngay lam viec|ngay|gio lam viec|gio|thang|phut)")
_UNCOUNTED = ("khong tinh thoi gian", "trong thoi gian thong bao")
_COUNTER = re.compile(r"tiep nhan va tra ket qua|ttpvhcc|phuc vu hanh chinh cong|mot cua")
_RETURNS = re.compile(r"tra ket qua|den nhan ket qua")
_LEADER = re.compile(r"lanh dao so|lanh dao ubnd|giam doc|nguoi dung dau|chu tich")
_HEAD = re.compile(r"lanh dao (phong|van phong|chi cuc)|truong phong|chanh van phong")
_OFFICIAL = re.compile(r"chuyen vien|cong chuc|nhan vien|vien chuc|nguoi huong dan")
_DECIDES = re.compile(r"phe duyet|ban hanh quyet dinh|quyet dinh t|cong nhan|ky ket hop dong")


@dataclass(frozen=True)
class Proposal:
    """What a step seems to be. A guess says that the words were not those of the usual roles."""

    kind: str
    role: str
    is_guess: bool = False


@dataclass(frozen=True)
class StepRow:
    """One step as the file says it, with the proposal. Plain values: kept until confirmed."""

    row: int
    code: str
    agency: str
    step_no: int
    content: str
    responsible: str
    share_amount: str | None
    share_unit: str
    kind: str
    role: str
    source: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class ParsedSteps:
    """Steps by procedure code in their order, and what is wrong or was guessed."""

    groups: dict[str, list[StepRow]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def parse(content: bytes) -> ParsedSteps:
    """Read and check a whole file of steps."""
    table = read_table(content, HEADERS, REQUIRED)
    parsed = ParsedSteps(faults=list(table.faults), warnings=list(table.warnings))
    known = {(fault.row, fault.column) for fault in table.faults}
    groups: dict[str, list[tuple[int, dict[str, str], int]]] = defaultdict(list)
    for number, values in table.rows:
        faults = list(_row_faults(number, values))
        parsed.faults += [f for f in faults if (f.row, f.column) not in known]
        if not faults:
            groups[values["procedure_code"]].append((number, values, int(values["step_no"])))
    for code, rows in groups.items():
        rows.sort(key=lambda row: row[2])
        _check_numbers(parsed, [(number, step) for number, _values, step in rows])
        parsed.groups[code] = _steps(parsed, rows)
    parsed.faults.sort(key=lambda fault: fault.row)
    return parsed


def _row_faults(number: int, values: dict[str, str]) -> list[Fault]:
    faults = [
        Fault(number, column, _("This cell is empty."))
        for column in REQUIRED
        if not values.get(column)
    ]
    empty = {fault.column for fault in faults}
    code = values.get("procedure_code", "")
    if code and not CODE.fullmatch(code):
        words = _("Not a procedure code. It looks like 1.004194.")
        faults.append(Fault(number, "procedure_code", words))
    if "step_no" not in empty and not re.fullmatch(r"[1-9][0-9]?", values["step_no"]):
        faults.append(Fault(number, "step_no", _("The number of a step is 1 to 99.")))
    if "time_limit" not in empty and read_share(values["time_limit"]) is None:
        words = _("Not a share of time. Write it like 0,5 ngày làm việc, or Không tính thời gian.")
        faults.append(Fault(number, "time_limit", words))
    return faults


def _check_numbers(parsed: ParsedSteps, rows: list[tuple[int, int]]) -> None:
    for expected, (number, step) in enumerate(rows, start=1):
        if step != expected:
            words = _("Steps are numbered 1, 2, 3 … without gaps; %(step)s should be %(expected)s.")
            words %= {"step": step, "expected": expected}
            parsed.faults.append(Fault(number, "step_no", words))
            return


def read_share(text: str) -> tuple[Decimal | None, str] | None:
    """Amount and unit of "0,5 ngày làm việc"; (None, "") = not counted; None = not understood."""
    bare = unaccented(text)
    if bare.startswith(_UNCOUNTED):
        return None, ""
    found = _SHARE.fullmatch(bare)
    if not found:
        return None
    amount = Decimal(found[1].replace(",", "."))
    return (amount, UNITS[found[2]].value) if amount else (None, "")


def _steps(parsed: ParsedSteps, rows: list[tuple[int, dict[str, str], int]]) -> list[StepRow]:
    steps = []
    for place, (number, values, step) in enumerate(rows):
        proposal = propose(
            values["step_content"],
            values["responsible_role"],
            is_first=place == 0,
            is_last=place == len(rows) - 1,
        )
        if proposal.is_guess:
            words = _("Kind and role of this step are a guess: check them.")
            parsed.warnings.append(Fault(number, "responsible_role", words))
        amount, unit = read_share(values["time_limit"]) or (None, "")
        _compare_days(parsed, number, values.get("time_working_days", ""), amount)
        steps.append(
            StepRow(
                row=number,
                code=values["procedure_code"],
                agency=values["agency"],
                step_no=step,
                content=values["step_content"][:3000],
                responsible=values["responsible_role"],
                share_amount=None if amount is None else f"{amount.normalize():f}",
                share_unit=unit,
                kind=proposal.kind,
                role=proposal.role,
                source=values.get("source", "")[:500],
            )
        )
    return steps


def _compare_days(parsed: ParsedSteps, number: int, text: str, amount: Decimal | None) -> None:
    if not text:
        return
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text):
        parsed.faults.append(Fault(number, "time_working_days", _("Not a number.")))
    elif Decimal(text.replace(",", ".")) != (amount or 0):
        words = _("Differs from the share of time in words; the words count.")
        parsed.warnings.append(Fault(number, "time_working_days", words))


def propose(content: str, responsible: str, *, is_first: bool, is_last: bool) -> Proposal:
    """Kind and role of a step from the words of a decision. A person confirms them."""
    what, who = unaccented(content), unaccented(responsible)
    if is_first and (_COUNTER.search(who) or "tiep nhan" in what):
        return Proposal("receive", "counter")
    if is_last and (_COUNTER.search(who) or _RETURNS.search(what)):
        return Proposal("return", "counter")
    if "phan cong" in what:
        return Proposal("assign", "head")
    if "van thu" in who:
        return Proposal("release", "clerk")
    if _HEAD.match(who):
        return Proposal("review", "head")
    if _LEADER.match(who):
        return Proposal("approve", "leader")
    if _OFFICIAL.match(who):
        return Proposal("process", "official")
    if _DECIDES.search(what):
        return Proposal("approve", "leader", is_guess=True)
    return Proposal("process", "official", is_guess=True)


def short_name(content: str) -> str:
    """A name for lists: the first clause of the content, at most 100 letters."""
    first = re.split(r"[;:.\n]| - ", content.lstrip("-–• "), maxsplit=1)[0].strip()
    return first if len(first) <= 100 else f"{first[:99].rstrip()}…"

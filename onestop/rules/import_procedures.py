"""What a row of a procedure file must look like, and what it says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from common.money import LARGEST_VND, parse_vnd
from common.text import unaccented
from common.working_time import Limit, TimeUnit
from onestop.rules.import_table import Fault, Table, read_table

CODE = re.compile(r"[0-9]\.[0-9]{6}")  # d.dddddd, the national code
# Each column with the header it carries in Vietnamese files and on the screen.
HEADERS: dict[str, tuple[str, ...]] = {
    "code": ("Mã thủ tục", "Mã TTHC", "Procedure code"),
    "name": ("Tên thủ tục", "Thủ tục", "Tên TTHC", "Procedure"),
    "field": ("Lĩnh vực", "Field (of administration)"),
    "level": ("Cấp thực hiện", "Level"),
    "agency": ("Cơ quan giải quyết", "Cơ quan thực hiện", "Competent agency"),
    "deadline": ("Thời hạn giải quyết", "Thời hạn", "Processing time limit"),
    "deadline_unit": ("Đơn vị tính thời hạn", "Đơn vị thời hạn", "Counted in"),
    "fee_online_vnd": ("Phí trực tuyến (đồng)", "Phí trực tuyến", "Online fee"),
    "fee_direct_vnd": ("Phí trực tiếp (đồng)", "Phí trực tiếp", "Fee"),
    "fee_per": ("Phí tính theo", "Fee per"),
    "fee_note": ("Ghi chú phí", "Fee note"),
    "channels": ("Cách thức thực hiện", "Kênh thực hiện", "Channels"),
    "result_name": ("Kết quả giải quyết", "Kết quả", "Result"),
    "result_code": ("Mã kết quả", "Result code"),
    "publishing_decision": ("Quyết định công bố", "Publishing decision"),
    "source": ("Nguồn", "Source"),
}
REQUIRED = ("code", "name", "field", "level", "agency", "deadline", "deadline_unit")
LENGTHS = {
    "name": 1000, "field": 300, "agency": 200, "fee_per": 100, "fee_note": 300,
    "result_name": 1000, "result_code": 30, "publishing_decision": 200, "source": 500,
}  # fmt: skip
LEVELS = {
    "tinh": "tinh", "cap tinh": "tinh", "xa": "xa", "cap xa": "xa", "tinh+xa": "tinh+xa",
    "cap tinh; cap xa": "tinh+xa", "cap tinh va cap xa": "tinh+xa", "cap tinh va xa": "tinh+xa",
}  # fmt: skip
UNITS = {
    "ngay lam viec": TimeUnit.WORKING_DAYS, "ngay": TimeUnit.DAYS, "thang": TimeUnit.MONTHS,
    "gio": TimeUnit.HOURS, "gio lam viec": TimeUnit.HOURS, "phut": TimeUnit.MINUTES,
    "trong ngay": TimeUnit.SAME_DAY, **{unit.value: unit for unit in TimeUnit},
}  # fmt: skip
CHANNELS = {
    "truc tiep": 1, "truc tuyen": 2, "dich vu buu chinh": 3, "buu chinh": 3,
}  # fmt: skip
ALL_CHANNELS = (1, 2, 3)
NOT_A_RESULT = re.compile(r"(phieu|van ban thong bao|thong bao) tu choi")
# "next working day when received after 15:00" / "tiếp nhận sau 15 giờ"
CUTOFF = re.compile(r"(?:received after|tiep nhan sau) ([0-9]{1,2})(?::| gio ?|h)([0-9]{2})?")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True)
class ProcedureRow:
    """One procedure as a file says it. Plain values only: it is kept as JSON until confirmed.

    `fee_*` None means that no fee is declared; `cutoff` is HH:MM or "".
    """

    row: int
    code: str
    name: str
    field: str
    level: str
    agency: str
    limit_amount: str
    limit_unit: str
    cutoff: str
    fee_online_vnd: int | None
    fee_direct_vnd: int | None
    fee_per: str
    fee_note: str
    channels: list[int]
    result_name: str
    result_code: str
    publishing_decision: str
    source: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def cutoff_time(self) -> dt.time | None:
        return dt.time.fromisoformat(self.cutoff) if self.cutoff else None


@dataclass
class Parsed:
    """Good rows, and everything that a person must correct or should know."""

    rows: list[ProcedureRow] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)


def parse(content: bytes) -> Parsed:
    """Read and check a whole file. A row with a fault is not among the rows."""
    return parse_table(read_table(content, HEADERS, REQUIRED))


def parse_table(table: Table) -> Parsed:
    parsed = Parsed(faults=list(table.faults), warnings=list(table.warnings))
    broken = {fault.row for fault in table.faults}
    seen: dict[str, int] = {}
    for number, values in table.rows:
        reader = _RowReader(number, values)
        row = reader.read()
        if row.code in seen:
            reader.fault(
                "code",
                _("%(code)s stands in row %(row)s already.")
                % {"code": row.code, "row": seen[row.code]},
            )
        elif CODE.fullmatch(row.code):
            seen[row.code] = number
        parsed.warnings += reader.warnings
        known = {(fault.row, fault.column) for fault in table.faults} if number in broken else set()
        parsed.faults += [f for f in reader.faults if (f.row, f.column) not in known]
        if not reader.faults and number not in broken:
            parsed.rows.append(row)
    parsed.faults.sort(key=lambda fault: fault.row)
    return parsed


class _RowReader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, number: int, values: dict[str, str]) -> None:
        self.number = number
        self.values = values
        self.faults: list[Fault] = []
        self.warnings: list[Fault] = []

    def fault(self, column: str, message: str) -> None:
        self.faults.append(Fault(self.number, column, message))

    def warn(self, column: str, message: str) -> None:
        self.warnings.append(Fault(self.number, column, message))

    def read(self) -> ProcedureRow:
        amount, unit = self._limit()
        channels = self._channels()
        result_name = self._text("result_name")
        if NOT_A_RESULT.match(unaccented(result_name)):
            self.warn("result_name", _("The result reads like a refusal: check it."))
        source = self._text("source")
        online = self._money("fee_online_vnd")
        direct = self._money("fee_direct_vnd")
        return ProcedureRow(
            row=self.number,
            code=self._code(),
            name=self._text("name"),
            field=self._text("field"),
            level=self._level(),
            agency=self._text("agency"),
            limit_amount=amount,
            limit_unit=unit,
            cutoff=self._cutoff(source),
            fee_online_vnd=online if 2 in channels else None,
            fee_direct_vnd=direct if {1, 3} & set(channels) else None,
            fee_per=self._text("fee_per"),
            fee_note=self._text("fee_note"),
            channels=channels,
            result_name=result_name,
            result_code=self._text("result_code"),
            publishing_decision=self._text("publishing_decision"),
            source=source,
        )

    def _text(self, column: str) -> str:
        value = re.sub(r"[ \t]+", " ", self.values.get(column, ""))
        if not value and column in REQUIRED:
            self.fault(column, _("This cell is empty."))
        most = LENGTHS.get(column)
        if most and len(value) > most:
            self.fault(column, _("Longer than %(most)s characters.") % {"most": most})
        return value

    def _code(self) -> str:
        code = self._text("code")
        if code and not CODE.fullmatch(code):
            self.fault("code", _("Not a procedure code. It looks like 1.004194."))
        return code

    def _level(self) -> str:
        value = self._text("level")
        level = LEVELS.get(unaccented(value))
        if value and level is None:
            self.fault("level", _("Unknown level. Use tinh, xa or tinh+xa."))
        return level or ""

    def _limit(self) -> tuple[str, str]:
        unit = self._unit()
        text = self.values.get("deadline", "")
        amount = Decimal(0)
        if not text and unit != TimeUnit.SAME_DAY:
            self.fault("deadline", _("This cell is empty."))
        elif text and not _NUMBER.fullmatch(text):
            self.fault("deadline", _("Not a number. Write it like 10 or 10,5."))
        elif text:
            amount = self._amount(text)
        if unit is not None and not any(f.column == "deadline" for f in self.faults):
            self._check_limit(amount, unit)
        return f"{amount.normalize():f}", unit.value if unit else ""

    def _amount(self, text: str) -> Decimal:
        try:
            amount = Decimal(text.replace(",", "."))
        except InvalidOperation:  # pragma: no cover - the pattern above lets only numbers through
            amount = Decimal(-1)
        if amount < 0:
            self.fault("deadline", _("A time limit cannot be negative."))
        elif -int(amount.as_tuple().exponent) > 2:
            self.fault("deadline", _("At most two digits after the comma."))
        return amount

    def _check_limit(self, amount: Decimal, unit: TimeUnit) -> None:
        if unit != TimeUnit.SAME_DAY and amount == 0:
            self.fault("deadline", _("A time limit of zero: write “Trong ngày” as its unit."))
            return
        try:
            Limit(amount, unit)
        except ValueError:
            self.fault(
                "deadline",
                _("This limit is not possible in this unit: too long, or a fraction of a day."),
            )

    def _unit(self) -> TimeUnit | None:
        value = self._text("deadline_unit")
        bare = unaccented(value).replace("(*)", "*")
        if bare.endswith("*"):
            bare = bare.rstrip("* ")
            self.warn(
                "deadline_unit", _("The unit of time was missing in the source: check the limit.")
            )
        unit = UNITS.get(bare)
        if value and unit is None:
            self.fault("deadline_unit", _("Unknown unit of time. Use for example Ngày làm việc."))
        return unit

    def _money(self, column: str) -> int | None:
        text = self.values.get(column, "").strip()
        if not text:
            return None
        if text.startswith("-"):
            self.fault(column, _("A fee cannot be negative."))
            return None
        amount = parse_vnd(text)
        if amount is None:
            self.fault(column, _("Not an amount in dong. Write it like 20.000."))
        elif amount > LARGEST_VND:
            self.fault(column, _("The amount is too large: check the zeros."))
        return amount

    def _channels(self) -> list[int]:
        """No channel named means all three."""
        parts = [part.strip() for part in re.split("[;,]", self._text("channels"))]
        found = {CHANNELS.get(unaccented(part), 0) for part in parts if part}
        if 0 in found:
            self.fault(
                "channels", _("Unknown channel. Use Trực tiếp; Trực tuyến; Dịch vụ bưu chính.")
            )
        return sorted(found - {0}) or list(ALL_CHANNELS)

    def _cutoff(self, source: str) -> str:
        """The hour after which a dossier counts from the next working day, as the source says."""
        found = CUTOFF.search(unaccented(source))
        if not found:
            return ""
        hour, minute = int(found[1]), int(found[2] or 0)
        return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else ""

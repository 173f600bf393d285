"""The units of the demo: the real agencies and communes, and what stands in for unknown data."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from organizations.models import Unit
from tenancy.models import Province

DATA = Path(__file__).resolve().parent.parent / "data"
OTHER = "sample"  # source of what the public data do not say
SYMBOLS = {
    "Sở Nội vụ": "SNV", "Sở Tài chính": "STC", "Sở Xây dựng": "SXD",
    "Sở Nông nghiệp và Môi trường": "SNNMT", "Sở Khoa học và Công nghệ": "SKHCN",
    "Sở Dân tộc và Tôn giáo": "SDTTG", "Sở Văn hóa, Thể thao và Du lịch": "SVHTTDL",
    "Văn phòng Ủy ban nhân dân tỉnh": "VP", "Công an tỉnh": "CAT",
}  # fmt: skip
DIVISIONS = {  # the one that the demo plays in, with its symbol in numbers of official letters
    "Sở Y tế": ("Phòng Bảo trợ xã hội và Trẻ em", "BTXHTE"),
    "Sở Nông nghiệp và Môi trường": ("Phòng Bảo tồn thiên nhiên và Đa dạng sinh học", "BTTN"),
    "Văn phòng Ủy ban nhân dân tỉnh": ("Phòng Khoa giáo - Văn xã", "KGVX"),
    "Sở Nội vụ": ("Phòng Tổ chức bộ máy và Công chức, viên chức", "TCBM"),
    "Sở Tư pháp": ("Phòng Hành chính tư pháp", "HCTP"),
}
TOWN = "Ủy ban nhân dân thị xã Ninh Hòa"  # the demo has four of its communes of 2020
TOWNS_COMMUNES = ("phường Ninh Hiệp", "xã Ninh An", "xã Ninh Quang", "xã Ninh Sim")
CENTRE = "Trung tâm Phục vụ hành chính công"


@dataclass
class Places:
    """Where work is done: the root, the provincial centre's counter, agencies and communes."""

    root: Unit
    counter: Unit
    agencies: list[Unit]
    communes: list[Unit]
    division_of: dict[int | None, Unit]
    counter_of: dict[int | None, Unit]


def make_places(province: Province) -> Places:
    """All units of a province. Codes below the province's own are samples: H32.NN."""
    root = _unit(None, "province", province.code, f"Ủy ban nhân dân tỉnh {province.name}", "UBND",
                 source="QĐ 20/2020/QĐ-TTg", place=province.name)  # fmt: skip
    centre = _unit(root, "centre", f"{province.code}.00", f"{CENTRE} tỉnh", "TTPVHCC")
    counter = _unit(centre, "counter", f"{province.code}.00.01",
                    f"Bộ phận Một cửa - {CENTRE} tỉnh {province.name}", "TTPVHCC",
                    address=f"Quầy tiếp nhận, {CENTRE} tỉnh {province.name}")  # fmt: skip
    if province.code == "H32":
        agencies, communes = _khanh_hoa(root)
    else:
        agencies, communes = _sample(root, province.code)
    division_of: dict[int | None, Unit] = {unit.pk: _division(unit) for unit in agencies}
    counter_of: dict[int | None, Unit] = {u.pk: _commune_counter(u) for u in communes}
    for commune in communes:
        counter_of[_police(commune).pk] = counter_of[commune.pk]
    return Places(root, counter, agencies, communes, division_of, counter_of)


def find_places(province: Province) -> Places:
    """What `make_places` made."""
    root = Unit.objects.get(code=province.code)
    living = Unit.objects.valid_on(dt.date.today())  # noqa: DTZ011  a local calendar day
    children = list(living.select_related("parent").order_by("path"))
    agencies = [u for u in children if u.kind == "agency" and u.parent_id == root.pk]
    communes = [u for u in children if u.kind == "commune"]
    return Places(
        root,
        Unit.objects.get(code=f"{province.code}.00.01"),
        agencies,
        communes,
        {u.parent_id: u for u in children if u.kind == "division"},
        _counters(children),
    )


def _counters(units: list[Unit]) -> dict[int | None, Unit]:
    """The counter of each commune and of its police."""
    found = {unit.parent_id: unit for unit in units if unit.kind == "counter"}
    police = [u for u in units if u.kind == "agency" and u.parent_id in found]
    return found | {unit.pk: found[unit.parent_id] for unit in police}


def _khanh_hoa(root: Unit) -> tuple[list[Unit], list[Unit]]:
    agencies: list[Unit] = []
    today = dt.date.today()  # noqa: DTZ011
    living, closed = 1, 500
    for row in _rows("agencies_H32.csv"):
        if row["group"] == "UBND tỉnh":
            continue
        ended = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        number, living, closed = (
            (closed, living, closed + 1)
            if ended and ended < today
            else (living, living + 1, closed)
        )
        unit = _unit(
            root, "agency", f"H32.{number:02d}", row["name"],
            row["symbol"] or SYMBOLS.get(row["name"], _initials(row["name"])),
            source=row["source"][:255], place="Nha Trang",
            valid_from=dt.date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            valid_to=ended,
        )  # fmt: skip
        if ended is None or ended >= today:
            agencies.append(unit)
        elif unit.name == TOWN:
            _communes_of(unit)
    communes = [
        _commune(root, f"H32.{100 + int(row['seq'])}", row["name"], row["source"])
        for row in _rows("communes_H32.csv")
    ]
    return agencies, communes


def _communes_of(town: Unit) -> None:
    """Communes below a town that is closed, with which they ended."""
    for number, name in enumerate(TOWNS_COMMUNES, 1):
        _unit(town, "commune", f"{town.code}.{number:02d}", f"Ủy ban nhân dân {name}", "UBND",
              place=name.partition(" ")[2], valid_to=town.valid_to)  # fmt: skip


def bodies_on(day: dt.date) -> dict[str, str]:
    """What kind of body each agency of Khánh Hòa was on that day, by its name; closed ones too."""
    return {
        row["name"]: row["group"]
        for row in _rows("agencies_H32.csv")
        if (not row["valid_from"] or dt.date.fromisoformat(row["valid_from"]) <= day)
        and (not row["valid_to"] or dt.date.fromisoformat(row["valid_to"]) >= day)
    }


def _sample(root: Unit, code: str) -> tuple[list[Unit], list[Unit]]:
    agencies, communes = [], []
    for row in _rows(f"sample_{code}.csv"):
        if row["kind"] == "commune":
            communes.append(_commune(root, row["code"], row["name"], row["source"]))
        else:
            agencies.append(
                _unit(
                    root,
                    "agency",
                    row["code"],
                    row["name"],
                    row["symbol"],
                    source=row["source"],
                    place="Việt Trì",
                )
            )
    return agencies, communes


def _commune(root: Unit, code: str, name: str, source: str) -> Unit:
    kind, _space, rest = name.partition(" ")
    full = f"Ủy ban nhân dân {kind.lower()} {rest}" if rest else name
    return _unit(root, "commune", code, full, f"UBND-{_initials(rest)}", source=source[:255],
                 place=rest, valid_from=dt.date(2025, 7, 1))  # fmt: skip


def _division(agency: Unit) -> Unit:
    name, symbol = DIVISIONS.get(agency.name, ("Phòng Nghiệp vụ", "NV"))
    return _unit(agency, "division", f"{agency.code}.01", name, symbol)


def _police(commune: Unit) -> Unit:
    """Commune police: resolves 20 procedures of residence and identity; at the same counter."""
    name = commune.name.replace("Ủy ban nhân dân", "Công an")
    return _unit(commune, "agency", f"{commune.code}.02", name, "CA", place=commune.place)


def _commune_counter(commune: Unit) -> Unit:
    name = commune.name.replace("Ủy ban nhân dân", CENTRE)
    return _unit(commune, "counter", f"{commune.code}.01", name, "TTPVHCC", place=commune.place,
                 address=f"Trụ sở {commune.name}")  # fmt: skip


def _unit(
    parent: Unit | None, kind: str, code: str, name: str, symbol: str, *,
    source: str = OTHER, place: str = "", address: str = "",
    valid_from: dt.date | None = None, valid_to: dt.date | None = None,
) -> Unit:  # fmt: skip
    unit = Unit(
        parent=parent, kind=kind, code=code, name=name, symbol=symbol, place=place,
        address=address, valid_from=valid_from, valid_to=valid_to, source=source,
        is_sample=source == OTHER,
    )  # fmt: skip
    unit.save(force_insert=True)
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def _initials(name: str) -> str:
    return "".join(word[0].upper() for word in name.replace("-", " ").split() if word[0].isalpha())


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)

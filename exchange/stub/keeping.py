"""What the stub was told: dossiers by code, and the lines of their progress."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

from exchange.stub.moods import Mood

Item = dict[str, Any]
Said = tuple[str, str]  # error_code, message
GOOD: Said = ("0", "Đồng bộ thành công")
DATES = ("NgayNopHoSo", "NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayTuChoi")
LONGEST_SUMMARY = 1000


class Keeping:
    """All that came, in memory and in a file of JSON."""

    def __init__(self, path: Path | None = None) -> None:
        self.path, self.lock = path, threading.Lock()
        self.dossiers: dict[str, Item] = {}
        self.progress: dict[str, list[Item]] = {}
        self.repeats = 0  # lines that came once more, byte for byte: not kept twice
        self.creates: dict[str, int] = {}  # how often a dossier was made: never more than once
        if path and path.exists():
            self._read(path)

    def take(self, service: str, updating: bool, items: list[Item], mood: Mood) -> list[Said]:
        """What is said of each item of a batch, in their order."""
        with self.lock:
            act = self._dossier if service == "DongBoHoSoMC" else self._line
            said = [act(item, updating, mood) for item in items]
            self._write()
        return said

    def _dossier(self, item: Item, updating: bool, mood: Mood) -> Said:
        code = str(item.get("MaHoSo", ""))
        fault = mood.refuses(code) or _fault_of(item)
        if fault:
            return "-1", fault
        if code in self.dossiers and not updating:
            return "3", f"Hồ sơ {code} đã tồn tại"
        if code not in self.dossiers and updating:
            return "-1", f"Hồ sơ {code} không tồn tại"
        if not updating:
            self.creates[code] = self.creates.get(code, 0) + 1
        self.dossiers[code] = item
        return GOOD

    def _line(self, item: Item, _updating: bool, _mood: Mood) -> Said:
        code = str(item.get("MaHoSo", ""))
        if code not in self.dossiers:
            return "-1", f"Hồ sơ {code} không tồn tại"
        lines = self.progress.setdefault(code, [])
        if item in lines:
            self.repeats += 1
        else:
            lines.append(item)
        return GOOD

    def as_json(self) -> dict[str, Any]:
        return {"dossiers": self.dossiers, "progress": self.progress, "repeats": self.repeats}

    def _write(self) -> None:
        if self.path is not None:
            beside = self.path.with_suffix(".new")
            beside.write_text(json.dumps(self.as_json(), ensure_ascii=False), "utf-8")
            os.replace(beside, self.path)

    def _read(self, path: Path) -> None:
        kept = json.loads(path.read_text("utf-8"))
        self.dossiers, self.progress = kept["dossiers"], kept["progress"]
        self.repeats = kept["repeats"]


def _fault_of(item: Item) -> str:
    """What any receiver of these fields would refuse."""
    for name in ("MaHoSo", "MaTTHC", "TenTTHC", "ChuHoSo", "NgayNopHoSo", "TrangThaiHoSo"):
        if not item.get(name):
            return f"{name}: không được để trống"
    for name in DATES:
        value = str(item.get(name, ""))
        if value and not (len(value) == 14 and value.isdigit()):
            return f"{name}: sai định dạng"
    if len(str(item.get("TrichYeuHoSo", ""))) > LONGEST_SUMMARY:
        return "TrichYeuHoSo: quá 1000 ký tự"
    return ""

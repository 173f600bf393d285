"""A dossier, and a step of it, in the fields of the national services: the positive list.

Every field is text or a list. A fact that the portal does not have is the empty text or the empty
list: so does OpenCPS (DVCQGIntegrationActionImpl), which marks these fields as not required.
Dates are yyyyMMddHHmmss in Asia/Ho_Chi_Minh.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from common.digests import digest_of_data
from exchange.rules.facts import DossierFacts, FileFacts, ProgressFacts, ResultFacts, RoundFacts
from exchange.rulesets import NationalRules

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Item = dict[str, Any]
LONGEST_SUMMARY = 1000  # domain: TrichYeuHoSo
LONGEST_PERSON = 50  # NguoiXuLy; a program that sends cuts there
LONGEST_NAME = 2000  # names of files and papers; the same
LONGEST_TEXT = 4000
STOPPED = "8"
KINDS = {"citizen": "1", "enterprise": "2", "agency": "3", "other": "4"}
HANDED = {"counter": "0", "in_person": "0", "authorised": "0", "post": "1"}
LOCAL_PLACE = "2"
ONLINE = 2
TAKEN_AT_RECEPTION, TAKEN_LATER, TAKEN_AT_RETURN = "1", "2", "4"
VOID_WORDS = "Tiếp nhận nhầm, đã hủy: {}"


def moment(at: dt.datetime | None) -> str:
    return at.astimezone(ZONE).strftime("%Y%m%d%H%M%S") if at else ""


def cut(text: str, most: int) -> str:
    """At most that many characters; a longer text ends with "…"."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def digest(item: Item) -> str:
    """Changes with what would be sent."""
    return digest_of_data(item)


def dossier_item(facts: DossierFacts, rules: NationalRules) -> Item:
    """One element of `data` of DongBoHoSoMC.

    A reception that was voided after it had been sent is reported as stopped, with a note.
    """
    applicant, is_void = facts.applicant, facts.voided_at is not None
    return {
        "MaHoSo": facts.code,
        "MaTTHC": facts.procedure_code,
        "TenTTHC": cut(facts.procedure_name, LONGEST_NAME),
        "MaLinhVuc": "",  # the catalogue has the field's name only
        "TenLinhVuc": facts.field_name,
        "KenhThucHien": str(facts.channel),
        "SoBienNhan": facts.slip_number,
        "SoGiayToChuHoSo": applicant.number,
        "ChuHoSo": applicant.name,
        "LoaiDoiTuong": KINDS.get(applicant.kind, KINDS["other"]),
        "MaDoiTuong": "",  # of the national account: not known here
        "ThongTinKhac": "",
        "Email": applicant.email,
        "Fax": "",
        "SoDienThoai": applicant.phone,
        "TrichYeuHoSo": cut(facts.summary or facts.procedure_name, LONGEST_SUMMARY),
        "NgayNopHoSo": moment(facts.arrived_at),
        "NgayTiepNhan": moment(facts.accepted_at),
        "NgayHenTra": moment(facts.due_at),
        "TrangThaiHoSo": STOPPED if is_void else str(facts.status),
        "NgayTra": moment(facts.returned_at),
        "ThongTinTra": "",  # who took it is nobody's business there
        "HinhThuc": HANDED.get(facts.delivery, ""),  # no code is known for "online"
        "NgayKetThucXuLy": moment(facts.voided_at or facts.finished_at),
        "NgayTuChoi": moment(facts.refused_at),
        "DonViXuLy": facts.agency,
        "GhiChu": cut(VOID_WORDS.format(facts.void_reason), LONGEST_SUMMARY) if is_void else "",
        "NoiNopHoSo": rules.place_of_online if facts.channel == ONLINE else LOCAL_PLACE,
        "HoSoCoThanhPhanSoHoa": "1" if facts.files else "0",
        "TaiKhoanDuocXacThucVoiVNeID": "",  # nobody signs in with it here
        "DuocThanhToanTrucTuyen": rules.paid_at_counter,
        "DinhDanhCHS": list(_identities(facts, rules)),
        "DSKetNoiCSDL": [],
        "TaiLieuNop": [_document(file) for file in facts.files],
        "DanhSachLePhi": list(_fees(facts)),
        "DanhSachTepDinhKemKhac": [
            {"TenGiayTo": cut(paper.name, LONGEST_NAME), "SoLuong": str(paper.amount),
             "LoaiGiayTo": ""}
            for paper in facts.papers
        ],
        "DanhSachHoSoBoSung": [_round(one) for one in facts.rounds],
        "DanhSachGiayToKetQua": [paper for one in facts.results for paper in _results(one)],
    }  # fmt: skip


def progress_item(facts: ProgressFacts) -> Item:
    """One element of `data` of CapNhatTienDoHoSoMC. What officials noted for each other stays."""
    how = " (trả lại để sửa)" if facts.was_sent_back else ""
    how = " (kết thúc giải quyết)" if facts.was_ended else how
    return {
        "MaHoSo": facts.code,
        "NguoiXuLy": cut(facts.person, LONGEST_PERSON),
        "ChucDanh": facts.position,
        "ThoiDiemXuLy": moment(facts.at),
        "PhongBanXuLy": facts.unit,
        "NoiDungXuLy": f"{facts.step}{how}",
        "TrangThai": str(facts.status),
        "NgayBatDau": moment(facts.opened_at),
        "NgayKetThucTheoQuyDinh": moment(facts.planned_end),
    }


def _identities(facts: DossierFacts, rules: NationalRules) -> Iterator[Item]:
    """The applicant's number, when its kind has a known code."""
    number = facts.applicant.number
    if facts.applicant.kind != "citizen":
        kind = rules.identity_of_enterprise if facts.applicant.kind == "enterprise" else ""
    else:
        codes = {12: rules.identity_of_12_digits, 9: rules.identity_of_9_digits}
        kind = codes.get(len(number), "") if number.isdigit() else ""
    if number and kind:
        yield {"LoaiDinhDanh": kind, "SoDinhDanh": number}


def _document(file: FileFacts) -> Item:
    return {
        "TepDinhKemId": str(file.key),
        "TenTepDinhKem": cut(file.name, LONGEST_NAME),
        "IsDeleted": "False",
        "MaThanhPhanHoSo": "",  # the catalogue has no codes of papers
        "DuongDanTaiTepTin": "",  # files do not leave the portal
        "DuocSoHoa": "1",
        "DuocTaiSuDung": "0",
        "DuocLayTuKhoDMQG": "0",
        "MaKetQuaThayThe": "",
    }


def _fees(facts: DossierFacts) -> Iterator[Item]:
    for fee in facts.fees:
        when = TAKEN_LATER
        if facts.accepted_at is None or fee.at <= facts.accepted_at:
            when = TAKEN_AT_RECEPTION
        elif facts.finished_at is not None and fee.at >= facts.finished_at:
            when = TAKEN_AT_RETURN
        yield {
            "TenPhiLePhi": cut(f"Phí, lệ phí: {facts.procedure_name}", LONGEST_NAME),
            "MaPhiLePhi": "",
            "HinhThucThu": when,
            "Gia": str(fee.amount_vnd),
            "LoaiPhiLePhi": "",
        }


def _round(one: RoundFacts) -> Item:
    return {
        "HoSoBoSungId": str(one.key),
        "NguoiYeuCauBoSung": one.asked_by,
        "NoiDungBoSung": cut(f"{'; '.join(one.items)}. {one.reason}", LONGEST_TEXT),
        "NgayBoSung": moment(one.asked_at),
        "NguoiTiepNhanBoSung": one.received_by,
        "ThongTinTiepNhan": cut(one.note, LONGEST_SUMMARY),
        "NgayTiepNhanBoSung": moment(one.received_at),
        "TrangThaiBoSung": "1" if one.received_at else "0",
        "DanhSachGiayToBoSung": [],
        "DanhSachLePhiBoSung": [],
        "NgayHenTraTruoc": moment(one.due_before),
        "NgayHenTraMoi": moment(one.due_after),
    }


def _results(one: ResultFacts) -> Iterator[Item]:
    """A line for each file; one without a file for what was only signed on paper."""
    name = f"{one.name} {one.number}".strip()
    for key in [str(file.key) for file in one.files] or [""]:
        yield {
            "TenGiayTo": cut(name, LONGEST_NAME),
            "MaThanhPhanHoSo": "",
            "GiayToId": key,
            "DuongDanTepTinKetQua": "",
            "MaGiayToKetQua": one.code,
        }

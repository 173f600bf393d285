"""The merge fields of each form: a closed list, and where their values lie in the stored data.

The data of a printed form are `forms_data.plain_data`: text, numbers and lists. A template can
name these fields and nothing else. `needed` fields may not be left out of the text: code, promised
date, signature … (papers/data/forms.csv, column required; TT 03/2025/TT-VPCP Phụ lục I).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papers.merge import Field
from papers.rules import spaced_lookup_number

HANDOVER = "BG"  # the hand-over slip of originals: no form of the circular
REGISTER = "07"
RESULT = "KQ"  # draft results: several templates, of one procedure or of all
FORMS: dict[str, str | Promise] = {
    "01": _("Receipt with appointment"),
    "02": _("Supplement request"),
    "03": _("Refusal"),
    "04": _("Apology and new date"),
    "05": _("Notice of stop"),
    "06": _("Control sheet"),
    "07": _("Register of dossiers"),
    HANDOVER: _("Hand-over slip of originals"),
    RESULT: _("Draft results"),
}
NUMBER = (
    Field("so_thu_tu", _("Number of the year"), "number_of_year", needed="number"),
    Field("ky_hieu", _("Symbol of the office"), "office_symbol"),
    Field("nam", _("Year"), "year"),
)


def _needed(name: str, words: Any, path: str, shape: str = "text", *, group: str = "") -> Field:
    return Field(name, words, path, shape, dotted=True, needed=group or name)


def _person(path: str) -> tuple[Field, ...]:
    return (
        Field("so_dinh_danh", _("Identity number"), f"{path}.identity_number"),
        Field("dia_chi", _("Address"), f"{path}.address", dotted=True),
        Field("so_dien_thoai", _("Phone"), f"{path}.phone"),
        Field("email", _("E-mail"), f"{path}.email"),
    )


CODE = _needed("ma_ho_so", _("Dossier code"), "code")
PROCEDURE = _needed("thu_tuc", _("Name of the procedure"), "procedure")
REASON = _needed("ly_do", _("Reason"), "reason")
LOOKUP = (
    Field("so_tra_cuu", _("Look-up number"), "lookup_number"),
    Field(
        "so_doi_chieu", _("Which number's last digits open the look-up"), "lookup_factor"
    ),
)  # fmt: skip
SIGNED = (
    _needed("chuc_vu_ky", _("Capacity of the signer"), "signer_title"),
    _needed("nguoi_ky", _("Name of the signer"), "signer_name"),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    "01": (
        CODE,
        Field("ma_qr", _("QR code, with its caption behind it"), "qr", "qr", needed="ma_qr"),
        _needed("chu_ho_so", _("Applicant"), "applicant.name"),
        *_person("applicant"),
        Field("nguoi_uy_quyen", _("Authorised person"), "authorised.name"),
        Field("so_dinh_danh_uy_quyen", _("The authorised: identity number"),
              "authorised.identity_number"),
        Field("dia_chi_uy_quyen", _("The authorised: address"), "authorised.address"),
        Field("so_dien_thoai_uy_quyen", _("The authorised: phone"), "authorised.phone"),
        Field("email_uy_quyen", _("The authorised: e-mail"), "authorised.email"),
        Field("van_ban_uy_quyen", _("Document of the authorisation"), "authorised.document"),
        PROCEDURE,
        _needed("thanh_phan", _("Papers handed in, as a list"), "components_list", "list",
                group="papers"),
        _needed("bang_thanh_phan", _("Papers handed in, as a table"), "components_table",
                "components", group="papers"),
        _needed("so_bo", _("Number of sets"), "sets"),
        _needed("thoi_han", _("Time limit"), "limit"),
        _needed("ngay_nhan", _("Received at"), "received_at"),
        _needed("ngay_hen", _("Promised at"), "due_at"),
        _needed("noi_nhan_ket_qua", _("Where the result is taken"), "channel_words"),
        Field("phi", _("Fee"), "fee"),
        Field("quyen_so", _("Book of the register"), "year"),
        Field("so_thu_tu", _("Number of the year"), "number_of_year"),
        *LOOKUP,
        Field("nguoi_nop", _("Who handed in"), "submitter_name"),
        _needed("nguoi_tiep_nhan", _("Who received"), "receiver_name"),
    ),
    "02": (
        _needed("chu_ho_so", _("Applicant"), "applicant.name"),
        *_person("applicant"),
        Field("ma_ho_so", _("Dossier code"), "code", needed="ma_ho_so"),
        PROCEDURE,
        _needed("noi_dung_bo_sung", _("What is missing, as a list"), "items", "list"),
        REASON,
        Field("han_bo_sung", _("To be completed by"), "answer_by", needed="han_bo_sung"),
        _needed("lien_he", _("Whom to ask, with phone"), "contact"),
        *LOOKUP,
        _needed("nguoi_huong_dan", _("Who guides"), "guide_name"),
    ),
    "03": (
        _needed("chu_ho_so", _("Applicant"), "applicant.name"),
        *_person("applicant"),
        Field("ma_ho_so", _("Dossier code"), "code", needed="ma_ho_so"),
        PROCEDURE,
        REASON,
        Field("nguoi_nop", _("Who handed in"), "submitter_name"),
        _needed("nguoi_tiep_nhan", _("Who received"), "receiver_name"),
    ),
    "04": (
        _needed("kinh_gui", _("To whom"), "addressee"),
        _needed("ngay_tiep_nhan", _("Received on"), "received_on"),
        _needed("co_quan", _("Agency that resolves"), "agency"),
        PROCEDURE,
        _needed("nguoi_nop", _("Who handed in"), "submitter.name"),
        _needed("so_dinh_danh", _("Identity number"), "submitter.identity_number"),
        CODE,
        _needed("hen_cu", _("Old promised date"), "old_due_at"),
        REASON,
        _needed("hen_moi", _("New promised date"), "new_due_at"),
        *LOOKUP,
        *SIGNED,
    ),
    "05": (
        _needed("kinh_gui", _("To whom"), "addressee"),
        CODE,
        PROCEDURE,
        _needed("nguoi_nop", _("Who handed in"), "submitter.name"),
        Field("so_dinh_danh", _("Identity number"), "submitter.identity_number"),
        _needed("ngay_yeu_cau", _("Day of the request"), "requested_on"),
        _needed("hinh_thuc", _("How the request came"), "request_form"),
        _needed("ly_do", _("Reason"), "request_reason"),
        _needed("giai_doan", _("Stage of the dossier"), "stage"),
        _needed("thoi_diem_dung", _("Stopped at"), "stopped_at"),
        _needed("phi", _("Fees paid, and what becomes of them"), "fees"),
        _needed("giay_to_tra_lai", _("Papers given back, as a list"), "returned_papers", "list"),
        *SIGNED,
    ),
    "06": (
        CODE,
        _needed("co_quan", _("Agency that resolves"), "agency"),
        _needed("co_quan_phoi_hop", _("Agencies that co-operate"), "partners"),
        _needed("ngay_nhan", _("Received at"), "received_at"),
        _needed("ngay_hen", _("Promised at"), "due_at"),
        _needed("bang_giao_nhan", _("Table of hand-overs"), "rows", "hands"),
    ),
    REGISTER: (
        _needed("tu_ngay", _("From day"), "first"),
        _needed("den_ngay", _("To day"), "last"),
        _needed("quyen", _("Volume"), "volume"),
        _needed("bang_so_theo_doi", _("Table of dossiers"), "rows", "register"),
    ),
    HANDOVER: (
        _needed("don_vi_giao", _("Unit that hands over"), "from_unit"),
        _needed("nguoi_giao", _("Who hands over"), "from_person"),
        _needed("don_vi_nhan", _("Unit that takes over"), "to_unit"),
        Field("nguoi_nhan", _("Who takes over"), "to_person", dotted=True),
        _needed("ngay_giao", _("Handed over at"), "sent_at"),
        Field("ngay_nhan", _("Confirmed at"), "received_at"),
        Field("so_ho_so", _("Number of dossiers"), "dossiers"),
        Field("so_ban_goc", _("Number of originals"), "originals"),
        _needed("bang_ban_goc", _("Table of originals"), "items", "originals"),
        Field("ghi_chu", _("Note"), "note"),
    ),
    RESULT: (
        Field("ma_ho_so", _("Dossier code"), "code"),
        Field("chu_ho_so", _("Applicant"), "applicant.name"),
        *_person("applicant"),
        Field("ngay_sinh", _("Date of birth"), "applicant.born_on"),
        Field("thu_tuc", _("Name of the procedure"), "procedure"),
        Field("can_cu", _("Legal basis of the procedure"), "legal_basis"),
        Field("ten_ket_qua", _("Name of the result"), "result"),
        Field("trich_yeu", _("Summary of the dossier"), "summary"),
        Field("ngay_nhan", _("Received on"), "received_on"),
        Field("ngay_hen", _("Promised on"), "due_on"),
        Field("co_quan", _("Agency that resolves"), "agency"),
        Field("ngay_hom_nay", _("Day of the draft"), "today"),
        *SIGNED,
    ),
}  # fmt: skip


def values_of(form: str, data: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """The stored data with what is put into words of the template itself."""
    found = dict(data)
    if form == "01":
        channel = labels.get(f"channel_{data['channel']}", "")
        place = data.get("channel_place", "")
        found["channel_words"] = f"{channel}, {place}" if place else channel
        found["sets"] = f"{data['sets']} {labels.get('sets_unit', '')}".strip()
        found["components_list"] = [_component(part, labels) for part in data["components"]]
        found["components_table"] = data["components"]
    if not data.get("signer_title"):
        found["signer_title"] = labels.get("signer", "")
    if lookup := data.get("lookup"):
        found["lookup_number"] = spaced_lookup_number(lookup["number"])
        found["lookup_factor"] = labels.get(f"factor_{lookup['factor']}", "")
    return found


def _component(part: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """One paper in a line of the list: "Đơn đề nghị (bản chính: 1; bản sao, chụp: 2)"."""
    counts = [
        f"{labels.get(f'component_{kind}', kind).lower()}: {part[kind]}"
        for kind in ("originals", "certified", "copies")
        if part.get(kind)
    ]
    told = "; ".join(filter(None, [*counts, part.get("note", "")]))
    return f"{part['name']} ({told})" if told else str(part["name"])

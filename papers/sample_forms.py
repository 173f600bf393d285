"""One invented paper of each form, for the preview of its words. Nothing here is real."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils import timezone

from common.pdf import qr_svg_data_uri
from papers import forms_data
from papers.fields import HANDOVER, REGISTER, RESULT
from papers.wording import Words, number_words, on_paper

CODE = "H32.10-260302-0007"
PROCEDURE = "Cấp giấy chứng nhận cơ sở đủ điều kiện an toàn thực phẩm nông, lâm, thủy sản"
NUMBER, YEAR = 7, 2026


def sample_paper(form: str, words: Words) -> dict[str, Any]:
    """The whole paper with these words, as its template takes it."""
    facts = {"year": YEAR, "number_of_year": NUMBER, **SAMPLES[form]()}
    facts["qr"] = qr_svg_data_uri("https://example.gov.vn/mau") if form == "01" else ""
    symbol = facts["letterhead"]["office_symbol"]
    return {
        **facts,
        **on_paper(form, words, facts),
        "number": number_words(words, number=NUMBER, year=YEAR, office_symbol=symbol),
        "sample": True,
        "edition": 1,
        "is_void": False,
        "is_wide": form == REGISTER,
    }


def _at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=timezone.get_default_timezone())


def _head() -> forms_data.Letterhead:
    return forms_data.Letterhead(
        agency_above="Ủy ban nhân dân tỉnh", agency="Trung tâm Phục vụ hành chính công tỉnh",
        office_symbol="TTPVHCC", place="Khánh Hòa", day=dt.date(2026, 3, 2), is_sample=True,
    )  # fmt: skip


def _person() -> forms_data.Person:
    return forms_data.Person(
        name="Nguyễn Thị Thử Nghiệm", identity_number="999056001234",
        address="12 đường Thử, phường Mẫu, tỉnh Khánh Hòa", phone="0900 012 345",
        email="thu.nghiem@example.vn",
    )  # fmt: skip


LOOKUP = forms_data.Lookup(number="12345678903", factor="identity")


def _receipt() -> dict[str, Any]:
    return forms_data.plain_data(
        forms_data.Receipt(
            letterhead=_head(), code=CODE, lookup=LOOKUP, applicant=_person(), procedure=PROCEDURE,
            components=[
                forms_data.Component("Đơn đề nghị theo mẫu", originals=1),
                forms_data.Component("Bản thuyết minh điều kiện cơ sở", originals=1, copies=1),
            ],
            limit="15 ngày làm việc", received_at=_at(2, 8, 5), due_at=_at(23, 8, 5),
            channel="counter", submitter_name="Trần Văn Mẫu", receiver_name="Lê Thị Mẫu",
            authorised=forms_data.Authorised(
                name="Trần Văn Mẫu", identity_number="999060004321",
                address="5 đường Mẫu, phường Thử", phone="0900 054 321",
                document="Giấy ủy quyền số 12 ngày 28/02/2026",
            ),
            fee="700.000 đồng, biên lai số 0001234",
        )
    )  # fmt: skip


def _supplement() -> dict[str, Any]:
    return forms_data.plain_data(
        forms_data.SupplementRequest(
            letterhead=_head(), applicant=_person(), procedure=PROCEDURE,
            items=["Bổ sung bản vẽ mặt bằng có đóng dấu", "Sửa địa chỉ cơ sở tại mục 3 của đơn"],
            reason="Bản vẽ nộp kèm chưa có dấu của đơn vị thiết kế",
            contact="Lê Thị Mẫu, 0900 099 999", guide_name="Lê Thị Mẫu", code=CODE,
            lookup=LOOKUP, answer_by=dt.date(2026, 3, 23),
        )
    )  # fmt: skip


def _refusal() -> dict[str, Any]:
    return forms_data.plain_data(
        forms_data.Refusal(
            letterhead=_head(), applicant=_person(), procedure=PROCEDURE,
            reason="Cơ sở không thuộc thẩm quyền của Sở.\nĐề nghị nộp tại UBND phường Mẫu.",
            submitter_name="Nguyễn Thị Thử Nghiệm", receiver_name="Lê Thị Mẫu", code=CODE,
        )
    )  # fmt: skip


def _apology() -> dict[str, Any]:
    return forms_data.plain_data(
        forms_data.Apology(
            letterhead=_head(), addressee="Nguyễn Thị Thử Nghiệm",
            received_on=dt.date(2026, 3, 2), agency="Sở Nông nghiệp và Môi trường",
            procedure=PROCEDURE, submitter=_person(), code=CODE, old_due_at=_at(23, 8, 5),
            reason="Đoàn kiểm tra thực tế hoãn do bão", new_due_at=_at(27, 16, 30),
            signer_title="KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", signer_name="Phạm Văn Mẫu", lookup=LOOKUP,
        )
    )  # fmt: skip


def _stop() -> dict[str, Any]:
    return forms_data.plain_data(
        forms_data.StopNotice(
            letterhead=_head(), addressee="Nguyễn Thị Thử Nghiệm", code=CODE, procedure=PROCEDURE,
            submitter=_person(), requested_on=dt.date(2026, 3, 3),
            request_form="Đơn nộp tại Một cửa", request_reason="Thay đổi địa điểm kinh doanh",
            stage="Thẩm định", stopped_at=_at(3, 14), signer_title="GIÁM ĐỐC",
            signer_name="Phạm Văn Mẫu", fees="Đã nộp 700.000 đồng; hoàn trả theo quy định",
            returned_papers=["Bản thuyết minh điều kiện cơ sở (bản chính)"],
        )
    )  # fmt: skip


def _control() -> dict[str, Any]:
    rows = [
        forms_data.HandOver("Bộ phận Một cửa", "Phòng Quản lý chất lượng", _at(2, 8, 5),
                            "Lê Thị Mẫu", "Trần Văn Mẫu", "early"),
        forms_data.HandOver("Phòng Quản lý chất lượng", "Lãnh đạo Sở", _at(9, 10),
                            "Trần Văn Mẫu", "Phạm Văn Mẫu", "on_time", "Chuyển điện tử"),
    ]  # fmt: skip
    return forms_data.plain_data(
        forms_data.ControlSheet(
            letterhead=_head(), code=CODE, agency="Sở Nông nghiệp và Môi trường",
            partners="Sở Y tế", received_at=_at(2, 8, 5), due_at=_at(23, 8, 5), rows=rows,
        )
    )  # fmt: skip


def _head_alone() -> dict[str, Any]:
    data = _refusal()
    return {"letterhead": data["letterhead"], "office_symbol": data["office_symbol"]}


def _register() -> dict[str, Any]:
    row = {
        "number": 7, "code": CODE, "procedure": PROCEDURE, "applicant": "Nguyễn Thị Thử Nghiệm",
        "contact": "12 đường Thử, phường Mẫu, 0900 012 345",
        "agency": "Sở Nông nghiệp và Môi trường", "accepted_at": "08:05, 02/03/2026",
        "promised_at": "08:05, 23/03/2026", "returned_at": "", "delivery": "Tại Một cửa",
    }  # fmt: skip
    told = {"first": "01/03/2026", "last": "31/03/2026", "volume": "1", "rows": [row]}
    return _head_alone() | told


def _handover() -> dict[str, Any]:
    items = [
        {"code": CODE, "applicant": "Nguyễn Thị Thử Nghiệm", "name": name, "originals": 1,
         "state": state, "note": ""}
        for name, state in (("Đơn đề nghị theo mẫu", "got"), ("Giấy phép cũ", "missing"))
    ]  # fmt: skip
    return _head_alone() | {
        "from_unit": "Trung tâm Phục vụ hành chính công tỉnh", "from_person": "Lê Thị Mẫu",
        "to_unit": "Phòng Quản lý chất lượng", "to_person": "Trần Văn Mẫu",
        "sent_at": "15:30, 02/03/2026", "received_at": "15:45, 02/03/2026", "dossiers": "1",
        "originals": "2", "items": items, "note": "",
    }  # fmt: skip


def _result() -> dict[str, Any]:
    receipt = _receipt()
    return _head_alone() | {
        "code": CODE, "applicant": {**receipt["applicant"], "born_on": "01/02/1956"},
        "procedure": PROCEDURE, "legal_basis": "Nghị định số 15/2018/NĐ-CP",
        "result": "Giấy chứng nhận", "summary": "Cơ sở chế biến nước mắm",
        "received_on": "02/03/2026", "due_on": "23/03/2026",
        "agency": "Sở Nông nghiệp và Môi trường", "today": "09/03/2026",
        "signer_title": "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "signer_name": "Phạm Văn Mẫu",
    }  # fmt: skip


SAMPLES: dict[str, Callable[[], dict[str, Any]]] = {
    "01": _receipt, "02": _supplement, "03": _refusal, "04": _apology, "05": _stop,
    "06": _control, REGISTER: _register, HANDOVER: _handover, RESULT: _result,
}  # fmt: skip

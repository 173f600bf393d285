"""Examples of the description, in the words of a real submission; the persons are invented."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiExample

FILE = "MTQ4:1wXk2p:Yy0…"

DOSSIER_EXAMPLE = OpenApiExample(
    "Nộp hồ sơ",
    value={
        "procedure": "1.004194",
        "competent_unit": "H32.10",
        "applicant": {
            "kind": "citizen",
            "name": "Trần Văn Thử",
            "number": "999012345678",
            "phone": "0900012345",
            "email": "thu@vi-du.example",
            "address": "12 Trần Phú, phường Nha Trang",
        },
        "papers": [
            {"component": 1, "copies": 1, "files": [FILE]},
            {"name": "Giấy giới thiệu", "originals": 1, "files": []},
        ],
        "summary": "Đề nghị cấp phép tạm trú",
        "delivery": "counter",
    },
    request_only=True,
)
SUPPLEMENT_EXAMPLE = OpenApiExample(
    "Nộp bổ sung",
    value={
        "note": "Đã ký lại tờ khai",
        "papers": [{"component": 1, "copies": 1, "files": [FILE]}],
    },
    request_only=True,
)
ANSWER_EXAMPLE = OpenApiExample(
    "Đã nhận",
    value={
        "code": "H32.10-261120-0007",
        "lookup_number": "40718263950",
        "status": 1,
        "arrived_at": "2026-11-20T09:14:03+07:00",
    },
    response_only=True,
)

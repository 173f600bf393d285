"""Who gets which answer from which route: the table of tests/test_access.py.

One line per route and place: `METHOD [kind:place] person,person=answer … *=answer`.
- method: GET or POST. A POST sends an empty form, or that of DATA, for people who must be
  turned away; `-` stands for who may: what becomes of his form is tested in its app;
- kind:place names an object of tests/access_objects.py: own (the agency of the cast), other (unit
  of the same province), away (other province); without it the numbers in the address name nothing;
  `dossier/tiep-nhan:own` is the act of that address on the dossier;
- answer: a status, or `login` for the way to the sign-in page; `*` is everybody not named (of the
  ranking also who takes part in it: tests/ranking/cast.py);
- anonymous and stranger (signed in at the other province) get `login` unless the line says else.
"""

from __future__ import annotations

from typing import Any

from tests.access_table import (
    directives,
    documents,
    linked,
    machines,
    onestop,
    organizations,
    others,
    papers,
    ranking,
    reports,
)

PEOPLE = (
    "clerk",
    "officer",
    "head",
    "leader",
    "records_clerk",
    "agency_admin",
    "overseer",
    "editor",
    "outsider",
    "superuser",
)

# Arguments of addresses whose patterns take more than a number or a word
ARGUMENTS: dict[str, dict[str, Any]] = {
    "account_reset_password_from_key": {"uidb36": "1", "key": "a-b"},
    "reports:dashboard_unit": {"code": "H32.99"},
    "openid_connect_login": {"provider_id": "khong-co"},
    "openid_connect_callback": {"provider_id": "khong-co"},
}

# A whole form where an empty one would be told its faults before it is refused
DATA = {
    "onestop:dossier_note": {"text": "Ghi chú"},
    "ranking:framework_copy": {"code": "mau-2027", "year": "2027"},
    "ranking:framework_ask": {"until": "01/01/2030"},
    "ranking:comment_answer": {"text": "Đã tiếp thu"},
    "ranking:assessment_day": {"day": "01/12/2024", "proof": "Dấu bưu điện"},
    "ranking:publication_approve": {"decision_number": "02/QĐ", "decided_on": "01/12/2024"},
    "ranking:publication_drop": {"reason": "Còn sai"},
    "ranking:inquiry_ask": {"text": "Số liệu lấy ở đâu?"},
    "ranking:inquiry_reply": {"text": "Theo báo cáo năm"},
    "ranking:appeal_file": {"text": "Đề nghị xem lại"},
    "ranking:appeal_answer": {"is_granted": "no", "text": "Không đủ căn cứ"},
    "onestop:opinion_answer": {"answer": "Đồng ý"},
}

ACCESS = (
    onestop.ACCESS
    | directives.ACCESS
    | documents.ACCESS
    | linked.ACCESS
    | organizations.ACCESS
    | papers.ACCESS
    | reports.ACCESS
    | ranking.ACCESS
    | others.ACCESS
    | machines.ACCESS
)

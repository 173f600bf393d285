"""Who gets which answer from which route: the table of tests/test_access.py.

One line per route and place: `METHOD [kind:place] person,person=answer … *=answer`.
- method: GET or POST. A POST sends an empty form, or that of DATA, for people who must be
  turned away; `-` stands for who may: what becomes of his form is tested in its app;
- kind:place names an object of tests/access_objects.py: own (the agency of the cast), other (unit
  of the same province), away (other province); without it the numbers in the address name nothing;
  `dossier/tiep-nhan:own` is the act of that address on the dossier;
- answer: a status, or `login` for the way to the sign-in page; `*` is everybody not named;
- anonymous and stranger (signed in at the other province) get `login` unless the line says else.
"""

from __future__ import annotations

from typing import Any

from tests.access_table import (
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
    "onestop:opinion_answer": {"answer": "Đồng ý"},
}

ACCESS = (
    onestop.ACCESS
    | linked.ACCESS
    | organizations.ACCESS
    | papers.ACCESS
    | reports.ACCESS
    | ranking.ACCESS
    | others.ACCESS
    | machines.ACCESS
)

"""Evidence of a form in the demo: a file of ours and two documents, one for several criteria."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile

from files import services as files
from organizations.models import User
from portal.demo.places import DATA
from ranking.models import Assessment
from ranking.services import evidence
from ranking.services.evidence import DocumentFacts

SHEET = DATA / "bien-ban-kiem-ke-mau.pdf"
COUNTED = ("3.5", "5.7")  # computers of the staff, those with a virus scanner
PLANNED = ("2.1",)
REPORTED = ("2.2", "4.3", "5.6", "6.1.5")


def make(form: Assessment, today: dt.date, *, actor: User) -> None:
    """In the name of who fills in the form; criteria of a group that is not asked are left out."""
    year, nodes = form.cycle.year, form.cycle.framework.criteria.in_force()
    asked = {n.code: n.pk for n in nodes if not n.groups or form.group in n.groups}

    def of(codes: tuple[str, ...]) -> list[int]:
        return [asked[code] for code in codes if code in asked]

    plan = DocumentFacts(
        "12/KH-UBND", min(dt.date(year, 1, 15), today), form.unit_name,
        f"Kế hoạch chuyển đổi số năm {year}",
    )  # fmt: skip
    report = DocumentFacts(
        "215/BC-UBND", min(dt.date(year, 10, 30), today), form.unit_name,
        f"Báo cáo kết quả chuyển đổi số năm {year}",
    )  # fmt: skip
    for facts, codes in ((plan, PLANNED), (report, REPORTED)):
        if found := of(codes):
            evidence.cite(form.pk, facts, actor=actor, criterion_ids=found)
    if found := of(COUNTED):
        upload = ContentFile(SHEET.read_bytes(), name="Biên bản kiểm kê máy tính (mẫu).pdf")
        stored = files.store(upload, actor=actor)
        evidence.add_files(form.pk, [stored.pk], actor=actor, criterion_ids=found)

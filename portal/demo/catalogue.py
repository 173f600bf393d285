"""Real procedures and processes in the demo, through the same import as everybody's."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from onestop.models import Phrase, PhraseUse, ProcessStep, StepKind
from onestop.queries.agencies import AgencyNames
from onestop.services import import_processes, importing
from organizations.models import Unit
from portal.demo.places import Places

DATA = Path(importing.__file__).resolve().parent.parent / "data"
IN_FORCE_FROM = dt.date(2025, 7, 1)
PHRASES = {
    PhraseUse.SUPPLEMENT: (
        "Bản sao chưa được chứng thực hoặc đã quá hạn.",
        "Tờ khai thiếu chữ ký của người nộp.",
        "Thông tin trên tờ khai không khớp với giấy tờ kèm theo.",
    ),
    PhraseUse.REFUSAL: (
        "Nội dung đề nghị không thuộc thẩm quyền giải quyết của cơ quan.",
        "Không đủ điều kiện theo quy định của pháp luật.",
    ),
    PhraseUse.CORRECTION: (
        "Ghi rõ căn cứ pháp lý.",
        "Sửa thể thức văn bản theo Nghị định 30/2020/NĐ-CP.",
        "Bổ sung ý kiến của đơn vị phối hợp.",
    ),
    PhraseUse.STOP: ("Người nộp đề nghị dừng giải quyết hồ sơ.",),
}


def load_catalogue(places: Places) -> None:
    """Import what the province has agencies for, publish it, and put the processes in use."""
    content = _only_known((DATA / "procedures.csv").read_bytes())
    staged = importing.stage_procedures(content, "procedures.csv", actor=None)
    if staged.draft is None:
        raise RuntimeError(f"the demo's catalogue has faults: {staged.plan.faults[:3]}")
    importing.confirm_procedures(staged.draft.pk, actor=None, on=IN_FORCE_FROM)
    steps = import_processes.stage_processes(
        _only_known((DATA / "workflow_steps.csv").read_bytes()), "workflow_steps.csv", actor=None
    )
    if steps.draft is not None:
        import_processes.confirm_processes(steps.draft.pk, actor=None)
        _confirm_units(places)
    Phrase.objects.bulk_create(
        Phrase(use=use, text=text, order=order)
        for use, texts in PHRASES.items()
        for order, text in enumerate(texts)
    )


def _only_known(content: bytes) -> bytes:
    """The rows whose agency exists in this province."""
    names = AgencyNames(IN_FORCE_FROM + dt.timedelta(days=400))
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    target = io.StringIO()
    writer = csv.DictWriter(target, list(rows[0]))
    writer.writeheader()
    writer.writerows(row for row in rows if names.find(row["agency"]).is_known)
    return target.getvalue().encode()


def _confirm_units(places: Places) -> None:
    """What a person confirms after the import: steps that are done in the provincial office."""
    office = next((u for u in places.agencies if u.name.startswith("Văn phòng")), None)
    if office is None:
        return
    division: Unit = places.division_of[office.pk]
    ProcessStep.objects.filter(responsible_text__icontains="Khoa giáo").update(unit=division)
    ProcessStep.objects.filter(responsible_text__icontains="Văn thư Văn phòng").update(unit=office)
    ProcessStep.objects.filter(unit=office, kind=StepKind.PROCESS).update(unit=division)

"""Importing internal processes: what the words of a decision become, and the real 19."""

import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from onestop.models import Process, ProcessState
from onestop.queries.import_plan import ADDED, CHANGED, UNCHANGED
from onestop.rules.import_steps import parse, propose, read_share
from onestop.rules.processes import DATA
from onestop.services import import_processes as services
from onestop.services import importing
from onestop.services import processes as process_services
from tenancy.scope import tenant_scope
from tests.onestop.catalogue_rows import make_procedure
from tests.people import make_person, make_unit

COLUMNS = ("procedure_code", "agency", "step_no", "step_content", "responsible_role", "time_limit")
STEPS = [
    ("1.000001", "Sở Tư pháp", "1", "Tiếp nhận hồ sơ", "TTPVHCC tỉnh", "0,5 ngày làm việc"),
    ("1.000001", "Sở Tư pháp", "2", "Thẩm định hồ sơ", "Chuyên viên", "03 ngày làm việc"),
    ("1.000001", "Sở Tư pháp", "3", "Phê duyệt kết quả", "Lãnh đạo Sở", "1.5 ngày làm việc"),
    ("1.000001", "Sở Tư pháp", "4", "Trả kết quả", "TTPVHCC tỉnh", "Không tính thời gian"),
]


def csv_of(*steps) -> bytes:
    lines = [";".join(COLUMNS), *(";".join(f'"{cell}"' for cell in step) for step in steps)]
    return "\n".join(lines).encode()


def changed(place: int, column: str, value: str):
    rows = [list(step) for step in STEPS]
    rows[place][COLUMNS.index(column)] = value
    return rows


@pytest.fixture
def editor(scope, town):
    return make_person("catalogue_editor", town.agency)


@pytest.fixture
def procedure(scope, town):
    return make_procedure(limit="5", units=[town.other_agency])


def stage(editor, *steps):
    return services.stage_processes(csv_of(*steps), "quy-trinh.csv", actor=editor)


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ("0,5 ngày làm việc", (Decimal("0.5"), "working_days")),
        ("7.5 ngày làm việc", (Decimal("7.5"), "working_days")),
        ("30 ngày", (Decimal(30), "days")),
        ("08 giờ làm việc", (Decimal(8), "hours")),
        ("Không tính thời gian", (None, "")),
        ("Trong thời gian thông báo tuyển dụng của cơ quan có thẩm quy", (None, "")),
        ("-1 ngày", None),
        ("vài ngày", None),
    ],
)
def test_a_share_of_time_is_read_with_its_unit(words, share):
    assert read_share(words) == share


@pytest.mark.parametrize(
    ("content", "responsible", "place", "kind", "role"),
    [
        ("Kiểm tra, quét", "Bộ phận tiếp nhận và trả kết quả", 0, "receive", "counter"),
        ("Phân công thụ lý hồ sơ", "Lãnh đạo Phòng BTXH", 1, "assign", "head"),
        ("Thụ lý giải quyết", "Chuyên viên Phòng BTXH", 1, "process", "official"),
        ("Xem xét hồ sơ", "Lãnh đạo Phòng BTXH và Trẻ em", 1, "review", "head"),
        ("Ký phê duyệt kết quả", "Lãnh đạo Sở Y tế", 1, "approve", "leader"),
        ("Vào sổ văn bản, đóng dấu", "Bộ phận Văn thư Sở Y tế", 1, "release", "clerk"),
        ("Trả kết quả cho cá nhân", "TTPVHCC tỉnh", 2, "return", "counter"),
    ],
)
def test_the_usual_words_become_kind_and_role(content, responsible, place, kind, role):
    proposal = propose(content, responsible, is_first=place == 0, is_last=place == 2)
    assert (proposal.kind, proposal.role, proposal.is_guess) == (kind, role, False)


def test_unusual_words_are_marked_as_a_guess():
    assert propose("Tổ chức thi", "Hội đồng", is_first=False, is_last=False).is_guess


@pytest.mark.parametrize(
    ("place", "column", "value"),
    [
        (1, "procedure_code", "1.1"),
        (1, "step_no", "hai"),
        (1, "step_no", "9"),
        (1, "step_no", "1"),
        (1, "step_content", ""),
        (1, "time_limit", "mấy ngày"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(place, column, value):
    found = parse(csv_of(*changed(place, column, value))).faults
    assert column in {fault.column for fault in found}
    assert all(fault.row >= 2 for fault in found)


def test_a_confirmed_file_is_in_use_and_the_same_again_changes_nothing(editor, procedure, town):
    staged = stage(editor, *STEPS)
    assert staged.plan.count(ADDED) == 1
    assert not Process.objects.exists()
    services.confirm_processes(staged.draft.pk, actor=editor)
    process = process_services.process_for(
        procedure.current_version, town.other_agency, dt.date.today()
    )
    steps = list(process.steps.all())
    assert [each.kind for each in steps] == ["receive", "process", "approve", "return"]
    assert [each.share_amount for each in steps] == [
        Decimal("0.5"), Decimal(3), Decimal("1.5"), None,
    ]  # fmt: skip
    assert [each.needs_approval for each in steps] == [False, False, True, False]
    assert stage(editor, *STEPS).plan.count(UNCHANGED) == 1
    assert stage(editor, *changed(1, "step_content", "Soạn thảo")).plan.count(CHANGED) == 1


def test_a_file_may_come_in_as_drafts(editor, procedure):
    services.confirm_processes(stage(editor, *STEPS).draft.pk, actor=editor, in_use=False)
    assert Process.objects.get().state == ProcessState.DRAFT
    services.confirm_processes(stage(editor, *STEPS).draft.pk, actor=editor, in_use=False)
    assert Process.objects.count() == 1


def test_steps_that_do_not_add_up_keep_the_file_out(editor, procedure):
    staged = stage(editor, *changed(1, "time_limit", "02 ngày làm việc"))
    assert staged.draft is None
    assert [(fault.row, fault.column) for fault in staged.plan.faults] == [(2, "time_limit")]


def test_shares_in_another_unit_than_the_limit_are_a_warning(editor, procedure):
    staged = stage(editor, *changed(1, "time_limit", "30 ngày"))
    assert staged.plan.faults == []
    assert "time_limit" in {warning.column for warning in staged.plan.warnings}


def test_an_unknown_procedure_or_agency_is_a_fault(editor, procedure):
    for column, value in (("procedure_code", "1.999999"), ("agency", "Sở Không Có")):
        rows = [[*step] for step in STEPS]
        for row in rows:
            row[COLUMNS.index(column)] = value
        assert [f.column for f in stage(editor, *rows).plan.faults] == [column]


def test_a_file_without_receiving_and_returning_gets_both(editor, procedure):
    work = [
        ("1.000001", "Sở Tư pháp", "1", "Soạn thảo", "Chuyên viên", "04 ngày làm việc"),
        ("1.000001", "Sở Tư pháp", "2", "Phê duyệt", "Lãnh đạo Sở", "01 ngày làm việc"),
    ]
    staged = stage(editor, *work)
    kinds = [step.kind for step in staged.plan.steps["1.000001"]]
    assert kinds == ["receive", "process", "approve", "return"]
    assert [w.column for w in staged.plan.warnings] == ["step_no", "step_no"]


def test_a_preview_that_the_units_overtook_is_refused(editor, procedure, town):
    rows = changed(1, "responsible_role", "Chuyên viên Phòng Hộ tịch")
    staged = stage(editor, *rows)
    make_unit("H32.06.01", kind="division", parent=town.other_agency, name="Phòng Hộ tịch")
    with pytest.raises(importing.PreviewOutdated):
        services.confirm_processes(staged.draft.pk, actor=editor)


def test_people_without_the_right_import_no_process(editor, procedure, town):
    staged = stage(editor, *STEPS)
    for who in (town.leader, town.overseer):
        with pytest.raises(PermissionDenied):
            stage(who, *STEPS)
        with pytest.raises(PermissionDenied):
            services.confirm_processes(staged.draft.pk, actor=who)


@pytest.fixture
def real_agencies(province, town):
    """The agencies that the real files name, and the office of the chairman with a division."""
    names = (
        "Sở Y tế", "Sở Nội vụ", "Sở Xây dựng", "Sở Tài chính", "Sở Công Thương", "Công an tỉnh",
    )  # fmt: skip
    with tenant_scope(province):
        for place, name in enumerate(names, start=20):
            make_unit(f"H32.{place}", parent=town.root, name=name)
        health = make_unit("H32.40", parent=town.root, name="Văn phòng Ủy ban nhân dân tỉnh")
        return make_unit(
            "H32.40.01", kind="division", parent=health, name="Phòng Khoa giáo - Văn xã"
        )


def run(name: str, path) -> tuple[int, dict]:
    out, code = io.StringIO(), 0
    try:
        call_command(name, str(path), "--province", "H32", stdout=out)
    except SystemExit as end:
        code = end.code
    return code, json.loads(out.getvalue())


@pytest.mark.slow
def test_the_real_procedures_and_processes_come_in_by_command(province, real_agencies):
    code, found = run("import_procedures", DATA / "procedures.csv")
    assert (code, found["added"], found["fault_count"]) == (0, 283, 0)
    agencies = [warning for warning in found["warnings"] if warning["column"] == "agency"]
    assert len(agencies) == 20
    code, found = run("import_processes", DATA / "workflow_steps.csv")
    assert (code, found["added"], found["fault_count"]) == (0, 19, 0)
    unsigned = [each for each in found["warnings"] if "xem xét" in each["message"].lower()]
    assert unsigned, "step 7 of 1.013817 has no signature after it"
    with tenant_scope(province):
        process = Process.objects.get(procedure__code="1.013817", state=ProcessState.ACTIVE)
        steps = list(process.steps.all())
        kinds = [each.kind for each in steps]
        assert kinds == [
            "receive", "assign", "process", "review", "approve", "release", "process", "release",
            "return",
        ]  # fmt: skip
        assert sum(each.share_amount or 0 for each in steps) == Decimal(5)
        assert steps[6].unit_id == real_agencies.pk
        assert steps[7].unit_id == real_agencies.parent_id
        version = process.procedure.current_version
        assert version.components.filter(is_sample=True).count() == 5
    code, found = run("import_processes", DATA / "workflow_steps.csv")
    assert (code, found["unchanged"]) == (0, 19)
    code, found = run("import_procedures", DATA / "procedures.csv")
    assert (code, found["unchanged"]) == (0, 283)

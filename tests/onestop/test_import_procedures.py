"""Importing procedures: preview, all or nothing, exactly what was confirmed; and the command."""

import datetime as dt
import io
import json

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEntry
from common.errors import AlreadyDone
from onestop.models import ImportDraft, Procedure, ProcedureVersion
from onestop.queries.import_plan import ADDED, CHANGED, UNCHANGED
from onestop.services import catalogue, importing
from tenancy.scope import tenant_scope
from tests.onestop.test_import_rules import GOOD, csv_of
from tests.people import make_person, make_unit

ROW = {**GOOD, "agency": "Sở Tư pháp", "level": "tinh"}
SECOND = {**ROW, "code": "1.004222", "name": "Đăng ký thường trú"}


@pytest.fixture
def editor(scope, town):
    return make_person("catalogue_editor", town.other_agency)


def stage(editor, *rows):
    return importing.stage_procedures(csv_of(*rows), "thu-tuc.csv", actor=editor)


def import_rows(editor, *rows):
    return importing.confirm_procedures(stage(editor, *rows).draft.pk, actor=editor)


def test_a_preview_changes_nothing_and_the_confirmation_publishes(editor, town):
    staged = stage(editor, ROW, SECOND)
    assert staged.plan.count(ADDED) == 2
    assert not Procedure.objects.exists()
    importing.confirm_procedures(staged.draft.pk, actor=editor)
    procedure = Procedure.objects.get(code="1.004194")
    version = procedure.current_version
    assert procedure.state == "published"
    assert version.valid_from == timezone.localdate()
    assert [each.unit for each in version.units.all()] == [town.other_agency]
    fees = {each.channel: each.fee_vnd for each in version.channels.all()}
    assert fees == {1: 10000, 2: 7000}
    entry = AuditEntry.objects.get(action="procedures.imported")
    assert sorted(entry.data["added"]) == ["1.004194", "1.004222"]


def test_the_same_file_again_changes_nothing(editor):
    import_rows(editor, ROW, SECOND)
    plan = import_rows(editor, ROW, SECOND)
    assert plan.count(UNCHANGED) == 2
    assert ProcedureVersion.objects.count() == 2


def test_a_changed_row_shows_old_and_new_and_becomes_a_new_version(editor):
    import_rows(editor, ROW)
    staged = stage(editor, {**ROW, "deadline": "2", "fee_direct_vnd": "12000"})
    (outcome,) = staged.plan.outcomes
    assert outcome.kind == CHANGED
    assert [(c.column, c.old, c.new) for c in outcome.changes] == [
        ("limit_amount", "3", "2"),
        ("fee_direct_vnd", "10000", "12000"),
    ]
    importing.confirm_procedures(staged.draft.pk, actor=editor)
    procedure = Procedure.objects.get()
    assert procedure.current_version.number == 2
    assert procedure.versions.get(number=1).valid_to is not None


def test_papers_written_by_hand_survive_an_import(editor):
    import_rows(editor, ROW)
    procedure = Procedure.objects.get()
    content = catalogue.content_of_version(procedure.current_version)
    with_paper = catalogue.Content(
        content.facts, content.channels, [catalogue.ComponentData("Tờ khai", 1)], content.unit_ids
    )
    catalogue.save_draft(procedure.pk, with_paper, actor=editor)
    catalogue.publish(procedure.pk, on=timezone.localdate(), actor=editor)
    import_rows(editor, {**ROW, "deadline": "2"})
    procedure.refresh_from_db()
    assert [each.name for each in procedure.current_version.components.all()] == ["Tờ khai"]


def test_one_bad_row_keeps_the_whole_file_out(editor):
    staged = stage(editor, ROW, {**SECOND, "deadline": "-1"})
    assert staged.draft is None
    assert [(f.row, f.column) for f in staged.plan.faults] == [(3, "deadline")]
    assert not ImportDraft.objects.exists()


def test_an_unknown_agency_is_a_fault_and_one_closed_yesterday_too(editor, town):
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    make_unit("H32.98", parent=town.root, name="Sở Cũ", valid_to=yesterday)
    staged = stage(editor, {**ROW, "agency": "Sở Không Có"}, {**SECOND, "agency": "Sở Cũ"})
    assert [(f.row, f.column) for f in staged.plan.faults] == [(2, "agency"), (3, "agency")]


def test_commune_police_without_units_come_in_with_a_warning(editor):
    staged = stage(editor, {**ROW, "agency": "Công an xã, phường", "level": "xa"})
    assert [w.column for w in staged.plan.warnings] == ["agency"]
    importing.confirm_procedures(staged.draft.pk, actor=editor)
    assert not Procedure.objects.get().current_version.units.exists()


def test_every_commune_is_competent_for_a_commune_procedure(editor, town):
    other = make_unit("H32.102", kind="commune", parent=town.root, name="UBND xã Đất Mới")
    import_rows(editor, {**ROW, "agency": "UBND xã, phường", "level": "xa"})
    units = {each.unit_id for each in Procedure.objects.get().current_version.units.all()}
    assert units == {town.commune.pk, other.pk}


def test_a_province_agency_shares_a_procedure_of_both_levels_with_the_communes(editor, town):
    import_rows(editor, {**ROW, "level": "tinh+xa"})
    units = {each.unit_id for each in Procedure.objects.get().current_version.units.all()}
    assert units == {town.other_agency.pk, town.commune.pk}


def test_a_preview_that_the_catalogue_overtook_is_refused(editor):
    first, second = stage(editor, ROW), stage(editor, {**ROW, "deadline": "2"})
    importing.confirm_procedures(first.draft.pk, actor=editor)
    with pytest.raises(importing.PreviewOutdated):
        importing.confirm_procedures(second.draft.pk, actor=editor)
    assert Procedure.objects.get().current_version.channels.first().limit_amount == 3


def test_a_preview_is_confirmed_once_by_its_owner_within_a_day(editor, town):
    staged = stage(editor, ROW)
    colleague = make_person("catalogue_editor", town.agency)
    with pytest.raises(AlreadyDone):
        importing.confirm_procedures(staged.draft.pk, actor=colleague)
    importing.confirm_procedures(staged.draft.pk, actor=editor)
    with pytest.raises(AlreadyDone):
        importing.confirm_procedures(staged.draft.pk, actor=editor)
    late = stage(editor, SECOND).draft
    ImportDraft.objects.filter(pk=late.pk).update(expires_at=timezone.now())
    with pytest.raises(importing.ImportRefused):
        importing.confirm_procedures(late.pk, actor=editor)


def test_people_without_the_right_import_nothing(editor, town):
    staged = stage(editor, ROW)
    for who in (town.leader, town.outsider, town.overseer):
        with pytest.raises(PermissionDenied):
            stage(who, ROW)
        with pytest.raises(PermissionDenied):
            importing.confirm_procedures(staged.draft.pk, actor=who)


def test_withdrawn_procedures_and_those_with_a_waiting_draft_are_refused(editor):
    import_rows(editor, ROW, SECOND)
    withdrawn = Procedure.objects.get(code="1.004194")
    catalogue.withdraw(withdrawn.pk, reason="QĐ 1/QĐ-UBND", actor=editor)
    waiting = Procedure.objects.get(code="1.004222")
    content = catalogue.content_of_version(waiting.current_version)
    catalogue.save_draft(waiting.pk, content, actor=editor)
    staged = stage(editor, ROW, {**SECOND, "deadline": "9"})
    assert [(f.row, f.column) for f in staged.plan.faults] == [(2, "code"), (3, "code")]


def test_a_preview_costs_the_same_for_one_row_and_for_thirty(editor, django_assert_num_queries):
    rows = [{**ROW, "code": f"1.1000{n:02d}"} for n in range(30)]
    import_rows(editor, *rows)
    for some in (rows[:1], rows):
        with django_assert_num_queries(10):
            stage(editor, *some)


def run(tmp_path, capsys, content, *options):
    path = tmp_path / "thu-tuc.csv"
    path.write_bytes(content)
    out, code = io.StringIO(), 0
    try:
        call_command("import_procedures", str(path), "--province", "H32", *options, stdout=out)
    except SystemExit as end:
        code = end.code
    return code, json.loads(out.getvalue())


def test_the_command_checks_without_writing_and_then_imports(town, province, tmp_path, capsys):
    code, found = run(tmp_path, capsys, csv_of(ROW, SECOND), "--check")
    assert (code, found["added"], found["faults"]) == (0, 2, [])
    with tenant_scope(province):
        assert not Procedure.objects.exists()
    code, found = run(tmp_path, capsys, csv_of(ROW, SECOND), "--valid-from", "2025-07-01")
    assert (code, found["added"]) == (0, 2)
    with tenant_scope(province):
        version = Procedure.objects.get(code="1.004194").current_version
        assert version.valid_from == dt.date(2025, 7, 1)


def test_the_command_names_faults_and_imports_nothing(town, province, tmp_path, capsys):
    code, found = run(tmp_path, capsys, csv_of(ROW, {**SECOND, "code": "x", "deadline": "-2"}))
    assert code == 1
    assert {(f["row"], f["column"]) for f in found["faults"]} == {(3, "code"), (3, "deadline")}
    assert all(fault["message"] for fault in found["faults"])
    with tenant_scope(province):
        assert not Procedure.objects.exists()


def test_all_faults_are_counted_and_the_first_thousand_listed(town, tmp_path, capsys):
    bad = [{**ROW, "code": f"x{n}"} for n in range(1200)]
    code, found = run(tmp_path, capsys, csv_of(*bad), "--check")
    assert (code, found["fault_count"], len(found["faults"])) == (1, 1200, 1000)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.csv", "--province", "H32"],
        [__file__, "--province", "H99"],
        [__file__],
        [__file__, "--province", "H32", "--valid-from", "yesterday"],
    ],
)
def test_bad_arguments_are_one_sentence_and_exit_two(db, arguments, capsys):
    with pytest.raises(SystemExit) as end:
        call_command("import_procedures", *arguments)
    assert end.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1

"""Running tasks from a sheet: every fault is named, all rows come in or none, and once."""

import io
import re
from dataclasses import replace
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from audit.models import OutboxEvent
from directives.models import Directive, SeriesHelper, Task
from directives.rules import occurrence
from directives.services import judging
from directives.services.importing import bring_in
from directives.task_sheet import HEADINGS, MOST_ROWS, TaskRow
from organizations.access import RefusedError
from organizations.models import Unit
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, TODAY, report
from tests.onestop.racing import at_once

IMPORT, CONFIRM = "/nhiem-vu/nhap/", "/nhiem-vu/nhap/xac-nhan/"


def row(office, **changes):
    """A task of the chairman that is overdue, and in work."""
    town = office.town
    known = {
        "origin": "Văn bản", "reference": "1345/UBND-KT", "subject": "Xử lý phá rừng",
        "given_on": TODAY() - 90 * DAY, "giver": office.chairman.full_name,
        "content": "Kiểm điểm, xử lý", "lead": town.agency.code,
        "cooperate": f"{town.other_agency.name}; {town.commune.code}",
        "due_on": f"{TODAY() - 30 * DAY:%d/%m/%Y}", "product": "Báo cáo", "field": "nội chính",
        "follower": office.follower.username, "percent": 40, "every": None,
    }  # fmt: skip
    return list({**known, **changes}.values())


def sheet(*rows, heads=None):
    book = Workbook()
    for values in (heads or [str(words) for words in HEADINGS.values()], *rows):
        book.active.append(values)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("nhiem-vu.xlsx", out.getvalue())


def payload_of(page):
    return re.search(r'name="payload" value="([^"]*)"', page)[1]


def test_running_tasks_come_in_once_after_a_look(client, province, office):
    town = office.town
    client.sign_in(office.follower)
    template = load_workbook(io.BytesIO(client.get(f"{IMPORT}mau.xlsx").content))
    heads = [cell.value for cell in template.worksheets[0][1]]
    units = {cell.value for cell in template.worksheets[1]["B"]}
    assert {town.agency.code, town.commune.code} < units
    fresh = {"content": "Rà soát phần mềm", "lead": town.commune.name, "cooperate": None,
             "due_on": None, "percent": None, "field": None}  # fmt: skip
    of_oral = {**fresh, "content": "Niêm yết", "origin": "oral", "reference": None}
    upload = sheet(row(office), row(office, **fresh), row(office, **of_oral), heads=heads)
    page = client.post(IMPORT, {"file": upload}).text
    assert page.count("Mới") >= 3
    with tenant_scope(province):
        assert not Task.objects.exists()
    sent = {"payload": payload_of(page)}
    assert "Đã nhập 3 nhiệm vụ." in client.post(CONFIRM, sent, follow=True).text
    assert client.post(CONFIRM, sent).status_code == 409  # they are there already
    assert client.post(CONFIRM, {"payload": sent["payload"][:-1]}).status_code == 409
    with tenant_scope(province):
        first, second, third = Task.objects.select_related("directive").order_by("pk")
        assert (first.status, first.percent, first.field) == ("in_work", 40, "Nội chính")
        assert (first.giver_id, first.follower_id) == (office.chairman.pk, office.follower.pk)
        assert first.due_on == TODAY() - 30 * DAY
        assert first.due_dates.get().due_on == first.due_on
        helpers = {each.unit_id for each in first.cooperators.all()}
        assert helpers == {town.other_agency.pk, town.commune.pk}
        assert (second.status, second.lead_id, second.due_on) == ("given", town.commune.pk, None)
        assert first.directive_id == second.directive_id != third.directive_id
        assert Directive.objects.count() == 2
        assert not OutboxEvent.objects.filter(action="task.given").exists()
        report(first.pk, town.leader)
        judging.send_back(first.pk, actor=office.chairman, words="Thiếu số liệu")
        first.refresh_from_db()
        assert (first.percent, second.progress.exists()) == (40, False)
    assert "1345/UBND-KT" in client.get("/nhiem-vu/?xem=da-giao").text
    again = client.post(IMPORT, {"file": sheet(row(office))}).text
    assert "Nhiệm vụ này đã có" in again
    assert payload_of(again) == ""


def test_units_are_called_as_officials_call_them_and_a_task_may_come_again(
    client, province, office
):
    """2947/QĐ-UBND Điều 9.2d: every six months, by the People's Committee of a commune."""
    town = office.town
    with tenant_scope(province):
        Unit.objects.filter(pk=town.commune.pk).update(name="Ủy ban nhân dân xã Cam Lâm")
        Unit.objects.filter(pk=town.other_agency.pk).update(symbol="SKHĐT")
    client.sign_in(office.follower)
    again = row(office, lead="UBND xã Cam Lâm", cooperate="SKHĐT", every="6 tháng một lần")
    page = client.post(IMPORT, {"file": sheet(again)}).text
    assert client.post(CONFIRM, {"payload": payload_of(page)}).status_code == 302
    no_day = client.post(IMPORT, {"file": sheet(row(office, every="Hằng quý", due_on=None))}).text
    assert "phải có thời hạn đầu tiên" in no_day
    with tenant_scope(province):
        task = Task.objects.get()
        assert (task.lead_id, task.status) == (town.commune.pk, "in_work")
        series = task.series
        assert (series.every, series.first_on) == ("half", TODAY() - 30 * DAY)
        assert series.next_on == occurrence(series.first_on, "half", 1)
        helpers = SeriesHelper.objects.filter(series=series).values_list("unit", flat=True)
        assert list(helpers) == [town.other_agency.pk]


def test_every_fault_is_named_with_its_row_and_nothing_is_lost(client, province, office):
    client.sign_in(office.chairman)
    faults = {
        "content": (None, "Để trống"), "lead": ("Sở Không có", "Sở Không có"),
        "giver": (office.follower.full_name, "không phải lãnh đạo"),
        "given_on": (f"{TODAY() + DAY:%d/%m/%Y}", "không được sau ngày hôm nay"),
        "due_on": (TODAY() - 99 * DAY, "trước ngày giao"),
        "reference": (None, "số, ký hiệu"), "origin": ("Thư tay", "Thư tay"),
        "subject": ("x" * 501, "500"), "field": ("Vũ trụ", "Vũ trụ"),
        "percent": ("101", "từ 0 đến 100"), "follower": ("ai đó", "ai đó"),
        "cooperate": (office.town.agency.code, "không đồng thời"),
        "every": ("Hai năm", "Hai năm"),
    }  # fmt: skip
    rows = [
        row(office, **{"content": f"Việc {number}", column: wrong})
        for number, (column, (wrong, _words)) in enumerate(faults.items())
    ]
    page = client.post(IMPORT, {"file": sheet(*rows, row(office), row(office))}).text
    told = r'class="num">(\d+)</td>.*?data-label="Kết quả">(.*?)</td>'
    cells = dict(re.findall(told, page, re.DOTALL))
    for number, (column, (_wrong, words)) in enumerate(faults.items(), start=2):
        assert words in cells[str(number)], column
    assert "dòng 15" in cells["16"]  # the same task twice
    assert payload_of(page) == ""
    for upload in (
        sheet(row(office), heads=["Tên"]),
        SimpleUploadedFile("nhiem-vu.xlsx", b"PK none"),
        sheet(*([["x"]] * (MOST_ROWS + 1))),
    ):
        assert client.post(IMPORT, {"file": upload}).status_code == 422
    with tenant_scope(province):
        assert not Task.objects.exists()


def test_an_import_that_is_sent_twice_at_once_comes_in_once(stage):
    province, office = stage
    with tenant_scope(province):
        typed = TaskRow(
            2, "oral", "", "Giao ban", f"{TODAY():%Y-%m-%d}", office.chairman.username,
            "Rà soát", office.town.agency.code,
        )  # fmt: skip
    to_give = {"actor": office.follower, "unit_id": office.root.pk}
    race = at_once(province, lambda _n: bring_in([typed], **to_give), 3)
    assert (len(race.won), len(race.refused), race.faults) == (1, 2, [])
    with tenant_scope(province):
        assert Task.objects.count() == 1
        other = replace(typed, content="Rà soát lại")
    units = type(Unit.objects.all())
    unlocked = mock.patch.object(units, "select_for_update", lambda self, **_how: self)
    with unlocked:  # the control
        race = at_once(province, lambda _n: bring_in([other], **to_give), 2, is_control=True)
    assert (len(race.won), race.faults) == (2, [])
    with tenant_scope(province), pytest.raises(RefusedError):
        bring_in([typed], actor=office.town.leader, unit_id=office.root.pk)

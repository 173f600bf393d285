"""What was typed into a form of a classification that is refused, and what was not read before."""

import datetime as dt

import pytest
from django.urls import reverse

from common.errors import AlreadyDone
from reports.services import quality
from tenancy.scope import tenant_scope
from tests.people import make_town
from tests.reports.classed import half_year, opened, sheets

MEETING = quality.Meeting(dt.date(2026, 7, 3), "Hội trường", "Giám đốc", "Văn thư", 7)
WORDS = {
    "comment": "Hoàn thành", "it_level": "meets", "general_points": 25, "reason": "Theo kết quả",
    "head_parts": {"unit": 100, "organising": 100, "uniting": 50},
}  # fmt: skip
LONG = "Hội nghị thống nhất kết quả như danh sách"
TOLD = {
    "met_on": "03/07/2026", "place": "Hội trường", "chair": "Giám đốc", "secretary": "Văn thư",
    "present": "7", "opinions": LONG, "decision_number": "12/QĐ",
}  # fmt: skip


def stand():
    """A round in which everybody is classed."""
    town = half_year(make_town()).town
    opened(town)
    for sheet in sheets()[town.officer.pk].round.sheets.select_related("person"):
        quality.comment(sheet.pk, actor=sheet.person, words="Đã làm đủ việc")
        quality.judge(sheet.pk, actor=town.leader, grade="good", **WORDS)
    return town


@pytest.fixture
def town(standing):
    return standing


def address(found, what):
    return reverse(f"reports:{what}", args=[found.pk])


def test_a_decision_that_is_refused_keeps_what_the_meeting_said(client, province, town):
    with tenant_scope(province):
        found = sheets()[town.officer.pk].round
        for sheet in found.sheets.all():
            quality.judge(sheet.pk, actor=town.leader, grade="excellent", **WORDS)
    client.sign_in(town.leader)
    seen = client.get(address(found, "quality_detail")).context["decide_form"]["seen"].value()
    refused = client.post(address(found, "quality_decide"), {**TOLD, "seen": seen})
    assert refused.status_code == 409  # more excellent than the quota, and no reason why
    form = refused.context["decide_form"]
    assert {name: form[name].value() for name in TOLD} == TOLD
    told = {**TOLD, "quota_reason": "Tập thể xuất sắc", "seen": form["seen"].value()}
    assert client.post(address(found, "quality_decide"), told).status_code == 302
    late = client.post(address(found, "quality_decide"), told)
    assert (late.status_code, late.context["typed"]) == (
        409, ["Hội trường", "Giám đốc", "Văn thư", LONG, "Tập thể xuất sắc"],
    )  # fmt: skip
    again = {"reason": "Sót văn bản"}
    assert client.post(address(found, "quality_reopen"), again).status_code == 302
    assert "Sót văn bản" in client.post(address(found, "quality_reopen"), again).text


def test_who_decides_has_read_every_class_that_he_freezes(client, province, town):
    client.sign_in(town.leader)
    with tenant_scope(province):
        mine = sheets()[town.officer.pk]
    read = client.get(address(mine.round, "quality_detail"))
    told = {**TOLD, "seen": read.context["decide_form"]["seen"].value()}
    with tenant_scope(province):
        seen = mine.round.seen_with(mine.round.sheets.all())
        assert told["seen"] == seen
        quality.judge(mine.pk, actor=town.head, grade="failed", **WORDS)
        with pytest.raises(AlreadyDone):
            quality.decide(mine.round_id, actor=town.leader, meeting=MEETING, seen=seen)
    stale = client.post(address(mine.round, "quality_decide"), told)
    assert (stale.status_code, stale.context["decide_form"]["opinions"].value()) == (409, LONG)
    without = client.post(address(mine.round, "quality_decide"), TOLD)
    assert without.status_code == 409
    now = {**TOLD, "seen": without.context["decide_form"]["seen"].value()}
    assert client.post(address(mine.round, "quality_decide"), now).status_code == 302


def test_own_words_and_a_class_that_come_too_late_are_shown_to_be_copied(client, province, town):
    with tenant_scope(province):
        mine = sheets()[town.officer.pk]
        page = [mine.round_id, mine.pk]
    client.sign_in(town.officer)
    late = client.post(reverse("reports:quality_comment", args=page), {"words": LONG})
    assert (late.status_code, late.context["typed"]) == (409, [LONG])
    client.sign_in(town.head)
    told = {"comment": LONG, "it_level": "meets", "general_points": "20", "grade": "good"}
    blind = client.post(reverse("reports:quality_judge", args=page), told)  # nothing was read
    form = blind.context["class_form"]
    assert (blind.status_code, form["comment"].value()) == (409, LONG)
    told["seen"] = form["seen"].value()
    assert client.post(reverse("reports:quality_judge", args=page), told).status_code == 302
    with tenant_scope(province):
        quality.decide(mine.round_id, actor=town.leader, meeting=MEETING)
    over = client.post(reverse("reports:quality_judge", args=page), told)
    assert (over.status_code, LONG in over.text) == (409, True)


def test_an_opening_that_is_refused_keeps_its_days(client, province, town):
    client.sign_in(town.leader)
    told = {
        "unit": str(town.agency.pk), "period": "half_year", "day": "02/03/2026",
        "comment_until": "01/01/2100",
    }  # fmt: skip
    again = client.post(reverse("reports:quality_open"), told)
    assert again.status_code == 409
    assert {name: again.context["form"][name].value() for name in told} == told

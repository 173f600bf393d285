"""The screens of the calendar and of the dated rules."""

import dataclasses
import datetime as dt
import html
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from organizations import calendars
from organizations.models import CalendarEntry, RuleSet, WorkPattern
from organizations.rulesets import CLOCK, change_rules, rules
from organizations.rulesets.registry import ALWAYS, REGISTRY, InForce, RuleKind
from tenancy.scope import tenant_scope

ENTRY = {"date": "24/12/2030", "kind": "holiday", "name": "Nghỉ thử", "source": "QĐ 1"}


def test_an_administrator_sets_confirms_and_removes_a_date(client, province, superuser):
    client.sign_in(superuser)
    assert client.get(reverse("organizations:calendar"), {"nam": "2030"}).status_code == 200
    assert client.post(reverse("organizations:calendar_set"), ENTRY).status_code == 302
    with tenant_scope(province):
        assert CalendarEntry.objects.get(date=dt.date(2030, 12, 24)).confirmed
    remove = reverse("organizations:calendar_remove", args=["2030-12-24"])
    client.post(remove, {"reason": ""})
    with tenant_scope(province):
        assert CalendarEntry.objects.count() == 1
    client.post(remove, {"reason": "Nhầm"})
    with tenant_scope(province):
        assert not CalendarEntry.objects.exists()


def test_a_wrong_date_keeps_what_was_typed(client, superuser):
    client.sign_in(superuser)
    answer = client.post(reverse("organizations:calendar_set"), {**ENTRY, "date": "31/02/2030"})
    assert answer.status_code == 422
    assert "Nghỉ thử" in answer.text


def test_a_year_is_proposed_and_then_confirmed_by_a_notice(client, province, superuser):
    client.sign_in(superuser)
    client.post(reverse("organizations:calendar_propose"), {"nam": "2029"})
    with tenant_scope(province):
        assert CalendarEntry.objects.filter(confirmed=False).exists()
    client.post(reverse("organizations:calendar_confirm"), {"nam": "2029", "source": "TB 5"})
    with tenant_scope(province):
        assert not CalendarEntry.objects.filter(confirmed=False).exists()


def test_new_sessions_of_the_province_hold_from_their_day(client, province, superuser):
    client.sign_in(superuser)
    url = reverse("organizations:pattern_change")
    assert client.get(url).status_code == 200
    body = {f"day_{day}": "07:00-11:30, 13:30-17:00" for day in range(5)}
    body |= {"valid_from": "01/01/2030", "source": "QĐ 2"}
    assert client.post(url, {**body, "day_0": "17:00-07:00"}).status_code == 422
    assert client.post(url, body).status_code == 302
    with tenant_scope(province):
        assert WorkPattern.objects.get().sessions[0][0].startswith("07:00")


def test_rules_are_changed_from_a_day_on(client, province, superuser):
    client.sign_in(superuser)
    assert client.get(reverse("organizations:rules_list")).status_code == 200
    url = reverse("organizations:rules_change", args=["clock"])
    page = client.get(url)
    body = typed(page)
    body |= {"due_soon_days": "5", "valid_from": "01/01/2030", "source": "QĐ 3"}
    answer = client.post(url, body)
    assert answer.status_code == 302, answer.context["form"].errors
    with tenant_scope(province):
        assert RuleSet.objects.filter(kind="clock").count() == 1
        assert rules(CLOCK, dt.date(2030, 1, 2)).due_soon_days == 5


SELECT = r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>'


def typed(page):
    """Every box of the rules form as the browser would send it back."""
    form = re.search(r"<form[^>]*data-guard>.*?</form>", page.text, re.DOTALL)[0]
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    for name in re.findall(r'<input[^>]* name="([^"]+)"', form):
        found.setdefault(name, "")
    for name, choices in re.findall(SELECT, form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', choices)
        found[name] = (chosen or re.search(r'value="([^"]*)"', choices))[1]
    return {name: html.unescape(value) for name, value in found.items()}


def test_a_head_writes_warnings_in_boxes_and_the_ladder_is_sorted(client, province, superuser):
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=["clock"])
    page = client.get(url)
    assert "trước hạn" in page.text
    assert "[{" not in page.text[page.text.index("<main") :].replace("&quot;", '"')
    body = typed(page) | {"valid_from": "01/01/2030", "source": "QĐ 4"}
    assert [body[f"warnings_{line}_days"] for line in range(6)] == ["2", "1", "0", "1", "2", ""]
    body |= {"warnings_1_days": "", "warnings_5_days": "5", "warnings_5_when": "before"}
    body |= {"warnings_5_role": "leader"}
    assert client.post(url, body).status_code == 302
    with tenant_scope(province):
        ladder = rules(CLOCK, dt.date(2030, 1, 2)).warnings
    assert [(step.days, step.when, step.role) for step in ladder] == [
        (5, "before", "leader"), (2, "before", "official"), (0, "before", "official"),
        (1, "after", "head"), (2, "after", "leader"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"days": "hai"}, "nhập số ngày làm việc từ 0 đến 20"),
        ({"days": "21"}, "nhập số ngày làm việc từ 0 đến 20"),
        ({"days": "3", "role": "superuser"}, "chọn thời điểm và người nhận"),
        ({"days": "2", "when": "before", "role": "official"}, "hai lần"),
    ],
)
def test_a_warning_that_cannot_be_is_said_in_words(client, superuser, line, said):
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=["clock"])
    wrong = {f"warnings_5_{part}": value for part, value in line.items()}
    answer = client.post(url, typed(client.get(url)) | {"valid_from": "01/01/2030"} | wrong)
    assert answer.status_code == 422
    assert said in answer.text


def test_minutes_of_roles_and_the_order_of_a_card_are_boxes_too(client, province, superuser):
    client.sign_in(superuser)
    for key, change in (("sign_in", {"idle_minutes_counter": "7"}), ("identity_card", {})):
        url = reverse("organizations:rules_change", args=[key])
        body = typed(client.get(url)) | {"valid_from": "01/01/2030", "source": "QĐ 5"} | change
        body |= {"mfa_required": ["leader"]} if key == "sign_in" else {}
        answer = client.post(url, body)
        assert answer.status_code == 302, answer.context["form"].errors
    with tenant_scope(province):
        sign_in = rules("sign_in", dt.date(2030, 1, 2))
        card = rules("identity_card", dt.date(2030, 1, 2))
    assert sign_in.idle_minutes["counter"] == 7
    assert sign_in.mfa_required == ("leader",)
    assert card.fields[:2] == ("number", "old_number")
    assert card.separator == "|"


UNUSUAL = {
    "identity_card": {
        "date_order": "%d.%m.%y",
        "fields": ["number", "chip", "name", "born_on", "<b>"],
    },
    "clock": {
        "warnings": [
            {"days": 4, "when": "before", "role": "clerk"},
            {"days": 3, "when": "before", "role": "watchman"},
            *({"days": days, "when": "after", "role": "head"} for days in range(21)),
        ]
    },
    "sign_in": {"idle_minutes": {"counter": 9, "watchman": 8}, "mfa_required": ["watchman"]},
}


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("identity_card", [">%d.%m.%y</option>", ">chip</option>", ">&lt;b&gt;</option>"]),
        ("clock", [">Văn thư</option>", ">watchman</option>"]),
        ("sign_in", [">watchman</label>"]),
    ],
)
def test_what_is_stored_and_unknown_is_shown_and_kept(client, province, superuser, key, shown):
    today = timezone.localdate()
    with tenant_scope(province):
        change_rules(key, actor=superuser, valid_from=today, values=UNUSUAL[key], source="QĐ 6")
        before = rules(key, today)
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=[key])
    page = client.get(url)
    assert [words for words in shown if words not in page.text] == []
    body = typed(page) | {"valid_from": "01/01/2040", "source": "QĐ 7"}
    if key == "sign_in":
        body["mfa_required"] = re.findall(
            r'name="mfa_required" value="(\w+)"[^>]* checked', page.text
        )
    answer = client.post(url, body)
    assert answer.status_code == 302, answer.context["form"].errors
    with tenant_scope(province):
        assert RuleSet.objects.filter(kind=key).count() == 2
        assert rules(key, dt.date(2040, 1, 1)) == before


@pytest.mark.parametrize("place", [0, 2])
def test_a_gap_in_the_order_of_a_card_is_refused_and_stays_a_gap(client, superuser, place):
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=["identity_card"])
    body = typed(client.get(url)) | {"valid_from": "01/01/2040", "source": "QĐ 8"}
    answer = client.post(url, body | {f"fields_{place}": ""})
    assert answer.status_code == 422
    assert "Chọn mỗi thành phần một lần, không bỏ trống ở giữa." in answer.text
    assert typed(answer)[f"fields_{place}"] == ""
    assert typed(answer)["fields_3"] == body["fields_3"]


def test_places_left_empty_at_the_end_are_no_gap(client, province, superuser):
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=["identity_card"])
    body = typed(client.get(url)) | {"valid_from": "01/01/2040", "source": "QĐ 9"}
    assert client.post(url, body | {"fields_5": "", "fields_6": ""}).status_code == 302
    with tenant_scope(province):
        card = rules("identity_card", dt.date(2040, 1, 1))
    assert card.fields == ("number", "old_number", "name", "born_on", "sex")


@pytest.mark.parametrize("digits", ["9" * 10_000, "0" * 10_000, "9" * 4_000])
@pytest.mark.parametrize(
    ("key", "box", "field"),
    [
        ("clock", "warnings_0_days", "warnings"),
        ("clock", "due_soon_days", "due_soon_days"),
        ("sign_in", "idle_minutes_counter", "idle_minutes"),
    ],
)
def test_a_number_of_thousands_of_digits_is_an_error_of_its_field(
    client, superuser, key, box, field, digits
):
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=[key])
    body = typed(client.get(url)) | {"valid_from": "01/01/2040", "source": "QĐ 10"}
    answer = client.post(url, body | {box: digits})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


@dataclasses.dataclass(frozen=True)
class Unboxed:
    """A shape that nobody made boxes for."""

    weights: dict[str, tuple[int, ...]] = dataclasses.field(default_factory=dict)


@pytest.mark.parametrize("levels", [2, 90, 700, 100_000])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
def test_lists_in_lists_without_end_are_an_error_of_their_field(
    client, superuser, monkeypatch, levels, opened, closed
):
    kind = RuleKind("unboxed", Unboxed, (InForce(Unboxed(), ALWAYS, "default"),))
    monkeypatch.setitem(REGISTRY, "unboxed", kind)
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=["unboxed"])
    text = '{"a": [1, ' + opened * levels + "1" + closed * levels + "]}"
    body = {"valid_from": "01/01/2040", "source": "QĐ 11", "weights": text}
    answer = client.post(url, body)
    if levels == 2:
        assert answer.status_code == 409  # JSON it is, and no value of this rule
    else:
        assert answer.status_code == 422
        assert "weights" in answer.context["form"].errors
    assert client.post(url, body | {"weights": '{"a": [1, 2]}'}).status_code == 302


@pytest.mark.parametrize(
    "text", ["NaN", "[1e999]", '{"a": -Infinity}', '{"\\u0000": [1]}', '{"\\ud800": [1]}']
)
def test_what_the_database_cannot_hold_is_an_error_of_its_field(
    client, superuser, monkeypatch, text
):
    kind = RuleKind("unboxed", Unboxed, (InForce(Unboxed(), ALWAYS, "default"),))
    monkeypatch.setitem(REGISTRY, "unboxed", kind)
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=["unboxed"])
    answer = client.post(url, {"valid_from": "01/01/2040", "source": "QĐ 11", "weights": text})
    assert answer.status_code == 422
    assert "weights" in answer.context["form"].errors


def test_the_calendar_names_the_law_and_keeps_where_it_was_read_in_a_detail(
    client, province, superuser
):
    with tenant_scope(province):
        calendars.load_holidays()
    page = client.sign_in(superuser).get(reverse("organizations:calendar"), {"nam": "2026"})
    assert "<summary>Bộ luật Lao động 45/2019/QH14, Điều 112</summary>" in page.text
    assert "python" not in page.text
    assert "not in library" not in page.text


def test_a_source_that_people_typed_is_shown_whole(client, superuser):
    client.sign_in(superuser)
    client.post(reverse("organizations:calendar_set"), ENTRY | {"source": "QĐ 12; TB 3; CV 4"})
    page = client.get(reverse("organizations:calendar"), {"nam": "2030"})
    assert "<small>QĐ 12; TB 3; CV 4</small>" in page.text


@pytest.mark.parametrize("name", ["calendar", "rules_list", "pattern_change"])
def test_others_may_not_open_it(client, officer, name):
    assert client.sign_in(officer).get(reverse(f"organizations:{name}")).status_code == 403


def test_types_of_documents_are_ticked_by_their_names(client, province, superuser):
    client.sign_in(superuser)
    url = reverse("organizations:rules_change", args=["documents"])
    form = client.get(url)
    assert 'value="to-trinh" checked' not in re.sub(r" (id|class)=\"[^\"]*\"", "", form.text)
    ticked = {"paper_types": ["to-trinh"], "both_types": ["bao-cao"]}
    body = typed(form) | {"valid_from": "01/01/2040", "source": "QĐ 13", **ticked}
    assert client.post(url, body).status_code == 302
    with tenant_scope(province):
        found = rules("documents", dt.date(2040, 1, 1))
        assert (found.paper_types, found.both_types) == (("to-trinh",), ("bao-cao",))
        before = rules("documents", dt.date(2039, 12, 31))
        assert (before.paper_types, before.both_types) == ((), ())
    assert "Báo cáo" in client.get(reverse("organizations:rules_list")).text
    unknown = client.post(url, body | {"both_types": ["khong-co"]})
    assert unknown.status_code == 422

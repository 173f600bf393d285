"""The parts of pages, the icons, the static files, and what templates may not contain."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import formats, translation

from common import icons
from common.keyset import Page
from common.staticfiles import TolerantManifestStorage
from common.templatetags import ui
from common.working_time import DueState

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.*"))


def draw(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("state", [state.value for state in DueState])
def test_every_state_of_a_deadline_has_a_badge_with_icon_and_words(state):
    html = ui.deadline_badge(state, "Còn 5 ngày", date(2026, 11, 3))
    assert f"deadline-{state}" in html
    assert "<svg" in html
    assert "Còn 5 ngày" in html
    assert "03/11/2026" in html
    css = (Path(settings.BASE_DIR) / "static/css/portal.css").read_text()
    assert f".deadline-{state} " in css


def test_the_states_of_a_deadline_differ_by_more_than_colour():
    assert len(set(ui.DEADLINE_ICONS.values())) == len(ui.DEADLINE_ICONS)


@pytest.mark.parametrize("status", range(1, 11))
def test_each_national_status_has_a_tone(status):
    assert "pill-" in ui.status_pill(status, "words")


def test_an_unknown_tone_is_a_fault_of_the_template():
    with pytest.raises(TemplateSyntaxError):
        ui.pill("words", "purple")


def test_words_of_people_are_escaped_in_every_part():
    evil = "<script>alert(1)</script>"
    event = {
        "who": evil,
        "role": evil,
        "at": datetime(2026, 1, 1, tzinfo=UTC),
        "words": evil,
        "detail": evil,
        "files": [{"name": evil, "url": "#"}],
    }
    html = draw(
        "{% pill w %}{% deadline_badge 'ok' w %}{% panel w %}{{ w }}{% endpanel %}"
        "{% empty_state w url=w action=w %}{% timeline events %}{% file_list files %}"
        "{% step_bar steps %}{% tabs tabs w %}{% breadcrumbs w w w %}",
        w=evil,
        events=[event],
        files=[{"name": evil, "url": evil, "size": 1, "kind": evil, "state": evil, "note": evil}],
        steps=[{"name": evil, "state": "now", "note": evil}],
        tabs=[{"words": evil, "url": evil, "current": True, "count": 3}],
    )
    assert "<script>" not in html


def test_numbers_follow_the_language_of_the_page():
    with translation.override("vi"):
        assert ui.thousands(1234567) == "1.234.567"
        assert ui.decimal(Decimal("4.5")) == "4,50"
        assert formats.localize(date(2026, 11, 3)) == "03/11/2026"
    with translation.override("en"):
        assert ui.thousands(1234567) == "1,234,567"
        assert ui.decimal(Decimal("4.5")) == "4.50"


def test_a_number_is_rounded_half_up_and_not_cut_off():
    with translation.override("vi"):
        shown = [ui.decimal(Decimal(each)) for each in ("6.6666666", "0.505", "0.999", "-0.001")]
        assert shown == ["6,67", "0,51", "1,00", "0,00"]
        assert ui.decimal(4.35, 1) == "4,4"


def test_nothing_is_shown_for_an_unknown_number_or_moment():
    filters = (ui.thousands, ui.decimal, ui.vnd, ui.day_only, ui.moment)
    assert [show(None) for show in filters] == [""] * 5


def test_moments_are_shown_in_local_time_with_the_day_first():
    moment = datetime(2026, 11, 2, 18, 30, tzinfo=UTC)
    with translation.override("vi"):
        assert ui.moment(moment) == "01:30 03/11/2026"
        assert ui.day_only(moment) == "03/11/2026"


def test_the_vietnamese_formats_read_the_day_first_and_weeks_begin_on_monday():
    with translation.override("vi"):
        assert formats.get_format("DATE_INPUT_FORMATS")[0] == "%d/%m/%Y"
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1
        assert formats.get_format("NUMBER_GROUPING") == 3


def test_a_key_in_an_attribute_stays_a_plain_number():
    with translation.override("vi"):
        assert draw('<input value="{{ pk|unlocalize }}">', pk=4145) == '<input value="4145">'
        assert draw('<input value="{{ pk }}">', pk=4145) == '<input value="4145">'


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl/8.5.0"),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent, words):
    assert ui.browser_words(agent) == words


@pytest.mark.parametrize(("count", "many"), [(3, False), (10, False), (11, True), (40, True)])
def test_very_many_steps_stand_in_several_rows(count, many):
    steps = ({"name": f"Bước {number}", "state": "later"} for number in range(count))
    html = draw("{% step_bar steps %}", steps=steps)
    assert html.count("<li") == count
    assert ("steps-many" in html) is many


def test_the_name_of_a_province_is_not_torn_apart_at_the_end_of_a_line():
    assert ui.keep_end("Ủy ban nhân dân tỉnh Khánh Hòa") == "Ủy ban nhân dân tỉnh Khánh\u00a0Hòa"
    assert ui.keep_end("Huế") == "Huế"


def test_filters_stay_in_the_address_and_the_position_is_forgotten():
    request = RequestFactory().get("/ho-so/", {"q": "An", "xem": "a", "sau": "abc"})
    link = "{% url_with xem='qua-han' %}"
    assert draw(link, request=request) == "?q=An&amp;xem=qua-han"
    assert draw("{% url_with xem=None q='' %}", request=request) == "/ho-so/"


def test_pagination_shows_only_the_ways_that_exist():
    assert "<a" not in draw("{% pagination page %}", page=Page([], "", ""))
    html = draw("{% pagination page %}", page=Page([1], "?sau=x", ""))
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html


def test_the_present_step_is_announced():
    steps = [{"name": "A", "state": "done"}, SimpleNamespace(name="B", state="now", note="")]
    html = draw("{% step_bar steps %}", steps=steps)
    assert html.count('aria-current="step"') == 1


def test_an_icon_that_does_not_exist_is_noticed():
    with pytest.raises(icons.UnknownIcon):
        icons.svg("no-such-icon")
    with pytest.raises(icons.UnknownIcon):
        icons.svg("../../../etc/passwd")


def test_every_icon_named_in_a_template_exists():
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""{% icon ["']([^"']+)["']""", path.read_text("utf-8"))
    } | set(ui.DEADLINE_ICONS.values())
    assert len(named) > 20
    for name in named:
        icons.svg(name)


@pytest.mark.parametrize(
    "wrong",
    [
        r"<script(?![^>]*\bsrc=)",
        r"<style",
        r"\sstyle=",
        r"\son[a-z]+=",
        r"hx-on",
        r"\bjs:",
        r"\|safe\b",
        r"https?://(?!dichvucong\.gov\.vn)",
    ],
)
def test_no_template_needs_a_wider_content_policy(wrong):
    found = [
        str(path)
        for path in TEMPLATES
        if path.suffix == ".html" and re.search(wrong, path.read_text("utf-8"))
    ]
    assert found == []


STYLES = sorted((Path(settings.BASE_DIR) / "static/css").glob("*.css"))


def test_style_sheets_stay_readable_by_old_browsers_and_load_nothing_foreign():
    for path in STYLES:
        text = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        assert "light-dark(" not in text
        assert not re.search(r"url\(\s*[\"']?(https?:)?//", text)
        assert not re.search(r"^\s+&", text, re.MULTILINE)


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_brace_of_a_style_sheet_closes_one_that_is_open(path):
    """One too many, and a browser drops the rule after it."""
    text = re.sub(r"/\*.*?\*/|\"[^\"]*\"", "", path.read_text("utf-8"), flags=re.DOTALL)
    depths = list(accumulate(1 if brace == "{" else -1 for brace in re.findall("[{}]", text)))
    assert (min(depths), depths[-1]) == (0, 0)


def test_english_pages_write_the_day_before_the_month_too():
    with translation.override("en"):
        assert ui.day_only(date(2026, 12, 7)) == "07/12/2026"
        assert formats.date_format(date(2026, 12, 7), "SHORT_DATE_FORMAT") == "07/12/2026"


def test_our_script_stays_small_and_needs_no_eval():
    text = (Path(settings.BASE_DIR) / "static/js/portal.js").read_text("utf-8")
    assert len(text.encode()) <= 7 * 1024
    assert not re.search(r"\beval\(|new Function|innerHTML", text)


def test_only_the_packaged_files_that_pages_load_are_collected():
    collected = {
        f"{getattr(storage, 'prefix', '') or ''}/{path}".lstrip("/")
        for finder in get_finders()
        for path, storage in finder.list([])
    }
    assert "bootstrap/css/bootstrap.min.css" in collected
    assert "django_htmx/htmx-2.min.js" in collected
    assert "css/portal.css" in collected
    assert len([name for name in collected if name.startswith(("bootstrap/", "fonts/"))]) == 3
    assert "django_htmx/htmx-4.min.js" not in collected


def test_a_source_map_that_is_not_shipped_does_not_stop_the_collection():
    rules = str(TolerantManifestStorage.patterns)
    assert "sourceMappingURL" not in rules
    assert "url" in rules

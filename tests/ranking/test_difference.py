"""Last year's framework beside this year's: every change in words, and whether years compare."""

from __future__ import annotations

import copy
import datetime as dt

import pytest
from django.utils import translation

from ranking.queries.published import judged_by
from ranking.rules.difference import are_comparable, differences
from ranking.rules.framework import Framework
from ranking.rules.plain import dump, read
from ranking.services import frameworks
from ranking.services.frameworks import as_json, as_rules
from ranking.vocabulary import TERMS
from ranking.wording import difference_in_words
from tests.people import make_person
from tests.ranking.years import FORM

FULL = {
    **FORM, "decision": "12/QĐ", "notice": "Mẫu", "standing_body": "Sở A", "source": ["x"],
    "gaps": ["y"],
    "scale": {"maximum": "100", "precision": "2", "rank_by": "total", "floor": "0",
              "ties": "competition"},
    "lateness": {**FORM["lateness"], "due_day_is_late": False},
    "schedule": [{"step": "below", "day": "2026-10-30", "note": "Điều 9"}],
    "council": {"chair": "A", "vice": "B", "members": ["C"], "support": "D"},
    "data_window": {"from": "2026-01-01", "to": "2026-12-31"},
}  # fmt: skip


def form(*path_and_value):
    """The form with one value changed, by its path."""
    data = copy.deepcopy(FULL)
    if path_and_value:
        *path, last, value = path_and_value
        place = data
        for key in path:
            place = place[key]
        place[last] = value
    return read(Framework, data)


def told(old, new) -> list[tuple[str, str]]:
    with translation.override("en"):
        found = [difference_in_words(each) for each in differences(old, new)]
    return [(each.place, each.words) for each in found]


LEAF = ("areas", 0, "criteria", 0)
CHANGES = [  # path, value, place, words, comparable
    (("scale", "maximum", "200"), "Scale: maximum", "100 → 200", False),
    (("scale", "precision", "3"), "Scale: decimals of totals", "2 → 3", False),
    (("scale", "rank_by", "percent"), "Ranks are made", "by total → by percent", False),
    (("scale", "floor", None), "Totals are not below", "0 → no bound", False),
    (("scale", "ties", "dense"), "Ranks of equal totals", "1, 2, 2, 4 → 1, 2, 2, 3", False),
    (("classes", 0, "from", "84.5"), "Class “Tốt”", "from 85 % on → from 84.5 % on", False),
    (("classes", 0, "inclusive", False), "Class “Tốt”", "from 85 % on → above 85 %", False),
    (("lateness", "deduction", "100"), "Points taken away when late", "10 → 100", False),
    (("lateness", "grace_days", "3"), "Days late that cost points", "5 → 3", False),
    (("lateness", "due_day_is_late", True), "A form of the due day is late", "No → Yes", False),
    (("lateness", "after_grace", None), "Class when later or never", "Yếu → –", False),
    (("lateness", "due", "2027-11-15"), "Forms are due on", "15/11/2026 → 15/11/2027", True),
    (("groups", 0, "name", "Sở"), "Group “1”", "Sở, ban, ngành → Sở", True),
    (("groups", 1, "code", "3"), "Group “2”", "Cấp xã → –", False),
    (("schedule", 0, "day", "2026-10-20"), "Schedule “Units below”",
     "30/10/2026, Điều 9 → 20/10/2026, Điều 9", True),
    (("council", "chair", "Z"), "Chair of the council", "A → Z", True),
    (("council", "members", ["C", "E"]), "Members of the council", "C → C, E", True),
    (("data_window", "to", "2026-11-30"), "Data until", "31/12/2026 → 30/11/2026", True),
    (("decision", "13/QĐ"), "Deciding document", "12/QĐ → 13/QĐ", True),
    (("standing_body", "Sở B"), "Standing body", "Sở A → Sở B", True),
    (("is_sample", False), "Illustration only", "Yes → No", True),
    ((*LEAF, "title", "Máy vi tính"), "1.9 Máy vi tính",
     "Criterion title: Máy tính → Máy vi tính", False),
    ((*LEAF, "title", "MÁY  TÍNH."), "1.9 MÁY TÍNH.", "Criterion title: Máy tính → MÁY TÍNH.",
     True),
    ((*LEAF, "max", "19"), "1.9 Máy tính", "Maximum: 20 → 19", False),
    ((*LEAF, "weight", "1.5"), "1.9 Máy tính", "Weight: 1 → 1.5", False),
    ((*LEAF, "groups", ["2"]), "1.9 Máy tính", "Groups: – → 2", False),
    ((*LEAF, "evidence", "Báo cáo"), "1.9 Máy tính", "Evidence: – → Báo cáo", True),
    ((*LEAF, "verifier", "Sở A"), "1.9 Máy tính", "Verified by: – → Sở A", True),
    ((*LEAF, "measure", "onestop.online"), "1.9 Máy tính",
     "Automatic measure: – → onestop.online", True),
    ((*LEAF, "source", "QĐ 766"), "1.9 Máy tính", "Source: – → QĐ 766", True),
    ((*LEAF, "rule", "full_at", "90"), "1.9 Máy tính",
     "Scoring rule, All points from % on: – → 90", False),
    ((*LEAF, "rule", {"type": "graded"}), "1.9 Máy tính",
     "Scoring rule: Proportion a/b → Graded by the assessor", False),
    (("areas", 0, "criteria", 1, "rule", "options", 1, "points", "5"), "1.10 Mạng",
     "Scoring rule, Option 2, Points: 0 → 5", False),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "words", "comparable"), CHANGES)
def test_a_change_is_said_in_words_and_decides_or_not(change, place, words, comparable):
    assert (place, words) in told(form(), form(*change))
    assert are_comparable(form(), form(*change)) is comparable
    assert are_comparable(form(*change), form()) is comparable


def test_every_term_of_a_framework_has_words_and_is_compared():
    others = [form(*change) for change, *_rest in CHANGES]
    found = {each.key for other in [read(Framework, {"areas": FORM["areas"]}), *others]
             for each in differences(form(), other) if not each.code}  # fmt: skip
    assert found == set(TERMS)


def test_the_same_framework_differs_in_nothing():
    assert differences(form(), form()) == []


def test_a_number_that_is_written_otherwise_is_no_change():
    assert are_comparable(form(*LEAF, "rule", "full_at", "90"),
                          form(*LEAF, "rule", "full_at", "90.0"))  # fmt: skip
    assert differences(form(), form(*LEAF, "rule", "full_at", "100")) == []


def test_new_and_lost_criteria_are_said():
    fewer = form("areas", 0, "criteria", FORM["areas"][0]["criteria"][:1])
    assert told(form(), fewer) == [("1.10 Mạng", "no more")]
    assert told(fewer, form()) == [("1.10 Mạng", "new")]
    assert not are_comparable(form(), fewer)


def snapshot(content: Framework, withdrawn=()) -> dict:
    data = as_json(dump(content))
    return {"framework": data, "withdrawn": list(withdrawn),
            "terms": {key: data[key] for key in ("groups", "scale", "classes", "lateness")
                      if key in data}}  # fmt: skip


def test_a_published_year_is_judged_by_its_own_terms_and_without_what_was_withdrawn():
    old = snapshot(form())
    own_terms = snapshot(form())
    own_terms["terms"] = {**own_terms["terms"], "scale": {"maximum": "100", "ties": "dense"}}
    assert are_comparable(
        judged_by(old), judged_by(snapshot(form("lateness", "due", "2027-11-15")))
    )
    assert not are_comparable(judged_by(old), judged_by(own_terms))
    assert not are_comparable(judged_by(old), judged_by(snapshot(form(), ["1.10"])))
    both = [judged_by(snapshot(form(), ["1.10"])) for _year in range(2)]
    assert are_comparable(*both)


@pytest.mark.django_db
def test_a_copy_has_its_days_in_the_new_year_and_is_comparable(scope, town):
    runner = make_person("ranking_manager", town.root, full_name="Trịnh Thường Trực")
    old = frameworks.bring_in(form(), actor=runner)
    frameworks.publish(old.pk, actor=runner)
    made = as_rules(frameworks.copy(old.pk, actor=runner, code="mau-2027", year=2027))
    assert made.lateness.due == dt.date(2027, 11, 15)
    assert (made.data_window.first, made.data_window.last) == (
        dt.date(2027, 1, 1), dt.date(2027, 12, 31),
    )  # fmt: skip
    assert [step.day for step in made.schedule] == [dt.date(2027, 10, 30)]
    assert are_comparable(form(), made)

"""Files of every sort are looked at: what cannot be kept is a sentence, never a failure."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.db.models import DecimalField
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import DomainError
from organizations.models import User
from ranking.models import Criterion, Framework, Remit, Standing
from ranking.rules import storing
from ranking.rules.faults import Faulty
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.rules.storing import storing_faults
from ranking.rules.yaml_files import Dumper, read_framework, yaml
from ranking.services import council, frameworks
from ranking.wording import sentence_of
from tenancy.scope import tenant_scope
from tests.people import make_person
from tests.ranking.years import FORM, make_year

PATH = "/xep-hang/bo-tieu-chi/nap/"
NINES = "9" * 15
LEAF = ("areas", 0, "criteria", 0)
EXTREMES = [  # where, what, the code of its fault
    (("code",), "m" * 41, "too_long"),
    (("code",), "mã 2026", "not_a_code"),
    (("code",), '../"x', "not_a_code"),
    (("name",), "n" * 301, "too_long"),
    (("year",), "99999", "year_out_of_range"),
    (("year",), "1999", "year_out_of_range"),
    (("year",), NINES, "year_out_of_range"),
    (("decision",), "d" * 301, "too_long"),
    (("source",), ["s" * 500, "s" * 500], "too_long"),
    (("scale", "maximum"), NINES, "too_many_digits"),
    (("scale", "maximum"), "100." + "0" * 20 + "1", "too_many_digits"),
    (("scale", "floor"), f"-{NINES}", "too_many_digits"),
    (("lateness", "deduction"), NINES, "too_many_digits"),
    (("lateness", "due"), "0001-01-01", "not_a_day"),
    (("lateness", "due"), "9999-12-31", "not_a_day"),
    (("data_window",), {"from": "2026-12-31", "to": "2026-01-01"}, "days_backwards"),
    (("groups", 0, "code"), "g" * 21, "too_long"),
    (("groups", 0, "code"), "", "no_value"),
    (("groups", 0, "code"), "so, ban", "group_of_several"),
    (("groups", 0, "code"), "1;2", "group_of_several"),
    (("classes", 0, "label"), "l" * 61, "too_long"),
    ((*LEAF, "code"), "1." + "9" * 29, "too_long"),
    ((*LEAF, "title"), "t" * 1001, "too_long"),
    ((*LEAF, "title"), "", "no_value"),
    ((*LEAF, "title"), "a\0b", "strange_sign"),
    ((*LEAF, "rule", "a"), "a\0b", "strange_sign"),
    ((*LEAF, "title"), "a\ud800b", "strange_sign"),
    ((*LEAF, "max"), NINES, "too_many_digits"),
    ((*LEAF, "max"), "0." + "1" * 21, "too_many_digits"),
    ((*LEAF, "weight"), "123456789", "too_many_digits"),
    ((*LEAF, "weight"), "0.33333", "too_many_digits"),
    ((*LEAF, "evidence"), "e" * 2001, "too_long"),
    ((*LEAF, "verifier"), "v" * 301, "too_long"),
    ((*LEAF, "groups"), ["g" * 21], "too_long"),
    ((*LEAF, "measure"), "m" * 61, "too_long"),
    ((*LEAF, "source"), "s" * 501, "too_long"),
    ((*LEAF, "gap"), "g" * 501, "too_long"),
    (("areas",), [], "missing_key"),
    (("areas",), [{"code": str(place), "title": "x"} for place in range(3_001)], "too_many_nodes"),
]  # fmt: skip


def form(path, value):
    data = copy.deepcopy(FORM)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def codes(data) -> list[str]:
    try:
        return [fault.code for fault in storing_faults(read(Content, data))]
    except Faulty as wrong:
        return [fault.code for fault in wrong.faults]


@pytest.mark.parametrize(("path", "value", "code"), EXTREMES)
def test_what_the_portal_cannot_keep_is_found(path, value, code):
    assert code in codes(form(path, value))


def test_the_limits_are_those_of_the_columns():
    def longest(model: type[models.Model], name: str) -> int:
        return model._meta.get_field(name).max_length

    def digits(model: type[models.Model], name: str) -> tuple[int, int]:
        field = model._meta.get_field(name)
        assert isinstance(field, DecimalField)
        return field.max_digits - field.decimal_places, field.decimal_places

    assert {key: longest(Framework, key) for key in storing.LONGEST} == storing.LONGEST
    assert {key: longest(Criterion, key) for key in storing.LONGEST_OF_NODE} == (
        storing.LONGEST_OF_NODE
    )
    assert longest(Standing, "label") == storing.LONGEST_LABEL
    assert longest(Standing, "group") == longest(Remit, "group") == storing.LONGEST_GROUP
    assert digits(Criterion, "maximum") == digits(Standing, "total") == storing.DIGITS
    assert digits(Criterion, "weight") == storing.DIGITS_OF_WEIGHT


@pytest.fixture
def runner(province, town):
    with tenant_scope(province):
        return make_person("ranking_manager", town.root, full_name="Trịnh Thường Trực")


def file_of(data) -> bytes:
    return yaml.dump(data, Dumper=Dumper, allow_unicode=True).encode()


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "value", "code"), EXTREMES)
def test_a_file_with_it_is_answered_with_a_sentence(client, province, runner, path, value, code):
    client.sign_in(runner)
    content = file_of(form(path, value))
    sent = {"file": SimpleUploadedFile("x.yaml", content)}
    assert client.post(PATH, sent).status_code == 422
    again = client.post(PATH, {"text": content.decode(), "act": "store"})
    assert again.status_code == 422
    with tenant_scope(province):
        assert not Framework.objects.exists()
        with pytest.raises((DomainError, Faulty)):  # the second while it is read
            frameworks.bring_in(read(Content, form(path, value)), actor=runner)


LARGEST = [  # exactly what still fits
    (("code",), "m" * 40), (("name",), "n" * 300), (("year",), "2100"),
    (("decision",), "d" * 300), (("source",), ["s" * 499, "s" * 500]),
    ((*LEAF, "code"), "1." + "9" * 28), ((*LEAF, "title"), "t" * 1000),
    ((*LEAF, "max"), "9999999999.99999999999999999999"), ((*LEAF, "weight"), "9999.9999"),
    ((*LEAF, "evidence"), "e" * 2000), ((*LEAF, "groups"), ["g" * 20]),
]  # fmt: skip


@pytest.mark.django_db
def test_what_just_fits_is_kept_to_the_last_sign(scope, town):
    runner = make_person("ranking_manager", town.root, full_name="Trịnh Thường Trực")
    for path, value in LARGEST:
        data = form(path, value)
        made = frameworks.bring_in(read(Content, data), actor=runner)
        made.refresh_from_db()
        wanted = read(Content, data)
        stored = frameworks.as_rules(made)
        leaves = [
            {each.code: each for each in one.nodes() if not getattr(each, "children", ())}
            for one in (stored, wanted)
        ]
        assert leaves[0] == leaves[1]  # areas hold theirs in the order of codes
        assert replace(stored, areas=()) == replace(wanted, areas=())


texts = st.text(st.characters(codec="utf-8"), max_size=50)
scraps = st.recursive(
    st.none() | st.booleans() | texts | st.integers(-(10**20), 10**20).map(str)
    | st.decimals(allow_nan=False, allow_infinity=False).map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
places = st.sampled_from([
    *(path for path, _value, _code in EXTREMES), (*LEAF, "rule"), (*LEAF, "rule", "full_at"),
    ("areas", 0), ("areas", 0, "criteria", 1, "rule", "options"), ("classes",), ("groups",),
    ("schedule",), ("council",), ("scale",), ("lateness",), ("lateness", "grace_days"),
])  # fmt: skip


@given(places, scraps)
def test_whatever_stands_in_a_file_is_a_framework_or_a_list_of_sentences(path, value):
    try:
        content = read(Content, form(path, value))
    except Faulty as wrong:
        found = wrong.faults
        assert found
    else:
        found = storing_faults(content)
    assert all(sentence_of(fault) for fault in found)


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=places, value=scraps)
def test_what_has_no_fault_is_stored(scope, town, path, value):
    try:
        content = read_framework(file_of(form(path, value)))
    except Faulty:
        return
    if storing_faults(content):
        return
    runner = User.objects.filter(full_name="Trịnh Thường Trực").first() or make_person(
        "ranking_manager", town.root, full_name="Trịnh Thường Trực"
    )
    made = frameworks.bring_in(content, actor=runner)
    made.refresh_from_db()
    assert {node.code for node in frameworks.as_rules(made).nodes()} == {
        node.code for node in content.nodes()
    }


@pytest.mark.django_db
def test_points_that_no_row_keeps_are_refused_where_they_are_typed():
    rule = frameworks.rules.parse_rule({"type": "deduction", "each": "1"}, Decimal(0))
    with pytest.raises(Faulty) as refused:
        rule.score({"count": NINES})
    assert refused.value.faults[0].where == ("count",)


@pytest.mark.django_db
def test_who_sits_in_a_council_opens_the_framework_of_his_year_and_no_other(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        guest = make_person("counter", town.agency, full_name="Khách Mời")
        other = frameworks.bring_in(read(Content, {**FORM, "code": "khac"}), actor=year.runner)
    client.sign_in(guest)
    page = f"/xep-hang/bo-tieu-chi/{year.framework.pk}/"
    assert client.get(page).status_code == 404
    with tenant_scope(province):
        council.seat(year.cycle.pk, actor=year.runner, username=guest.username, part="support")
    seen = client.get(page)
    assert seen.status_code == 200
    assert "xin-y-kien" not in seen.text  # nothing of who runs it
    assert client.get("/xep-hang/bo-tieu-chi/").status_code == 200
    assert client.get(f"/xep-hang/bo-tieu-chi/{other.pk}/").status_code == 404
    assert client.post(f"{page}cong-bo/").status_code == 403
    with tenant_scope(province):
        council.unseat(year.cycle.pk, actor=year.runner, person_id=guest.pk)
    assert client.get(page).status_code == 404

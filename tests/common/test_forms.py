"""Forms: Vietnamese dates, numbers and money; one spelling; messages that name the field."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal

import pytest
from django import forms
from django.contrib.auth.models import Group
from django.http import QueryDict
from django.template import Context, Template
from django.utils import translation

from common.forms import DecimalCommaField, Form, MoneyField, VietnameseDateField


class Sample(Form):
    name = forms.CharField(label="Full name", help_text="As on the identity card")
    born_on = VietnameseDateField(label="Birth date")
    points = DecimalCommaField(label="Own score")
    fee_vnd = MoneyField(label="Fee", required=False)
    kind = forms.ChoiceField(label="CCCD kind", choices=[("a", "A")], widget=forms.RadioSelect)
    seen = forms.BooleanField(label="Papers seen")


GOOD = {"name": "An", "born_on": "3/11/2026", "points": "4,5", "kind": "a", "seen": "on"}


def filled(**changes):
    return Sample(GOOD | changes)


@pytest.mark.parametrize(
    "typed",
    ["03/04/2026", "3/4/2026", "3.4.2026", "3-4-2026", "03042026", " 3 4 2026 ", "2026-04-03"],
)
def test_the_day_always_comes_before_the_month(typed):
    form = filled(born_on=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born_on"] == date(2026, 4, 3)


@pytest.mark.parametrize("typed", ["31/02/2026", "29/02/2025", "13/13/2026", "0/1/2026"])
def test_a_day_that_does_not_exist_is_a_field_error(typed):
    form = filled(born_on=typed)
    with translation.override("en"):
        assert form.errors["born_on"] == [f"There is no day {typed}. Enter a date like 03/11/2026."]


@pytest.mark.parametrize("typed", ["31/12/9999", "1/1/0001", "22/11/0206", "31/12/1899"])
def test_a_year_that_can_only_be_a_slip_of_the_keys_is_a_field_error(typed):
    form = filled(born_on=typed)
    with translation.override("en"):
        assert form.errors["born_on"] == [
            f"Check the year of {typed}. Enter a date like 03/11/2026."
        ]


@pytest.mark.parametrize("typed", ["hôm qua", "3/4/26", "3/4", "٣/٤/٢٠٢٦", "1/1/20260"])
def test_what_is_not_a_date_is_a_field_error(typed):
    assert "born_on" in filled(born_on=typed).errors


def test_a_date_is_shown_day_first_in_every_language():
    for language in ("vi", "en"):
        with translation.override(language):
            html = str(Sample(initial={"born_on": date(2026, 4, 3)})["born_on"])
        assert 'value="03/04/2026"' in html
        assert 'inputmode="numeric"' in html
        assert 'type="text"' in html


@pytest.mark.parametrize(
    ("typed", "number"), [("4,5", "4.5"), ("4.5", "4.5"), ("-3", "-3"), (" 7 ", "7")]
)
def test_one_comma_or_one_point_is_the_decimal_mark(typed, number):
    form = filled(points=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["points"] == Decimal(number)


@pytest.mark.parametrize(
    "typed", ["1.234,5", "1,234.5", "4,,5", "1 000", "NaN", "1e3", "Infinity", ",5"]
)
def test_a_number_with_two_marks_is_refused(typed):
    assert "points" in filled(points=typed).errors


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("20000", 20000),
        ("20.000", 20000),
        ("20,000", 20000),
        ("20 000 đ", 20000),
        ("1.234.567 đồng", 1234567),
        ("0", 0),
        ("", None),
    ],
)
def test_money_is_whole_dong_however_it_is_grouped(typed, amount):
    form = filled(fee_vnd=typed)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["fee_vnd"] == amount


@pytest.mark.parametrize(
    "typed",
    ["-5", "20.00", "20.000,5", "10.000.000.000.001", "9" * 5000, "1.2345", "hai mươi nghìn"],
)
def test_what_is_not_an_amount_is_refused(typed):
    assert "fee_vnd" in filled(fee_vnd=typed).errors


def test_every_text_arrives_in_nfc_but_a_password_as_it_was_typed():
    class Login(Form):
        name = forms.CharField()
        password = forms.CharField()

    typed = unicodedata.normalize("NFD", "Nguyễn")
    data = QueryDict(mutable=True)
    data.setlist("name", [typed])
    data.setlist("password", [typed])
    form = Login(data)
    assert form.is_valid()
    assert form.cleaned_data == {"name": "Nguyễn", "password": typed}


def test_a_missing_field_is_named_and_says_what_to_do():
    with translation.override("en"):
        errors = Sample({}).errors
    assert errors["name"] == ["Enter full name."]
    assert errors["kind"] == ["Choose CCCD kind."]
    assert errors["seen"] == ["Tick the box “Papers seen”."]


def test_a_wrong_field_is_tied_to_its_error_and_help_for_screen_readers():
    html = str(Sample({})["name"].as_field_group())
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert " required" not in html


def test_only_what_may_stay_empty_is_marked():
    with translation.override("en"):
        assert "(optional)" in Sample()["fee_vnd"].as_field_group()
        assert "(optional)" not in Sample()["name"].as_field_group()


def test_the_error_summary_links_to_each_field():
    page = Template("{% error_summary form %}")
    with translation.override("en"):
        html = page.render(Context({"form": Sample({"name": "An"})}))
    assert 'href="#id_born_on"' in html
    assert 'href="#id_kind_0"' in html
    assert "Fix 4 items" in html
    assert page.render(Context({"form": Sample()})).strip() == ""


def test_a_whole_form_is_drawn_by_our_parts():
    html = str(Sample())
    assert html.count('class="field') >= 6
    assert "<p>" not in html


def test_an_empty_choice_speaks_in_words_instead_of_dashes(db):
    class Pick(Form):
        kind = forms.ModelChoiceField(queryset=Group.objects.none())
        other = forms.ModelChoiceField(queryset=Group.objects.none(), required=False)

    with translation.override("vi"):
        html = str(Pick())
    assert "Chọn…" in html
    assert "Không chọn" in html
    assert "---" not in html


@pytest.mark.parametrize(("stored", "shown"), [("5.00", "5"), ("4.50", "4,5"), ("10.00", "10")])
def test_a_number_is_shown_without_noughts_behind_the_comma(stored, shown):
    with translation.override("vi"):
        assert DecimalCommaField().prepare_value(Decimal(stored)) == shown


def test_a_day_that_is_one_already_is_looked_at_too():
    """As a cell of an Excel file has it."""
    field = VietnameseDateField()
    assert field.clean(datetime(2026, 11, 3, 8)) == date(2026, 11, 3)
    with pytest.raises(forms.ValidationError, match="31/12/9999"):
        field.clean(date(9999, 12, 31))

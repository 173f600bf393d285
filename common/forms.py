"""Form parts that every app uses: one spelling of letters, Vietnamese dates, numbers and money."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.forms.renderers import TemplatesSetting
from django.http import QueryDict
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from common.money import LARGEST_VND, parse_vnd
from common.text import nfc
from common.working_time import YEARS

CHOOSE = gettext_lazy("Choose…")  # the empty line above the choices
_NONE_CHOSEN = gettext_lazy("None")
_DASHES = "---------"  # Django's
_DAY_FIRST = re.compile(r"([0-9]{1,2})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{4})")
_DIGITS_ONLY = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_ONE_MARK = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


class Renderer(TemplatesSetting):
    """FORM_RENDERER: labels, help and errors in our markup (``{{ form.name.as_field_group }}``)."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"


def _normalised(data: Any) -> Any:
    """The same data with every text in NFC; passwords stay as they were typed."""
    if not isinstance(data, QueryDict):
        return {key: nfc(v) if isinstance(v, str) else v for key, v in data.items()}
    copy = data.copy()
    for key, values in data.lists():
        if "password" not in key:
            copy.setlist(key, [nfc(value) for value in values])
    return copy


class _House(forms.BaseForm):
    """NFC input, no colon after labels, no browser messages, "Enter <label>." where empty."""

    use_required_attribute = False

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(None if data is None else _normalised(data), *args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == _DASHES:
                field.empty_label = CHOOSE if field.required else _NONE_CHOSEN  # type: ignore[assignment]

    def full_clean(self) -> None:
        """Name the field in the message when it is missing."""
        if self.is_bound:
            for name, field in self.fields.items():
                _name_the_field(field, str(self[name].label))
        super().full_clean()


def _name_the_field(field: forms.Field, label: str) -> None:
    default = forms.Field.default_error_messages["required"]
    if field.error_messages.get("required") != default:
        return
    words = label[:1].lower() + label[1:] if label[1:2].islower() else label
    if isinstance(field, forms.BooleanField):
        sentence = _("Tick the box “%(field)s”.") % {"field": label}
    elif isinstance(field, forms.FileField) or hasattr(field, "choices"):
        sentence = _("Choose %(field)s.") % {"field": words}
    else:
        sentence = _("Enter %(field)s.") % {"field": words}
    field.error_messages["required"] = sentence


class Form(_House, forms.Form):
    """Base of every form of ours."""


@contextmanager
def refusals_in(form: forms.BaseForm) -> Iterator[None]:
    """What a service refuses inside is a fault of the form, which is then shown again (422).

    For forms of more than one sentence: all that was typed and every staged file stays, where the
    page of a refusal (409) would lose it. The service rolls back by itself.
    """
    try:
        yield
    except DomainError as error:
        form.add_error(None, str(error))


class ModelForm(_House, forms.ModelForm):  # type: ignore[type-arg]
    """Base of every model form of ours."""


class VietnameseDateField(forms.DateField):
    """A date typed as day/month/year, also 3.11.2026 and 03112026; never month first.

    A plain text box: the browser's date picker shows mm/dd on an English Windows.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": gettext_lazy("Enter a date like 03/11/2026."),
        "no_such_day": gettext_lazy("There is no day %(value)s. Enter a date like 03/11/2026."),
        "no_such_year": gettext_lazy("Check the year of %(value)s. Enter a date like 03/11/2026."),
    }

    def to_python(self, value: Any) -> date | None:
        """The date, or a sentence that names the wrong one."""
        if value in self.empty_values:
            return None
        if isinstance(value, date):
            the_day = value.date() if isinstance(value, dt.datetime) else value
            return self._of_our_time(the_day, the_day.strftime("%d/%m/%Y"))
        text = str(value).strip()
        if found := _DAY_FIRST.fullmatch(text) or _DIGITS_ONLY.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
        elif found := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
        else:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        try:
            the_day = date(year, month, day)
        except ValueError as error:
            raise ValidationError(
                self.error_messages["no_such_day"], code="invalid", params={"value": text}
            ) from error
        return self._of_our_time(the_day, text)

    def _of_our_time(self, day: date, text: str) -> date:
        if day.year not in YEARS:
            raise ValidationError(
                self.error_messages["no_such_year"], code="invalid", params={"value": text}
            )
        return day

    def prepare_value(self, value: Any) -> Any:
        """03/11/2026, whatever the language of the page."""
        return value.strftime("%d/%m/%Y") if isinstance(value, date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dates, not their spelling."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Number pad on a phone; no suggestions of dates typed before."""
        return super().widget_attrs(widget) | {
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": _("dd/mm/yyyy"),
            "class": "input-date",
        }


class DecimalCommaField(forms.DecimalField):
    """A number with one comma or one point as its mark: 4,5 = 4.5. Thousands marks are refused."""

    widget = forms.TextInput
    default_error_messages = {"invalid": gettext_lazy("Enter a number like 4,5.")}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The number; 1.234,5 is a question, not a number."""
        if isinstance(value, str) and value.strip():
            if not _ONE_MARK.fullmatch(value.strip()):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.strip().replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """With the mark of the page's language, and no noughts behind it: 5, not 5,00."""
        if not isinstance(value, Decimal | float):
            return value
        exact = Decimal(str(value))
        whole = exact == exact.to_integral_value()
        return number_format(exact.quantize(Decimal(1)) if whole else exact.normalize())

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Decimal pad on a phone."""
        return super().widget_attrs(widget) | {"inputmode": "decimal", "class": "input-number"}


class MoneyField(forms.IntegerField):
    """Whole dong: 20000, 20.000 and "20 000 đ" are the same. Returns int (VND)."""

    widget = forms.TextInput
    default_error_messages = {"invalid": gettext_lazy("Enter an amount in dong, like 20.000.")}
    default_validators = [
        MaxValueValidator(LARGEST_VND, gettext_lazy("The amount is too large: check the zeros."))
    ]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, **kwargs)

    def to_python(self, value: Any) -> int | None:
        """The amount without marks and unit."""
        if isinstance(value, str) and value.strip():
            value = parse_vnd(value)
            if value is None:
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """With dots between the thousands."""
        return f"{value:,}".replace(",", ".") if isinstance(value, int) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Number pad on a phone."""
        return super().widget_attrs(widget) | {"inputmode": "numeric", "class": "input-number"}


LONGEST_PERIOD = dt.timedelta(days=366)


class PeriodForm(Form):
    """Days from and to, both included, at most a year; they live in the address."""

    backwards: Any = gettext_lazy("The last day must not be before the first.")
    too_long: Any = gettext_lazy("Choose a period of one year at most.")
    tu_ngay = VietnameseDateField(label=gettext_lazy("From"))
    den_ngay = VietnameseDateField(label=gettext_lazy("To day"))

    def __init__(self, data: Any, *, of_year: bool = False, **wanted: str) -> None:
        """Without days, this month (or this year) until today; `wanted` is what else the address
        says when it is silent."""
        today, full = timezone.localdate(), data.copy()
        first = today.replace(month=1, day=1) if of_year else today.replace(day=1)
        full.setdefault("tu_ngay", f"{first:%d/%m/%Y}")
        full.setdefault("den_ngay", f"{today:%d/%m/%Y}")
        for name, value in wanted.items():
            full.setdefault(name, value)
        super().__init__(full)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("tu_ngay"), data.get("den_ngay")
        if first and last and first > last:
            self.add_error("den_ngay", self.backwards)
        elif first and last and last - first > LONGEST_PERIOD:
            self.add_error("den_ngay", self.too_long)
        return data

    @property
    def period(self) -> tuple[dt.date, dt.date]:
        return self.cleaned_data["tu_ngay"], self.cleaned_data["den_ngay"]

"""Forms of the catalogue: search, a procedure's content, publishing, withdrawing, a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import DecimalCommaField, Form, MoneyField, VietnameseDateField
from common.working_time import Limit
from files.forms import UploadField, upload_as
from onestop.models import Channel, Level, LimitUnit, ProcedureState
from onestop.rules.import_procedures import CODE
from onestop.rules.import_table import MOST_BYTES
from onestop.services.catalogue import ChannelData, ComponentData, Content
from organizations.models import User


class ShortText(forms.Textarea):
    """A few lines."""

    def __init__(self) -> None:
        super().__init__(attrs={"rows": 3})


ALL: list[tuple[str, Any]] = [("", gettext_lazy("All"))]


class CatalogueSearchForm(Form):
    """Filters of the list."""

    q = forms.CharField(label=gettext_lazy("Code, name or field"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[*ALL, *ProcedureState.choices]
    )


class ProcedureForm(Form):
    """The facts of a version. The code is asked once, when the procedure is made."""

    code = forms.CharField(label=gettext_lazy("Procedure code"), max_length=8)
    name = forms.CharField(label=gettext_lazy("Procedure"), max_length=1000, widget=ShortText)
    field = forms.CharField(label=gettext_lazy("Field (of administration)"), max_length=300)
    level = forms.ChoiceField(label=gettext_lazy("Level"), choices=Level.choices)
    agency_name = forms.CharField(label=gettext_lazy("Competent agency"), max_length=200)
    units = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Competent units"), coerce=int, required=False,
        widget=forms.SelectMultiple(attrs={"size": 10}),
    )  # fmt: skip
    every_commune = forms.BooleanField(label=gettext_lazy("Every commune"), required=False)
    result_name = forms.CharField(label=gettext_lazy("Result"), max_length=1000, required=False)
    result_code = forms.CharField(label=gettext_lazy("Result code"), max_length=30, required=False)
    publishing_decision = forms.CharField(
        label=gettext_lazy("Publishing decision"), max_length=200, required=False
    )
    legal_basis = forms.CharField(
        label=gettext_lazy("Legal basis"),
        max_length=2000,
        required=False,
        widget=ShortText,
    )
    source = forms.CharField(label=gettext_lazy("Source"), max_length=500, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=2000,
        required=False,
        widget=ShortText,
    )

    def __init__(
        self,
        *args: Any,
        units: list[tuple[int, str]],
        is_new: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].choices = units  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["code"]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not CODE.fullmatch(code):
            raise ValidationError(_("Not a procedure code. It looks like 1.004194."))
        return code


class ChannelForm(Form):
    """Limit and fee of one channel."""

    is_open = forms.BooleanField(required=False)
    limit_amount = DecimalCommaField(
        label=gettext_lazy("Processing time limit"), required=False, min_value=Decimal(0),
        max_digits=8, decimal_places=2,
    )  # fmt: skip
    limit_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=LimitUnit.choices)
    cutoff = forms.TimeField(
        label=gettext_lazy("Received after this hour: from the next working day"),
        required=False, widget=forms.TimeInput(format="%H:%M"),
    )  # fmt: skip
    fee_vnd = MoneyField(label=gettext_lazy("Fee"), required=False)
    fee_per = forms.CharField(label=gettext_lazy("Fee per"), max_length=100, required=False)
    fee_second_from = forms.IntegerField(
        label=gettext_lazy("Other fee from number"),
        required=False,
        min_value=2,
        max_value=1_000_000,
    )
    fee_second_vnd = MoneyField(label=gettext_lazy("Other fee"), required=False)
    fee_ceiling_vnd = MoneyField(label=gettext_lazy("At most"), required=False)
    fee_note = forms.CharField(label=gettext_lazy("Fee note"), max_length=300, required=False)

    def __init__(self, *args: Any, channel: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"channel{channel}", **kwargs)
        self.channel = channel
        self.fields["is_open"].label = Channel(channel).label

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("is_open"):
            return cleaned
        amount, unit = cleaned.get("limit_amount"), cleaned.get("limit_unit")
        if unit == LimitUnit.SAME_DAY:
            cleaned["limit_amount"] = Decimal(0)
        elif not amount and "limit_amount" not in self.errors:
            self.add_error("limit_amount", _("Enter the limit, or choose “within the day”."))
        elif amount and unit:
            self._check_limit(amount, unit)
        second = (cleaned.get("fee_second_from"), cleaned.get("fee_second_vnd"))
        if (second[0] is None) != (second[1] is None):
            self.add_error("fee_second_vnd", _("Enter both: from which number, and the fee."))
        return cleaned

    def _check_limit(self, amount: Decimal, unit: str) -> None:
        try:
            Limit(amount, unit)  # type: ignore[arg-type]
        except ValueError:
            words = _("This limit is not possible in this unit: too long, or a fraction of a day.")
            self.add_error("limit_amount", words)

    def data_of(self) -> ChannelData:
        values = {k: v for k, v in self.cleaned_data.items() if k != "is_open"}
        return ChannelData(channel=self.channel, **values)


class ComponentForm(Form):
    """One paper. An empty row is left out."""

    order = forms.IntegerField(
        label=gettext_lazy("Order"), required=False, min_value=1, max_value=999
    )
    name = forms.CharField(label=gettext_lazy("Paper"), max_length=500)
    originals = forms.IntegerField(
        label=gettext_lazy("Originals"), min_value=0, max_value=99, initial=0
    )
    copies = forms.IntegerField(label=gettext_lazy("Copies"), min_value=0, max_value=99, initial=0)
    is_required = forms.BooleanField(label=gettext_lazy("Required"), required=False, initial=True)
    form_name = forms.CharField(label=gettext_lazy("Form"), max_length=200, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)
    is_sample = forms.BooleanField(required=False, widget=forms.HiddenInput)
    upload = UploadField(label=gettext_lazy("Blank form to download"), required=False)
    drop_blank = forms.BooleanField(label=gettext_lazy("Take the form away"), required=False)
    blank_form_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, blanks: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        upload_as(user, self)
        self.blanks = blanks
        value = self["blank_form_id"].value()
        self.blank_name = blanks.get(int(value), "") if str(value or "").isdigit() else ""
        if not self.blank_name:
            del self.fields["drop_blank"]

    def clean_blank_form_id(self) -> int | None:
        """Only forms that hang on the version already: a number names no other file."""
        value: int | None = self.cleaned_data["blank_form_id"]
        return value if value in self.blanks else None

    @property
    def blank(self) -> int | None:
        """The new upload, else the one that is there, unless it was taken away."""
        if self.cleaned_data["upload"]:
            new: int = self.cleaned_data["upload"][0]
            return new
        kept: int | None = self.cleaned_data["blank_form_id"]
        return None if self.cleaned_data.get("drop_blank") else kept


ComponentFormSet = forms.formset_factory(
    ComponentForm, extra=3, can_delete=True, max_num=100, validate_max=True, absolute_max=120
)


class ProcedureForms:
    """The three parts of the page as one: facts, channels, papers."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        content: Content | None,
        units: list[tuple[int, str]],
        communes: list[int],
        user: User,
        files: MultiValueDict[str, UploadedFile[Any]] | None = None,
        blanks: Mapping[int, str] | None = None,
    ) -> None:
        self.communes = communes
        known = {pk for pk, _name in units}
        self.kept_units = [pk for pk in content.unit_ids if pk not in known] if content else []
        facts = {**content.facts, "units": list(content.unit_ids)} if content else {}
        self.is_sample = bool(facts.get("is_sample"))
        self.form = ProcedureForm(data, initial=facts, units=units, is_new=content is None)
        rows = {each.channel: vars(each) | {"is_open": True} for each in content.channels} if (
            content
        ) else {}  # fmt: skip
        self.channels = [
            ChannelForm(data, channel=channel.value, initial=rows.get(channel.value, {}))
            for channel in Channel
        ]
        papers = content.components if content else []
        self.papers = ComponentFormSet(
            data,
            files,
            prefix="papers",
            form_kwargs={"user": user, "blanks": blanks or {}},
            initial=[
                vars(each) | {"order": n, "form_name": each.template_name}
                for n, each in enumerate(papers, start=1)
            ],
        )

    @property
    def all(self) -> list[Any]:
        return [self.form, *self.channels, *self.papers.forms]

    @property
    def is_bound(self) -> bool:
        return self.form.is_bound

    def is_valid(self) -> bool:
        """Ask each part, so that all faults are shown at once."""
        answers = [each.is_valid() for each in (self.form, *self.channels)]
        return self.papers.is_valid() and all(answers)

    def content(self) -> Content:
        """What was typed. Units that are closed today stay where they were."""
        cleaned = dict(self.form.cleaned_data)
        cleaned.pop("code", None)
        units = {*cleaned.pop("units"), *self.kept_units}
        if cleaned.pop("every_commune"):
            units |= set(self.communes)
        return Content(
            facts=cleaned | {"is_sample": self.is_sample},
            channels=[each.data_of() for each in self.channels if each.cleaned_data["is_open"]],
            components=self._papers(),
            unit_ids=units,
        )

    def _papers(self) -> list[ComponentData]:
        rows = [
            each.cleaned_data | {"blank_form_id": each.blank}
            for each in self.papers.forms
            if each.cleaned_data and not each.cleaned_data.get("DELETE")
        ]
        rows.sort(key=lambda row: row["order"] or 1000)
        names = ("name", "originals", "copies", "is_required", "note", "is_sample",
                 "blank_form_id")  # fmt: skip
        return [
            ComponentData(**{name: row[name] for name in names}, template_name=row["form_name"])
            for row in rows
        ]


class PublishForm(Form):
    """The first day in force."""

    on = VietnameseDateField(label=gettext_lazy("In force from"))

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if not 2000 <= day.year <= 2100:
            raise ValidationError(_("Enter a day between 2000 and 2100."))
        return day


class WithdrawForm(Form):
    """Why the procedure goes out of force."""

    reason = forms.CharField(
        label=gettext_lazy("Decision or reason"),
        max_length=500,
        widget=ShortText,
    )


class ImportFileForm(Form):
    """A CSV or XLSX file; what is in it is judged by the import itself."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV (UTF-8) or XLSX, at most 20,000 rows."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("The file is larger than 30 MB: divide it."))
        return file

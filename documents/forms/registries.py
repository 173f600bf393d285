"""The form of a registry."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import Form, VietnameseDateField
from common.text import unaccented
from documents.document_types import document_types
from documents.issuing import Numbering
from documents.rules.organ_codes import read_codes
from documents.services.registries import BodyFacts
from organizations import access
from organizations.models import User


class RegistrySearchForm(Form):
    """The filter of the list: words of the name, with or without marks, of the symbol or a code."""

    q = forms.CharField(label=gettext_lazy("Name or code"), required=False, max_length=100)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def narrow(self, registries: Any) -> Any:
        """One query more when something was typed; there are some hundreds at most."""
        words = unaccented(self.cleaned_data.get("q") or "").split()
        if not words:
            return registries
        told = registries.values_list("pk", "name", "symbol", "code", "old_code", "unit__name")
        fitting = [
            pk for pk, *names in told if all(word in unaccented(" ".join(names)) for word in words)
        ]
        return registries.filter(pk__in=fitting)


class BodyForm(Form):
    """What is printed of a body, and how other agencies name it."""

    name = forms.CharField(label=gettext_lazy("Name of the body, as printed"), max_length=200)
    symbol = forms.RegexField(
        r"^[^\s/]+$", label=gettext_lazy("Symbol"), max_length=30,
        help_text=gettext_lazy("In document numbers: SNNMT"),
    )  # fmt: skip
    code = forms.RegexField(
        r"^([A-Y][0-9]{2}(\.[0-9A-Z]+)*|Z[0-9]{2}[0-9A-Z]{0,32})$", max_length=35,
        label=gettext_lazy("Identification code"),
        help_text=gettext_lazy("Such as H32.05.01 (Decision 20/2020/QĐ-TTg)"),
    )  # fmt: skip
    old_code = forms.RegexField(
        r"^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$", max_length=13, required=False,
        label=gettext_lazy("Older identification code"),
        help_text=gettext_lazy("Such as 000.00.05.H32 (QCVN 102:2016), if it has one"),
    )  # fmt: skip
    former_codes = forms.CharField(
        label=gettext_lazy("Former identification codes"), max_length=1_000, required=False,
        help_text=gettext_lazy(
            "Its own from before, and those of bodies that were merged into it, with commas "
            "between. Documents that others send to them come here"
        ),
    )  # fmt: skip
    place = forms.CharField(
        label=gettext_lazy("Place of issue"), max_length=100, required=False,
        help_text=gettext_lazy("Empty: that of its unit"),
    )  # fmt: skip
    superior = forms.CharField(
        label=gettext_lazy("Body above it, on its papers"), max_length=200, required=False
    )
    numbering = forms.ChoiceField(
        label=gettext_lazy("How it counts what it issues"), choices=Numbering.choices,
        required=False,
    )  # fmt: skip
    number_groups = forms.CharField(
        label=gettext_lazy("Groups of types"), max_length=4_000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Only for series by groups: a group in each line, names of types with commas between"
        ),
    )  # fmt: skip
    prints_qr = forms.BooleanField(
        label=gettext_lazy("QR code on its papers"), required=False, initial=True,
        help_text=gettext_lazy(
            "At the foot of the first page; it leads to the page on which everybody checks it"
        ),
    )  # fmt: skip
    valid_from = VietnameseDateField(label=gettext_lazy("From"), required=False)
    valid_to = VietnameseDateField(label=gettext_lazy("Last day"), required=False)

    def clean_former_codes(self) -> tuple[str, ...]:
        try:
            return tuple(read_codes(self.cleaned_data["former_codes"]))
        except ValueError as error:
            raise ValidationError(
                _("%s is no identification code of an agency.") % error
            ) from error

    def clean_numbering(self) -> str:
        return self.cleaned_data["numbering"] or Numbering.BY_TYPE

    def clean_number_groups(self) -> tuple[tuple[str, ...], ...]:
        """Codes of the types of each line; what names no type, or one twice, is told."""
        types = {each.name.casefold(): each for each in document_types().values()}
        lines = [
            [name.strip() for name in line.split(",") if name.strip()]
            for line in self.cleaned_data["number_groups"].splitlines()
        ]
        named = [name for line in lines for name in line]
        for name in named:
            type = types.get(name.casefold())
            if type is None:
                raise ValidationError(_("There is no type of document “%s”.") % name)
            if type.kind == "law":
                raise ValidationError(_("%s has a series of its own by law.") % type.name)
            if type.counted_as != type.code:
                letter = document_types()[type.counted_as].name
                words = {"type": type.name, "other": letter}
                raise ValidationError(_("%(type)s is counted with %(other)s: name that.") % words)
            if [each.casefold() for each in named].count(name.casefold()) > 1:
                raise ValidationError(_("%s stands in two places. One type has one series.") % name)
        return tuple(tuple(types[name.casefold()].code for name in line) for line in lines if line)

    @property
    def facts(self) -> BodyFacts:
        names = BodyFacts.__dataclass_fields__
        return BodyFacts(**{name: self.cleaned_data[name] for name in names})

    def clean(self) -> dict[str, Any]:
        first, last = (self.cleaned_data.get(name) for name in ("valid_from", "valid_to"))
        if first and last and last < first:
            raise ValidationError(_("The last day is before the first."))
        grouped = self.cleaned_data.get("numbering") == Numbering.GROUPS
        if grouped and not self.cleaned_data.get("number_groups", True):
            self.add_error("number_groups", _("Say which types are counted together."))
        return self.cleaned_data


class OpenForm(BodyForm):
    """The same for a new one, in a unit that the person keeps."""

    unit: Any = forms.ModelChoiceField(None, label=gettext_lazy("Unit of its clerks and leaders"))
    field_order = ("unit",)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        units = access.units_visible_to(user, "manage_units")
        open_ones: Any = units.valid_on(timezone.localdate())  # type: ignore[attr-defined]
        self.fields["unit"].queryset = open_ones.in_tree_order()  # type: ignore[attr-defined]


def group_lines(groups: list[list[str]]) -> str:
    """The groups as they are typed."""
    types = document_types()
    return "\n".join(", ".join(types[code].name for code in group) for group in groups)

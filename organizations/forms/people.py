"""Forms about people. Each takes `user`: choices are what that person may see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form, VietnameseDateField
from organizations import access, reach
from organizations import fields as assignable
from organizations.forms.fields import PersonChoice, ReasonForm, UnitChoice, open_units, today
from organizations.models import DelegationReason, Unit, User
from organizations.roles import ROLES


class PersonSearchForm(Form):
    """Filters of the list of people."""

    q = forms.CharField(label=gettext_lazy("Name or e-mail"), required=False)
    don_vi = UnitChoice(
        queryset=None,
        label=gettext_lazy("Unit"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("All"),
    )
    tinh_trang = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("mo", gettext_lazy("Account in use")),
            ("moi", gettext_lazy("Invited")),
            ("khoa", gettext_lazy("Switched off")),
        ],
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["don_vi"].queryset = open_units(user, "view_people")  # type: ignore[attr-defined]


class PersonForm(Form):
    """Name and addresses of a person."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=30, required=False)


class PositionForm(Form):
    """A role in a unit, from a day on."""

    unit = UnitChoice(queryset=None, label=gettext_lazy("Unit"))
    role = forms.ChoiceField(label=gettext_lazy("Role"))
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("As printed under a signature: Trưởng phòng, Chuyên viên …"),
        max_length=100,
        required=False,
    )
    valid_from = VietnameseDateField(label=gettext_lazy("From"), initial=today)
    valid_to = VietnameseDateField(label=gettext_lazy("Until"), required=False)
    is_main = forms.BooleanField(label=gettext_lazy("Main position"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["unit"].queryset = open_units(user, "manage_people")  # type: ignore[attr-defined]
        allowed = reach.GRANTORS[
            "superuser" if reach.is_system_administrator(user) else "agency_admin"
        ]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE),
            *((key, role.name) for key, role in ROLES.items() if key in allowed),
        ]


class InviteForm(PersonForm, PositionForm):
    """A new person with the first position."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        validators=[AbstractUser.username_validator],
        help_text=gettext_lazy("Small letters without marks, such as nguyen.van.an"),
    )
    field_order = ("full_name", "username", "email", "phone", "unit", "role", "title", "valid_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["valid_to"], self.fields["is_main"]

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).lower()


class DayForm(Form):
    """The last day of something."""

    on = VietnameseDateField(label=gettext_lazy("Last day"), initial=today)


class FieldForm(Form):
    """A deputy's standing field."""

    unit = UnitChoice(queryset=None, label=gettext_lazy("Unit"))
    field = forms.ChoiceField(
        label=gettext_lazy("Field (of administration)"),
        help_text=gettext_lazy(
            "Of the published procedures. From the first day of a field on, a leader decides in "
            "the fields in force only, also when none is left; you can lift that on his page."
        ),
    )  # fmt: skip
    valid_from = VietnameseDateField(label=gettext_lazy("From"), initial=today)
    valid_to = VietnameseDateField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = open_units(user, "manage_people")  # type: ignore[attr-defined]
        self.fields["field"].choices = [  # type: ignore[attr-defined]
            ("", CHOOSE), *((name, name) for name in assignable.choosable()),
        ]  # fmt: skip


class DelegationForm(Form):
    """A head lets another person act for him."""

    unit = UnitChoice(queryset=None, label=gettext_lazy("Unit"))
    receiver = PersonChoice(queryset=None, label=gettext_lazy("Delegated to"))
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=DelegationReason)
    note = forms.CharField(label=gettext_lazy("Decision or explanation"), max_length=255)
    valid_from = VietnameseDateField(label=gettext_lazy("From"), initial=today)
    valid_to = VietnameseDateField(label=gettext_lazy("Until"))

    def __init__(self, *args: Any, giver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.none()
        lends = {grant.path for grant in access.grants_of(giver) if not grant.delegation_id}
        if lends:
            units = access.units_visible_to(giver, "approve_dossiers").order_by("path")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        people = access.people_visible_to(giver, "view_people").filter(is_active=True)
        self.fields["receiver"].queryset = people.exclude(pk=giver.pk).order_by("sort_key", "pk")  # type: ignore[attr-defined]


class DisableForm(ReasonForm):
    has_left = forms.BooleanField(
        label=gettext_lazy("The person has left: end all positions and delegations today"),
        required=False,
    )


class UploadForm(Form):
    file = forms.FileField(label=gettext_lazy("Excel file (.xlsx)"))

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if not found.name.lower().endswith(".xlsx"):
            raise ValidationError(_("Choose an Excel file that ends in .xlsx."))
        if found.size > 2 * 1024 * 1024:
            raise ValidationError(_("The file is larger than 2 MB. Split it."))
        return found


class ProfileForm(Form):
    """What a person sets for himself."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("vi", "Tiếng Việt"), ("en", "English")]
    )
    wants_digest = forms.BooleanField(label=gettext_lazy("Daily digest by e-mail"), required=False)
    shortcuts_on = forms.BooleanField(
        label=gettext_lazy("Keyboard shortcuts of one letter"), required=False
    )

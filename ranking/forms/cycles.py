"""Forms of a year: its dates, its units, its council."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.forms import Form, VietnameseDateField
from files.forms import UploadField, upload_as
from organizations.models import Unit, User
from ranking.models import DATES, Cycle, Framework, Part
from ranking.services.cycles import CycleFacts, EnrolFacts

WITHOUT_GROUP = "*"  # where the framework has no groups, all units are one


@dataclass(frozen=True)
class Choices:
    """What the person may choose from: rows that he sees."""

    framework: QuerySet[Framework]
    owner: QuerySet[Unit]
    standing_unit: QuerySet[Unit]
    parent: QuerySet[Cycle]


class CycleForm(Form):
    """A year as the decision names it."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    name = forms.CharField(label=_("Name"), max_length=300)
    framework = forms.ModelChoiceField(label=_("Criteria set"), queryset=Framework.objects.none())
    owner = forms.ModelChoiceField(label=_("The year belongs to"), queryset=Unit.objects.none())
    standing_unit = forms.ModelChoiceField(label=_("Standing body"), queryset=Unit.objects.none())
    parent = forms.ModelChoiceField(
        label=_("Rolls up into the year of"), queryset=Cycle.objects.none(), required=False
    )
    data_from = VietnameseDateField(label=_("Data from"))
    data_to = VietnameseDateField(label=_("Data until"))
    children_due = VietnameseDateField(label=_("Units below assessed before"), required=False)
    due = VietnameseDateField(label=_("Self-assessment due"))
    appeals_due = VietnameseDateField(label=_("Appeals until"), required=False)
    publish_due = VietnameseDateField(label=_("Published before"), required=False)
    appraisers = forms.TypedChoiceField(
        label=_("Appraisers of each criterion"), coerce=int, choices=[(1, "1"), (2, "2")]
    )

    def __init__(self, choices: Choices, *args: Any, cycle: Cycle | None = None, **kw: Any) -> None:
        super().__init__(*args, **kw)
        for name, rows in vars(choices).items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        # Said once; none above the province, or in one of two levels
        if cycle or not choices.parent.exists():
            del self.fields["parent"]
        for name in ("year", "framework", "owner") if cycle else ():
            self.fields[name].disabled = True

    def facts(self) -> CycleFacts:
        done = self.cleaned_data
        return CycleFacts(
            year=done["year"], name=done["name"], owner_id=done["owner"].pk,
            standing_unit_id=done["standing_unit"].pk, framework_id=done["framework"].pk,
            parent_id=done["parent"].pk if done.get("parent") else None,
            appraisers=done["appraisers"], **{name: done[name] for name in DATES},
        )  # fmt: skip


class UnitsForm(Form):
    """Every unit below the owner: in which group it is assessed, and whether it is ranked; for a
    year that has none yet as in the year `before`."""

    def __init__(
        self, cycle: Cycle, units: list[Unit], *args: Any, before: Cycle | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        source = before or cycle
        present = {each.unit_id: each for each in source.assessments.all()}
        self.units = sorted(units, key=lambda unit: unit.pk not in present)  # what is chosen first
        groups = [
            (one["code"], one.get("name", one["code"])) for one in cycle.terms.get("groups", [])
        ] or [(WITHOUT_GROUP, gettext("assessed"))]
        for unit in units:
            row = present.get(unit.pk)
            self.fields[f"g{unit.pk}"] = forms.ChoiceField(
                label=gettext("Group of %(unit)s") % {"unit": unit.name}, required=False,
                choices=[("", gettext("not assessed")), *groups],
                initial=(row.group or WITHOUT_GROUP) if row else "",
            )  # fmt: skip
            self.fields[f"r{unit.pk}"] = forms.BooleanField(
                label=gettext("%(unit)s is ranked") % {"unit": unit.name}, required=False,
                initial=row.is_ranked if row else True,
            )  # fmt: skip

    def rows(self) -> list[tuple[Unit, forms.BoundField, forms.BoundField]]:
        """For the template."""
        return [(unit, self[f"g{unit.pk}"], self[f"r{unit.pk}"]) for unit in self.units]

    def facts(self) -> list[EnrolFacts]:
        done = self.cleaned_data
        return [
            EnrolFacts(unit.pk, done[f"g{unit.pk}"].replace(WITHOUT_GROUP, ""), done[f"r{unit.pk}"])
            for unit in self.units
            if done[f"g{unit.pk}"]
        ]


class SeatForm(Form):
    """A person's seat; areas and groups that are left empty mean all of them."""

    person = forms.CharField(label=_("User name"), max_length=150)
    part = forms.ChoiceField(label=_("Part in the council"), choices=Part.choices)
    appraises = forms.BooleanField(label=_("Appraises"), required=False, initial=True)
    areas = forms.MultipleChoiceField(
        label=_("Areas (none: all)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups (none: all)"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = cycle.framework.criteria.filter(level="area")
        self.fields["areas"].choices = [(area.pk, str(area)) for area in areas]  # type: ignore[attr-defined]
        self.fields["groups"].choices = [  # type: ignore[attr-defined]
            (one["code"], one.get("name", one["code"])) for one in cycle.terms.get("groups", [])
        ]


class DayForm(Form):
    """The day that counts, with its proof (QĐ 1278/QĐ-CTUBND Điều 8 khoản 3)."""

    day = VietnameseDateField(label=_("Day that counts"))
    proof = forms.CharField(
        label=_("Proof"), max_length=500,
        help_text=_("Postmark, number of the document in the document system, official mail."),
    )  # fmt: skip
    upload = UploadField(label=_("Scan of the proof"), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        upload_as(user, self)

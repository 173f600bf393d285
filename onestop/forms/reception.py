"""The counter's one page: its forms together, from what was typed to a `Reception`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import cached_property
from typing import Any, TypeAlias

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.forms import CHOOSE, Form, MoneyField
from common.money import LARGEST_VND
from files.forms import UploadField, upload_as
from onestop.forms.persons import ApplicantForm, AuthorisedForm, Came, PeoplePage, SubmitterForm
from onestop.forms.turn_away import TURN_AWAY, TurnAwayForm
from onestop.models import Channel, Dossier, ProcedureComponent
from onestop.queries.counter import AT_THE_COUNTER, Open
from onestop.rules.fees import Tariff, fee_vnd
from onestop.services.reception import FeeFacts, PaperFacts, Reception
from onestop.states import Delivery
from organizations.models import User

FREE_ROWS, MOST_FREE_ROWS = 3, 30
Files: TypeAlias = "MultiValueDict[str, UploadedFile[Any]]"


class PaperForm(Form):
    """A row of the checklist: a paper that the procedure names, or a free row."""

    name = forms.CharField(label=gettext_lazy("Paper"), max_length=500, required=False)
    got = forms.BooleanField(label=gettext_lazy("Handed in"), required=False)
    originals = forms.IntegerField(
        label=gettext_lazy("Originals"), min_value=0, max_value=999, required=False
    )
    copies = forms.IntegerField(
        label=gettext_lazy("Copies"), min_value=0, max_value=999, required=False
    )
    scans = UploadField(label=gettext_lazy("Scans"), required=False, multiple=True)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)

    def __init__(
        self, *args: Any, user: User, component: ProcedureComponent | None = None,
        is_strict: bool = False, **kwargs: Any
    ) -> None:  # fmt: skip
        self.component, self.is_strict = component, is_strict
        super().__init__(*args, **kwargs)
        upload_as(user, self)
        if component is not None:
            del self.fields["name"]
            self.fields["got"].label = component.name
            self.fields["originals"].initial = component.originals
            self.fields["copies"].initial = component.copies
        else:
            del self.fields["got"]

    @property
    def is_handed_in(self) -> bool:
        data = self.cleaned_data
        return bool(data.get("got") or data.get("scans") or data.get("name"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        count = (data.get("originals") or 0) + (data.get("copies") or 0)
        if self.component is None:
            if (count or data.get("scans") or data.get("note")) and not data.get("name"):
                self.add_error("name", _("Enter the name of the paper."))
        elif self.is_handed_in:
            if not count and not data.get("scans") and not data.get("note"):
                words = _("Say why there is no paper, for instance that a database has the data.")
                self.add_error("note", words)
        elif self.is_strict and self.component.is_required:
            self.add_error(
                "got", _("Required. Tick it when it is there, or ask for it with form 02.")
            )
        return data

    def facts(self) -> PaperFacts:
        data = self.cleaned_data
        return PaperFacts(
            name=self.component.name if self.component else data["name"],
            component_id=self.component.pk if self.component else None,
            originals=data["originals"] or 0, copies=data["copies"] or 0, note=data["note"],
            file_ids=tuple(data["scans"]),
        )  # fmt: skip


class MainForm(Form):
    """Everything that is no person and no paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    form_token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_FREE_ROWS)
    scan = forms.CharField(
        label=gettext_lazy("Scan the QR of the identity card"), required=False, max_length=600,
        help_text=gettext_lazy("Or leave it empty and type the number below"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )  # fmt: skip
    came = forms.ChoiceField(
        label=gettext_lazy("Who hands the dossier in"), choices=Came.choices,
        widget=forms.RadioSelect,
    )  # fmt: skip
    competent = forms.TypedChoiceField(label=gettext_lazy("Handling agency"), coerce=int)
    channel = forms.TypedChoiceField(label=gettext_lazy("How it came"), coerce=int)
    quantity = forms.IntegerField(label=gettext_lazy("Quantity"), min_value=1, max_value=9999)
    fee_copies = forms.IntegerField(label=gettext_lazy("Copies made"), min_value=1, max_value=999)
    receipt_number = forms.CharField(
        label=gettext_lazy("Number of the receipt"), max_length=40, required=False,
        help_text=gettext_lazy("Empty: the fee is not taken yet"),
    )  # fmt: skip
    fee_due = MoneyField(label=gettext_lazy("Another fee (VND)"), required=False)
    fee_reason = forms.CharField(
        label=gettext_lazy("Why it differs"), max_length=300, required=False
    )
    fee_taken = MoneyField(label=gettext_lazy("Taken now, when not all (VND)"), required=False)
    delivery = forms.ChoiceField(label=gettext_lazy("Where the result goes"))
    copies = forms.IntegerField(
        label=gettext_lazy("Number of sets"), min_value=1, max_value=999, initial=1
    )
    summary = forms.CharField(label=gettext_lazy("Summary"), max_length=1000, required=False)

    def __init__(self, *args: Any, opened: Open, **kwargs: Any) -> None:
        self.opened = opened
        super().__init__(*args, **kwargs)
        self._offer("competent", [(unit.pk, unit.name) for unit in opened.competent])
        own = opened.default_competent
        if own is None:
            self.fields["competent"].choices.insert(0, ("", CHOOSE))  # type: ignore[attr-defined]
        self.initial.setdefault("competent", own.pk if own else "")
        ways = [channel for channel in AT_THE_COUNTER if channel in opened.channels]
        self._offer("channel", [(way.value, way.label) for way in ways])
        places = [Delivery.COUNTER, Delivery.POST]
        if Channel.ONLINE in opened.channels:
            places.append(Delivery.ONLINE)
        self._offer("delivery", [(place.value, place.label) for place in places])
        self._ask_quantity([opened.tariff(way) for way in ways])

    def _ask_quantity(self, tariffs: list[Tariff]) -> None:
        """Ask for what the tariff counts and for nothing else."""
        units = [tariff.per for tariff in tariffs if tariff.per]
        if units:
            self.fields["quantity"].label = _("Quantity (%(unit)s)") % {"unit": units[0]}
        if all(tariff.is_free for tariff in tariffs):
            self.fields["quantity"].widget = forms.HiddenInput()
        if not any(tariff.counts_copies for tariff in tariffs):
            self.fields["fee_copies"].widget = forms.HiddenInput()

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        """A field with one choice is not asked: it is set and hidden."""
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields[name].widget = forms.HiddenInput()
            self.initial.setdefault(name, choices[0][0])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if {"fee_due", "fee_taken", "quantity", "fee_copies", "channel"} <= data.keys():
            self._clean_fee(data)
        return data

    def _clean_fee(self, data: dict[str, Any]) -> None:
        by_tariff = fee_vnd(
            self.opened.tariff(data["channel"]), data["quantity"], data["fee_copies"]
        )
        due = by_tariff if data["fee_due"] is None else data["fee_due"]
        number = data.get("receipt_number", "")
        taken = data["fee_taken"] if data["fee_taken"] is not None else (due if number else 0)
        if due != by_tariff and not data.get("fee_reason"):
            self.add_error("fee_reason", _("Say why the fee differs from the tariff."))
        if taken and not number:
            self.add_error("receipt_number", _("Enter the number of the receipt for the money."))
        if number and not taken:
            self.add_error("receipt_number", _("There is no fee that this receipt could be for."))
        if due > LARGEST_VND:
            self.add_error("quantity", _("The amount is too large: check the zeros."))
        if taken > due:
            self.add_error("fee_taken", _("More was taken than is due."))
        data["fee"] = FeeFacts(
            due_vnd=due, taken_vnd=taken, number=number,
            quantity=data["quantity"] * data["fee_copies"], reason=data.get("fee_reason", ""),
        )  # fmt: skip


class ReceptionPage(PeoplePage):
    """All forms of the page. Without `data` it is empty; `act` is the button that was pressed."""

    def __init__(
        self,
        opened: Open,
        user: User,
        data: QueryDict | None = None,
        files: Files | None = None,
        act: str = "",
    ) -> None:
        self.opened, self.user, self.act, self.data = opened, user, act, data
        self.now = timezone.now()
        self.main = MainForm(data, opened=opened, initial=self._initial())
        accepts = act == "accept"
        self.applicant = ApplicantForm(
            data, prefix="applicant", number_is_required=act not in TURN_AWAY
        )
        self.submitter = SubmitterForm(data, prefix="submitter")
        self.authorised = AuthorisedForm(data, prefix="authorised")
        self.papers = [
            PaperForm(
                data, files, prefix=f"paper-{row.order}", component=row, user=user,
                is_strict=accepts,
            )
            for row in opened.components
        ]  # fmt: skip
        self.free = [
            PaperForm(data, files, prefix=f"free-{number}", user=user)
            for number in range(self._free_rows())
        ]
        self.turning = self._turning()

    def _initial(self) -> dict[str, Any]:
        return {
            "version": self.opened.version.pk, "form_token": secrets.token_urlsafe(24),
            "rows": FREE_ROWS, "came": Came.SELF, "quantity": 1, "fee_copies": 1,
        }  # fmt: skip

    def _free_rows(self) -> int:
        typed = self.data.get("rows", "") if self.data is not None else str(FREE_ROWS)
        return min(int(typed), MOST_FREE_ROWS) if typed.isdecimal() else FREE_ROWS

    def _turning(self) -> TurnAwayForm | None:
        kind = TURN_AWAY.get(self.act)
        if kind is None:
            return None
        if self.act.startswith("turn_"):
            return TurnAwayForm(self.data, kind=kind, prefix="away")
        missing = [
            row.component.name
            for row in self.papers
            if row.component and row.component.is_required and not self._ticked(row)
        ]
        return TurnAwayForm(kind=kind, prefix="away", initial={"items": "\n".join(missing)})

    @property
    def more_rows(self) -> int:
        return min(len(self.free) + FREE_ROWS, MOST_FREE_ROWS)

    @property
    def free_in_use(self) -> bool:
        return any(row.errors or row.has_changed() for row in self.free)

    def _ticked(self, row: PaperForm) -> bool:
        return bool(self.data and self.data.get(row.add_prefix("got")))

    @property
    def in_use(self) -> Iterator[Form]:
        """The forms that must be right for what was asked."""
        yield self.applicant
        if self.act.startswith("turn_"):
            if self.turning is not None:
                yield self.turning
            return
        if self.other is not None:
            yield self.other
        yield from [*self.papers, *self.free, self.main]

    @property
    def in_order(self) -> list[Form | None]:
        return [self.applicant, self.other, *self.papers, *self.free, self.main, self.turning]

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in self.in_use]
        if not self.act.startswith("turn_"):
            self.check_delivery()
            return all(found) and not self.main.errors and not self.applicant.errors
        self.quieten(keep=[self.applicant, self.turning])
        return all(found)

    def quieten(self, keep: list[Form | None] | None = None) -> None:
        """Show the content without faults: nobody has asked yet. Refused files are told at once."""
        people = (self.applicant, self.submitter, self.authorised)
        for form in (self.main, *people, *self.papers, *self.free):
            if form not in (keep or []):
                for name in list(form.errors):
                    if name != "scans":
                        del form.errors[name]

    @property
    def warnings(self) -> list[str]:
        """Said after the reception: the number is none of a citizen's present card."""
        if not self.applicant.is_unusual:
            return []
        return [_("The number is not one of 12 digits: check the paper that was shown.")]

    @property
    def channel(self) -> int:
        typed = str(self.main["channel"].value() or "")
        known = [way for way in AT_THE_COUNTER if way in self.opened.channels]
        return int(typed) if typed.isdecimal() and int(typed) in known else known[0]

    @cached_property
    def promise(self) -> Dossier | None:
        """When the result would be due if it were received now."""
        typed = str(self.main["competent"].value() or "")
        known = {unit.pk for unit in self.opened.competent}
        unit_id = int(typed) if typed.isdecimal() and int(typed) in known else None
        return self.opened.promise(self.channel, unit_id or self.opened.competent[0].pk, self.now)

    @property
    def fee_vnd(self) -> int:
        """By the tariff, for what is typed so far."""
        numbers = [str(self.main[name].value() or "") for name in ("quantity", "fee_copies")]
        counted = [int(n) if n.isdecimal() and 0 < int(n) < 10_000 else 1 for n in numbers]
        return fee_vnd(self.opened.tariff(self.channel), *counted)

    @property
    def tariff(self) -> Tariff:
        return self.opened.tariff(self.channel)

    @property
    def limit(self) -> str:
        return self.opened.limit_words(self.channel)

    def facts(self) -> Reception:
        """What the service takes. Only after `is_valid`."""
        data = self.main.cleaned_data
        rows = [row.facts() for row in [*self.papers, *self.free] if row.is_handed_in]
        return Reception(
            version_id=data["version"], receiving_unit_id=self.opened.counter.pk,
            competent_unit_id=data["competent"], applicant=self.applicant.facts(),
            submitter=self.facts_of(Came.SUBMITTER), authorised=self.facts_of(Came.AUTHORISED),
            papers=rows, fee=data["fee"], channel=data["channel"], copies=data["copies"],
            summary=data["summary"], delivery=data["delivery"], form_token=data["form_token"],
        )  # fmt: skip

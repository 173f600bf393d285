"""The page on which tasks are given: where they come from, then one part for each task."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import CHOOSE, Form, VietnameseDateField
from common.ticks import Group, GroupedField, TicksField, singly
from common.urgency import Urgency
from directives.queries import givers
from directives.queries.sources import Quoted
from directives.rulesets import DIRECTIVES
from directives.services.giving import Source, Wish
from directives.states import Every, Origin
from organizations.models import Unit, User
from organizations.rulesets import rules

MOST = 30  # tasks on one page
PREFIX = "viec"
CONTENT, EXCERPT = 2_000, 10_000  # letters


class PageForm(Form):
    """Knows a page that is sent twice."""

    form_token = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_token"].initial = secrets.token_hex(16)


class SourceForm(PageForm):
    """Where the tasks come from, and who gives them."""

    origin = forms.ChoiceField(label=gettext_lazy("Kind of source"), choices=Origin.choices)
    reference = forms.CharField(
        label=gettext_lazy("Number and symbol"), max_length=60, required=False,
        help_text=gettext_lazy("Always of a document or telegram"),
    )  # fmt: skip
    subject = forms.CharField(
        label=gettext_lazy("Abstract, or name of the meeting"), max_length=500
    )
    given_on = VietnameseDateField(label=gettext_lazy("Day of the giving"))
    giver = forms.TypedChoiceField(label=gettext_lazy("Giver"), coerce=int)
    leader = forms.TypedChoiceField(
        label=gettext_lazy("Leader in charge"), coerce=int, required=False, empty_value=None
    )
    follower = forms.TypedChoiceField(
        label=gettext_lazy("Followed by"), coerce=int, required=False, empty_value=None
    )
    excerpt = words_field(
        gettext_lazy("Paragraph that gives the tasks"), required=False, most=EXCERPT
    )

    def __init__(
        self, data: Any = None, *, unit: Unit, user: User, quoted: Quoted | None = None
    ) -> None:
        super().__init__(data, auto_id="source-%s")
        self.quoted = quoted
        leaders, followers = givers.leaders_of(unit), givers.followers_of(unit)
        own = givers.givers_for(user, leaders, unit)
        self._choose("giver", [("", CHOOSE), *own])
        self._choose("leader", [("", _("Nobody named")), *leaders])
        self._choose("follower", [("", _("Nobody named")), *followers])
        self.fields["giver"].initial = user.pk if user.pk in dict(own) else None
        self.fields["follower"].initial = user.pk if user.pk in dict(followers) else None
        self.fields["given_on"].initial = timezone.localdate()
        if quoted is not None:
            self.initial.update(
                origin=quoted.facts.origin, reference=quoted.facts.reference,
                subject=quoted.facts.subject, excerpt="\n".join(quoted.chosen.values()),
            )  # fmt: skip

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise ValidationError(
                _("Tasks are entered on the day on which they are given, or later.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        done = self.cleaned_data
        if done.get("origin") in (Origin.DOCUMENT, Origin.TELEGRAM) and not done.get("reference"):
            self.add_error("reference", _("Enter the number and symbol of the document."))
        return done

    @property
    def source(self) -> Source:
        done = self.cleaned_data
        return Source(
            done["origin"], done["subject"], done["given_on"], done["giver"],
            reference=done["reference"], excerpt=done["excerpt"], form_token=done["form_token"],
            source=(self.quoted.kind, self.quoted.pk) if self.quoted else None,
        )  # fmt: skip


class WishForm(Form):
    """One task of the page."""

    content = words_field(gettext_lazy("What is to be done"), most=CONTENT)
    lead = GroupedField(label=gettext_lazy("Lead"), coerce=int)
    also = TicksField(
        label=gettext_lazy("The same task for other units, too"), coerce=int, required=False,
        help_text=gettext_lazy("Each gets a task of its own, which it leads"),
    )  # fmt: skip
    cooperate = TicksField(label=gettext_lazy("Co-operate"), coerce=int, required=False)
    due_on = VietnameseDateField(
        label=gettext_lazy("Deadline"), required=False,
        help_text=gettext_lazy("Empty: no deadline"),
    )  # fmt: skip
    product = forms.CharField(
        label=gettext_lazy("Product asked for"), max_length=500, required=False
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), coerce=int, choices=Urgency.choices, required=False,
        initial=Urgency.NORMAL,
    )  # fmt: skip
    every = forms.ChoiceField(
        label=gettext_lazy("Comes again"), required=False,
        choices=[("", gettext_lazy("Once")), *Every.choices],
    )  # fmt: skip
    ends_on = VietnameseDateField(
        label=gettext_lazy("Comes again until"), required=False,
        help_text=gettext_lazy("Empty: until it is stopped"),
    )  # fmt: skip
    field = forms.ChoiceField(label=gettext_lazy("Field of work"), required=False)
    person = forms.TypedChoiceField(
        label=gettext_lazy("Who answers for it"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("One of the people of the lead"),
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        units: list[Group],
        areas: list[str],
        of_parts: bool,
        people: givers.Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if of_parts:
            del self.fields["every"], self.fields["ends_on"]
        if people:
            named: Any = self.fields["person"]
            named.choices = [("", _("Said by the lead")), *people]
        else:
            del self.fields["person"]
        for name in ("lead", "also", "cooperate"):
            self.fields[name].offer(units)  # type: ignore[attr-defined]
        chosen: Any = self.fields["field"]
        chosen.choices = [("", _("None")), *((each, each) for each in areas)]

    @property
    def plain(self) -> list[forms.BoundField]:
        """What stands in one row."""
        return [self[name] for name in ("due_on", "urgency", "field")]

    @property
    def again(self) -> list[forms.BoundField]:
        """The row of a task that comes again; not of parts."""
        return [self[name] for name in ("every", "ends_on") if name in self.fields]

    @property
    def in_hands(self) -> list[forms.BoundField]:
        """Which of the people of the lead; not in a province."""
        return [self["person"]] if "person" in self.fields else []

    @property
    def names_others(self) -> bool:
        """Whether something is ticked, or wrong, of what is folded away."""
        return any(self[name].value() or name in self.errors for name in ("also", "cooperate"))

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(
                _("The deadline %s has passed. Set a later day.") % f"{day:%d/%m/%Y}"
            )
        return day

    def clean(self) -> dict[str, Any]:
        done = self.cleaned_data
        due_on, ends_on = done.get("due_on"), done.get("ends_on")
        if done.get("every") and due_on is None and "due_on" not in self.errors:
            self.add_error("due_on", _("A task that comes again needs its first deadline."))
        if done.get("every") and due_on and ends_on and ends_on < due_on:
            self.add_error("ends_on", _("It ends before its first deadline."))
        leads = {done.get("lead"), *done.get("also", ())}
        if leads & singly(self["cooperate"].value()):
            words = _("A unit that leads does not co-operate with itself.")
            self.add_error("cooperate", words)
        if "cooperate" in done:  # of a whole group the others do
            done["cooperate"] = [each for each in done["cooperate"] if each not in leads]
        return done

    def has_changed(self) -> bool:
        """An urgency alone is no task."""
        return bool(set(self.changed_data) - {"urgency"})

    def wish(self, **people: int | None) -> Wish:
        done = self.cleaned_data
        return Wish(
            done["content"], done["lead"], also=tuple(done["also"]),
            cooperate=tuple(done["cooperate"]), due_on=done["due_on"], product=done["product"],
            urgency=done["urgency"] or Urgency.NORMAL, field=done["field"],
            every=done.get("every", ""), ends_on=done.get("ends_on"),
            person_id=done.get("person"), **people,
        )  # fmt: skip


class BaseWishes(forms.BaseFormSet):  # type: ignore[type-arg]
    """The tasks of a page; parts that were left empty are none."""

    @property
    def wishes(self) -> list[WishForm]:
        return [form for form in self.forms if form.has_changed()]

    def initial_form_count(self) -> int:
        """None is there already: what is proposed is to be given, too."""
        return super().initial_form_count() if self.is_bound else 0

    @property
    def may_grow(self) -> bool:
        return self.total_form_count() < MOST

    def clean(self) -> None:
        if not any(self.errors) and not self.wishes:
            raise ValidationError(_("Write at least one task."))


WishFormSet = forms.formset_factory(
    WishForm, formset=BaseWishes, extra=1, max_num=MOST, absolute_max=MOST
)


def wishes_form(
    data: Any, unit: Unit, contents: Sequence[str] = (), *, of_parts: bool = False
) -> BaseWishes:
    """To the units below that unit, one part for each of these contents. The first part must be
    filled in."""
    areas = rules(DIRECTIVES, timezone.localdate()).fields
    form_kwargs = {
        "units": givers.groups_below(unit), "areas": areas, "of_parts": of_parts,
        "people": givers.people_of(unit),
    }  # fmt: skip
    initial = [{"content": each} for each in contents[:MOST]]
    made: Any = WishFormSet(data, prefix=PREFIX, initial=initial, form_kwargs=form_kwargs)
    made.extra = max(1, len(initial))
    for first in made.forms[:1]:  # none in a page that somebody has cut short
        first.empty_permitted = False
    wishes: BaseWishes = made
    return wishes


def grown(data: QueryDict) -> QueryDict:
    """What was typed, with room for one task more."""
    more, name = data.copy(), f"{PREFIX}-TOTAL_FORMS"
    typed = data.get(name, "")
    count = int(typed) if typed.isdecimal() and len(typed) < len(str(MOST)) + 1 else 0
    more[name] = str(min(count + 1, MOST))
    return more


def unjudged(*forms_of_page: Any) -> None:
    """Shown as they were typed, without a word of what is missing."""
    for form in forms_of_page:
        if isinstance(form, BaseWishes):
            form._errors, form._non_form_errors = [], form.error_class()  # type: ignore[attr-defined]
            unjudged(*form.forms)
        else:
            form._errors = ErrorDict()

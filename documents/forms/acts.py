"""One small form for each act on an incoming document: what it asks, which service it calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import Act, words_field
from common.forms import CHOOSE, VietnameseDateField
from documents.models import Assignment, Incoming, Registry
from documents.queries.detail import IncomingPage
from documents.queries.drafters import leaders_of
from documents.services import directing, handling
from documents.services.directing import Receiver
from documents.states import Part
from organizations import absences, access

PARTS = (Part.LEAD, Part.COOPERATE, Part.INFORM)


class ActForm(Act):
    """Base: knows the document, who acts, and the assignment that it is about, if one."""

    row_name = "assignment"

    def __init__(
        self, data: Any = None, *, page: IncomingPage, assignment: Assignment | None = None
    ) -> None:
        self.assignment = assignment
        self.incoming: Incoming = page.incoming
        super().__init__(data, page=page, row=assignment)

    @property
    def url(self) -> str:
        return reverse("documents:incoming_act", args=[self.incoming.pk, self.slug])

    @property
    def about(self) -> str:
        if self.assignment is None:
            return ""
        who = self.assignment.person.full_name if self.assignment.person else ""
        where = f"{self.assignment.get_part_display()}: {self.assignment.unit.name}"
        return f"{where}, {who}" if who else where


def leader_choices(registry: Registry) -> list[tuple[int, str]]:
    """Who may be asked for an opinion: the head first, those who are away last."""
    leaders = leaders_of(registry)
    away = absences.of_people(each.user.pk for each in leaders)
    named = [(each.user.pk, each.label) for each in leaders]
    gone = [(pk, _("%s (away)") % label) for pk, label in named if pk in away]
    return [*(each for each in named if each[0] not in away), *gone]


class SubmitForm(ActForm):
    """Trình lãnh đạo cho ý kiến."""

    slug = "trinh"
    button = gettext_lazy("Submit it")
    done = gettext_lazy("Submitted.")
    leader = forms.TypedChoiceField(label=gettext_lazy("To"), coerce=int)
    proposal = words_field(gettext_lazy("Proposal"), required=False, most=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = leader_choices(self.incoming.registry)
        self.fields["leader"].choices = choices  # type: ignore[attr-defined]

    @property
    def is_folded(self) -> bool:  # type: ignore[override]
        """While it lies with one leader, giving it to another is the exception."""
        return self.page.is_asked

    @property
    def title(self) -> str:  # type: ignore[override]
        return (
            _("Submit to another leader instead") if self.is_folded else _("Submit for an opinion")
        )

    def perform(self) -> object:
        return directing.submit(
            self.incoming.pk, actor=self.user, leader_id=self.cleaned_data["leader"],
            proposal=self.cleaned_data["proposal"],
        )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A unit or a person in the table of the leader's form, with what he said of it last."""

    key: str  # "u12": a unit; "p45": a person of the body's own unit
    label: str
    part: str
    due_on: dt.date | None = None  # his own, where it is not that of the whole


class DirectForm(ActForm):
    """Cho ý kiến, phân công: one line for each unit, and for each person of the body's own."""

    slug = "y-kien"
    title = gettext_lazy("Give an opinion and assign")
    button = gettext_lazy("Give the opinion")
    done = gettext_lazy("Given.")
    is_main = True
    template = "documents/_direct.html"
    opinion = words_field(gettext_lazy("Opinion"), required=False, most=2000)
    lead = forms.ChoiceField(label=gettext_lazy("Lead"), required=False)
    cooperate = forms.MultipleChoiceField(label=gettext_lazy("Co-operate"), required=False)
    inform = forms.MultipleChoiceField(label=gettext_lazy("For information"), required=False)
    due_on = VietnameseDateField(label=gettext_lazy("To be solved by"), required=False)
    follower = forms.TypedChoiceField(
        label=gettext_lazy("Followed up by"), coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        root = self.incoming.registry.unit
        people = access.people_with("view_documents", root)
        others = (person for person, unit in people if unit.pk == root.pk and person != self.user)
        own = list(others)
        directed: Any = access.units_visible_to(self.user, "direct_documents")
        units = directed.below(root).exclude(pk=root.pk).in_tree_order()
        open_ones = (each for each in self.page.assignments if each.ended_at is None)
        now = {
            (each.unit_id, each.person_id if each.unit_id == root.pk else None): self._said(each)
            for each in [*self.page.before, *open_ones]
            if each.part != Part.OPINION
        }
        self.known = [
            *(Line(f"u{unit.pk}", unit.name, *now.get((unit.pk, None), ("",)))
              for unit in units if unit.is_open),
            *(Line(f"p{person.pk}", person.full_name, *now.get((root.pk, person.pk), ("",)))
              for person in own),
        ]  # fmt: skip
        for line in self.known:
            day = VietnameseDateField(label=line.label, required=False, initial=line.due_on)
            self.fields[f"due_{line.key}"] = day
        keys = [(line.key, line.label) for line in self.known]
        self.fields["lead"].choices = [("", _("Nobody leads")), *keys]  # type: ignore[attr-defined]
        for name in ("cooperate", "inform"):
            self.fields[name].choices = keys  # type: ignore[attr-defined]
        followers = [(person.pk, person.full_name) for person in own]
        self.fields["follower"].choices = [("", CHOOSE), *followers]  # type: ignore[attr-defined]
        self.fields["due_on"].initial = self.incoming.due_on or self.incoming.answer_by
        self.fields["follower"].initial = self.incoming.follower_id
        if self.page.before:
            older = self.page.before[0].incoming
            self.fields["follower"].initial = older.follower_id
            if older.due_on and older.due_on >= self.page.today and not self.incoming.answer_by:
                self.fields["due_on"].initial = older.due_on

    def _said(self, given: Assignment) -> tuple[str, dt.date | None]:
        """The part, and the day where somebody who co-operates has one of his own; not that for
        which he had the document that this one replaces."""
        if given in self.page.before:
            return given.part, None
        is_own = given.part == Part.COOPERATE and given.due_on != self.incoming.due_on
        return given.part, given.due_on if is_own else None

    def clean(self) -> dict[str, Any]:
        """A day of one's own is for who co-operates; what stood at a line is no mistake of now."""
        done = self.cleaned_data
        helping = {f"due_{key}" for key in done.get("cooperate", ())}
        for field in self.days():
            name = field.name
            if done.get(name) and name not in helping and name in self.changed_data:
                self.add_error(name, _("%s does not co-operate: tick it, or leave the day empty.")
                               % field.label)  # fmt: skip
        return done

    def days(self) -> list[Any]:
        """The fields of the days of their own."""
        return [self[f"due_{line.key}"] for line in self.known]

    @property
    def has_days(self) -> bool:
        """Some are given, or were typed wrongly."""
        return any(each.value() or each.errors for each in self.days())

    def lines(self) -> Iterator[dict[str, Any]]:
        """The rows of the table: as they were sent, else as they are."""
        for line in self.known:
            ticked = {line.part} if not self.is_bound else {
                part for part in PARTS if line.key in self._sent(part)
            }  # fmt: skip
            yield {"key": line.key, "label": line.label, "ticked": ticked}

    @property
    def has_lead(self) -> bool:
        return any(Part.LEAD in line["ticked"] for line in self.lines())

    def _sent(self, part: str) -> list[str]:
        data: Any = self.data
        found: list[str] = data.getlist(self.add_prefix(part))
        return found

    @property
    def receivers(self) -> list[Receiver]:
        """What was ticked. A person belongs to the body's own unit."""
        root, found = self.incoming.registry.unit_id, []
        for part in PARTS:
            said = self.cleaned_data.get(part) or []
            for key in [said] if isinstance(said, str) else said:
                pk = int(key[1:])
                day = self.cleaned_data.get(f"due_{key}") if part == Part.COOPERATE else None
                unit, person = (pk, None) if key[0] == "u" else (root, pk)
                found.append(Receiver(part, unit, person, day))
        return found

    def perform(self) -> object:
        return directing.direct(
            self.incoming.pk, actor=self.user, opinion=self.cleaned_data["opinion"],
            receivers=self.receivers, due_on=self.cleaned_data["due_on"],
            follower_id=self.cleaned_data["follower"],
        )  # fmt: skip


class OfAssignment(ActForm):
    """Base of the acts on one assignment."""

    assignment: Assignment

    @property
    def pk(self) -> int:
        return self.assignment.pk


class PassOnForm(OfAssignment):
    """Giao cho người trong đơn vị."""

    slug = "giao"
    title = gettext_lazy("Give it to somebody of the unit")
    button = gettext_lazy("Give")
    done = gettext_lazy("Given.")
    person = forms.TypedChoiceField(label=gettext_lazy("To"), coerce=int)
    opinion = words_field(gettext_lazy("Opinion"), required=False, most=2000)
    due_on = VietnameseDateField(label=gettext_lazy("To be solved by"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed = directing.working_with(self.assignment.part)
        people = access.people_with(needed, self.assignment.unit)
        named = {person.pk: person.full_name for person, _unit in people}
        if self.assignment.person_id is not None:
            named.pop(self.assignment.person_id, None)
        self.fields["person"].choices = [("", CHOOSE), *named.items()]  # type: ignore[attr-defined]
        self.fields["due_on"].initial = self.assignment.due_on

    def perform(self) -> object:
        done = self.cleaned_data
        return directing.pass_on(
            self.pk, actor=self.user, person_id=done["person"], opinion=done["opinion"],
            due_on=done["due_on"],
        )  # fmt: skip


class TakeUpForm(OfAssignment):
    """Nhận xử lý."""

    slug = "nhan"
    title = gettext_lazy("Take it up")
    button = gettext_lazy("Take it up")
    done = gettext_lazy("It is yours now.")

    def perform(self) -> object:
        return handling.take_up(self.pk, actor=self.user)


class FinishForm(OfAssignment):
    """Hoàn thành."""

    slug = "xong"
    title = gettext_lazy("Finish")
    button = gettext_lazy("Finish")
    done = gettext_lazy("Finished.")
    is_main = True
    words = words_field(gettext_lazy("What came of it"))
    answer_reference = forms.CharField(
        label=gettext_lazy("Number and symbol of the answer"), max_length=60, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.assignment.part != Part.LEAD:
            del self.fields["answer_reference"]

    def perform(self) -> object:
        done = self.cleaned_data
        answer = done.get("answer_reference", "")
        return handling.finish(
            self.pk, actor=self.user, words=done["words"], answer_reference=answer
        )


class ReadForm(OfAssignment):
    """Đã xem."""

    slug = "da-xem"
    title = gettext_lazy("For your information")
    button = gettext_lazy("I have read it")
    done = gettext_lazy("Marked as read.")
    is_main = True

    def perform(self) -> object:
        return handling.finish(self.pk, actor=self.user, words="")


class GiveBackForm(OfAssignment):
    """Trả lại."""

    slug = "tra-lai"
    is_folded = True
    title = gettext_lazy("Give it back")
    button = gettext_lazy("Give it back")
    done = gettext_lazy("Given back.")
    reason = words_field(gettext_lazy("Why it is not yours"))

    def perform(self) -> object:
        return handling.give_back(self.pk, actor=self.user, reason=self.cleaned_data["reason"])

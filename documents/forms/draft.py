"""The form of a drafter: all that stands on a document, and who gets it."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import CHOOSE, VietnameseDateField
from common.urgency import Urgency
from documents.document_types import type_name
from documents.drafting import INVITATION, Content, Gathering, Heading, To
from documents.forms.receivers import ReceiversForm
from documents.issuing import Authority, Manner, Stage
from documents.layouts.measures import forms as layouts
from documents.letters import VIETNAMESE
from documents.models import Annex, Draft, Incoming, Outgoing, Registry, SubmissionPaper
from documents.papers_of import WRITTEN_IN, types_written
from documents.queries.drafters import Candidate
from documents.rules.appendices import parted
from documents.rulesets import DOCUMENTS
from documents.states import GONE, Relation
from files.forms import UploadField
from files.models import StoredFile
from organizations.models import Unit, User
from organizations.rulesets import rules

PROPOSED, HIMSELF = "-", ""
SECRETARY, PARTY = "Thư ký", "Đại diện bên B"  # as they are printed: NĐ 30/2020 Mẫu 1.9
BAD_CLOCK = gettext_lazy("Enter a time like 14:00.")
LETTERS = 200_000  # of a text: some hundred pages


@dataclass(frozen=True)
class DraftPage:
    """What the form of one draft chooses from; `outgoing` and `draft` of one that is revised."""

    user: User
    registry: Registry
    units: list[Unit]
    signers: list[Candidate]
    secretaries: list[Candidate]  # who may sign beside the signer of minutes
    parties: list[Candidate]  # and of a contract
    bodies: list[Registry]
    answers: Incoming | None = None
    replaces: Outgoing | None = None
    refers_to: Outgoing | None = None
    relation: str = ""  # to that
    outgoing: Outgoing | None = None
    draft: Draft | None = None
    annexes: list[Annex] = field(default_factory=list)
    others: tuple[To, ...] = ()  # receivers outside the province, which stay
    proposed: SubmissionPaper | None = None  # the agency's draft of what is written now

    @property
    def relation_name(self) -> str:
        return str(Relation(self.relation).label) if self.relation else ""

    @property
    def links(self) -> dict[str, str]:
        """Column of `Heading` → what the document is to which other, and what became of that."""
        found = {"refers_to_id": _link(self.relation_name, self.refers_to)}
        found["replaces_id"] = _link(_("Replaces"), self.replaces)
        if self.answers is not None:
            named = f"{self.answers.type_name} {self.answers.reference}".strip()
            gone = self.answers.get_status_display() if self.answers.status in GONE else ""
            found["answers_id"] = _named(_("Answers"), named, gone)
        return {name: words for name, words in found.items() if words}

    @property
    def kept_file(self) -> StoredFile | None:
        """The file that may stay what the document is: of the version before, or the agency's."""
        if self.draft is not None:
            return self.draft.uploaded
        return self.proposed.stored if self.proposed is not None else None


class DraftForm(ReceiversForm):
    """A first draft, or the next version of one."""

    unit = forms.TypedChoiceField(label=gettext_lazy("Drafting unit"), coerce=int)
    type = forms.ChoiceField(label=gettext_lazy("Type of document"))
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"), coerce=int, choices=Urgency.choices
    )
    subject = words_field(gettext_lazy("Abstract"), most=500, rows=2)
    addressees = words_field(gettext_lazy("Addressed to"), required=False, most=4000, rows=2)
    body = words_field(gettext_lazy("Text"), required=False, most=LETTERS, rows=18)
    upload = UploadField(
        label=gettext_lazy("Or a file instead of the text"), required=False,
        help_text=gettext_lazy("A Word file (.docx) or a PDF"),
    )  # fmt: skip
    keeps_upload = forms.BooleanField(label=gettext_lazy("Keep the file"), required=False)
    kept_annexes = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Annex files that stay"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    kept_links = forms.MultipleChoiceField(
        label=gettext_lazy("Links to other documents that stay"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    annexes = UploadField(label=gettext_lazy("Annex files"), required=False, multiple=True)
    signer = forms.TypedChoiceField(label=gettext_lazy("Signer"), coerce=int)
    authority = forms.ChoiceField(
        label=gettext_lazy("Signs"), required=False,
        choices=[
            (PROPOSED, gettext_lazy("As his position says")),
            (HIMSELF, gettext_lazy("As the head")), *Authority.choices,
        ],
    )  # fmt: skip
    signer_position = forms.CharField(
        label=gettext_lazy("Position on the paper"), max_length=100, required=False,
        help_text=gettext_lazy("Empty: as his position says"),
    )  # fmt: skip
    second = forms.TypedChoiceField(
        label=gettext_lazy("Signs beside"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("Signs before the signer does. Empty: the signer signs alone."),
    )  # fmt: skip
    second_position = forms.CharField(
        label=gettext_lazy("As whom on the paper"), max_length=100, required=False,
        help_text=gettext_lazy("Empty: Thư ký in minutes, else as the position says"),
    )  # fmt: skip
    collective = forms.CharField(
        label=gettext_lazy("On behalf of (TM.)"), max_length=200, required=False,
        help_text=gettext_lazy("Only what is decided together; else leave it empty"),
    )  # fmt: skip
    chair = forms.CharField(
        label=gettext_lazy("Chaired by"), max_length=200, required=False,
        help_text=gettext_lazy("Position and name"),
    )  # fmt: skip
    meeting_place = forms.CharField(
        label=gettext_lazy("Place of the meeting"), max_length=300, required=False
    )
    occasion = forms.CharField(
        label=gettext_lazy("Invited to"), max_length=500, required=False,
        help_text=gettext_lazy("Empty: as the abstract says"),
    )  # fmt: skip
    meets_on = VietnameseDateField(label=gettext_lazy("Day of the meeting"), required=False)
    meets_at = forms.TimeField(
        label=gettext_lazy("Begins at"), required=False, help_text=gettext_lazy("Such as 14:00"),
        error_messages={"invalid": BAD_CLOCK},
    )  # fmt: skip
    ends_on = VietnameseDateField(
        label=gettext_lazy("Last day"), required=False,
        help_text=gettext_lazy("Empty: the same day"),
    )  # fmt: skip
    ends_at = forms.TimeField(
        label=gettext_lazy("Ends at"), required=False, error_messages={"invalid": BAD_CLOCK}
    )
    recipients = words_field(
        gettext_lazy("Further lines of the list of receivers"), required=False, most=4000, rows=2
    )
    manner = forms.ChoiceField(
        label=gettext_lazy("It goes out"),
        choices=[(PROPOSED, gettext_lazy("As its type says")), *Manner.choices],
    )  # fmt: skip
    paper_reason = forms.CharField(
        label=gettext_lazy("Why on paper"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Where the type goes electronically only"),
    )
    copies = forms.IntegerField(
        label=gettext_lazy("Copies on paper"), required=False, min_value=1, max_value=999
    )
    answer_by = VietnameseDateField(label=gettext_lazy("Answer asked for until"), required=False)
    language = forms.CharField(label=gettext_lazy("Language"), max_length=30, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"), max_length=500, required=False,
        help_text=gettext_lazy("In the register; the receivers read it too"),
    )  # fmt: skip
    form_token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(
        self, data: Any = None, files: Any = None, *, page: DraftPage, initial: dict[str, Any]
    ) -> None:
        self.page = page
        super().__init__(data, files, initial={"form_token": secrets.token_urlsafe(24), **initial})
        self._choose("unit", [(each.pk, each.name) for each in page.units])
        self._choose("type", [("", CHOOSE), *types_written()])
        self._choose("signer", _offered(page.signers))
        self._choose("second", [
            ("", _("Nobody")), *self._left(),
            (_("Minutes: the secretary"), _offered(page.secretaries)),
            (_("Contracts: the other party"), _offered(page.parties)),
        ])  # fmt: skip
        self._choose("kept_annexes", [(each.pk, each.stored.name) for each in page.annexes])
        self._choose("kept_links", list(page.links.items()))
        self.offer(page.bodies, page.others)
        for name in ("upload", "annexes"):
            self.fields[name].actor = page.user  # type: ignore[attr-defined]
        self.fields["body"].help_text = _(
            "A line of its own for each paragraph. “Điều 1.”, “I.”, “1.”, “a)” at its beginning "
            "are set as the decree says; a line “Phụ lục” begins an annex, the next is its title."
        )
        self.fields["addressees"].help_text = _(
            "One in each line. Empty in an official letter: those who are to act on it."
        )
        self.fields["manner"].help_text = _manner_words()
        self.newer = 0  # a version that somebody wrote meanwhile

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def _left(self) -> list[tuple[int, str]]:
        """Who was chosen beside the signer and signs no more: he stays until he is taken off."""
        earlier = self.page.outgoing or self.page.replaces or self.page.refers_to
        known = {each.user.pk for each in (*self.page.secretaries, *self.page.parties)}
        if earlier is None or earlier.second is None or earlier.second.pk in known:
            return []
        return [(earlier.second.pk, _("%s (no longer signs)") % earlier.second.full_name)]

    def clean_upload(self) -> list[int]:
        staged = self.fields["upload"].widget.staged  # type: ignore[attr-defined]
        if any(PurePath(each.name).suffix.lower() not in WRITTEN_IN for each in staged):
            raise ValidationError(_("Choose a Word file (.docx) or a PDF."))
        found: list[int] = self.cleaned_data["upload"]
        return found

    def clean_answer_by(self) -> dt.date | None:
        asked: dt.date | None = self.cleaned_data["answer_by"]
        if asked is not None and asked < timezone.localdate():
            raise ValidationError(_("The day until which an answer is asked for is past."))
        return asked

    def clean(self) -> dict[str, Any]:
        done = self.cleaned_data
        if not self._position():
            self.add_error("signer_position", _("Enter the position as it stands on the paper."))
        has_file = done.get("upload") or (done.get("keeps_upload") and self.page.kept_file)
        if not has_file and not done.get("body", "").strip():
            self.add_error("body", _("Write the text, or upload it as a file."))
        meant, manner = self._meant(), self._manner()
        if manner == Manner.ELECTRONIC and any(
            each.is_on_paper for each in done.get("outside", ())
        ):
            self.add_error("manner", _("Some receivers get it on paper: choose so, and say why."))
        elif meant == Manner.ELECTRONIC != manner and not done.get("paper_reason"):
            self.add_error("paper_reason", _("Say why it goes out on paper too."))
        if done.get("type") == INVITATION:
            self._clean_meeting(done)
        return done

    def _clean_meeting(self, done: dict[str, Any]) -> None:
        """An invitation says when, where and who chairs; it is to come and ends after it began."""
        for name, words in (
            ("meets_on", _("Enter the day of the meeting.")),
            ("meets_at", _("Enter when the meeting begins.")),
            ("meeting_place", _("Enter the place of the meeting.")),
            ("chair", _("Enter who chairs the meeting.")),
        ):
            if not done.get(name) and name not in self.errors:
                self.add_error(name, words)
        outside = any(each.is_for_action for each in done.get("outside", ()))
        if not (outside or done.get("action") or done.get("addressees", "").strip()):
            self.add_error("addressees", _("Say who is invited, or tick bodies for action."))
        if done.get("ends_on") and not done.get("ends_at") and "ends_at" not in self.errors:
            self.add_error("ends_at", _("Enter when the meeting ends."))
        starts, ends = self._starts(), self._ends()
        if starts is not None and starts <= timezone.now():
            self.add_error("meets_on", _("The meeting is in the past."))
        if starts is not None and ends is not None and ends <= starts:
            self.add_error("ends_at", _("The meeting ends before it begins."))

    def _starts(self) -> dt.datetime | None:
        return _moment(self.cleaned_data.get("meets_on"), self.cleaned_data.get("meets_at"))

    def _ends(self) -> dt.datetime | None:
        day = self.cleaned_data.get("ends_on") or self.cleaned_data.get("meets_on")
        return _moment(day, self.cleaned_data.get("ends_at"))

    @property
    def meeting(self) -> Gathering | None:
        """Of an invitation; of every other type nothing, whatever was typed before."""
        done, starts, ends = self.cleaned_data, self._starts(), self._ends()
        if done["type"] != INVITATION or starts is None:
            return None
        return Gathering(
            chair=done["chair"], place=done["meeting_place"], starts_at=starts.isoformat(),
            ends_at=ends.isoformat() if ends else "", occasion=done["occasion"],
        )  # fmt: skip

    @property
    def heading(self) -> Heading:
        done, page, links = self.cleaned_data, self.page, self._links()
        return Heading(
            type=done["type"], subject=" ".join(done["subject"].split()),
            signer_id=done["signer"], signer_position=self._position(),
            authority=self._authority(), urgency=done["urgency"], manner=self._manner(),
            paper_reason=done["paper_reason"],
            relation=page.relation if "refers_to_id" in links else "", **links,
            answer_by=done["answer_by"], note=done["note"], copies=done["copies"],
            language=done["language"] or VIETNAMESE, **self._second(),
        )  # fmt: skip

    def _second(self) -> dict[str, Any]:
        """Of a type that two sign; of every other nothing, whatever was typed before."""
        form, chosen = layouts().get(self.cleaned_data["type"]), self.cleaned_data["second"]
        if form is None or not form.beside or chosen is None:
            return {}
        is_minutes = form.beside == "secretary"
        known = self.page.secretaries if is_minutes else self.page.parties
        title = next((each.title for each in known if each.user.pk == chosen), "")
        typed = self.cleaned_data["second_position"] or (SECRETARY if is_minutes else title)
        return {"second_id": chosen, "second_position": (typed or PARTY)[:100]}

    def _links(self) -> dict[str, Any]:
        """Those of the page: of a draft that is revised what the drafter has not taken off."""
        page = self.page
        known = {
            "answers_id": page.answers, "replaces_id": page.replaces, "refers_to_id": page.refers_to
        }  # fmt: skip
        kept = known if page.outgoing is None else self.cleaned_data["kept_links"]
        return {name: each.pk for name, each in known.items() if each is not None and name in kept}

    @property
    def content(self) -> Content:
        body, appendices = parted(self.cleaned_data["body"])
        return Content(
            body=body, appendices=appendices, addressees=self._lines("addressees"),
            recipients=self._lines("recipients"), collective=self.cleaned_data["collective"],
            meeting=self.meeting,
        )  # fmt: skip

    @property
    def uploaded_id(self) -> int | None:
        found: list[int] = self.cleaned_data["upload"]
        return found[0] if found else None

    def _candidate(self) -> Candidate | None:
        wanted = self.cleaned_data.get("signer")
        return next((each for each in self.page.signers if each.user.pk == wanted), None)

    def _position(self) -> str:
        typed: str = self.cleaned_data.get("signer_position", "")
        chosen = self._candidate()
        return typed or (chosen.title if chosen else "")

    def _authority(self) -> str:
        typed: str = self.cleaned_data["authority"]
        chosen = self._candidate()
        return typed if typed != PROPOSED or chosen is None else chosen.authority

    def _meant(self) -> Manner:
        """In which form documents of the type go out today."""
        return rules(DOCUMENTS, timezone.localdate()).manner_of(self.cleaned_data.get("type", ""))

    def _manner(self) -> str:
        typed: str = self.cleaned_data.get("manner", PROPOSED)
        return self._meant() if typed == PROPOSED else typed

    def _lines(self, name: str) -> tuple[str, ...]:
        typed: str = self.cleaned_data[name]
        return tuple(line.strip() for line in typed.splitlines() if line.strip())


def _offered(candidates: list[Candidate]) -> list[tuple[int, str]]:
    return [(each.user.pk, each.label) for each in candidates]


def _link(words: str, other: Outgoing | None) -> str:
    """ "Đính chính: 12/BC-SNN (Đã thu hồi)"; "" when there is none."""
    if other is None:
        return ""
    gone = "" if other.stage == Stage.ISSUED else other.get_stage_display()
    return _named(words, other.reference, gone)


def _named(words: str, number: str, gone: str) -> str:
    return f"{words}: {number} ({gone})" if gone else f"{words}: {number}"


def _manner_words() -> str:
    """What the types say: "On paper, with an electronic copy: Tờ trình"."""
    ladder = rules(DOCUMENTS, timezone.localdate())
    named = {Manner.PAPER: ladder.paper_types, Manner.BOTH: ladder.both_types}
    lines = [
        f"{manner.label}: {', '.join(type_name(each) for each in types)}"
        for manner, types in named.items() if types
    ]  # fmt: skip
    return "; ".join([*lines, _("all other types electronically only")]) if lines else ""


def _moment(day: dt.date | None, clock: dt.time | None) -> dt.datetime | None:
    """In the time of the province."""
    if day is None or clock is None:
        return None
    return timezone.make_aware(dt.datetime.combine(day, clock))

"""The acts on a dossier that is laid before a committee: the agency's, then the committee's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.acts import words_field
from common.forms import CHOOSE, VietnameseDateField
from documents.forms.acts import ActForm, leader_choices
from documents.forms.outgoing_acts import OutgoingAct
from documents.issuing import Stage
from documents.models import SubmissionPaper
from documents.papers_of import WRITTEN_IN, types_written
from documents.queries.detail import IncomingPage
from documents.queries.outgoing_detail import OutgoingPage
from documents.services import deciding, submitting
from documents.services.submitting import Sheet
from documents.submissions import SUBMITTED, Outcome, Role, State
from files.forms import UploadField

LETTERS = 200_000  # of a text: some hundred pages


class AddPaperForm(OutgoingAct):
    """Thêm vào hồ sơ trình."""

    slug = "them-vao-ho-so"
    title = gettext_lazy("Put a paper into the dossier")
    button = gettext_lazy("Put it in")
    done = gettext_lazy("The paper is in the dossier.")
    role = forms.ChoiceField(label=gettext_lazy("What it is"), choices=Role.choices)
    paper = UploadField(label=gettext_lazy("File of the paper"), required=False)
    type = forms.ChoiceField(
        label=gettext_lazy("Type of the drafted document"), required=False,
        help_text=gettext_lazy("Only for the draft of what the committee is to issue"),
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Abstract of the drafted document, or name of the paper"),
        max_length=500, required=False,
    )  # fmt: skip
    body = words_field(
        gettext_lazy("Text of the draft, if it is no file"), required=False, most=LETTERS, rows=6
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].actor = self.user  # type: ignore[attr-defined]
        choices = [("", CHOOSE), *types_written()]
        self.fields["type"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        done = self.cleaned_data
        if done.get("role") == Role.DRAFT:
            for name, words in (
                ("type", _("Choose a type of document.")),
                ("name", _("Enter what the drafted document is about.")),
            ):
                if not done.get(name):
                    self.add_error(name, words)
            if not done.get("paper") and not done.get("body", "").strip():
                self.add_error("body", _("Write the text, or upload it as a file."))
        elif "paper" in done and not done["paper"]:
            self.add_error("paper", _("Choose the file of the paper."))
        return done

    def clean_paper(self) -> list[int]:
        staged = self.fields["paper"].widget.staged  # type: ignore[attr-defined]
        wrong = any(PurePath(each.name).suffix.lower() not in WRITTEN_IN for each in staged)
        if self.cleaned_data.get("role") == Role.DRAFT and wrong:
            raise ValidationError(_("Choose a Word file (.docx) or a PDF."))
        found: list[int] = self.cleaned_data["paper"]
        return found

    def perform(self) -> object:
        done = self.cleaned_data
        sheet = Sheet(
            done["role"], done["paper"][0] if done["paper"] else None, type=done["type"],
            title=done["name"], body=done["body"],
        )  # fmt: skip
        return submitting.add_paper(self.outgoing.pk, sheet, actor=self.user)


class LeaveOutForm(OutgoingAct):
    """Bỏ khỏi hồ sơ trình."""

    slug = "bo-khoi-ho-so"
    title = gettext_lazy("Take a paper out of the dossier")
    button = gettext_lazy("Take it out")
    done = gettext_lazy("The paper is taken out.")
    is_folded = True
    paper = forms.TypedChoiceField(label=gettext_lazy("Paper"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers: list[SubmissionPaper] = self.page.dossier.papers if self.page.dossier else []
        choices = [("", CHOOSE), *((each.pk, str(each)) for each in papers)]
        self.fields["paper"].choices = choices  # type: ignore[attr-defined]

    def perform(self) -> object:
        return submitting.leave_out(self.cleaned_data["paper"], actor=self.user)


class SupplementForm(OutgoingAct):
    """Gửi bổ sung hồ sơ trình."""

    slug = "bo-sung-ho-so"
    title = gettext_lazy("Send the supplemented dossier")
    button = gettext_lazy("Send it to the committee")
    done = gettext_lazy("The dossier is at the committee again.")
    is_main = True
    words = words_field(gettext_lazy("What was supplemented"))

    @property
    def about(self) -> str:
        return _("First put the papers that were asked for into the dossier.")

    def perform(self) -> object:
        return submitting.supplement(self.outgoing.pk, actor=self.user, **self.cleaned_data)


class CompleteForm(ActForm):
    """Hồ sơ trình đầy đủ."""

    slug = "ho-so-du"
    title = gettext_lazy("The dossier is complete")
    button = gettext_lazy("Complete")
    done = gettext_lazy("The agency reads that its dossier is complete.")
    is_main = True

    def perform(self) -> object:
        return deciding.found_complete(self.incoming.pk, actor=self.user)


class AskForMoreForm(ActForm):
    """Yêu cầu bổ sung hồ sơ trình."""

    slug = "can-bo-sung"
    title = gettext_lazy("Ask for more")
    button = gettext_lazy("Ask the agency")
    done = gettext_lazy("The agency is asked to supplement its dossier.")
    is_folded = True
    reason = words_field(gettext_lazy("What is missing"))
    due_on = VietnameseDateField(
        label=gettext_lazy("Until"), required=False,
        help_text=gettext_lazy("Empty: as the settings say"),
    )  # fmt: skip

    def perform(self) -> object:
        return deciding.ask_for_more(self.incoming.pk, actor=self.user, **self.cleaned_data)


class ProposeForm(ActForm):
    """Phiếu trình: what the official proposes to the leader."""

    slug = "de-xuat"
    title = gettext_lazy("Propose a decision")
    button = gettext_lazy("Lay it before the leader")
    done = gettext_lazy("The leader has it.")
    leader = forms.TypedChoiceField(label=gettext_lazy("To"), coerce=int)
    words = words_field(gettext_lazy("Proposal"), most=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = leader_choices(self.incoming.registry)
        self.fields["leader"].choices = choices  # type: ignore[attr-defined]

    def perform(self) -> object:
        done = self.cleaned_data
        return deciding.propose(
            self.incoming.pk, actor=self.user, leader_id=done["leader"], words=done["words"]
        )


class DecideForm(ActForm):
    """Quyết định của lãnh đạo về hồ sơ trình."""

    slug = "quyet-dinh"
    title = gettext_lazy("Decide on the dossier")
    button = gettext_lazy("Decide")
    done = gettext_lazy("Decided. The agency reads it.")
    is_main = True
    outcome = forms.ChoiceField(
        label=gettext_lazy("Opinion"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    words = words_field(gettext_lazy("Words with it"), required=False)

    def clean(self) -> dict[str, Any]:
        done = self.cleaned_data
        is_agreed = done.get("outcome") in (None, Outcome.AGREED)
        if not is_agreed and not done.get("words", "").strip():
            self.add_error("words", _("Say why, so that the agency knows what to do."))
        return done

    def perform(self) -> object:
        return deciding.decide(self.incoming.pk, actor=self.user, **self.cleaned_data)


def of_agency(page: OutgoingPage) -> Iterator[tuple[type[OutgoingAct], None]]:
    """What the agency may do with its dossier now."""
    if page.outgoing.type != SUBMITTED or not page.may_present:
        return
    dossier = page.dossier
    is_asked = dossier is not None and dossier.submission.state == State.INCOMPLETE
    if is_asked and page.is_at(Stage.ISSUED):
        yield SupplementForm, None
        yield AddPaperForm, None
    if page.is_at(Stage.DRAFT):
        yield AddPaperForm, None
        if dossier is not None and dossier.papers:
            yield LeaveOutForm, None


def of_committee(page: IncomingPage) -> Iterator[tuple[type[ActForm], None]]:
    """What the committee's office may do with it now."""
    if page.dossier is None or not page.is_with_us:
        return
    submission = page.dossier.submission
    state, again = submission.state, submission.may_be_taken_up_again
    if state in (State.COMPLETE, State.PROPOSED) and page.may_direct:
        yield DecideForm, None
    if not page.may_prepare:
        return
    if state == State.SENT:
        yield CompleteForm, None
    if again or state in (State.COMPLETE, State.PROPOSED):
        yield ProposeForm, None
    if again or state in (State.SENT, State.COMPLETE, State.PROPOSED):
        yield AskForMoreForm, None

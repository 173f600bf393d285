"""Which acts the page of an incoming document offers to whom."""

from __future__ import annotations

from collections.abc import Iterator

from documents.forms.acts import (
    ActForm,
    DirectForm,
    FinishForm,
    GiveBackForm,
    PassOnForm,
    ReadForm,
    SubmitForm,
    TakeUpForm,
)
from documents.forms.arrivals import (
    AgreeRecallForm,
    CorrectForm,
    RefuseForm,
    RefuseRecallForm,
    RegisterForm,
)
from documents.forms.linking import LinkForm, UnlinkForm
from documents.forms.submissions import of_committee
from documents.models import Assignment
from documents.queries.detail import IncomingPage
from documents.states import Part


def offered(page: IncomingPage) -> Iterator[tuple[type[ActForm], Assignment | None]]:
    """The acts that this person may do now, the most likely first."""
    if page.may_answer_recall:
        yield AgreeRecallForm, None
        yield RefuseRecallForm, None
    if page.may_take_in:
        yield RegisterForm, None
        yield RefuseForm, None
    yield from of_committee(page)
    if page.may_direct:
        yield DirectForm, None
    for assignment in page.waiting:
        if page.may_direct and page.is_of_a_unit(assignment):
            continue  # its people take it up, not who has just given it to them
        if assignment.part == Part.INFORM:
            yield ReadForm, assignment
        elif assignment.part != Part.OPINION:
            if assignment.taken_up_at is None:
                yield TakeUpForm, assignment
            yield FinishForm, assignment
            yield GiveBackForm, assignment
    for assignment in page.to_pass_on:
        yield PassOnForm, assignment
    if page.may_submit:
        yield SubmitForm, None
    if page.may_correct:
        yield CorrectForm, None
    if page.may_link:
        yield LinkForm, None
        if page.linked:
            yield UnlinkForm, None

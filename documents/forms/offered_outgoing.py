"""Which acts the page of an outgoing document offers to whom."""

from __future__ import annotations

from collections.abc import Iterator

from documents.forms.outgoing_acts import (
    AmendForm,
    AnswerForm,
    ApproveForm,
    AskForm,
    CancelForm,
    GiveUpForm,
    HandInForm,
    IssueForm,
    NumberForm,
    OutgoingAct,
    PassForm,
    PostForm,
    ReaddressForm,
    RecallForm,
    SendBackForm,
    TakeOverForm,
)
from documents.forms.rerouting import RerouteForm
from documents.forms.submissions import of_agency
from documents.issuing import Stage
from documents.models import Consultation
from documents.queries.outgoing_detail import OutgoingPage


def offered(page: OutgoingPage) -> Iterator[tuple[type[OutgoingAct], Consultation | None]]:
    """The acts that this person may do now, the most likely first."""
    for consultation in page.to_answer:
        yield AnswerForm, consultation
    if page.is_clerk:
        yield from _of_clerk(page)
    if page.may_write and page.is_at(Stage.DRAFT):
        yield HandInForm, None
    yield from of_agency(page)
    if page.may_direct and page.is_at(Stage.CONTENT):
        yield ApproveForm, None
        yield SendBackForm, None
    if page.is_signer and not page.is_clerk and page.is_at(Stage.SIGNING):
        yield SendBackForm, None
    if page.may_write and page.is_at(Stage.DRAFT, Stage.CONTENT):
        yield AskForm, None
    if page.may_direct and page.is_at(Stage.DRAFT, Stage.CONTENT, Stage.FORM, Stage.SIGNING):
        yield TakeOverForm, None
    if page.may_write and page.is_at(Stage.DRAFT):
        yield GiveUpForm, None


def _of_clerk(page: OutgoingPage) -> Iterator[tuple[type[OutgoingAct], None]]:
    acts: dict[Stage, tuple[type[OutgoingAct], ...]] = {
        Stage.FORM: (PassForm, SendBackForm, ReaddressForm),
        Stage.SIGNING: (SendBackForm, ReaddressForm),  # the signer is away, or signs no more
        Stage.SIGNED: (NumberForm, SendBackForm, ReaddressForm),
        Stage.NUMBERED: (ReaddressForm, CancelForm),
        Stage.SEALED: (IssueForm, ReaddressForm, CancelForm),
        Stage.ISSUED: (AmendForm, RerouteForm, RecallForm),
    }
    if page.is_at(Stage.ISSUED) and page.to_post:
        yield PostForm, None
    for kind in acts.get(Stage(page.outgoing.stage), ()):
        yield kind, None

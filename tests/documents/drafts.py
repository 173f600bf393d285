"""Outgoing documents for tests, brought as far as a test needs them."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from documents.drafting import Content, Heading, To
from documents.issuing import Stage
from documents.layouts.fields import with_fields
from documents.models import Outgoing, Registry
from documents.services import approving, drafting, issuing
from files.services import store
from organizations.access import Right
from organizations.models import User
from tests.documents.desks import registry_of
from tests.files import corpus
from tests.people import Town

BODY = "Thực hiện chỉ đạo của UBND tỉnh, Sở báo cáo như sau."
CONTENT = Content(body=BODY, addressees=("UBND tỉnh",))


def stored(actor: User, name: str = "van-ban.pdf") -> int:
    """A paper of the actor's, staged."""
    return store(ContentFile(blank_paper(), name), actor=actor).pk


@cache
def blank_paper() -> bytes:
    """An empty sheet with the fields of an uploaded paper."""
    return with_fields(corpus.pdf())


def heading(town: Town, **changes: Any) -> Heading:
    return Heading(**{
        "type": "bao-cao", "subject": "Tình hình ứng dụng công nghệ thông tin",
        "signer_id": town.leader.pk, "signer_position": "Giám đốc", **changes,
    })  # fmt: skip


def begun(town: Town, **changes: Any) -> Outgoing:
    """A draft of the officer's, to the other agency."""
    registry = registry_of(town)
    to = changes.pop("receivers", None)
    if to is None:
        to = [To(registry_id=other_registry(town).pk)]
    how = {
        name: changes.pop(name) for name in ("uploaded_id", "annex_ids", "form_token")
        if name in changes
    }  # fmt: skip
    content = changes.pop("content", CONTENT)
    return drafting.begin(
        heading(town, **changes), content, registry_id=registry.pk, unit_id=town.division.pk,
        actor=town.officer, receivers=to, **how,
    )  # fmt: skip


def other_registry(town: Town) -> Registry:
    return registry_of(unit=town.other_agency, symbol="STP")


def brought_to(stage: Stage, town: Town, **changes: Any) -> Outgoing:
    """The officer's draft, as far as that stage, by the people who bring it there."""
    outgoing = begun(town, **changes)
    pk, clerk = outgoing.pk, town.records_clerk
    steps: list[tuple[Stage, Any]] = [
        (Stage.CONTENT, lambda: drafting.hand_in(pk, actor=town.officer, version=1)),
        (Stage.FORM, lambda: approving.approve_content(pk, actor=town.head, version=1)),
        (Stage.SIGNING, lambda: approving.pass_form(
            pk, actor=clerk, version=1, paper_id=stored(clerk))),
        (Stage.SIGNED, lambda: sign(pk, town.leader)),
        (Stage.NUMBERED, lambda: issuing.number(pk, actor=clerk)),
        (Stage.SEALED, lambda: seal(pk, clerk)),
        (Stage.ISSUED, lambda: issuing.issue(pk, actor=clerk)),
    ]  # fmt: skip
    for reached, step in steps:
        if Outgoing.objects.get(pk=pk).stage == stage:
            break
        step()
        assert Outgoing.objects.get(pk=pk).stage == reached
    return Outgoing.objects.get(pk=pk)


def sign(pk: int, actor: User) -> None:
    """As when his signature came back."""
    outgoing = Outgoing.objects.lock(pk)
    issuing.signed(outgoing, actor=actor, right=Right(), file_id=stored(actor), at=timezone.now())


def seal(pk: int, actor: User) -> None:
    outgoing = Outgoing.objects.lock(pk)
    file_id = stored(actor)
    issuing.sealed(outgoing, actor=actor, right=Right(), file_id=file_id, at=timezone.now())

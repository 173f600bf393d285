"""Changes of the catalogue: a draft is written, published as a dated version, withdrawn."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from common.errors import AlreadyDone, DomainError, TransitionError
from common.text import unaccented
from files.services import claim
from onestop.models import (
    Procedure,
    ProcedureChannel,
    ProcedureComponent,
    ProcedureState,
    ProcedureUnit,
    ProcedureVersion,
)
from onestop.models.catalogue import NEXT
from onestop.services.rights import require_catalogue
from organizations.models import User


class NotPublishable(DomainError):
    """The draft lacks something without which nobody could receive a dossier."""

    code = "not_publishable"


class CodeTaken(DomainError):
    code = "code_taken"
    default_message = gettext_lazy("This procedure code exists already: open it and change it.")


class VersionIsPublished(TransitionError):
    default_message = gettext_lazy(
        "A published version is not changed. Make a new version of the procedure."
    )


@dataclass(frozen=True)
class ChannelData:
    """Limit and fee of one channel; see onestop.models.ProcedureChannel."""

    channel: int
    limit_amount: Decimal
    limit_unit: str
    cutoff: dt.time | None = None
    fee_vnd: int | None = None
    fee_per: str = ""
    fee_second_from: int | None = None
    fee_second_vnd: int | None = None
    fee_ceiling_vnd: int | None = None
    fee_note: str = ""


@dataclass(frozen=True)
class ComponentData:
    """One paper of the dossier."""

    name: str
    originals: int = 0
    copies: int = 0
    is_required: bool = True
    template_name: str = ""
    note: str = ""
    is_sample: bool = False
    blank_form_id: int | None = None


@dataclass(frozen=True)
class Content:
    """All that a version says. `facts` are the plain columns of ProcedureVersion."""

    facts: dict[str, Any]
    channels: Sequence[ChannelData]
    components: Sequence[ComponentData]
    unit_ids: Iterable[int]

    @property
    def fingerprint(self) -> str:
        """Tells whether somebody changed it since a page was opened."""
        said = (sorted(self.facts.items()), list(self.channels), list(self.components))
        text = repr((said, sorted(set(self.unit_ids))))
        return hashlib.sha256(text.encode()).hexdigest()


FACTS = (
    "name", "field", "level", "agency_name", "result_name", "result_code", "legal_basis",
    "publishing_decision", "source", "note", "is_sample",
)  # fmt: skip


@transaction.atomic
def create_procedure(code: str, content: Content, *, actor: User) -> Procedure:
    """A draft of a procedure that the catalogue does not have yet."""
    require_catalogue(actor)
    found: tuple[Procedure, bool] = Procedure.objects.get_or_create(code=code)
    procedure, is_new = found
    if not is_new:
        raise CodeTaken
    version = ProcedureVersion(procedure=procedure, number=1)
    _claim_blanks(content, None, actor)
    write_content(version, content)
    write_search_text(procedure, version)
    record(procedure, "procedure.created", actor=actor)
    return procedure


@transaction.atomic
def save_draft(
    procedure_id: int, content: Content, *, actor: User, seen: str = ""
) -> ProcedureVersion:
    """Write the draft version; makes it when the procedure has only published ones.

    `seen` is the fingerprint of what the person had before him; another one since is refused.
    """
    procedure: Procedure = Procedure.objects.lock(procedure_id)
    require_catalogue(actor)
    before = latest(procedure)
    if seen and before and content_of_version(before).fingerprint != seen:
        raise AlreadyDone
    version = waiting_draft(procedure.pk) or ProcedureVersion(
        procedure=procedure, number=next_number(procedure.pk)
    )
    _claim_blanks(content, before, actor)
    write_content(version, content)
    if procedure.state == ProcedureState.DRAFT:
        write_search_text(procedure, version)
    record(procedure, "procedure.draft_saved", actor=actor, data={"version": version.number})
    return version


def _claim_blanks(content: Content, before: ProcedureVersion | None, actor: User) -> None:
    """Forms to download are the actor's own uploads, or hang on the version before: no other file
    can be made public through a procedure."""
    wanted = {each.blank_form_id for each in content.components if each.blank_form_id}
    if before is not None:
        wanted -= set(before.components.values_list("blank_form_id", flat=True))
    claim(sorted(wanted), actor=actor)


def waiting_draft(procedure_id: int) -> ProcedureVersion | None:
    found: ProcedureVersion | None = ProcedureVersion.objects.filter(
        procedure_id=procedure_id, published_at=None
    ).first()
    return found


def latest(procedure: Procedure) -> ProcedureVersion | None:
    """What one goes on from: the waiting draft, else the version in force."""
    return waiting_draft(procedure.pk) or procedure.current_version


def next_number(procedure_id: int) -> int:
    versions = ProcedureVersion.objects.filter(procedure_id=procedure_id)
    return (versions.aggregate(last=Max("number"))["last"] or 0) + 1


def write_content(version: ProcedureVersion, content: Content) -> None:
    """Put the content in the place of the draft's own. Refuses a published version."""
    if version.published_at is not None:
        raise VersionIsPublished
    for name in FACTS:
        if name in content.facts:
            setattr(version, name, content.facts[name])
    if version.pk is None:
        version.save(force_insert=True)
    else:
        version.save(update_fields=FACTS)
        for rows in (ProcedureChannel, ProcedureComponent, ProcedureUnit):
            rows.objects.filter(version=version).delete()
    write_parts([(version, content)])


def write_parts(contents: Sequence[tuple[ProcedureVersion, Content]]) -> None:
    """Channels, papers and units of new versions. Three statements, however many versions."""
    ProcedureChannel.objects.bulk_create(
        (
            ProcedureChannel(version=version, **vars(each))
            for version, content in contents
            for each in content.channels
        ),
        batch_size=2000,
    )
    ProcedureComponent.objects.bulk_create(
        (
            ProcedureComponent(version=version, order=order, **vars(each))
            for version, content in contents
            for order, each in enumerate(content.components, start=1)
        ),
        batch_size=2000,
    )
    ProcedureUnit.objects.bulk_create(
        (
            ProcedureUnit(version=version, unit_id=pk)
            for version, content in contents
            for pk in sorted(set(content.unit_ids))
        ),
        batch_size=5000,
    )


def content_of_version(version: ProcedureVersion) -> Content:
    """The version as it could be written again: to copy it, or to compare. Three queries."""
    channel_names = [field.name for field in fields(ChannelData)]
    component_names = [field.name for field in fields(ComponentData)]
    return Content(
        facts={name: getattr(version, name) for name in FACTS},
        channels=[ChannelData(**each) for each in version.channels.values(*channel_names)],
        components=[ComponentData(**each) for each in version.components.values(*component_names)],
        unit_ids=list(version.units.values_list("unit_id", flat=True)),
    )


def write_search_text(procedure: Procedure, version: ProcedureVersion) -> None:
    procedure.search_text = unaccented(f"{procedure.code} {version.name} {version.field}")
    procedure.save(update_fields=["search_text"])


@transaction.atomic
def publish(procedure_id: int, *, on: dt.date, actor: User) -> ProcedureVersion:
    """Publish the waiting draft, in force from `on`. A day to come waits for its day."""
    procedure = Procedure.objects.lock(procedure_id)
    require_catalogue(actor)
    version = waiting_draft(procedure.pk)
    if version is None:
        raise AlreadyDone
    if ProcedureState.PUBLISHED not in NEXT[procedure.state]:
        raise TransitionError
    _require_publishable(version)
    put_in_force(procedure, version, on)
    record(
        procedure,
        "procedure.published",
        actor=actor,
        data={"version": version.number, "valid_from": on.isoformat()},
    )
    return version


def put_in_force(procedure: Procedure, version: ProcedureVersion, on: dt.date) -> None:
    """Date the version, end the one before, and point the procedure at what holds today.

    A step that `publish` and the import join; the caller holds the procedure's lock.
    """
    today = timezone.localdate()
    before: ProcedureVersion | None = (
        ProcedureVersion.objects.filter(procedure=procedure, published_at__isnull=False)
        .order_by("-number")
        .first()
    )
    if before and before.valid_from and on < max(before.valid_from, today):
        raise NotPublishable(
            _("A new version can be in force from %(day)s at the earliest: choose a later day.")
            % {"day": f"{max(before.valid_from, today):%d/%m/%Y}"}
        )
    if before and before.valid_from and (before.valid_to is None or before.valid_to >= on):
        before.valid_to = max(before.valid_from, on - dt.timedelta(days=1))
        before.save(update_fields=["valid_to"])
    version.valid_from, version.published_at = on, timezone.now()
    version.save(update_fields=["valid_from", "published_at"])
    if on <= today:
        _point_at(procedure, version)


def _point_at(procedure: Procedure, version: ProcedureVersion) -> None:
    procedure.state = ProcedureState.PUBLISHED
    procedure.current_version = version
    procedure.save(update_fields=["state", "current_version"])
    write_search_text(procedure, version)


def _require_publishable(version: ProcedureVersion) -> None:
    lacking = []
    if not version.channels.exists():
        lacking.append(_("at least one channel with its time limit"))
    if not version.units.exists():
        lacking.append(_("at least one competent unit"))
    if not version.legal_basis and not version.publishing_decision:
        lacking.append(_("the publishing decision or the legal basis"))
    if lacking:
        raise NotPublishable(
            _("Before publishing, add: %(parts)s.") % {"parts": "; ".join(lacking)}
        )


@transaction.atomic
def withdraw(procedure_id: int, *, reason: str, actor: User) -> Procedure:
    """Take the procedure out of force from today. Running dossiers are finished as they began."""
    procedure: Procedure = Procedure.objects.lock(procedure_id)
    require_catalogue(actor)
    if procedure.state == ProcedureState.WITHDRAWN:
        raise AlreadyDone
    if ProcedureState.WITHDRAWN not in NEXT[procedure.state]:
        raise TransitionError
    if not reason.strip():
        raise DomainError(_("Give the decision or the reason for the withdrawal."))
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    published = ProcedureVersion.objects.filter(procedure=procedure, published_at__isnull=False)
    waiting = published.filter(valid_from__gt=today).values_list("valid_from", flat=True).first()
    if waiting:
        raise TransitionError(
            _("A version waits for %(day)s: withdraw the procedure on that day or later.")
            % {"day": f"{waiting:%d/%m/%Y}"}
        )
    for version in published.in_force_on(today):
        version.valid_to = max(version.valid_from, yesterday)
        version.save(update_fields=["valid_to"])
    procedure.state = ProcedureState.WITHDRAWN
    procedure.save(update_fields=["state"])
    record(procedure, "procedure.withdrawn", actor=actor, data={"reason": reason})
    return procedure


@transaction.atomic
def bring_into_force() -> int:
    """Point procedures at versions whose day has come. Runs daily; finds what is due by itself.

    Returns how many procedures changed.
    """
    today = timezone.localdate()
    due = Procedure.objects.filter(
        versions__published_at__isnull=False,
        versions__valid_from__lte=today,
        versions__number__gt=F("current_version__number"),
    ).values_list("pk", flat=True)
    first = Procedure.objects.filter(
        current_version=None,
        versions__published_at__isnull=False,
        versions__valid_from__lte=today,
    ).values_list("pk", flat=True)
    moved = 0
    for pk in sorted({*due, *first}):
        procedure = Procedure.objects.lock(pk)
        version = (
            procedure.versions.filter(published_at__isnull=False, valid_from__lte=today)
            .order_by("-number")
            .first()
        )
        if version and version.pk != procedure.current_version_id:
            _point_at(procedure, version)
            record(
                procedure,
                "procedure.came_into_force",
                actor=None,
                data={"version": version.number},
            )
            moved += 1
    return moved


@transaction.atomic
def discard_draft(procedure_id: int, *, actor: User) -> None:
    """Throw the waiting draft away; a procedure that was never published goes with it."""
    procedure: Procedure = Procedure.objects.lock(procedure_id)
    require_catalogue(actor)
    version = waiting_draft(procedure.pk)
    if version is None:
        raise AlreadyDone
    record(procedure, "procedure.draft_discarded", actor=actor, data={"version": version.number})
    version.delete()
    if not procedure.versions.exists():
        procedure.processes.all().delete()
        procedure.delete()

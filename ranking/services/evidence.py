"""Evidence of a unit: documents by number, day, issuer, abstract, and files.

One document or file serves several criteria; the same number, day and issuer, or the same bytes,
are kept once. Every act locks the unit's form, so that two people cannot make it twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from files.models import StoredFile
from files.services import claim, let_go
from organizations.models import User
from ranking import rights
from ranking.models import Assessment, Criterion, Evidence, EvidenceUse
from ranking.services.answers import criteria_of, require_writer_of, writable


@dataclass(frozen=True)
class DocumentFacts:
    """A document as it is cited."""

    number: str
    issued_on: dt.date
    issuer: str
    abstract: str


@dataclass(frozen=True)
class Added:
    """An uploaded file and the evidence that it became or was already, under another name."""

    name: str
    evidence: Evidence

    @property
    def known_as(self) -> str:
        """The other name, or nothing."""
        kept = self.evidence.file
        return kept.name if kept and kept.name != self.name else ""


class EvidenceGone(DomainError):
    """Somebody took it away, or it is of another unit."""

    code = "evidence_gone"


@transaction.atomic
def cite(
    assessment_id: int, facts: DocumentFacts, *, actor: User, criterion_ids: Sequence[int],
    file_id: int | None = None,
) -> Evidence:  # fmt: skip
    """Name a document as evidence for these criteria, with its file if there is one.

    A colleague who may not see that another criterion cites it has it listed anew.
    """
    assessment, nodes = _opened(assessment_id, criterion_ids, actor)
    if facts.issued_on > assessment.cycle.today:
        raise DomainError(_("A document of a day to come proves nothing."))
    number, issuer = " ".join(facts.number.split()), " ".join(facts.issuer.split())
    found = usable_by(actor, assessment).filter(
        number__iexact=number, issued_on=facts.issued_on, issuer__iexact=issuer
    ).exclude(uses=None).select_related("file").first()  # fmt: skip
    if found is None:
        found = Evidence.objects.create(
            assessment=assessment, number=number, issued_on=facts.issued_on, issuer=issuer,
            abstract=facts.abstract.strip(), added_at=timezone.now(), added_by=actor,
        )  # fmt: skip
    stored = claim([file_id], actor=actor)[0] if file_id else None
    if stored and not found.file:
        require_writer_of(assessment, _proved_by(found), actor)
        _put(found, stored, assessment)
    elif stored and stored.sha256 != found.file.sha256:
        raise DomainError(
            _("This document has a file already: put another in its place where it is listed.")
        )
    _use(found, nodes)
    _record("ranking.evidence_cited", found, assessment, actor, nodes)
    return found


@transaction.atomic
def add_files(
    assessment_id: int, file_ids: Sequence[int], *, actor: User, criterion_ids: Sequence[int]
) -> list[Added]:
    """Uploaded files as evidence for these criteria; the same bytes are one file."""
    assessment, nodes = _opened(assessment_id, criterion_ids, actor)
    added = []
    for stored in StoredFile.objects.staged().filter(pk__in=file_ids, uploaded_by=actor):
        found = assessment.evidence.filter(
            file__sha256=stored.sha256
        ).select_related("file").first()  # fmt: skip
        if found is None:
            claimed = claim([stored.pk], actor=actor)[0]
            found = Evidence.objects.create(
                assessment=assessment, abstract=stored.name, file=claimed,
                added_at=timezone.now(), added_by=actor,
            )  # fmt: skip
        _use(found, nodes)
        _record("ranking.evidence_uploaded", found, assessment, actor, nodes)
        added.append(Added(stored.name, found))
    return added


@transaction.atomic
def put_file(assessment_id: int, evidence_id: int, *, actor: User, file_id: int) -> Evidence:
    """The file of a document that is cited already, or another one in place of it."""
    assessment = writable(assessment_id)
    found = _found(assessment, evidence_id)
    nodes = _proved_by(found)
    require_writer_of(assessment, nodes, actor)
    stored = claim([file_id], actor=actor)[0]
    if not found.number and found.file and found.abstract == found.file.name:
        found.abstract = stored.name
    _put(found, stored, assessment)
    _record("ranking.evidence_file_put", found, assessment, actor, nodes)
    return found


@transaction.atomic
def use_again(
    assessment_id: int, evidence_ids: Sequence[int], *, actor: User, criterion_id: int
) -> int:
    """What is there already proves one more criterion, too."""
    assessment, nodes = _opened(assessment_id, [criterion_id], actor)
    rows = list(usable_by(actor, assessment).filter(pk__in=evidence_ids))
    if not rows or len(rows) != len(set(evidence_ids)):
        raise EvidenceGone(_("Choose from the evidence of this form."))
    for found in rows:
        _use(found, nodes)
        _record("ranking.evidence_used", found, assessment, actor, nodes)
    return len(rows)


@transaction.atomic
def take_away(assessment_id: int, *, actor: User, evidence_id: int, criterion_id: int) -> None:
    """No evidence for this criterion any more. When it serves none it is gone, unless the form
    was submitted once: then it stays, unused, with what the council may have judged by."""
    assessment = writable(assessment_id)
    nodes = list(Criterion.objects.filter(
        framework=assessment.cycle.framework_id, pk=criterion_id
    ))  # fmt: skip
    require_writer_of(assessment, nodes, actor)
    found = _found(assessment, evidence_id)
    found.uses.filter(criterion=criterion_id).delete()
    left = found.uses.exists()
    _record("ranking.evidence_taken_away", found, assessment, actor, nodes, left=left)
    if not left and assessment.submitted_at is None:
        stored = found.file
        found.delete()
        _drop(stored, assessment)


def usable_by(actor: User, assessment: Assessment) -> QuerySet[Evidence]:
    """What the person may use for one more criterion: who fills in the form, all of it; a
    colleague what serves a criterion that was given to him, which is what he opens anyway."""
    rows: QuerySet[Evidence] = assessment.evidence.all()
    if rights.may(actor, rights.FILL, assessment):
        return rows
    given = assessment.answers.filter(colleague=actor.pk).values("criterion")
    return rows.filter(
        Exists(EvidenceUse.objects.filter(evidence=OuterRef("pk"), criterion__in=given))
    )


def _proved_by(found: Evidence) -> list[Criterion]:
    return [use.criterion for use in found.uses.select_related("criterion")]


def _opened(
    assessment_id: int, criterion_ids: Iterable[int], actor: User
) -> tuple[Assessment, list[Criterion]]:
    """The locked form and the criteria, when the person may write to all of them."""
    assessment = writable(assessment_id)
    nodes = criteria_of(assessment, criterion_ids)
    require_writer_of(assessment, nodes, actor)
    return assessment, nodes


def _found(assessment: Assessment, evidence_id: int) -> Evidence:
    rows = assessment.evidence.select_related("file")
    found: Evidence | None = rows.filter(pk=evidence_id).first()
    if found is None:
        raise EvidenceGone(_("This evidence is gone already."))
    return found


def _use(found: Evidence, nodes: Iterable[Criterion]) -> None:
    EvidenceUse.objects.bulk_create(
        [EvidenceUse(evidence=found, criterion=node) for node in nodes], ignore_conflicts=True
    )


def _put(found: Evidence, stored: StoredFile, assessment: Assessment) -> None:
    before, found.file = found.file, stored
    found.save(update_fields=["file", "abstract"])
    _drop(before, assessment)


def _drop(stored: StoredFile | None, assessment: Assessment) -> None:
    """The bytes go, unless the form was submitted once: the council may have judged by them."""
    if stored is not None and assessment.submitted_at is None:
        let_go(stored)


def _record(
    action: str, found: Evidence, assessment: Assessment, actor: User,
    nodes: Iterable[Criterion], **more: bool,
) -> None:  # fmt: skip
    stored = found.file
    record(
        assessment, action, actor=actor, unit=assessment.unit,
        data={"number": found.number, "criteria": [node.code for node in nodes],
              "file": stored.name if stored else "", "sha256": stored.sha256 if stored else "",
              **more},
    )  # fmt: skip

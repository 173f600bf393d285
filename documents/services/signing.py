"""Ký số: a signature is two calls, with the key of the official, or of the body, between them.

The first prepares the paper and tells the digest; the second brings the signature, which is checked
before anything of the document changes. What fails between them leaves the document as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from common.errors import AlreadyDone, DomainError
from documents.issuing import Stage
from documents.layouts.paper import issue_values
from documents.models import Annex, Edition, Outgoing, Signing
from documents.services import issuing
from documents.services.drafting import require_stage
from documents.services.signers import require_second, require_signer
from files.services import claim, content_of, store
from organizations import access
from organizations.access import Right
from organizations.models import User
from organizations.rulesets import rules
from papers import certificates
from papers.models import SigningCertificate
from papers.rulesets import SIGNATURES
from papers.signatures import lasting
from papers.signatures.answers import WrongSignature, checked
from papers.signatures.attachments import hindrances, spot_for
from papers.signatures.drawing import Appearance, attachment_mark, iso_time
from papers.signatures.fields import PERSON, PERSONS, SEAL, SECOND
from papers.signatures.lasting import NoTimeStamp
from papers.signatures.preparing import Prepared, fill, finish, prepare, to_be_filled
from papers.signatures.verifying import verify_pdf
from papers.stamping import WRONG, Stamped, WrongTimeStamp, is_needed, stamp

log = logging.getLogger(__name__)

OF_PAPER = (Stage.SIGNING, Stage.NUMBERED)  # in which somebody signs it
OF_ANNEXES = (Stage.NUMBERED, Stage.SEALED)
ANSWER_WITHIN = dt.timedelta(minutes=15)  # of the signing device; a guard, no legal source
SET_IN_WITHIN = dt.timedelta(hours=1)  # of what was confirmed on the phone; a guard as well


class SignatureRefused(DomainError):
    """What the signer sent back is not a signature that this paper may carry."""

    code = "signature_refused"


@dataclass(frozen=True)
class Completed:
    """The document as it is now, and what is to be said of its signature, or ""."""

    outgoing: Outgoing
    note: str | Promise = ""


def may_sign(outgoing: Outgoing, user: User) -> bool:
    """Whether the next signature is this person's to make: his own, or as clerk the seal.

    What was sealed before annexes were is asked for its annexes: one query.
    """
    if outgoing.stage == Stage.SIGNING:
        return outgoing.next_signer_id == user.pk
    waits = outgoing.stage == Stage.NUMBERED or (
        outgoing.stage == Stage.SEALED and Annex.objects.to_seal(outgoing).exists()
    )
    return waits and access.may(user, "register_documents", outgoing.registry.unit_id)


def certificates_for(outgoing: Outgoing, user: User) -> list[SigningCertificate]:
    """With which the next signature can be made."""
    if outgoing.stage == Stage.SIGNING:
        found = certificates.of_person(user)
    else:
        found = certificates.of_body(outgoing.registry.code)
    return list(certificates.usable(found))


@transaction.atomic
def begin(
    outgoing_id: int, *, actor: User, certificate_id: int, edition: int | None = None,
    annex_id: int | None = None,
) -> Signing:  # fmt: skip
    """Prepare the newest paper, or one of its annexes for the seal, for that certificate.
    `state["digest"]` (hex) is to be signed.

    `edition` is the one that was read: another raises AlreadyDone. Asked again, the earlier call
    is void: its signature would be on another moment.
    """
    at = timezone.now()
    outgoing: Outgoing = Outgoing.objects.select_related("registry").get(pk=outgoing_id)
    annex = _annex(outgoing, annex_id)
    _require(outgoing, actor, annex)
    certificate = next(
        (each for each in certificates_for(outgoing, actor) if each.pk == certificate_id), None
    )
    if certificate is None:
        raise DomainError(_("Choose a certificate that is valid today."))
    newest = _newest(outgoing)
    if edition is not None and edition != newest.order:
        raise AlreadyDone(
            _("There is a newer paper than the one that you have read. Open it first.")
        )
    if annex is None:
        field, prepared = _prepare_paper(outgoing, newest, certificate, at)
    else:
        field, prepared = _prepare_annex(outgoing, annex, certificate, at)
    stored = store(ContentFile(prepared.pdf, "chuan-bi-ky.pdf"), actor=actor)
    outgoing = Outgoing.objects.lock(outgoing_id)
    _require(outgoing, actor, _annex(outgoing, annex_id))
    outgoing.signings.filter(ended_at=None, field=field, annex=annex).update(ended_at=at)
    signing: Signing = Signing.objects.create(
        outgoing=outgoing, annex=annex, field=field, edition=newest.order, certificate=certificate,
        prepared=claim([stored.pk], actor=actor)[0], state=_state(prepared), asked_at=at,
        asked_by=actor,
    )  # fmt: skip
    return signing


def _prepare_paper(
    outgoing: Outgoing, newest: Edition, certificate: SigningCertificate, at: dt.datetime
) -> tuple[str, Prepared]:
    """The field and what is signed. Before the seal, number and date come into the paper."""
    field = _field_of(outgoing)
    is_first = field != SEAL and outgoing.second_signed_at is None
    pdf = content_of(newest.stored)
    if field == SEAL:
        if not certificate.is_remote:  # else they are confirmed together, and set in before it
            issuing.require_annexes_sealed(Annex.objects.standing(outgoing))
        wanted = to_be_filled(pdf)
        values = _issue_values(outgoing)
        pdf = fill(pdf, {name: text for name, text in values.items() if name in wanted})
    return field, prepare(
        pdf, field, chain=certificates.chain_of(certificate), certify=is_first, at=at,
        appearance=_look(outgoing, field, certificate, at),
    )  # fmt: skip


def _field_of(outgoing: Outgoing) -> str:
    """That is signed next."""
    if outgoing.stage != Stage.SIGNING:
        return SEAL
    return SECOND if outgoing.awaits_second else PERSON


def _prepare_annex(
    outgoing: Outgoing, annex: Annex, certificate: SigningCertificate, at: dt.datetime
) -> tuple[str, Prepared]:
    """Words instead of a picture: number and symbol of the document, and the time (Phụ lục I)."""
    pdf = content_of(annex.stored)
    require_sealable(annex.stored.name, pdf)
    spot = spot_for(pdf)
    mark = attachment_mark(outgoing.reference, at) if spot.is_seen else None
    return spot.field, prepare(
        pdf, spot.field, chain=certificates.chain_of(certificate), certify=False, at=at,
        appearance=mark, place=spot.place,
    )  # fmt: skip


def time_stamped(signing_id: int, *, actor: User, cms: bytes) -> Stamped:
    """The signature that came back, with a time stamp where the province has a server. Not inside
    an atomic block: the server is asked outside of the transaction, and only for what the document
    waits for: a stamp is paid for. Raises AlreadyDone, WrongSignature, NoTimeStamp; nothing of the
    document is changed by then."""
    related = ("prepared", "certificate", "outgoing__registry", "confirmation")
    signing: Signing = Signing.objects.select_related(*related).get(pk=signing_id, asked_by=actor)
    _require_in_time(signing, timezone.now())
    _require_awaited(signing, signing.outgoing, actor)
    prepared = _prepared(signing)
    return stamp(checked(cms, prepared.digest, prepared.algorithm, prepared.certificate))


@transaction.atomic
def complete(
    signing_id: int, *, actor: User, cms: bytes, stamp: Stamped | None = None
) -> Completed:
    """The signature came back, and a stamp on it. It is set in, the paper verified as a receiver
    would, and the document goes on. Raises SignatureRefused, AlreadyDone, WrongTimeStamp."""
    at = timezone.now()
    related = ("prepared", "certificate", "outgoing", "annex__stored", "confirmation")
    signing: Signing = Signing.objects.select_related(*related).get(pk=signing_id, asked_by=actor)
    _require_in_time(signing, at)
    finish(_prepared(signing), cms)
    certificates.note_use(signing.certificate)
    pdf, told = _believed(signing, cms, stamp or Stamped(cms), at)
    kept = pdf
    if told.is_stamped and signing.field not in PERSONS:  # the last signature: now come the lists
        kept = _with_lists(signing, pdf, at)
    digest = hashlib.sha256(pdf).hexdigest() if kept is not pdf else ""
    name = signing.annex.stored.name if signing.annex else f"van-ban-{signing.outgoing_id}.pdf"
    stored = store(ContentFile(kept, name), actor=actor)
    outgoing: Outgoing = Outgoing.objects.lock(signing.outgoing_id)
    signing.refresh_from_db()
    annex, right = _require_awaited(signing, outgoing, actor)
    signing.ended_at, signing.is_done = at, True
    signing.save(update_fields=["ended_at", "is_done"])
    if annex is not None:
        issuing.annex_sealed(
            outgoing, annex, actor=actor, right=right, file_id=stored.pk, signed_sha256=digest
        )
    elif signing.field == SECOND:
        issuing.second_signed(outgoing, actor=actor, right=right, file_id=stored.pk, at=at)
    elif signing.field == PERSON:
        issuing.signed(outgoing, actor=actor, right=right, file_id=stored.pk, at=at)
    else:
        issuing.sealed(
            outgoing, actor=actor, right=right, file_id=stored.pk, at=at, signed_sha256=digest
        )
    return Completed(outgoing, told.why)


def _issue_values(outgoing: Outgoing) -> dict[str, str]:
    """What is filled into the paper with its number."""
    if outgoing.number is None or outgoing.issued_on is None:
        raise ValueError("the document has no number")
    with translation.override("vi"):
        return issue_values(outgoing.number, outgoing.issued_on)


def require_sealable(name: str, pdf: bytes) -> None:
    """A seal on this file would be believed. Raises DomainError with what is to be done."""
    found = hindrances(pdf, certificates.trust())
    if found:
        why = " ".join(str(reason.words) for reason in found)
        raise DomainError(
            _("The annex “%(name)s” cannot be sealed. %(why)s Have it saved anew as PDF.")
            % {"name": name, "why": why}
        )


def _annex(outgoing: Outgoing, annex_id: int | None) -> Annex | None:
    """The annex that is to be sealed, as it is now. Raises AlreadyDone."""
    if annex_id is None:
        return None
    found = Annex.objects.to_seal(outgoing).filter(pk=annex_id).first()
    if found is None:
        raise AlreadyDone(_("This annex is sealed already, or is none. Look at the document."))
    annex: Annex = found
    return annex


def _given_at(signing: Signing) -> dt.datetime | None:
    """When a remote service signed it. Reads `signing.confirmation`."""
    return None if signing.confirmation is None else signing.confirmation.given_at


def _require_in_time(signing: Signing, at: dt.datetime) -> None:
    """What was confirmed was in time (`confirming` sees to that) and is being set in, one after
    the other: that has longer."""
    given = _given_at(signing)
    is_late = at - signing.asked_at > ANSWER_WITHIN if given is None else at - given > SET_IN_WITHIN
    if is_late:
        raise AlreadyDone(_("The signing device took too long. Sign again."))


def _require_awaited(
    signing: Signing, outgoing: Outgoing, actor: User
) -> tuple[Annex | None, Right]:
    """The annex that it is for, and by which right: the document waits for this signature."""
    if signing.ended_at is not None or signing.edition != _newest(outgoing).order:
        raise AlreadyDone(_("This signature was given up or made already. Look at the document."))
    annex = _annex(outgoing, signing.annex_id)
    right = _require(outgoing, actor, annex)
    if signing.certificate not in certificates_for(outgoing, actor):
        raise DomainError(_("Choose a certificate that is valid today."))
    return annex, right


def _require(outgoing: Outgoing, actor: User, annex: Annex | None) -> Right:
    require_stage(outgoing, *(OF_PAPER if annex is None else OF_ANNEXES))
    if outgoing.stage == Stage.SIGNING:
        if outgoing.next_signer_id != actor.pk:
            access.refuse("direct_documents")
        # he may have left his office since the paper was made
        return require_second(outgoing) if outgoing.awaits_second else require_signer(outgoing)
    return access.require(actor, "register_documents", outgoing.registry.unit_id)


def _believed(
    signing: Signing, cms: bytes, stamp: Stamped, at: dt.datetime
) -> tuple[bytes, Stamped]:
    """The signed paper, without its stamp if that is wrong and the province can do without."""
    prepared = _prepared(signing)
    if not stamp.is_stamped:
        if is_needed(timezone.localdate(at)):
            raise NoTimeStamp
        stamp = Stamped(cms, why=stamp.why)
    try:
        pdf = finish(prepared, stamp.cms)
        _require_believed(signing, pdf, at)
    except (SignatureRefused, WrongSignature) as refused:  # or it is too long for its room
        if not stamp.is_stamped:
            raise
        pdf = finish(prepared, cms)
        _require_believed(signing, pdf, at)  # else it is not the stamp
        if is_needed(timezone.localdate(at)):
            raise WrongTimeStamp from refused
        stamp = Stamped(cms, why=WRONG)
    return pdf, stamp


def _require_believed(signing: Signing, pdf: bytes, at: dt.datetime) -> None:
    """Its receivers would accept the paper as it is signed now, and the time on it is of now."""
    certificate = signing.certificate
    owner = certificates.owner_key(certificate.person_id, certificate.body_code)
    verdict = verify_pdf(pdf, certificates.trust({signing.field: owner}))
    if not verdict.accepted:
        why = " ".join(str(reason.words) for reason in verdict.reasons)
        raise SignatureRefused(_("The signature cannot be used. %s") % why)
    told = verdict.signatures[-1].at
    since = at if _given_at(signing) is None else signing.asked_at
    if told is None or not since - ANSWER_WITHIN <= told <= at + ANSWER_WITHIN:
        raise SignatureRefused(
            _("The clock of the signing computer is wrong. Set it right and sign again.")
        )


def _with_lists(signing: Signing, pdf: bytes, at: dt.datetime) -> bytes:
    """The paper with what its check needs; as it is, if nobody would believe it with that."""
    try:
        kept = lasting.kept(pdf, certificates.trust())
        _require_believed(signing, kept, at)
    except Exception as error:  # an annex of others finds its way into any corner of a writer
        log.info("A signed paper stays without lists: %r", error)
        return pdf
    return kept


def _newest(outgoing: Outgoing) -> Edition:
    edition: Edition | None = outgoing.editions.select_related("stored").order_by("-order").first()
    if edition is None:
        raise DomainError(_("The document has no paper yet."))
    return edition


def _look(
    outgoing: Outgoing, field: str, certificate: SigningCertificate, at: dt.datetime
) -> Appearance | None:
    """The picture; beside a seal the agency and the time, where the province wants them."""
    picture = b"" if certificate.picture is None else content_of(certificate.picture)
    lines: tuple[str, ...] = ()
    if field == SEAL and rules(SIGNATURES, timezone.localdate(at)).seal_words:
        lines = (outgoing.registry.name, iso_time(at))
    return Appearance(picture, lines) if picture or lines else None


def _state(prepared: Prepared) -> dict[str, Any]:
    return {
        "digest": prepared.digest.hex(), "algorithm": prepared.algorithm,
        "gap_start": prepared.gap_start, "gap_end": prepared.gap_end,
    }  # fmt: skip


def _prepared(signing: Signing) -> Prepared:
    state = signing.state
    return Prepared(
        pdf=content_of(signing.prepared), digest=bytes.fromhex(state["digest"]),
        algorithm=state["algorithm"], gap_start=state["gap_start"], gap_end=state["gap_end"],
        certificate=certificates.chain_of(signing.certificate)[0],
    )  # fmt: skip

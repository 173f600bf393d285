"""Ký số từ xa: the key is with a signing service, and its owner confirms on his phone.

Still two calls for each document (`signing.begin`, `signing.complete`); between them one
confirmation for all of them. The service is spoken to while no transaction is open, by one process
at a time; what it gave is kept before it is set in, one document after the other, as many in a step
as some seconds allow. Each step may be taken by the page that waits or by the clock.
"""

from __future__ import annotations

import base64
import datetime as dt
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import AlreadyDone, DomainError
from documents.models import Annex, Confirmation, Signing
from documents.models.confirmations import Confirming
from documents.services import confirmed, issuing, signing
from organizations.models import User
from papers import certificates, remote
from papers.signatures.fields import SEAL
from papers.signatures.preparing import ALGORITHM
from papers.signatures.remote import (
    Allowed,
    NotConfirmed,
    OtherCredential,
    Pending,
    RemoteAway,
    RemoteFault,
    RemoteRefused,
    RemoteService,
    attributes,
    hashes_of,
)
from tenancy.models import Province
from tenancy.scope import required_scope, tenant_scope

log = logging.getLogger("govit.documents")

CONFIRM_WITHIN = dt.timedelta(minutes=10)  # a guard, no legal source
BUSY = dt.timedelta(seconds=60)  # longer than a conversation with the service takes
LEFT_ALONE = dt.timedelta(seconds=10)  # by the page that waits: then the clock looks
MOST_WRONG_CODES = 3  # a guard of ours; services lock the key after some more
RUN_SECONDS = 15  # of the clock, for all provinces
LEAST_SECONDS = 5  # for each of them, however many there are


class NoSignature(RemoteRefused):
    """It was confirmed, and what should come then did not. What was confirmed counts once."""

    code = "remote_no_signature"
    default_message = gettext_lazy(
        "The remote signing service was confirmed and gave no signature that could be read. "
        "Nothing was signed. Sign again."
    )


class TooLateToConfirm(RemoteRefused):
    """Nobody pressed."""

    code = "remote_too_late"
    default_message = gettext_lazy(
        "It was not confirmed in time. Nothing was signed. Sign again; do not confirm the old "
        "question on the phone."
    )


@dataclass(frozen=True)
class Job:
    """What is spoken of with the service, in plain values."""

    credential_id: str
    chain: Sequence[bytes]
    signed: Sequence[bytes]  # attributes, in the order of the signings
    mechanisms: frozenset[str]


@dataclass(frozen=True)
class Outcome:
    """What came of a conversation."""

    state: Confirming
    handle: str = ""
    signatures: Sequence[bytes] = ()
    attributes: Sequence[bytes] = ()
    mechanisms: frozenset[str] = frozenset()


def ask(signing_ids: Iterable[int], *, actor: User, words: str = "") -> Confirmation:
    """Have the phone ask once for all these signatures, which were prepared for one certificate.

    Not inside an atomic block. Raises DomainError, AlreadyDone; what the service says to it stands
    in the confirmation.
    """
    found, signings = _begun(signing_ids, actor)
    try:
        service, name = remote.service(), remote.credential_of(found.certificate)
    except RemoteFault as fault:
        return confirmed.failed(found.pk, fault)
    chain = certificates.chain_of(found.certificate)
    digests = [bytes.fromhex(each.state["digest"]) for each in signings]

    def talk() -> Outcome:
        credential = service.credential(name)
        if credential.chain[0] != chain[0]:
            raise OtherCredential
        if credential.most < len(digests):
            raise RemoteRefused(
                _("The service takes %d signatures with one confirmation at most. Tick fewer.")
                % credential.most
            )
        made = [attributes(each, ALGORITHM, chain[0], credential.mechanisms) for each in digests]
        job = Job(name, chain, made, credential.mechanisms)
        if credential.needs_code:
            return _code_sent(service, job)
        return _outcome(service, job, service.authorize(
            name, hashes_of(made, ALGORITHM), ALGORITHM, words=words))  # fmt: skip

    return _spoken(found, talk)


def look(confirmation_id: int, *, actor: User, code: str = "") -> Confirmation:
    """One step nearer: ask the service whether it was confirmed, or set in what it gave.

    `code`: the one-time code where one is asked for. Not inside an atomic block.
    """
    found = _claimed(confirmation_id, actor)
    if found is None:  # somebody looks just now, or it has ended
        current: Confirmation = Confirmation.objects.get(pk=confirmation_id, asked_by=actor)
        return current
    return _step(found, actor, code)


def _step(found: Confirmation, actor: User, code: str = "") -> Confirmation:
    """Of what is ours for now."""
    if found.state == Confirming.GIVEN:
        return confirmed.set_in(found, actor)
    if found.state == Confirming.ASKING:  # who asked was stopped
        return confirmed.failed(found.pk, RemoteAway())
    if timezone.now() - found.asked_at > CONFIRM_WITHIN:
        return confirmed.failed(found.pk, TooLateToConfirm())
    if found.state == Confirming.CODE and not code:
        return confirmed.rested(found.pk, dt.timedelta(0))
    try:
        service, job = remote.service(), _job(found)
        handle = remote.shown(found.handle) if found.handle else ""
    except RemoteFault as fault:
        return confirmed.failed(found.pk, fault)

    def talk() -> Outcome:
        if found.state == Confirming.CODE:
            hashes = hashes_of(job.signed, ALGORITHM)
            answer = service.authorize(job.credential_id, hashes, ALGORITHM, code=code)
        else:
            answer = _checked(service, handle)
        return _outcome(service, job, answer)

    return _spoken(found, talk)


@transaction.atomic
def give_up(confirmation_id: int, *, actor: User) -> Confirmation:
    """The official wants it no more. What he still confirms on the phone comes to nothing. Raises
    AlreadyDone once it is confirmed."""
    found = confirmed.locked(confirmation_id, asked_by=actor)
    if not found.is_asked:
        raise AlreadyDone(_("It was confirmed already. Look at the documents."))
    return confirmed.failed(found.pk, DomainError(_("You gave it up. Nothing was signed.")))


def look_after(province: Province, seconds: float = RUN_SECONDS) -> int:
    """What was confirmed and whose page was left is finished; how many steps were taken. Opens its
    own scopes. What was looked at longest ago comes first: none is kept waiting by a long one."""
    end, count = time.monotonic() + max(seconds, LEAST_SECONDS), 0
    with tenant_scope(province):
        since = timezone.now() - LEFT_ALONE
        due = Confirmation.objects.open().filter(Q(busy_until=None) | Q(busy_until__lte=since))
        rows = list(due.exclude(state=Confirming.CODE, asked_at__gt=timezone.now() - CONFIRM_WITHIN)
                    .select_related("asked_by")
                    .order_by(F("busy_until").asc(nulls_first=True), "pk"))  # fmt: skip
    for each in rows:
        while time.monotonic() < end:
            found = _looked_after(province, each)
            count += found is not None
            if found is None or found.state != Confirming.GIVEN:
                break
    return count


def _looked_after(province: Province, row: Confirmation) -> Confirmation | None:
    """One step of it; None when somebody else has it, or for a fault, which leaves it until its
    claim lapses and the others to their turn."""
    try:
        with tenant_scope(province):
            found = _claimed(row.pk, row.asked_by)
            return None if found is None else _step(found, row.asked_by)
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        log.exception("confirmation %s of %s: failed", row.pk, province.code)
        return None


@transaction.atomic
def _begun(signing_ids: Iterable[int], actor: User) -> tuple[Confirmation, list[Signing]]:
    """A confirmation for what was prepared. Raises AlreadyDone, DomainError."""
    wanted = list(dict.fromkeys(signing_ids))
    related = ("certificate", "outgoing")
    found: list[Signing] = list(
        Signing.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=wanted, asked_by=actor, ended_at=None, confirmation=None)
        .select_related(*related)
        .order_by("pk")
    )
    if not found or len(found) != len(wanted):
        raise AlreadyDone(_("This signature was given up or made already. Look at the document."))
    if len({each.certificate_id for each in found}) != 1 or not found[0].certificate.is_remote:
        raise DomainError(_("One confirmation is for one certificate of the remote service."))
    _require_annexes(found)
    at = timezone.now()
    if any(at - each.asked_at > signing.ANSWER_WITHIN for each in found):
        raise AlreadyDone(_("The documents were prepared too long ago. Sign again."))
    made: Confirmation = Confirmation.objects.create(
        certificate=found[0].certificate, asked_at=at, asked_by=actor, busy_until=at + BUSY
    )
    Signing.objects.filter(pk__in=wanted).update(confirmation=made)
    return made, found


def _require_annexes(found: Sequence[Signing]) -> None:
    """A paper that is sealed has its annexes sealed, before or with it."""
    with_it = {each.annex_id for each in found}
    for each in found:
        if each.field == SEAL and each.annex_id is None:
            standing = Annex.objects.standing(each.outgoing)
            issuing.require_annexes_sealed(one for one in standing if one.pk not in with_it)


def _claimed(confirmation_id: int, actor: User) -> Confirmation | None:
    """It is ours for a minute, and everybody else sees that."""
    at = timezone.now()
    free = Confirmation.objects.open().filter(Q(busy_until=None) | Q(busy_until__lte=at))
    if not free.filter(pk=confirmation_id, asked_by=actor).update(busy_until=at + BUSY):
        return None
    with required_scope().apart():
        """Committed: nobody waits for a lock of ours."""
    found: Confirmation = Confirmation.objects.select_related("certificate").get(pk=confirmation_id)
    return found


def _code_sent(service: RemoteService, job: Job) -> Outcome:
    try:
        service.send_code(job.credential_id)
    except RemoteRefused:
        log.info("The codes of the signing service come from an app")
    return Outcome(Confirming.CODE, attributes=job.signed, mechanisms=job.mechanisms)


def _checked(service: RemoteService, handle: str) -> Allowed | Pending:
    try:
        return service.check(handle)
    except NotConfirmed:
        raise
    except RemoteRefused as gone:  # the question has ended there
        raise TooLateToConfirm from gone


def _outcome(service: RemoteService, job: Job, answer: Allowed | Pending) -> Outcome:
    """What is confirmed is signed at once: the permission is kept nowhere."""
    kept = {"attributes": job.signed, "mechanisms": job.mechanisms}
    if isinstance(answer, Pending):
        return Outcome(Confirming.PHONE, answer.handle, **kept)  # type: ignore[arg-type]
    try:
        made = service.sign(
            job.credential_id, answer, job.signed, ALGORITHM, job.chain, job.mechanisms
        )
    except RemoteFault as fault:
        raise NoSignature from fault
    return Outcome(Confirming.GIVEN, signatures=made, **kept)  # type: ignore[arg-type]


def _job(found: Confirmation) -> Job:
    """Of what was asked before. Raises OtherCredential."""
    signed = [bytes.fromhex(each.state["attributes"]) for each in _signings(found)]
    return Job(
        remote.credential_of(found.certificate), certificates.chain_of(found.certificate), signed,
        frozenset(found.mechanisms),
    )  # fmt: skip


def _signings(found: Confirmation) -> list[Signing]:
    return list(found.signings.order_by("pk"))


def _spoken(found: Confirmation, talk: Callable[[], Outcome]) -> Confirmation:
    """Speak with the service, then write down what came of it."""
    is_asked_first = found.state == Confirming.ASKING
    try:
        with required_scope().apart():
            outcome = talk()
    except RemoteAway as fault:
        log.warning("remote signing: %s", type(fault.__cause__ or fault).__name__)
        if is_asked_first:
            return confirmed.failed(found.pk, fault)
        return confirmed.rest_after(found.pk)
    except NotConfirmed as fault:
        return _not_confirmed(found.pk, fault)
    except RemoteFault as fault:
        return confirmed.failed(found.pk, fault)
    return _written(found.pk, outcome)


@transaction.atomic
def _written(confirmation_id: int, outcome: Outcome) -> Confirmation:
    found = confirmed.locked(confirmation_id)
    if not found.is_asked:  # given up meanwhile; or it took so long that another did it
        return found
    rows = _signings(found)
    for each, signed in zip(rows, outcome.attributes, strict=True):
        each.state["attributes"] = signed.hex()
    for each, made in zip(rows, outcome.signatures, strict=bool(outcome.signatures)):
        each.state["cms"] = base64.b64encode(made).decode()
    Signing.objects.bulk_update(rows, ["state"])
    found.state, found.handle = outcome.state, remote.hidden(outcome.handle)
    found.mechanisms = sorted(outcome.mechanisms)
    at = timezone.now()
    found.busy_until, found.faults, found.words = at, 0, ""
    found.given_at = at if found.state == Confirming.GIVEN else None
    found.save()
    return found


def _not_confirmed(confirmation_id: int, why: NotConfirmed) -> Confirmation:
    """A wrong code may be typed again; who refuses on the phone means it."""
    codes = Confirmation.objects.filter(pk=confirmation_id, state=Confirming.CODE)
    wrong = codes.filter(wrong_codes__lt=MOST_WRONG_CODES - 1)
    words = _("The code is wrong. Enter the newest one.")
    if wrong.update(wrong_codes=F("wrong_codes") + 1, words=words):
        return confirmed.rested(confirmation_id, dt.timedelta(0))
    return confirmed.failed(confirmation_id, why)

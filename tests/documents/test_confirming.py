"""Remote signing: one confirmation on the phone for several documents, and a service that fails."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
from django.db import connection
from django.utils import timezone

from common.calls import Bounds
from common.errors import AlreadyDone, DomainError
from documents.issuing import Stage
from documents.models import Confirmation
from documents.models.confirmations import Confirming
from documents.services import approving, confirmed, confirming, signing
from files.services import content_of
from papers import certificates, remote
from papers.signatures import remote as talk
from papers.signatures.remote import TOKENS, RemoteRefused, RemoteService
from papers.signatures.remote_stub import moods
from papers.signatures.remote_stub import server as stub_server
from papers.signatures.verifying import verify_pdf
from tenancy.scope import current_scope, tenant_scope
from tests.documents.annexed import numbered, sheet
from tests.documents.seals import MINE, SEAL, believed, to_be_signed
from tests.people import Town


def later(monkeypatch, minutes: float) -> None:
    now = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + dt.timedelta(minutes=minutes))


def certificate(town: Town):
    believed()
    return certificates.of_person(town.leader).first() or remote.add(
        MINE, actor=town.leader, person=town.leader
    )


def prepared(town: Town, *outgoings):
    """The first call for each; what is to be confirmed."""
    key = certificate(town)
    return [
        signing.begin(each.pk, actor=town.leader, certificate_id=key.pk).pk for each in outgoings
    ]


def rested(found: Confirmation) -> None:
    """Time goes by since the service was spoken to."""
    Confirmation.objects.filter(pk=found.pk).update(busy_until=timezone.now())


def looked_at(found: Confirmation, town: Town, **more) -> Confirmation:
    """As the page does it, until there is nothing more to wait for."""
    actor = more.pop("actor", town.leader)
    for _time in range(20):
        if not found.is_open:
            return found
        rested(found)
        found = confirming.look(found.pk, actor=actor, **more)
    return found


def given(town: Town, *outgoings) -> Confirmation:
    """Confirmed on the phone, and nothing of it set in yet."""
    found = confirming.ask(prepared(town, *outgoings), actor=town.leader)
    while found.state != Confirming.GIVEN:
        assert found.is_open, found.words
        rested(found)
        found = confirming.look(found.pk, actor=town.leader)
    return found


def stages(*outgoings):
    return [type(each).objects.get(pk=each.pk).stage for each in outgoings]


def test_several_are_signed_with_one_confirmation_and_no_transaction_waits(
    scope, town, stub, monkeypatch
):
    stub.mood.polls = 2
    papers, seen = [to_be_signed(town), to_be_signed(town)], []
    depth, real = len(connection.atomic_blocks), RemoteService.post

    def watched(self, url, body):
        seen.append((current_scope(), len(connection.atomic_blocks) < depth))
        return real(self, url, body)

    monkeypatch.setattr(RemoteService, "post", watched)
    found = confirming.ask(prepared(town, *papers), actor=town.leader)
    assert found.state == Confirming.PHONE
    assert stages(*papers) == [Stage.SIGNING] * 2
    done = looked_at(found, town)
    assert done.state == Confirming.DONE
    assert stages(*papers) == [Stage.SIGNED] * 2
    assert stub.calls.count("authorize") == stub.calls.count("signHash") == 1
    assert set(seen) == {(None, True)}
    for each in papers:
        edition = each.editions.select_related("stored").order_by("-order").first()
        verdict = verify_pdf(content_of(edition.stored), certificates.trust())
        assert verdict.accepted, verdict.reasons
        assert verdict.signatures[-1].owner == f"person:{town.leader.pk}"


FAULTS = {  # of the service: what the official reads
    "info error": "does not answer", "info garbage": "does not answer",
    "token lost-token": "Tell the administrator", "authorize no-object": "does not answer",
    moods.OTHER_CERTIFICATE: "another certificate now",
    moods.REFUSED: "not confirmed on the phone", moods.EXPIRED: "not confirmed in time",
    "signHash error": "gave no signature", "signHash garbage": "gave no signature",
    moods.ONE_MISSING: "gave no signature",
}  # fmt: skip


def test_a_service_that_fails_leaves_every_document_as_it_was(scope, town, stub):
    outgoing = to_be_signed(town)
    for fault, words in FAULTS.items():
        asked = prepared(town, outgoing)
        stub.mood.faults = {fault}
        TOKENS.clear()
        done = looked_at(confirming.ask(asked, actor=town.leader), town)
        assert (done.state, words in done.words) == (Confirming.FAILED, True), (fault, done.words)
        assert not outgoing.signings.filter(ended_at=None).exists()
        assert not outgoing.signings.filter(is_done=True).exists()
        stub.mood.faults = set()
    for fault in (moods.OTHER_KEY, moods.OTHER_HASH):  # found out when it is to be set in
        stub.mood.faults = {fault}
        done = looked_at(confirming.ask(prepared(town, outgoing), actor=town.leader), town)
        (row,) = done.signings.all()
        assert (done.state, row.is_done, bool(row.words)) == (Confirming.DONE, False, True), fault
    assert outgoing.editions.count() == 1
    stub.mood.faults = set()
    looked_at(confirming.ask(prepared(town, outgoing), actor=town.leader), town)
    assert stages(outgoing) == [Stage.SIGNED]


def test_a_service_that_hangs_or_is_down_is_asked_again_later(scope, town, stub, monkeypatch):
    monkeypatch.setattr(RemoteService.__init__, "__defaults__", (Bounds(1, 1, 65_536),))
    outgoing = to_be_signed(town)
    found = confirming.ask(prepared(town, outgoing), actor=town.leader)
    for count, fault in enumerate(("authorizeCheck hang", "authorizeCheck error"), start=1):
        stub.mood.faults = {fault}
        rested(found)
        found = confirming.look(found.pk, actor=town.leader)
        assert (found.state, found.faults) == (Confirming.PHONE, count)
        assert found.busy_until > timezone.now()
        calls = len(stub.calls)
        confirming.look(found.pk, actor=town.leader)  # it is left alone meanwhile
        assert len(stub.calls) == calls
    stub.mood.faults = set()
    assert looked_at(found, town).state == Confirming.DONE
    assert stages(outgoing) == [Stage.SIGNED]


def test_only_one_speaks_with_the_service_and_what_is_left_is_finished_by_the_clock(
    scope, province, town, stub, monkeypatch
):
    first, second = to_be_signed(town), to_be_signed(town)
    found = confirming.ask(prepared(town, first, second), actor=town.leader)
    real, inner = RemoteService.check, []

    def meanwhile(self, handle):
        with tenant_scope(province):  # another page of the same person
            inner.append(confirming.look(found.pk, actor=town.leader).state)
        return real(self, handle)

    monkeypatch.setattr(RemoteService, "check", meanwhile)
    rested(found)
    confirming.look(found.pk, actor=town.leader)
    assert inner == [Confirming.PHONE]
    assert stub.calls.count("authorizeCheck") == 1
    long_ago = timezone.now() - confirming.LEFT_ALONE * 2
    with scope.apart():  # the page was closed
        assert confirming.look_after(province) == 0  # it was looked at just now
        with tenant_scope(province):
            Confirmation.objects.filter(pk=found.pk).update(busy_until=long_ago)
        confirming.look_after(province)
    assert stages(first, second) == [Stage.SIGNED] * 2


def test_what_was_confirmed_is_set_in_together_even_when_the_clock_comes_late(
    scope, province, town, stub, monkeypatch
):
    monkeypatch.setattr(confirmed, "SET_IN_SECONDS", 60)
    papers = [to_be_signed(town) for _each in range(4)]
    at_once, late = given(town, *papers[:2]), given(town, papers[2])
    assert confirming.look(at_once.pk, actor=town.leader).state == Confirming.DONE
    assert stages(*papers[:3]) == [Stage.SIGNED, Stage.SIGNED, Stage.SIGNING]
    later(monkeypatch, 30)  # more than a device at the desk may take
    with scope.apart():
        assert confirming.look_after(province, 0.0) == 1  # many provinces: each has its least
    assert stages(papers[2]) == [Stage.SIGNED]
    assert late.signings.get().words == ""
    stale = prepared(town, papers[3])
    later(monkeypatch, 16)
    with pytest.raises(AlreadyDone, match="too long ago"):
        confirming.ask(stale, actor=town.leader)
    found = given(town, papers[3])
    later(monkeypatch, 61)
    assert confirming.look(found.pk, actor=town.leader).state == Confirming.DONE
    assert "too long" in found.signings.get().words
    assert stages(papers[3]) == [Stage.SIGNING]


def test_a_fault_keeps_no_other_document_and_no_other_confirmation_waiting(
    scope, province, town, stub, monkeypatch
):
    papers = [to_be_signed(town) for _each in range(4)]
    faulty = confirming.ask(prepared(town, papers[0]), actor=town.leader)
    held, mixed = given(town, papers[1]), given(town, *papers[2:])
    lost = mixed.signings.get(outgoing=papers[2]).prepared_id
    real = signing.content_of

    def content(stored):
        if stored.pk == lost:
            raise OSError("the storage is away")
        return real(stored)

    def meanwhile(_self, _handle):
        with tenant_scope(province):  # a page is opened again
            busy = timezone.now() + confirming.BUSY
            Confirmation.objects.filter(pk=held.pk).update(busy_until=busy)
        raise RuntimeError("what nobody thought of")

    monkeypatch.setattr(signing, "content_of", content)
    monkeypatch.setattr(RemoteService, "check", meanwhile)
    later(monkeypatch, 1)
    with scope.apart():
        assert confirming.look_after(province) == 1
    assert stages(*papers) == [Stage.SIGNING] * 3 + [Stage.SIGNED]
    states = {each.pk: each.state for each in Confirmation.objects.open()}
    assert states == {faulty.pk: "phone", held.pk: "given", mixed.pk: "given"}
    monkeypatch.undo()
    assert looked_at(mixed, town).state == Confirming.DONE
    assert stages(papers[2]) == [Stage.SIGNED]


def test_what_the_portal_cannot_read_any_more_fails_and_a_long_handle_is_kept(
    scope, town, stub, monkeypatch
):
    outgoing, real = to_be_signed(town), secrets.token_urlsafe
    monkeypatch.setattr(stub_server.secrets, "token_urlsafe", lambda size: real(size) + "x" * 6000)
    found = confirming.ask(prepared(town, outgoing), actor=town.leader)
    assert found.state == Confirming.PHONE
    Confirmation.objects.filter(pk=found.pk).update(handle="of another key")
    assert "another certificate now" in looked_at(found, town).words
    monkeypatch.setattr(talk, "LONGEST_HANDLE", 6000)
    found = confirming.ask(prepared(town, outgoing), actor=town.leader)
    assert (found.state, "does not answer" in found.words) == (Confirming.FAILED, True)


def test_nothing_was_signed_is_said_of_nothing_that_was_confirmed(
    scope, province, town, stub, monkeypatch
):
    first, second = to_be_signed(town), to_be_signed(town)
    found = confirming.ask(prepared(town, first), actor=town.leader)
    real, locked = RemoteService.check, confirmed.locked

    def slow(self, handle):
        monkeypatch.setattr(RemoteService, "check", real)
        with tenant_scope(province):  # another had the time to finish the conversation
            for _poll in range(2):
                rested(found)
                confirming.look(found.pk, actor=town.leader)
        return real(self, handle)  # which the service has forgotten since

    monkeypatch.setattr(RemoteService, "check", slow)
    rested(found)
    assert confirming.look(found.pk, actor=town.leader).state == Confirming.GIVEN
    assert looked_at(found, town).state == Confirming.DONE
    assert stages(first) == [Stage.SIGNED]
    other = confirming.ask(prepared(town, second), actor=town.leader)

    def late(pk, **more):
        """The page and the clock write what came just before the lock is had."""
        Confirmation.objects.filter(pk=pk).update(state=Confirming.GIVEN)
        return locked(pk, **more)

    monkeypatch.setattr(confirmed, "locked", late)
    with pytest.raises(AlreadyDone):
        confirming.give_up(other.pk, actor=town.leader)
    assert not other.signings.exclude(ended_at=None).exists()


def test_a_code_is_typed_in_and_the_third_wrong_one_ends_it(scope, town, stub):
    stub.mood.code = "471100"
    outgoing = to_be_signed(town)
    for codes, ended in ((["0"] * 3, Confirming.FAILED), (["0", "471100"], Confirming.DONE)):
        found = confirming.ask(prepared(town, outgoing), actor=town.leader)
        assert found.state == Confirming.CODE
        for code in codes:
            assert found.state == Confirming.CODE
            rested(found)
            found = confirming.look(found.pk, actor=town.leader, code=code)
        assert looked_at(found, town).state == ended
    assert stages(outgoing) == [Stage.SIGNED]


def test_too_late_given_up_and_sent_back_nothing_is_signed(scope, town, stub):
    outgoing, other = to_be_signed(town), to_be_signed(town)
    late = confirming.ask(prepared(town, outgoing), actor=town.leader)
    before = late.asked_at - confirming.CONFIRM_WITHIN - dt.timedelta(seconds=1)
    Confirmation.objects.filter(pk=late.pk).update(asked_at=before)
    assert "not confirmed in time" in looked_at(late, town).words
    found = confirming.ask(prepared(town, outgoing), actor=town.leader)
    assert confirming.give_up(found.pk, actor=town.leader).state == Confirming.FAILED
    with pytest.raises(AlreadyDone):
        confirming.ask([row.pk for row in found.signings.all()], actor=town.leader)
    both = confirming.ask(prepared(town, outgoing, other), actor=town.leader)
    approving.send_back(outgoing.pk, actor=town.leader, reason="Sửa lại")
    done = looked_at(both, town)
    assert done.state == Confirming.DONE
    assert stages(outgoing, other) == [Stage.DRAFT, Stage.SIGNED]
    assert [row.is_done for row in done.signings.order_by("pk")] == [False, True]


def test_annexes_and_paper_are_sealed_with_one_confirmation(scope, town, stub):
    outgoing, clerk = numbered(town, ("phu-luc.pdf", sheet(1))), town.records_clerk
    certificates.withdraw(certificates.of_body(outgoing.registry.code).get().pk, actor=clerk)
    seal = remote.add(SEAL, actor=clerk, body_code=outgoing.registry.code)
    annex = outgoing.annexes.get()
    ids = [
        signing.begin(outgoing.pk, actor=clerk, certificate_id=seal.pk, annex_id=part).pk
        for part in (annex.pk, None)
    ]
    with pytest.raises(DomainError, match="Seal the annexes first"):
        confirming.ask(ids[1:], actor=clerk)
    done = looked_at(confirming.ask(ids, actor=clerk), town, actor=clerk)
    assert done.state == Confirming.DONE
    assert stages(outgoing) == [Stage.SEALED]
    annex.refresh_from_db()
    assert annex.sealed is not None


def test_the_service_is_asked_for_certificates_and_its_name_for_the_key_is_kept_hidden(
    scope, town, stub, settings
):
    believed()
    stub.mood.faults = {moods.NO_CHAIN}  # completed from what the province trusts
    made = remote.add(MINE, actor=town.leader, person=town.leader)
    assert len(certificates.chain_of(made)) == 2
    assert MINE not in made.credential
    assert remote.credential_of(made) == MINE
    with pytest.raises(RemoteRefused):
        remote.add("nobody", actor=town.leader, person=town.leader)
    settings.SECRET_KEY = "another"
    with pytest.raises(RemoteRefused):
        remote.credential_of(made)
    settings.GOVIT_DEMO = False  # then only over https
    assert remote.account() is None


def test_the_page_waits_for_its_owner_alone(client, province, town, stub):
    with tenant_scope(province):
        outgoing = to_be_signed(town)
        key = certificate(town).pk
    client.sign_in(town.leader)
    page = client.get("/van-ban-di/ky/")
    assert "data-remote" in page.text
    assert 'id="pin"' not in page.text  # he has no other key
    sent = {"certificate": key, "edition": 1}
    asked = client.post(f"/van-ban-di/{outgoing.pk}/ky/chuan-bi/", sent).json()["signing"]
    address = client.post("/van-ban-di/ky/tu-xa/", {"ky": [asked]}).json()["page"]
    assert address in client.get("/van-ban-di/ky/").text  # he may leave and come back
    mark = "phone_0"
    assert mark in client.get(address).text
    with tenant_scope(province):
        rested(Confirmation.objects.get())
    polled = client.post(address, {"seen": mark}, headers={"HX-Request": "true"})
    assert polled.status_code == 204
    assert stub.calls.count("authorizeCheck") == 1
    with tenant_scope(province):
        looked_at(Confirmation.objects.get(), town)
    assert "data-announce" in client.get(address).text
    client.sign_in(town.head)
    assert client.get(address).status_code == 404
    assert client.post(address, {"give-up": "1"}).status_code == 404
    assert client.post("/van-ban-di/ky/tu-xa/", {"ky": [asked]}).status_code == 409

"""Two sign: the secretary of minutes, or the other party of a contract, before the signer."""

from __future__ import annotations

import datetime as dt
import subprocess

import pytest
from django.utils import timezone

from audit.bus import handlers_of
from audit.models import OutboxEvent
from common.errors import DomainError
from documents.drafting import To
from documents.issuing import Stage, Voice
from documents.models import Outgoing, Registry
from documents.models.confirmations import Confirming
from documents.papers_of import keep_paper, pdf_of
from documents.queries import drafters, outgoing_lists
from documents.services import approving, confirming, drafting, issuing, signing
from files.services import content_of
from notifications.models import Notification
from organizations.access import RefusedError
from organizations.models import Position
from papers import certificates
from papers.signatures.verifying import verify_pdf
from tenancy.scope import tenant_scope
from tests.documents.committee import committee_of
from tests.documents.desks import registry_of
from tests.documents.drafts import CONTENT, begun, brought_to, heading, other_registry
from tests.documents.seals import believed, certificate_of, seal_of, sign_it, to_be_signed
from tests.documents.test_confirming import looked_at, prepared, stages
from tests.documents.test_outgoing_pages import BEGIN, edit_of, page_of, typed
from tests.people import make_person, make_unit

SIGN = "/van-ban-di/ky/"


def minutes(town, **changes):
    """On a paper as the portal lays it out, with the officer as their secretary."""
    believed()
    wish = {"type": "bien-ban", "second_id": town.officer.pk, "second_position": "Thư ký",
            **changes}  # fmt: skip
    outgoing = brought_to(Stage.FORM, town, **wish)
    passed(outgoing, town.records_clerk)
    outgoing.refresh_from_db()
    return outgoing


def passed(outgoing, clerk):
    draft = outgoing.drafts.get(version=outgoing.version)
    paper = keep_paper(pdf_of(outgoing, draft), outgoing, clerk)
    approving.pass_form(outgoing.pk, actor=clerk, version=outgoing.version, paper_id=paper)


def signed_by(outgoing, person):
    return sign_it(outgoing, person, certificate_of(person), person.full_name)


def waits_for(person):
    return list(outgoing_lists.to_sign(person))


def test_the_secretary_signs_then_the_chair_then_the_body(scope, town, tmp_path):
    outgoing = minutes(town)
    clerk, registry = town.records_clerk, outgoing.registry
    assert (waits_for(town.officer), waits_for(town.leader)) == ([outgoing], [])
    [row] = outgoing_lists.to_do(town.officer)
    outgoing_lists.tell([row], town.officer)
    assert row["signs"]
    mine = certificate_of(town.leader)
    with pytest.raises(RefusedError):
        signing.begin(outgoing.pk, actor=town.leader, certificate_id=mine.pk)
    outgoing = signed_by(outgoing, town.officer)
    assert (outgoing.stage, outgoing.signed_at) == (Stage.SIGNING, None)
    assert (waits_for(town.officer), waits_for(town.leader)) == ([], [outgoing])
    for event in OutboxEvent.objects.filter(action="outgoing.second_signed"):
        for handler in 2 * handlers_of(event.action):
            handler(event)
    assert Notification.objects.filter(user=town.leader).count() == 1
    with pytest.raises(DomainError):
        issuing.number(outgoing.pk, actor=clerk)
    assert signed_by(outgoing, town.leader).stage == Stage.SIGNED
    issuing.number(outgoing.pk, actor=clerk)
    sealed = sign_it(outgoing, clerk, seal_of(registry, clerk), registry.name)
    pdf = content_of(sealed.editions.order_by("-order").first().stored)
    expected = {
        "nguoi_ky_2": f"person:{town.officer.pk}", "nguoi_ky": f"person:{town.leader.pk}",
        "con_dau": registry.code,
    }  # fmt: skip
    verdict = verify_pdf(pdf, certificates.trust(expected))
    assert verdict.accepted, verdict.reasons
    assert {each.field: each.owner for each in verdict.signatures} == expected
    path = tmp_path / "bien-ban.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature is Valid.") == 3


def test_whoever_of_the_two_refuses_it_is_written_and_signed_anew_by_both(client, province, town):
    with tenant_scope(province):
        outgoing = minutes(town)
        with pytest.raises(RefusedError):
            approving.send_back(outgoing.pk, actor=town.leader, reason="Chưa đến lượt")
    client.sign_in(town.officer)
    assert "Người cùng ký" in client.get(page_of(outgoing)).text
    client.post(page_of(outgoing, "tra-lai"), {"reason": "Sai kết luận"})
    with tenant_scope(province):
        outgoing.refresh_from_db()
        assert outgoing.stage == Stage.DRAFT
        again(outgoing, town, 1)
        signed_by(outgoing, town.officer)
        approving.send_back(outgoing.pk, actor=town.leader, reason="Thiếu thành phần")
        again(outgoing, town, 2)
        assert waits_for(town.officer) == [outgoing]
        signed_by(outgoing, town.officer)
        assert signed_by(outgoing, town.leader).stage == Stage.SIGNED


def again(outgoing, town, version):
    """The next version, as far as the signatures."""
    same = heading(town, type="bien-ban", second_id=town.officer.pk, second_position="Thư ký")
    to = [To(registry_id=other_registry(town).pk)]
    pk, newer = outgoing.pk, version + 1
    drafting.revise(pk, same, CONTENT, actor=town.officer, version=version, receivers=to)
    drafting.hand_in(pk, actor=town.officer, version=newer)
    approving.approve_content(pk, actor=town.head, version=newer)
    outgoing.refresh_from_db()
    passed(outgoing, town.records_clerk)


def test_a_drafter_chooses_the_other_party_of_a_contract_and_that_one_signs(client, province, town):
    with tenant_scope(province):
        registry, other = registry_of(town), other_registry(town)
        party = make_person("leader", town.other_agency, title="Giám đốc")
    client.sign_in(town.officer)
    form = client.get(BEGIN).context["form"]
    offered = {
        name: [key for key, _label in those] for name, those in form["second"].field.choices[1:]
    }
    secretaries, parties = offered.values()
    assert town.officer.pk in secretaries
    assert party.pk in parties
    assert not set(secretaries) & set(parties)
    contract = {"type": "hop-dong", "action": other.pk}
    wrong = (town.officer.pk, town.leader.pk)  # of the own body; the signer himself
    for each in wrong:
        assert client.post(BEGIN, typed(town, **contract, second=each)).status_code == 422
    client.post(BEGIN, typed(town, **contract, second=party.pk))
    with tenant_scope(province):
        made = Outgoing.objects.get(registry=registry)
        assert (made.second, made.second_position) == (party, f"Giám đốc, {town.other_agency.name}")
    shown = client.get(edit_of(made)).context["form"]
    assert (shown["second"].value(), shown["second_position"].value()) == (
        party.pk, made.second_position
    )  # fmt: skip
    client.post(edit_of(made), typed(town, version=1, type="bao-cao", second=party.pk))
    with tenant_scope(province):
        made.refresh_from_db()
        assert (made.second, made.second_position) == (None, "")
        believed()
        certificate_of(party)
        contract = minutes(town, type="hop-dong", second_id=party.pk, second_position="Bên B")
    page = client.sign_in(party).get(SIGN).text
    assert f'data-document="{contract.pk}"' in page
    assert client.get(page_of(contract)).status_code == 200
    other_one = make_outsider(province, town)
    assert client.sign_in(other_one).get(page_of(contract)).status_code == 404


def make_outsider(province, town):
    with tenant_scope(province):
        return make_person("leader", town.other_agency)


def test_a_paper_without_a_place_for_him_is_not_passed_and_who_left_signs_no_more(scope, town):
    believed()
    wish = {"type": "bien-ban", "second_id": town.officer.pk, "second_position": "Thư ký"}
    with pytest.raises(DomainError, match="no place for the second signature"):
        brought_to(Stage.SIGNING, town, **wish)
    with pytest.raises(DomainError, match="Nobody signs beside"):
        begun(town, **{**wish, "type": "bao-cao"})
    outgoing = minutes(town)
    key = certificate_of(town.officer)
    Position.objects.filter(user=town.officer).delete()
    with pytest.raises(DomainError, match="does not sign beside the signer today"):
        signing.begin(outgoing.pk, actor=town.officer, certificate_id=key.pk)


def test_who_signs_beside_confirms_it_with_what_he_signs_alone(scope, town, stub):
    chair = make_person("leader", town.agency)
    minutes = to_be_signed(
        town, type="bien-ban", signer_id=chair.pk, second_id=town.leader.pk,
        second_position="Thư ký",
    )  # fmt: skip
    alone = to_be_signed(town)
    done = looked_at(confirming.ask(prepared(town, minutes, alone), actor=town.leader), town)
    assert done.state == Confirming.DONE
    assert stages(minutes, alone) == [Stage.SIGNING, Stage.SIGNED]
    minutes.refresh_from_db()
    assert minutes.next_signer_id == chair.pk
    assert stub.calls.count("signHash") == 1


def test_the_other_party_reads_the_paper_and_not_how_the_body_came_to_it(client, province, town):
    with tenant_scope(province):
        believed()
        party = make_person("leader", town.other_agency, title="Giám đốc")
        wish = {"type": "hop-dong", "second_id": party.pk, "second_position": "Bên B"}
        outgoing = brought_to(Stage.CONTENT, town, **wish)
        approving.send_back(outgoing.pk, actor=town.head, reason="Giá sàn là 3 tỷ")
        to = [To(registry_id=other_registry(town).pk)]
        drafting.revise(outgoing.pk, heading(town, **wish), CONTENT, actor=town.officer, version=1,
                        receivers=to)  # fmt: skip
        dropped = begun(town, **wish)
        drafting.give_up(dropped.pk, actor=town.officer, reason="Không ký nữa")
    paper, draft = f"{page_of(outgoing)}van-ban.pdf", f"{page_of(outgoing)}du-thao/1/"
    client.sign_in(party)
    hidden = (page_of(outgoing), page_of(dropped), paper, draft)
    assert {client.get(each).status_code for each in hidden} == {404}
    with tenant_scope(province):
        drafting.hand_in(outgoing.pk, actor=town.officer, version=2, words="Đã hạ giá còn 3 tỷ")
        approving.approve_content(outgoing.pk, actor=town.head, version=2, words="Đồng ý 3 tỷ")
        outgoing.refresh_from_db()
        passed(outgoing, town.records_clerk)
    page = client.get(page_of(outgoing))
    assert (page.status_code, "3 tỷ" in page.text, "du-thao" in page.text) == (200, False, False)
    assert b"".join(client.get(paper).streaming_content).startswith(b"%PDF")
    assert client.get(draft).status_code == 404
    inside = client.sign_in(town.leader).get(page_of(outgoing)).text
    assert inside.count("3 tỷ") > 2
    assert "du-thao" in inside


def test_the_other_party_leads_another_body_that_keeps_a_register_today(scope, town):
    committee = committee_of(town)
    office = committee.registry.unit
    ours = registry_of(town)
    registry_of(unit=office)
    head = make_person("leader", office, title="Chánh Văn phòng")
    closed = make_unit("H32.77", parent=town.root)
    registry_of(unit=closed, valid_to=timezone.localdate() - dt.timedelta(days=1))
    gone = make_person("leader", closed)

    def parties(registry) -> set:
        return {each.user for each in drafters.candidates_beside(registry, "party")}

    seen = {town.leader, head, committee.chairman, gone}
    assert parties(committee.registry) & seen == {town.leader}
    assert parties(ours) & seen == {head, committee.chairman}
    Registry.objects.filter(unit=office, name=office.name).delete()
    assert parties(ours) & seen == {committee.chairman}


def test_who_left_stays_on_the_draft_until_somebody_takes_him_off(client, province, town):
    with tenant_scope(province):
        secretary = make_person("official", town.division)
        wish = {"type": "bien-ban", "second_id": secretary.pk, "second_position": "Thư ký"}
        outgoing = begun(town, **wish)
        Position.objects.filter(user=secretary).delete()
    client.sign_in(town.officer)
    form = client.get(edit_of(outgoing)).context["form"]
    assert (secretary.pk, f"{secretary.full_name} (không còn ký)") in form["second"].field.choices
    sent = typed(town, version=1, type="bien-ban", second=secretary.pk)
    refused = client.post(edit_of(outgoing), sent)
    assert refused.status_code == 422
    assert f"{secretary.full_name} hiện không được cùng ký" in refused.text
    with tenant_scope(province):
        outgoing.refresh_from_db()
        assert (outgoing.version, outgoing.second) == (1, secretary)
    assert client.post(edit_of(outgoing), {**sent, "second": ""}).status_code == 302
    with tenant_scope(province):
        outgoing.refresh_from_db()
        assert (outgoing.version, outgoing.second) == (2, None)


def test_the_words_of_who_signs_beside_are_called_his(scope, town):
    outgoing = minutes(town)
    approving.send_back(outgoing.pk, actor=town.officer, reason="Sai kết luận")
    assert outgoing.voices.get(text="Sai kết luận").voice == Voice.SECOND

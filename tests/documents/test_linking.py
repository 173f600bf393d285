"""Documents of one register that belong together, and answers to what the body has sent."""

from __future__ import annotations

import pytest
from django.utils import timezone

from common.errors import AlreadyDone, DomainError
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch, Incoming, IncomingLink, Outgoing
from documents.queries.detail import IncomingPage
from documents.services import linking
from exchange.edxml.incoming import take
from exchange.edxml.messages import Organ, ResponseFor
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.desks import directed, entered, registry_of
from tests.documents.drafts import brought_to, other_registry
from tests.exchange.edxml.samples import message
from tests.people import make_person


def url_of(incoming, act=""):
    return f"/van-ban-den/{incoming.pk}/" + (f"{act}/" if act else "")


def test_a_clerk_links_two_by_their_numbers_and_who_sees_both_reads_it(client, province, town):
    with tenant_scope(province):
        first, second = directed(town), entered(town, reference="08/CT-UBND")
    client.sign_in(town.records_clerk)
    assert "Liên kết văn bản liên quan" in client.get(url_of(first)).text
    for wrong in ("999", "x", str(first.number), ""):
        answer = client.post(url_of(first, "lien-ket"), {"number": wrong})
        assert answer.status_code == 422
    typed = f"{second.number} / {second.year}"
    assert client.post(url_of(first, "lien-ket"), {"number": typed}).status_code == 302
    for shown, named in ((first, second), (second, first)):
        page = client.get(url_of(shown)).text
        assert f'href="/van-ban-den/{named.pk}/"' in page
        assert named.arrival_words in page
    assert client.post(url_of(second, "lien-ket"), {"number": first.number}).status_code == 422
    with tenant_scope(province):
        assert IncomingPage(first, town.officer).linked == []  # he was given the first alone
        assert IncomingPage(first, town.leader).linked == [second]
    assert client.post(url_of(second, "bo-lien-ket"), {"other": first.pk}).status_code == 302
    with tenant_scope(province):
        assert not IncomingLink.objects.exists()


def test_who_leads_may_link_what_he_sees_and_nobody_across_registers(scope, town):
    first, second = directed(town), directed(town, incoming=entered(town, reference="9/BC"))
    third = entered(town, reference="10/BC", registry=registry_of(town, code="H32.9", symbol="B"))
    hidden = entered(town, reference="11/BC")
    with pytest.raises(AlreadyDone):
        linking.unlink(first.pk, second.pk, actor=town.officer)
    linking.link(second.pk, first.pk, actor=town.officer)
    made = IncomingLink.objects.get()
    assert (made.one, made.other) == (first, second)
    with pytest.raises(AlreadyDone):
        linking.link(first.pk, second.pk, actor=town.records_clerk)
    for actor, one, other in (
        (town.officer, first, hidden), (town.records_clerk, first, third),
        (town.records_clerk, first, first),
    ):  # fmt: skip
        with pytest.raises(DomainError):
            linking.link(one.pk, other.pk, actor=actor)
    with pytest.raises((DomainError, RefusedError)):
        linking.link(first.pk, second.pk, actor=make_person("official", town.division))


def test_an_answer_leads_to_what_the_body_had_sent(scope, town):
    other, line = other_registry(town), directed(town)
    theirs = Outgoing.objects.create(
        registry=other, unit=other.unit, drafter=town.outsider, signer=town.outsider,
        since=timezone.now(), type="cong-van", subject="Đề nghị báo cáo", signer_position="-",
    )  # fmt: skip
    Dispatch.objects.create(
        outgoing=theirs, registry=line.registry, incoming=line, organ_code="H32.1",
        organ_name="Sở", order=1, sent_at=timezone.now(),
    )  # fmt: skip
    committee = registry_of(town, code="H32.9", name="UBND tỉnh", symbol="UBND")
    to = [To(registry_id=other.pk), To(registry_id=committee.pk)]
    answer = brought_to(Stage.ISSUED, town, answers_id=line.pk, receivers=to)
    found = Incoming.objects.filter(dispatches__outgoing=answer).order_by("pk")
    assert [each.answers_ours for each in found] == [theirs, None]


def test_so_does_one_that_comes_over_the_bus(client, province, town):
    with tenant_scope(province):
        ours = brought_to(Stage.ISSUED, town)
        asked = (ResponseFor("x", "G22,unknown"), ResponseFor("H32.05", ours.document_id))
        bodies = (ours.registry, other_registry(town))
        to = tuple(Organ(each.code, each.name) for each in bodies)
        taken = take(message(receivers=to, response_for=asked)).taken
        assert [each.incoming.answers_ours for each in taken] == [ours, None]
        line = taken[0].incoming
    client.sign_in(town.records_clerk)
    assert f'href="/van-ban-den/{line.pk}/"' in client.get(f"/van-ban-di/{ours.pk}/").text
    assert f'href="/van-ban-di/{ours.pk}/"' in client.get(url_of(line)).text

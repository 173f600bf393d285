"""Receivers outside the province, over the bus by their code, and those who get paper."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from common.errors import AlreadyDone, DomainError
from documents.drafting import To
from documents.issuing import Stage
from documents.models import Dispatch, Outgoing
from documents.papers_of import paper_of
from documents.queries.dispatches import known_outside, to_send
from documents.rules.organ_codes import Line, read_line
from documents.services import drafting, posting
from organizations.access import RefusedError
from tenancy.scope import tenant_scope
from tests.documents.desks import registry_of
from tests.documents.drafts import begun, brought_to, other_registry
from tests.documents.test_outgoing_pages import edit_of, page_of, typed

ONE_DAY = dt.timedelta(days=1)
TO = [To(None, "G12", "Bộ Khoa học và Công nghệ"), To(organ_name="Công ty A"),
      To(organ_name="Hội B", is_for_action=False)]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "means"),
    [
        (" g12  Bộ Khoa học ", Line("Bộ Khoa học", "G12")),
        ("000.00.12.G12 Bộ Y tế", Line("Bộ Y tế", "G12.12")),  # the older spelling
        ("H29.05.01 Sở A (để biết)", Line("Sở A", "H29.05.01", is_for_action=False)),
        ("Công ty A", Line("Công ty A")),
        ("Công ty A (Để biết)", Line("Công ty A", is_for_action=False)),
        ("H29.05", None),  # a code without a name
        ("H29..05 Sở A", Line("H29..05 Sở A")),
        ("Z9.01 Sở A", None),  # no code, though it looks like one
        ("(để biết)", None),
    ],
)
def test_a_line_names_a_body_by_its_code_or_who_gets_paper(line, means):
    assert read_line(line) == means
    if means is not None:
        assert read_line(str(means)) == means


def test_who_gets_paper_stands_on_it_and_is_sent_to_by_the_clerk(scope, town):
    outgoing, clerk = brought_to(Stage.ISSUED, town, receivers=TO), town.records_clerk
    assert {"Công ty A", "Hội B"} <= set(paper_of(outgoing, outgoing.drafts.get()).recipients)
    assert [each.organ_code for each in to_send().filter(outgoing=outgoing)] == ["G12"]
    today = timezone.localdate()
    rows = {each.name: each.pk for each in outgoing.on_paper.all()}
    send = {"actor": clerk, "sent_on": today, "words": "Bưu điện"}
    for day in (today - ONE_DAY, today + ONE_DAY):
        with pytest.raises(DomainError, match="lies between"):
            posting.posted(outgoing.pk, receivers=rows.values(), **{**send, "sent_on": day})
    with pytest.raises(RefusedError):
        posting.posted(outgoing.pk, receivers=rows.values(), **{**send, "actor": town.officer})
    with pytest.raises(DomainError, match="Choose to whom"):
        posting.posted(outgoing.pk, receivers=[], **send)
    posting.posted(outgoing.pk, receivers=[rows["Hội B"]], **send)
    with pytest.raises(AlreadyDone):  # one of the two was noted already
        posting.posted(outgoing.pk, receivers=rows.values(), **send)
    told = dict(outgoing.on_paper.values_list("name", "sent_on"))
    assert told == {"Hội B": today, "Công ty A": None}
    posting.posted(outgoing.pk, receivers=[rows["Công ty A"]], **send)
    assert not outgoing.on_paper.filter(sent_on=None).exists()


def test_paper_alone_is_enough_and_before_it_is_issued_nothing_is_sent(scope, town):
    outgoing = brought_to(Stage.SEALED, town, receivers=TO[1:])
    row = outgoing.on_paper.order_by("order").first()
    with pytest.raises(AlreadyDone):
        posting.posted(
            outgoing.pk, actor=town.records_clerk, receivers=[row.pk],
            sent_on=timezone.localdate(),
        )  # fmt: skip
    drafting.set_receivers(outgoing, [])
    assert not outgoing.on_paper.exists()


def test_those_who_got_something_are_offered_again(scope, town, django_assert_num_queries):
    begun(town, receivers=[To(None, "G12", "Bộ cũ")])
    begun(town, receivers=[To(None, "G12", "Bộ Khoa học"), To(None, "G01", "Bộ Công an")])
    with django_assert_num_queries(1):
        assert [str(each) for each in known_outside()] == ["G01 Bộ Công an", "G12 Bộ Khoa học"]


def test_on_the_pages_from_the_draft_to_the_day(client, province, town):
    with tenant_scope(province):
        registry_of(town)
        inside = other_registry(town)
    begin, two = reverse("documents:outgoing_begin"), "G12 Bộ Khoa học\nCông ty A"
    client.sign_in(town.officer)
    wrong = {
        "outside": {"outside": f"{inside.code} Sở Tư pháp"}, "manner": {"outside": "Công ty A"},
    }  # fmt: skip
    for name, changes in wrong.items():
        answer = client.post(begin, typed(town, **changes))
        assert list(answer.context["form"].errors) == [name]
    paper = {"manner": "both", "paper_reason": "Nơi nhận không có hệ thống"}
    client.post(begin, typed(town, outside=two, **paper))
    with tenant_scope(province):
        made = Outgoing.objects.get()
        assert list(Dispatch.objects.values_list("organ_code", flat=True)) == ["G12"]
    assert two in client.get(edit_of(made)).text
    with tenant_scope(province):
        issued = brought_to(Stage.ISSUED, town, receivers=TO)
        company = issued.on_paper.get(name="Công ty A")
    client.sign_in(town.records_clerk)
    page = client.get(page_of(issued)).text
    assert page.count("chưa gửi") == 2
    day = f"{timezone.localdate():%d/%m/%Y}"
    sent = {"receivers": company.pk, "sent_on": day, "words": "Bưu điện"}
    page = client.post(page_of(issued, "gui-giay"), sent, follow=True).text
    assert page.count("chưa gửi") == 1
    assert "Bưu điện" in page
    assert client.post(page_of(issued, "gui-giay"), sent).status_code == 422  # no choice any more

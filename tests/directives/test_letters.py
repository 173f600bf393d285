"""Công văn đôn đốc: a letter for each agency, as it stood when it was urged, and its draft."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from directives.letters import letter_to_draft
from directives.models import Task, Urging
from directives.queries import urged as urged_acts
from directives.services import urging
from directives.services.ground import set_due
from directives.states import DueKind
from documents.models import Outgoing
from papers.letters import letter_of as letter_named
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, LATER, TODAY, given
from tests.directives.test_pages import page_of
from tests.directives.test_reminders import LONG_AGO
from tests.directives.test_urging import PAGE, overdue
from tests.documents.desks import registry_of
from tests.people import give_role, make_unit


@pytest.fixture
def committee(province, office):
    """Its registry lies in its office, where its chairman signs by another position."""
    with tenant_scope(province):
        root = office.root
        place = make_unit(f"{root.code}.00", parent=root, name="Văn phòng UBND tỉnh")
        named = {"name": "Ủy ban nhân dân tỉnh Khánh Hòa", "symbol": "UBND", "code": root.code}
        registry = registry_of(unit=place, **named)
        registry_of(unit=office.town.agency, name=office.town.agency.name)
        give_role(office.chairman, "body_leader", place, title="Chủ tịch")
        give_role(office.follower, "official", place, title="Chuyên viên")
        return registry


def due(task, day, office):
    """From now on, as an act of the giver writes it."""
    at, on = timezone.now(), TODAY()
    set_due(task, day, DueKind.MOVED, office.chairman, at, on)
    Task.objects.filter(pk=task.pk).update(due_on=day)
    return task


def texts(answer):
    """Of each page, in one line."""
    assert answer.headers["Content-Type"] == "application/pdf"
    read = PdfReader(io.BytesIO(answer.content))
    return [" ".join(page.extract_text().split()) for page in read.pages]


def urged(client, office, *tasks):
    """By the official, all of them at once; the page that he sees then."""
    client.sign_in(office.follower)
    day = f"{TODAY() + LATER:%d/%m/%Y}"
    words = "- Tập trung nhân lực\nBáo cáo rõ | vướng mắc"
    typed = {"words": words, "answer_until": day, "tasks": [each.pk for each in tasks]}
    return client.post(PAGE, typed, follow=True).text


def address(asked):
    return f"/nhiem-vu/don-doc/{asked.pk}/cong-van.pdf"


def test_each_agency_gets_a_letter_in_the_layout_of_the_decree(client, province, office, committee):
    town = office.town
    with tenant_scope(province):
        late = [due(overdue(office), TODAY() - DAY, office) for _number in range(2)]
        there = {"lead_id": town.other_agency.pk, "given_on": LONG_AGO}
        elsewhere = due(given(office, content="Việc | khác", **there), TODAY() - 9 * DAY, office)
    page = urged(client, office, *late, elsewhere)
    with tenant_scope(province):
        asked = Urging.objects.get(task=late[0])
        other = Urging.objects.get(task=elsewhere)
        due(late[0], TODAY() + LATER, office)  # the letter says how it stood when it was urged
    for shown in (address(asked), address(other), f"{address(asked)}?tat-ca=1"):
        assert page.count(f'href="{shown}"') == 1
    [words] = texts(client.get(address(asked)))
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "ỦY BAN NHÂN DÂN TỈNH KHÁNH HÒA",
        "V/v đôn đốc thực hiện nhiệm vụ giao tại Văn bản số 07/CT-UBND",
        f"Kính gửi: {town.agency.name}", f"{town.agency.name} còn 02 nhiệm vụ",
        "- Tập trung nhân lực", f"chậm nhất ngày {TODAY() + LATER:%d/%m/%Y}", "- Như trên;",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH", office.chairman.full_name,
    ):  # fmt: skip
        assert part in words, part
    line = f"rà soát 07/CT-UBND ngày {LONG_AGO:%d/%m/%Y} {TODAY() - DAY:%d/%m/%Y} 1"
    assert words.count(line) == 2
    assert office.follower.full_name not in words
    pages = texts(client.get(f"{address(other)}?tat-ca=1"))
    assert len(pages) == 2
    assert f"ngày {LONG_AGO:%d/%m/%Y} {TODAY() - 9 * DAY:%d/%m/%Y} 9" in pages[1]
    assert "Việc / khác" in pages[1]
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    with tenant_scope(province):
        for words in ("Lần hai", "Lần ba"):
            urging.urge(late[0].pk, actor=office.follower, words=words, answer_until=TODAY())
    with CaptureQueriesContext(connection) as many:
        assert "Lần ba" in client.get(PAGE).text
    assert len(few) == len(many)
    client.sign_in(town.leader)  # who is urged has no letter to print
    assert client.get(address(asked)).status_code == 403
    assert address(asked) not in client.get(page_of(late[0])).text


def test_the_letter_is_of_the_lead_that_was_urged_and_signed_by_who_gives(province, office):
    town = office.town
    with tenant_scope(province):
        task = overdue(office)
        until = {"words": "Nhanh", "answer_until": TODAY()}
        asked = urging.urge(task.pk, actor=office.chairman, **until)
        made = letter_to_draft(office.follower, asked.pk)
        assert (made.signer, made.to) == (office.chairman, town.agency)
        assert letter_to_draft(town.leader, asked.pk) is None
        assert letter_to_draft(town.outsider, asked.pk) is None
        assert letter_named(office.follower, "directives.task:1") is None
        Task.objects.filter(pk=task.pk).update(given_at=timezone.now(), lead=town.other_agency)
        assert letter_to_draft(office.follower, asked.pk) is None  # nobody asked this lead


def test_a_letter_is_taken_over_as_a_draft(client, province, office, committee):
    with tenant_scope(province):
        task = overdue(office)
        asked = urging.urge(task.pk, actor=office.follower, words="Nhanh", answer_until=TODAY())
        place = committee.unit
    client.sign_in(office.follower)
    begin = f"/van-ban-di/soan/?thu=directives.urging:{asked.pk}"
    assert begin in client.get(page_of(task)).text
    form = client.get(begin).context["form"]
    told = {name: form[name].value() for name in form.fields}
    assert told["type"] == "cong-van"
    assert told["addressees"] == office.town.agency.name
    assert told["signer"] == office.chairman.pk
    assert len(told["action"]) == 1
    assert told["answer_by"] == f"{TODAY():%d/%m/%Y}"
    sent = {k: v for k, v in told.items() if v is not None} | {"unit": place.pk}
    assert client.post(begin, sent).status_code == 302
    with tenant_scope(province):
        made = Outgoing.objects.get(type="cong-van")
        assert made.subject == "đôn đốc thực hiện nhiệm vụ giao tại Văn bản số 07/CT-UBND"
        assert made.registry == committee
    assert client.get("/van-ban-di/soan/?thu=directives.urging:99").status_code == 404


def test_a_page_shows_only_acts_whole(province, office, monkeypatch):
    with tenant_scope(province):
        tasks = [overdue(office, content=f"Việc {number}") for number in range(4)]
        for some, words in ((tasks[:3], "Trước"), (tasks[3:], "Sau")):
            keys = [each.pk for each in some]
            urging.urge_together(
                keys, actor=office.chairman, words=words, answer_until=TODAY() + LATER
            )

        def shown():
            acts = urged_acts.lately(office.chairman)
            return [[number for _first, number, _answered in act.letters] for act in acts]

        assert shown() == [[1], [3]]
        monkeypatch.setattr(urged_acts, "MOST", 2)
        assert shown() == [[1]]

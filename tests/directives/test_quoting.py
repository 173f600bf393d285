"""Tasks from paragraphs of a document, and what the document's page shows of them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import AccessNote
from directives.models import Task
from directives.services import giving
from documents.models import Incoming
from documents.states import Status, Steering
from files.services import store
from tenancy.scope import tenant_scope
from tests.directives.office import source, wish
from tests.directives.test_pages import GIVE, typed
from tests.documents.desks import entered
from tests.files import corpus
from tests.people import give_role

PARAGRAPHS = ("Chủ tịch yêu cầu:", "1. Sở Nội vụ báo cáo.", "2. Các xã niêm yết.")


@pytest.fixture
def incoming(province, office):
    """A directive in the register of the agency, with text in a Word file."""
    with tenant_scope(province):
        clerk = office.town.records_clerk
        word = corpus.word(PARAGRAPHS)
        stored = store(SimpleUploadedFile("van-ban.docx", word), actor=clerk)
        made = entered(office.town, file_ids=[stored.pk])
        Incoming.objects.filter(pk=made.pk).update(steering=Steering.DIRECTIVE)
    return made


def test_paragraphs_become_tasks_and_the_document_shows_them(client, province, office, incoming):
    page, town = f"/van-ban-den/{incoming.pk}/", office.town
    choose = f"/nhiem-vu/giao/doan/documents.incoming/{incoming.pk}/"
    address = f"{GIVE}?nguon=documents.incoming:{incoming.pk}&doan=2&doan=3&doan=99"
    of_agency = {"giver": town.leader.pk, "viec-0-lead": town.division.pk}
    client.sign_in(town.leader)
    shown = client.get(page).text
    assert "Bên gửi xác định đây là văn bản chỉ đạo" in shown
    assert choose in shown
    listed = client.get(choose).text
    assert all(words in listed for words in PARAGRAPHS)
    form = client.get(address).text
    assert form.count(PARAGRAPHS[1]) == 2  # as the paragraph, and as the content of a task
    assert form.count('<details class="panel" id="task-') == 2
    assert PARAGRAPHS[0] not in form
    sent = typed(office, excerpt=PARAGRAPHS[1], **of_agency)
    assert page in client.post(address, sent, follow=True).text  # the task names its source
    shown = client.get(page).text
    assert "Rà soát phần mềm" in shown
    assert "Trong hạn" in shown
    assert "Bên gửi xác định" not in shown  # tasks were given
    with tenant_scope(province):
        task = Task.objects.get()
        named = task.directive
        assert (named.source_type, named.source_id) == ("documents.incoming", incoming.pk)
        assert named.excerpt == PARAGRAPHS[1]
    client.sign_in(town.officer)  # may do the task, sees no document, gives nothing
    assert page not in client.get(f"/nhiem-vu/{task.pk}/").text
    assert client.get(choose).status_code == 403
    client.sign_in(office.chairman)  # gives tasks, and reads no register
    for hidden in (address, choose, choose.replace("incoming", "nothing"), f"{GIVE}?nguon=a:²"):
        assert client.get(hidden).status_code == 404


def test_the_page_costs_the_same_for_many_tasks_and_hides_them_from_others(
    client, province, office, incoming
):
    """The clerk of the registry sees the document and no task."""
    page, town = f"/van-ban-den/{incoming.pk}/", office.town
    of_it = source(office, source=("documents.incoming", incoming.pk), giver_id=town.leader.pk)
    to_give = {"actor": town.leader, "unit_id": town.agency.pk}
    client.sign_in(town.leader)
    with tenant_scope(province):
        giving.give(of_it, [wish(office, lead_id=town.division.pk)], **to_give)
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    with tenant_scope(province):
        giving.give(of_it, [wish(office, lead_id=town.division.pk)] * 3, **to_give)
    with CaptureQueriesContext(connection) as many:
        assert client.get(page).text.count("Báo cáo kết quả rà soát") == 4
    assert len(few) == len(many)
    client.sign_in(town.records_clerk)
    shown = client.get(page).text
    assert "van-ban.docx" in shown
    assert "Báo cáo kết quả rà soát" not in shown


def test_who_follows_opens_the_document_of_a_task_where_he_reads_the_registers(
    client, province, office, incoming
):
    """A right on the whole province would open what lies in every agency."""
    page = f"/van-ban-den/{incoming.pk}/"
    with tenant_scope(province):
        named = source(office, source=("documents.incoming", incoming.pk))
        unit_id = office.root.pk
        [task] = giving.give(named, [wish(office)], actor=office.follower, unit_id=unit_id)
    client.sign_in(office.follower)
    assert page not in client.get(f"/nhiem-vu/{task.pk}/").text
    with tenant_scope(province):
        give_role(office.follower, "register_reader", office.town.agency)
    assert page in client.get(f"/nhiem-vu/{task.pk}/").text
    assert client.get(page).status_code == 200


def test_quoting_from_a_document_is_an_opening_of_it(client, province, office, incoming):
    client.sign_in(office.town.leader)
    client.get(f"/nhiem-vu/giao/doan/documents.incoming/{incoming.pk}/")
    with tenant_scope(province):
        note = AccessNote.objects.get(kind="document.opened", subject_id=str(incoming.pk))
        assert note.actor_id == str(office.town.leader.pk)


def test_another_giving_unit_keeps_what_was_quoted(client, province, office, incoming):
    with tenant_scope(province):
        give_role(office.town.leader, "leader", office.town.other_agency)
    client.sign_in(office.town.leader)
    page = client.get(f"{GIVE}?nguon=documents.incoming:{incoming.pk}&doan=2").text
    kept = page.partition('<form class="filters"')[2].partition("</form>")[0]
    assert f'name="nguon" value="documents.incoming:{incoming.pk}"' in kept
    assert 'name="doan" value="2"' in kept


def test_what_is_not_taken_over_from_the_paragraphs_is_said(client, office, incoming, monkeypatch):
    monkeypatch.setattr("directives.views.giving.MOST", 1)
    client.sign_in(office.town.leader)
    address = f"{GIVE}?nguon=documents.incoming:{incoming.pk}"
    assert "Còn 1 đoạn" in client.get(f"{address}&doan=2&doan=3").text
    assert "Còn 1 đoạn" not in client.get(f"{address}&doan=2").text


def test_a_document_that_was_taken_back_meanwhile_loses_nothing_that_was_typed(
    client, province, office, incoming
):
    town = office.town
    client.sign_in(town.leader)
    address = f"{GIVE}?nguon=documents.incoming:{incoming.pk}"
    sent = typed(office, **{"giver": town.leader.pk, "viec-0-lead": town.division.pk})
    with tenant_scope(province):
        Incoming.objects.filter(pk=incoming.pk).update(
            status=Status.RECALLED, closed_at=timezone.now()
        )
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert "đã được thu hồi" in refused.text
    assert "Rà soát phần mềm" in refused.text
    again = f"{GIVE}?don-vi={town.agency.pk}"
    assert f'action="{again}"' in refused.text
    assert client.post(again, sent).status_code == 302
    with tenant_scope(province):
        assert Task.objects.get().directive.source_id is None

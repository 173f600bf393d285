"""What cannot be done is said in a sentence, and what was typed is there still."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from directives.models import Extension, Result, Task
from directives.services import extending, handling, steering
from tenancy.scope import tenant_scope
from tests.directives.office import DAY, LATER, TODAY, accepted, given
from tests.directives.test_pages import GIVE, page_of, typed

WORDS = "Đã rà soát xong 12 phần mềm"


@pytest.fixture
def told(client):
    """Send a page; the answer is a refusal that keeps the words."""

    def send(url, data, status, sentence, kept=WORDS):
        answer = client.post(url, data)
        assert answer.status_code == status
        assert sentence in answer.text
        assert kept in answer.text

    return send


def test_days_that_cannot_be_are_refused_where_they_were_typed(client, province, office, told):
    with tenant_scope(province):
        whole = accepted(office)
    of_part = {"viec-0-content": WORDS, "viec-0-lead": office.town.division.pk}
    client.sign_in(office.follower)
    past = f"{TODAY() - DAY:%d/%m/%Y}"
    page = typed(office, **{"viec-0-content": WORDS, "viec-0-due_on": past})
    told(GIVE, page, 422, f"Thời hạn {past} đã qua")
    client.sign_in(office.town.leader)
    late = {"viec-0-due_on": f"{whole.due_on + DAY:%d/%m/%Y}"}
    told(page_of(whole) + "giao-tiep/", typed(office, **of_part, **late), 422, "Nhiệm vụ gốc")
    with tenant_scope(province):
        assert Task.objects.count() == 1


def test_what_is_too_late_or_too_early_keeps_the_words_for_copying(client, province, office, told):
    town = office.town
    with tenant_scope(province):
        gone, fresh, slow = accepted(office), given(office), accepted(office)
        wanted = {"wanted_on": slow.due_on + LATER, "reason": "Khó"}
        wish = extending.ask(slow.pk, actor=town.officer, **wanted)
        extending.grant(wish.pk, actor=office.chairman)
        steering.withdraw(gone.pk, actor=office.chairman, reason="Không cần nữa")
    photo = SimpleUploadedFile("a.txt", b"x")
    result = {"reference": "15/BC", "document_on": f"{TODAY():%d/%m/%Y}", "words": WORDS}
    client.sign_in(town.leader)
    for task in (gone, fresh):  # withdrawn meanwhile; not accepted yet
        told(page_of(task, "ket-qua"), {**result, "files": photo}, 409, "chọn lại")
    client.sign_in(office.chairman)
    refusal = {"words": WORDS}
    told(page_of(slow, "khong-gia-han"), refusal, 409, "Đã có người làm việc này")
    with tenant_scope(province):
        assert not Result.objects.exists()
        assert Extension.objects.get().answer == "granted"


def test_who_is_no_longer_to_report_keeps_his_words(province, office, client, told):
    """Another was named while he wrote: the task is no longer his to see."""
    town = office.town
    with tenant_scope(province):
        task = accepted(office)
    client.sign_in(town.officer)
    assert client.get(page_of(task)).status_code == 200
    with tenant_scope(province):
        handling.name_person(task.pk, actor=town.leader, person_id=town.head.pk)
    told(page_of(task, "tien-do"), {"words": WORDS}, 404, "tài khoản không được xem")


def test_what_another_did_in_the_same_moment_is_said_with_its_reason(
    client, province, office, told, monkeypatch
):
    """The page still offered it when it was sent."""
    with tenant_scope(province):
        task = accepted(office)
    real = handling.report_progress

    def a_moment_later(pk, **facts):
        steering.withdraw(pk, actor=office.chairman, reason="Không cần nữa")
        return real(pk, **facts)

    monkeypatch.setattr(handling, "report_progress", a_moment_later)
    client.sign_in(office.town.leader)
    told(page_of(task, "tien-do"), {"words": WORDS}, 409, "Tiếp nhận nhiệm vụ trước khi báo cáo")

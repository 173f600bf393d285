from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from audit.services import record
from common.counting import capped_counts
from notifications.models import EmailMessage, Kind, Notification
from notifications.queries import MOST_SHOWN, unread_notices
from notifications.services import choose_mail, mark_all_read, mark_read, notify
from tenancy.scope import tenant_scope
from tests.people import make_person


def tell(event, *people, kind=Kind.NEW, text="Hồ sơ mới", url="/ho-so/", subject=None):
    notify(event, people, kind=kind, text=text, subject=subject or event, url=url)


def unread_count(person):
    return capped_counts({"unread": unread_notices(person)}, MOST_SHOWN)["unread"]


def test_a_person_is_told_once_however_often_the_event_comes(event, officer, head):
    for _again in range(3):
        tell(event, officer, head, officer)
    assert Notification.objects.count() == 2
    assert unread_count(officer) == 1


def test_one_event_may_tell_of_two_things(event, province, officer):
    tell(event, officer)
    tell(event, officer, subject=province)
    assert unread_count(officer) == 2


def test_who_left_is_not_told(event, scope):
    gone = make_person(is_active=False)
    tell(event, gone)
    assert not Notification.objects.exists()


def test_the_sentence_is_in_the_language_of_the_person(event, scope):
    vietnamese, english = make_person(), make_person(language="en")
    tell(event, vietnamese, english, text=format_lazy("{}: 5", _("To do")))
    texts = dict(Notification.objects.values_list("user_id", "text"))
    assert texts[english.pk] == "To do: 5"
    assert texts[vietnamese.pk].endswith(": 5")


def test_reading_is_of_ones_own_notices_only(event, officer, head):
    tell(event, officer, head)
    ids = list(Notification.objects.values_list("pk", flat=True))
    assert mark_read(ids, actor=officer) == 1
    assert (unread_count(officer), unread_count(head)) == (0, 1)
    assert mark_all_read(actor=head) == 1
    assert unread_count(head) == 0


def test_the_count_is_one_query_and_stops_at_a_hundred(
    event, province, officer, django_assert_num_queries
):
    Notification.objects.bulk_create(
        [Notification(user=officer, kind=Kind.NEW, text="x") for _number in range(130)]
    )
    with django_assert_num_queries(1):
        assert unread_count(officer) == 100


def test_who_wants_mail_for_a_kind_gets_it_once(event, officer, head):
    choose_mail([Kind.TO_DO, "nonsense"], actor=officer)
    for _again in range(2):
        tell(event, officer, head, kind=Kind.TO_DO)
        tell(event, officer, head, kind=Kind.INFORMATION)
    message = EmailMessage.objects.get()
    assert (message.recipient, message.kind) == (officer.email, "notice.todo")
    assert "/ho-so/" in message.body
    choose_mail([], actor=officer)
    tell(event, officer, kind=Kind.TO_DO, subject=officer)
    assert EmailMessage.objects.count() == 1


# --- over HTTP ------------------------------------------------------------------------------


def notices(province, user, *texts, url="/ho-so/1/"):
    with tenant_scope(province):
        rows = []
        for number, text in enumerate(texts):
            entry = record(province, "test.told", actor=None)
            rows.append(
                Notification.objects.create(
                    user=user, kind=Kind.NEW, text=text, url=url, event_id=entry.pk,
                    subject_type="x", subject_id=str(number % 2), subject_name=f"H32-{number % 2}",
                )
            )  # fmt: skip
        return rows


def is_read(province, notice):
    with tenant_scope(province):
        return Notification.objects.get(pk=notice.pk).read_at is not None


def test_the_page_groups_notices_by_what_they_speak_of(client, province, officer):
    notices(province, officer, "một", "hai", "ba")
    page = client.sign_in(officer).get("/thong-bao/")
    assert page.status_code == 200
    groups = page.context["groups"]
    assert [(g.name, [n.text for n in g.notices]) for g in groups] == [
        ("H32-0", ["ba", "một"]),
        ("H32-1", ["hai"]),
    ]


def test_the_page_costs_the_same_for_one_notice_and_for_forty(
    client, province, officer, django_assert_max_num_queries
):
    client.sign_in(officer)
    notices(province, officer, "một")
    client.get("/thong-bao/")
    with django_assert_max_num_queries(14) as few:
        client.get("/thong-bao/")
    notices(province, officer, *["thêm"] * 40)
    with django_assert_max_num_queries(14) as many:
        client.get("/thong-bao/")
    assert len(few) == len(many)


def test_opening_a_notice_leads_on_and_leaves_it_read(client, province, officer):
    (notice,) = notices(province, officer, "một")
    answer = client.sign_in(officer).get(f"/thong-bao/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/ho-so/1/")
    assert is_read(province, notice)


def test_a_notice_never_leads_out_of_the_portal(client, province, officer):
    for url in ("//evil.example/", "https://evil.example/", "javascript:alert(1)", ""):
        (notice,) = notices(province, officer, "một", url=url)
        answer = client.sign_in(officer).get(f"/thong-bao/{notice.pk}/")
        assert answer["Location"] == "/thong-bao/"


def test_another_persons_notice_does_not_exist(client, province, officer, outsider):
    (notice,) = notices(province, officer, "một")
    client.sign_in(outsider)
    assert client.get(f"/thong-bao/{notice.pk}/").status_code == 404
    assert client.post(f"/thong-bao/{notice.pk}/da-doc/").status_code == 404
    assert not is_read(province, notice)


def test_one_and_all_are_marked_as_read(client, province, officer):
    first, second, third = notices(province, officer, "một", "hai", "ba")
    client.sign_in(officer)
    htmx = {"HX-Request": "true"}
    part = client.post(f"/thong-bao/{first.pk}/da-doc/", headers=htmx)
    assert f'id="notice-{first.pk}"' in part.content.decode()
    assert [is_read(province, each) for each in (first, second, third)] == [True, False, False]
    assert client.post("/thong-bao/da-doc-het/").status_code == 302
    assert is_read(province, second)
    assert is_read(province, third)


def test_the_text_of_a_notice_is_escaped(client, province, officer):
    notices(province, officer, "<script>alert(1)</script>")
    page = client.sign_in(officer).get("/thong-bao/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_visitor_is_asked_to_sign_in(client):
    answer = client.get("/thong-bao/")
    assert answer.status_code == 302
    assert "/thong-bao/" in answer["Location"]


def test_the_choice_of_mail_is_saved(client, province, officer):
    client.sign_in(officer).post("/thong-bao/nhan-thu/", {"kinds": ["todo", "system"]})
    page = client.get("/thong-bao/")
    assert [value for value, _words, chosen in page.context["kinds"] if chosen] == [
        "todo",
        "system",
    ]

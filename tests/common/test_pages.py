"""Pages: keyset lists, papers after the transaction, language by choice, error pages."""

import datetime as dt
import re
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from common import pages
from common.errors import AlreadyDone
from common.keyset import paginate_keyset
from common.pages import LanguageMiddleware, PaperMiddleware, PaperResponse
from common.pdf import PdfUnavailable
from organizations.models import Unit, User
from tenancy.scope import current_scope, tenant_scope
from tests.people import make_person, make_unit

DAY = dt.date(2026, 1, 1)


def get(url="/", **headers):
    return RequestFactory().get(url, headers=headers)


def walk(queryset, order, size, follow="next_url", start="/"):
    """All pages of a list, by following its links."""
    seen, url = [], start
    while url:
        page = paginate_keyset(queryset, get(url), order=order, size=size)
        seen.append(list(page))
        url = getattr(page, follow) and f"/{getattr(page, follow)}"
    return seen


@pytest.fixture
def units(scope):
    for number in range(11):
        make_unit(f"T.{number:02d}", valid_from=DAY + dt.timedelta(days=number // 4))
    return Unit.objects.filter(code__startswith="T.")


@pytest.mark.parametrize(
    "order", [("valid_from", "id"), ("-valid_from", "id"), ("-valid_from", "-id"), ("id",)]
)
@pytest.mark.parametrize("size", [1, 3, 4, 11, 20])
def test_the_pages_of_a_list_hold_every_row_once_and_in_order(units, order, size):
    expected = list(units.order_by(*order))
    found = walk(units, order, size)
    assert [row for page in found for row in page] == expected
    assert all(len(page) <= size for page in found)


def test_the_way_back_shows_the_same_pages(units):
    order, size = ("valid_from", "id"), 4
    forth = walk(units, order, size)
    last = paginate_keyset(units, get(), order, size)
    while last.next_url:
        last = paginate_keyset(units, get(f"/{last.next_url}"), order, size)
    back, url = [list(last)], last.previous_url
    while url:
        page = paginate_keyset(units, get(f"/{url}"), order, size)
        back.insert(0, list(page))
        url = page.previous_url
    assert back == forth


def test_rows_of_values_are_paged_like_instances(units):
    order = ("valid_from", "id")
    rows = units.values("id", "valid_from", "code")
    found = [row["id"] for page in walk(rows, order, 4) for row in page]
    assert found == list(units.order_by(*order).values_list("id", flat=True))


def test_moments_that_differ_by_a_microsecond_are_not_repeated(scope):
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    people = [make_person(date_joined=start + dt.timedelta(microseconds=n)) for n in range(6)]
    mine = User.objects.filter(pk__in=[person.pk for person in people])
    found = [row.pk for page in walk(mine, ("date_joined", "id"), 2) for row in page]
    assert found == [person.pk for person in people]


def test_a_page_costs_one_query_and_never_counts(units, django_assert_num_queries):
    with django_assert_num_queries(1) as seen:
        list(paginate_keyset(units, get(), ("valid_from", "id"), 4))
    assert "COUNT" not in seen.captured_queries[0]["sql"].upper()


@pytest.mark.parametrize(
    "cursor", ["x", "!!!", "W10", "WzFd", "WyJhIiwgImIiXQ", "e30", "W251bGwsIDFd"]
)
def test_an_altered_position_shows_the_first_page(units, cursor):
    page = paginate_keyset(units, get(f"/?sau={cursor}"), ("valid_from", "id"), 4)
    assert list(page) == list(units.order_by("valid_from", "id")[:4])


def test_links_keep_the_filters(units):
    page = paginate_keyset(units, get("/?q=An&xem=a"), ("valid_from", "id"), 4)
    assert page.next_url.startswith("?q=An&xem=a&sau=")
    assert page.previous_url == ""


def test_a_paper_is_rendered_after_the_transaction_is_closed(province, monkeypatch):
    scopes = []

    def view(_request):
        with tenant_scope(province):
            response = PaperResponse("layouts/paper.html", {"sample": True}, "giấy.pdf")
            assert response.content == b""
            return response

    real = PaperResponse.render_paper

    def render(self):
        scopes.append(current_scope())
        real(self)

    monkeypatch.setattr(PaperResponse, "render_paper", render)
    response = PaperMiddleware(view)(get())
    assert scopes == [None]
    assert response.content.startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert "filename*=utf-8''gi%E1%BA%A5y.pdf" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]


def test_a_paper_takes_nothing_that_could_query(scope):
    for value in (Unit.objects.all(), Unit(), object(), DAY, 1.5):
        with pytest.raises(TypeError):
            PaperResponse("layouts/paper.html", {"rows": [value]}, "x.pdf")


def test_without_pango_the_answer_says_what_to_install(monkeypatch):
    def missing(*_args, **_kwargs):
        raise PdfUnavailable("libpango-1.0.so.0")

    monkeypatch.setattr("common.pdf.render_pdf", missing)
    view = lambda _request: PaperResponse("layouts/paper.html", {}, "x.pdf")  # noqa: E731
    response = PaperMiddleware(view)(get())
    assert response.status_code == 503
    assert b"libpango-1.0-0" in response.content


@pytest.mark.parametrize(
    ("cookie", "language"), [("", "vi"), ("en", "en"), ("vi", "vi"), ("fr", "vi"), ("../x", "vi")]
)
def test_the_language_is_chosen_by_the_person_not_by_the_browser(cookie, language):
    request = get(**{"Accept-Language": "en-US,en;q=0.9"})
    if cookie:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    spoken = []

    def view(_request):
        spoken.append(translation.get_language())
        return HttpResponse()

    response = LanguageMiddleware(view)(request)
    assert spoken == [language]
    assert response["Content-Language"] == language


def test_the_language_of_one_request_does_not_leak_into_the_next():
    before = translation.get_language()
    request = get()
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "en"
    LanguageMiddleware(lambda _request: HttpResponse())(request)
    assert translation.get_language() == before


ERRORS = [
    (pages.bad_request, 400),
    (pages.page_not_found, 404),
    (pages.permission_denied, 403),
    (pages.server_error, 500),
    (pages.service_unavailable, 503),
    (pages.csrf_failure, 403),
]


@pytest.mark.parametrize(("page", "status"), ERRORS)
def test_an_error_page_asks_neither_database_nor_session(page, status):
    """No fixture gives access to the database: a query would raise."""
    response = page(get())
    html = response.content.decode()
    assert response.status_code == status
    assert html.count("<h1>") == 1
    assert 'lang="vi"' in html


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("explanation=D%C3%B2ng+1%0AD%C3%B2ng+2&a=1&a=2", ["Dòng 1\nDòng 2", "1", "2"]),
        ("x=%22%3E%3Cscript%3E", ["&quot;&gt;&lt;script&gt;"]),
        ("login=an&password=b%C3%AD+m%E1%BA%ADt", []),
        ("code=123456", []),
    ],
)
def test_what_was_sent_while_the_database_was_away_can_be_sent_again(fields, kept):
    form = "application/x-www-form-urlencoded"
    request = RequestFactory().post("/x/", data=fields, content_type=form)
    response = pages.service_unavailable(request)
    html = response.content.decode()
    assert re.findall(r'type="hidden" name="\w+" value="([^"]*)"', html) == kept
    assert ('<form method="post">' in html) is bool(kept)
    assert response["Cache-Control"] == "no-store"


def test_files_are_not_promised_to_be_sent_again():
    request = RequestFactory().post("/x/", data={"note": "a", "file": BytesIO(b"x")})
    assert "<form" not in pages.service_unavailable(request).content.decode()


@pytest.mark.parametrize("page", [page for page, _status in ERRORS])
def test_error_pages_of_the_demo_say_that_nothing_is_real(page, settings):
    for demo in (False, True):
        settings.GOVIT_DEMO = demo
        request = get()
        assert (b"demo-ribbon" in page(request).content) is demo


def test_a_letter_is_plain_text_with_one_address_to_copy():
    link = "http://h32.localhost/x?a=1&b=2"
    context = {"password_reset_url": link, "username": "O'Brien", "province": None}
    text = get_template("account/email/password_reset_key_message.txt").render(context)
    assert link in text
    assert "O'Brien" in text
    assert "&amp;" not in text


def test_a_refusal_says_why_and_whom_to_ask():
    why = "Vì: chưa có chức vụ tại <đơn vị>."
    html = pages.permission_denied(get(), PermissionDenied(why)).content.decode()
    assert "Vì: chưa có chức vụ tại &lt;đơn vị&gt;." in html


def test_a_form_that_was_open_too_long_is_told_apart_for_htmx():
    assert pages.csrf_failure(get())["X-Reason"] == "session"


def test_the_number_on_the_page_of_a_fault_is_in_the_log(caplog):
    html = pages.server_error(get("/ho-so/")).content.decode()
    reference = caplog.records[-1].args[0]
    assert reference in html
    assert "/ho-so/" in caplog.text


def test_every_template_of_the_look_compiles():
    folder = Path(settings.BASE_DIR) / "templates"
    parts = ("layouts", "components", "errors", "account", "mfa", "usersessions", "socialaccount")
    names = [
        str(path.relative_to(folder)) for part in parts for path in (folder / part).rglob("*.*")
    ]
    assert len(names) > 60
    for name in names:
        get_template(name)


@pytest.mark.parametrize(
    ("page", "status"), [(pages.service_unavailable, 503), (pages.conflict, 409)]
)
def test_what_was_written_beside_a_file_can_be_copied_from_a_refusal(page, status):
    sent = {"words": "Đã rà soát <b>", "new_password": "a secret word", "token": "t" * 9}
    photo = SimpleUploadedFile("a.txt", b"x")
    for path, is_shown in (("/nhiem-vu/1/ket-qua/", True), ("/kiosk/H32.05/", False)):
        came = {"Referer": "http://testserver/nhiem-vu/1/"}
        request = RequestFactory().post(path, {**sent, "files": photo}, headers=came)
        answer = page(request, *([AlreadyDone()] if status == 409 else []))
        text = answer.content.decode()
        assert answer.status_code == status
        assert ("Đã rà soát &lt;b&gt;</textarea>" in text) == is_shown
        assert 'href="/nhiem-vu/1/"' in text  # the address itself takes no visit
        assert "secret word" not in text
        assert "ttttt" not in text

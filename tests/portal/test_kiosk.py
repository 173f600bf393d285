"""The touch screen in a hall: the rules of the public pages, and it forgets."""

import datetime as dt
import re
from dataclasses import asdict, replace

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onestop.models import ProcedureVersion
from organizations.models import RuleSet, Unit
from papers.models import PrintedForm
from papers.rules import luhn_digit
from papers.services import print_form
from portal import lookup
from portal.models import GuessCount, RatingSum
from portal.queries import kiosk as queries
from portal.rules import KioskRules
from tenancy.scope import tenant_scope
from tests.conftest import HostClient
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import assigned, at_kind
from tests.people import make_unit
from tests.portal.lookups import DIGITS, LOOKUP
from tests.portal.test_hand_in import short_week

ANSWERS = {"time": 2, "contacts": 1, "agencies": 0, "attitude": 2}
FRIDAY = dt.datetime(2026, 3, 6, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))
LINKS = re.compile(r'(?:href|action|src|url=)="?([^" >]*)')
KIOSK = "/kiosk/H32.05.03/"  # town.counter_unit


@pytest.fixture
def client(client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture
def dossier(province, town):
    with tenant_scope(province):
        return assigned(town)


@pytest.fixture
def ended(province, town):
    with tenant_scope(province):
        return at_kind(town, "return")


def slip_of(province, dossier, town):
    """What a scanner types: the address in the QR of the slip in force."""
    with tenant_scope(province):
        slip = PrintedForm.objects.of(dossier).in_force().filter(form="01").last()
        return f"http://{province.host}/t/{print_form(slip.pk, actor=town.clerk).token}/"


def ask(client, typed, **more):
    return client.post(f"{KIOSK}tra-cuu/", {"code": typed, **more})


def show(client, typed, **more):
    answer = ask(client, typed, **more)
    assert (answer.status_code, answer["Location"]) == (302, f"{KIOSK}kq/"), answer.text
    return client.get(answer["Location"])


def all_pages(client, province, dossier, ended, town):
    yield from (client.get(f"{KIOSK}{part}") for part in ("", "tra-cuu/", "thu-tuc/", "danh-gia/"))
    yield client.get(f"{KIOSK}thu-tuc/?linh-vuc=Thử nghiệm")
    yield client.get(f"{KIOSK}thu-tuc/1.000001/")
    yield ask(client, "")
    yield ask(client, "http://elsewhere/t/unknown/")
    yield ask(client, dossier.code)
    yield ask(client, dossier.code, digits="0000")
    yield show(client, dossier.code, digits=DIGITS)
    yield show(client, slip_of(province, ended, town))
    yield client.get(f"{KIOSK}danh-gia/")
    yield client.get(f"{KIOSK}danh-gia/xong/")


def test_no_page_leads_out_and_none_is_kept(client, province, dossier, ended, town):
    for page in all_pages(client, province, dossier, ended, town):
        assert page["Cache-Control"] == "private, no-store"
        assert page["X-Robots-Tag"] == "noindex"
        assert page.text.count("<h1") == 1
        assert "1022" in page.text
        ours = ("#", KIOSK, "?", "/static/", "/ngon-ngu/")
        assert [each for each in LINKS.findall(page.text) if not each.startswith(ours)] == []
        assert "Refresh" not in page  # its own clock counts


def test_without_javascript_it_goes_back_by_itself(client, town):
    for part in ("", "tra-cuu/", "thu-tuc/", "danh-gia/", "danh-gia/xong/"):
        page = client.get(f"{KIOSK}{part}").text
        assert f'<noscript><meta http-equiv="refresh" content="60; url={KIOSK}het/">' in page


def test_how_long_it_waits_is_a_setting(client, province, town):
    with tenant_scope(province):
        RuleSet.objects.create(
            kind="kiosk", valid_from=timezone.localdate(), source="x",
            values=asdict(replace(KioskRules(), kiosk_idle_seconds=90)),
        )  # fmt: skip
    page = client.get(KIOSK).text
    assert 'data-idle="90" data-warning="20"' in page
    assert f'content="90; url={KIOSK}het/"' in page


def test_a_scanned_slip_shows_the_whole_page_and_leaves_nothing_in_an_address(
    client, province, town, dossier
):
    page = show(client, slip_of(province, dossier, town))
    assert page.context["dossier"].code == dossier.code
    assert page.context["dossier"].whole is not None
    assert "Tr*** V** T*" in page.text
    cookie = client.cookies["kiosk"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/kiosk/")
    assert cookie["max-age"] == ""


def test_the_look_up_number_is_typed_with_the_spaces_of_the_slip(client, dossier):
    number = dossier.lookup_number
    page = show(client, f"{number[:3]} {number[3:7]} {number[7:]}")
    assert page.context["dossier"].whole is not None


def test_a_dossier_code_needs_its_digits_and_shows_the_short_page(client, dossier):
    asked = ask(client, dossier.code)
    assert (asked.status_code, asked.context["asks_digits"]) == (200, True)
    assert not asked.context["form"].errors
    assert ask(client, dossier.code, digits="").status_code == 422
    assert ask(client, dossier.code, digits="0000").status_code == 422
    assert show(client, dossier.code, digits=DIGITS).context["dossier"].whole is None


def test_at_the_end_nothing_of_a_person_is_left(client, province, town, dossier):
    assert dossier.code in show(client, slip_of(province, dossier, town)).text
    ended = client.get(f"{KIOSK}het/")
    assert (ended.status_code, ended["Location"]) == (302, KIOSK)
    assert client.cookies["kiosk"].value == ""
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == ""
    back = client.get(f"{KIOSK}kq/")
    assert (back.status_code, back["Location"]) == (302, KIOSK)
    assert "Cần làm việc gì?" in client.get(KIOSK).text


@pytest.mark.parametrize("part", ["", "tra-cuu/"])
def test_whoever_begins_anew_does_not_see_the_last_one(client, dossier, part):
    show(client, dossier.lookup_number)
    client.get(f"{KIOSK}{part}")
    assert client.get(f"{KIOSK}kq/").status_code == 302


def test_a_form_of_the_last_person_is_not_sent_again(province, town, dossier):
    strict = HostClient(province)
    strict.handler.enforce_csrf_checks = True
    page = strict.get(f"{KIOSK}tra-cuu/").text
    form = {"code": dossier.lookup_number, "csrfmiddlewaretoken": token_of(page)}
    assert strict.post(f"{KIOSK}tra-cuu/", form).status_code == 302
    strict.get(f"{KIOSK}het/")
    refused = strict.post(f"{KIOSK}tra-cuu/", form)
    assert refused.status_code == 403
    assert dossier.lookup_number not in refused.text


def token_of(page):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]


def test_an_error_goes_back_to_the_start_of_the_kiosk_by_itself(province, town):
    strict = HostClient(province)
    strict.handler.enforce_csrf_checks = True
    for page in (strict.post(f"{KIOSK}tra-cuu/", {}), strict.get(f"{KIOSK}thu-tuc/9.999999/")):
        assert page.status_code in (403, 404)
        assert page["Refresh"] == f"20; url={KIOSK}"
        assert 'href="/"' not in page.text
    assert "Refresh" not in strict.get("/khong-co/")


def test_the_page_closes_after_a_quarter_of_an_hour(client, province, town, dossier, monkeypatch):
    for typed in (dossier.lookup_number, slip_of(province, dossier, town)):
        show(client, typed)
        with monkeypatch.context() as later:
            real = signing.time.time()
            later.setattr(signing.time, "time", lambda real=real: real + lookup.RESULT_SECONDS + 5)
            assert client.get(f"{KIOSK}kq/").status_code == 302


def test_the_key_of_one_province_opens_nothing_in_another(
    client, other_client, province, other_province, town, dossier
):
    with tenant_scope(other_province):
        Unit.objects.create(kind="counter", code="H32.05.03", name="Quầy", path="1/")
    for typed in (dossier.lookup_number, slip_of(province, dossier, town)):
        show(client, typed)
        other_client.cookies["kiosk"] = client.cookies["kiosk"].value
        assert other_client.get(f"{KIOSK}kq/").status_code == 302


# --- limits: a hall is one address ---------------------------------------------------------------
def with_check_digit(number):
    return f"{number:010d}{luhn_digit(f'{number:010d}')}"


def test_mistyped_numbers_of_a_busy_hall_cost_nothing(client, province, dossier):
    right = dossier.lookup_number
    for place in range(10):  # each digit wrong once; the check digit tells
        typo = f"{right[:place]}{(int(right[place]) + 1) % 10}{right[place + 1 :]}"
        for _ in range(4):
            assert ask(client, typo).status_code == 422
    for _ in range(30):
        assert ask(client, right).status_code == 302
    with tenant_scope(province):
        assert not GuessCount.objects.exists()


def test_guesses_share_the_limits_of_the_public_look_up_and_the_slip_still_opens(
    client, province, town, dossier
):
    found = [ask(client, with_check_digit(number)).status_code for number in range(21)]
    assert found == [422] * 20 + [429]
    answer = ask(client, dossier.lookup_number)
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600
    assert client.post(LOOKUP, {"code": dossier.lookup_number}).status_code == 429
    assert show(client, slip_of(province, dossier, town)).status_code == 200


def test_wrong_digits_share_the_five_tries_of_their_code(client, dossier):
    for _ in range(3):
        assert ask(client, dossier.code, digits="0000").status_code == 422
    for _ in range(2):
        client.post(LOOKUP, {"code": dossier.code, "digits": "0000"})
    assert ask(client, dossier.code, digits=DIGITS).status_code == 429


def test_wrong_slips_are_counted_where_a_phone_shows_them_too(client, province, town):
    found = [ask(client, f"http://x/t/no{number}/").status_code for number in range(10)]
    found += [
        client.post(f"{KIOSK}danh-gia/", {"code": f"no{number}"}).status_code
        for number in range(10)
    ]
    assert found == [404] * 20
    assert ask(client, "http://x/t/no/").status_code == 429
    assert client.get("/t/no/").status_code == 429


# --- rating --------------------------------------------------------------------------------------
def rate(client, **answers):
    return client.post(f"{KIOSK}danh-gia/", answers)


def test_who_scans_the_slip_rates_once_and_is_forgotten(client, province, town, ended):
    slip = slip_of(province, ended, town)
    assert f'href="{KIOSK}danh-gia/"' in show(client, slip).text
    scanned = client.post(f"{KIOSK}danh-gia/", {"code": slip})
    assert (scanned.status_code, scanned["Location"]) == (302, f"{KIOSK}danh-gia/")
    assert rate(client, time=2).status_code == 422
    done = rate(client, **ANSWERS)
    assert (done.status_code, done["Location"]) == (302, f"{KIOSK}danh-gia/xong/")
    assert client.cookies["kiosk"].value == ""
    with tenant_scope(province):
        sums = {row.question: (row.points, row.count) for row in RatingSum.objects.all()}
    assert sums == {question: (points, 1) for question, points in ANSWERS.items()}
    show(client, slip)
    assert not client.get(f"{KIOSK}danh-gia/").context["is_open"]
    assert rate(client, **ANSWERS).status_code == 409


def test_nobody_rates_with_a_number_or_a_code(client, province, ended):
    for typed, more in ((ended.lookup_number, {}), (ended.code, {"digits": DIGITS})):
        page = show(client, typed, **more)
        assert not page.context["may_rate"]
        assert "Hold the QR code" in rate(client, **ANSWERS).text
    with tenant_scope(province):
        assert not RatingSum.objects.exists()


# --- procedures of the counter -------------------------------------------------------------------
def test_a_counter_shows_the_procedures_of_its_own_agency(client, province, town):
    with tenant_scope(province):
        make_procedure(units=[town.agency, town.other_agency], name="Việc ở đây")
        make_procedure("1.000002", units=[town.other_agency], name="Việc nơi khác")
        ProcedureVersion.objects.filter(procedure__code="1.000002").update(field="Khác")
    fields = client.get(f"{KIOSK}thu-tuc/")
    assert fields.context["fields"] == ["Thử nghiệm"]
    listed = client.get(f"{KIOSK}thu-tuc/?linh-vuc=Thử nghiệm").text
    assert "Việc ở đây" in listed
    assert "Việc nơi khác" not in listed
    assert client.get(f"{KIOSK}thu-tuc/1.000001/").status_code == 200
    assert client.get(f"{KIOSK}thu-tuc/1.000002/").status_code == 404


def test_handed_in_now_counts_with_the_hours_of_the_counters_own_agency(
    client, province, town, monkeypatch
):
    with tenant_scope(province):
        make_procedure(limit="1", units=[town.agency, town.other_agency])
        short_week(town.agency)
    monkeypatch.setattr("portal.views.kiosk.timezone.now", lambda: FRIDAY.replace(hour=15))
    page = client.get(f"{KIOSK}thu-tuc/1.000001/")
    (appointment,) = page.context["hand_in"].appointments
    assert f"{appointment.due.at:%d/%m %H:%M}" == "10/03 08:00"
    assert not page.context["hand_in"].must_choose


def test_a_centre_receives_for_all_that_have_no_counter_of_their_own(scope, town):
    today = timezone.localdate()
    centre = make_unit("H32.00", "centre", town.agency.parent, name="Trung tâm")
    desk = make_unit("H32.00.01", "counter", centre, name="Quầy")
    at_centre = queries.served(queries.counter("H32.00.01", today), today)
    own = queries.served(queries.counter("H32.05.03", today), today)
    assert {town.other_agency.pk, town.commune.pk, desk.pk} <= at_centre
    assert own == {u.pk for u in (town.agency, town.division, town.second_division,
                                  town.counter_unit)}  # fmt: skip
    assert not own & at_centre
    assert queries.served(centre, today) == at_centre


def test_only_open_counters_have_a_kiosk(client, province, town):
    listed = client.get("/kiosk/").text
    assert f'href="{KIOSK}"' in listed
    assert client.get("/kiosk/H32.05/").status_code == 404
    with tenant_scope(province):
        Unit.objects.filter(pk=town.counter_unit.pk).update(valid_to=dt.date(2025, 1, 1))
    assert client.get(KIOSK).status_code == 404
    assert f'href="{KIOSK}"' not in client.get("/kiosk/").text


def test_more_procedures_cost_no_more_queries(client, province, town):
    def queries_of(path):
        client.get(path)
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        return len(found)

    paths = (f"{KIOSK}thu-tuc/", f"{KIOSK}thu-tuc/?linh-vuc=Thử nghiệm")
    with tenant_scope(province):
        make_procedure("1.000001", units=[town.agency])
    one = [queries_of(path) for path in paths]
    with tenant_scope(province):
        for number in range(2, 6):
            make_procedure(f"1.00000{number}", units=[town.agency])
    assert [queries_of(path) for path in paths] == one
    assert max(one) <= 9


def test_an_official_who_tries_the_kiosk_keeps_his_language(client, town):
    client.sign_in(town.officer)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert client.get(f"{KIOSK}het/").status_code == 302
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_what_an_official_has_open_elsewhere_can_still_be_sent(province, town, dossier):
    strict = HostClient(province)
    strict.sign_in(town.officer)
    strict.handler.enforce_csrf_checks = True
    token = token_of(strict.get("/ho-so/").text)
    assert strict.get(f"{KIOSK}het/").status_code == 302
    form = {"code": dossier.lookup_number, "csrfmiddlewaretoken": token}
    assert strict.post(f"{KIOSK}tra-cuu/", form).status_code == 302

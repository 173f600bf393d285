"""The council's ways through a year: by criterion, by what waits; a survey with its record."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.errors import DomainError
from ranking.models import Assessment, Figure, Part
from ranking.queries.across import differences, next_of, open_appeals, open_inquiries, rows_of
from ranking.services import appeals, appraisal, council, cycles, figures
from ranking.services.council import RemitFacts
from tenancy.scope import tenant_scope
from tests.files import corpus
from tests.people import make_person
from tests.ranking.test_appraisal import appraised, appraised_year, verdict
from tests.ranking.test_verifications import crowd
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
LOW = {"choice": "other", "given": {"a": "1", "b": "4"}, "reason": "Thiếu minh chứng"}


@pytest.fixture
def year(scope, town):
    return appraised_year(town)


def test_one_criterion_of_all_units_and_the_next_that_nobody_decided(year, town):
    node = year.node("1.9")
    rows = rows_of(year.cycle, node, town.leader)
    assert [row.assessment for row in rows if row.is_own] == [year.own]
    assert next(row.words for row in rows if row.assessment == year.own) == "có máy: 3; cán bộ: 4"
    after = next_of(year.own, node, year.appraiser)
    assert after is not None
    assert after != year.own.pk
    for form in Assessment.objects.exclude(pk=year.own.pk).order_by("pk"):
        facts = verdict(year, **LOW)
        appraisal.decide(form.pk, type(facts)(**{**vars(facts), "seen": (0, 0, 0)}),
                         actor=year.appraiser)  # fmt: skip
    assert next_of(year.own, node, year.appraiser) is None


def test_what_waits_is_listed_until_it_is_done(scope, town):
    year = appraised(make_year(town, appraisers=2), town)
    second = make_person("oversight", town.root)
    for person, part in ((second, Part.MEMBER), (year.chair, Part.CHAIR)):
        council.seat(
            year.cycle.pk, actor=year.runner, username=person.username, part=part,
            remits=[RemitFacts()],
        )  # fmt: skip
    appraisal.decide(year.own.pk, verdict(year), actor=year.appraiser)
    assert differences(year.cycle) == []  # the second one has not looked yet
    appraisal.decide(year.own.pk, verdict(year, **LOW), actor=second)
    found = differences(year.cycle)
    assert [len(each.verdicts) for each in found] == [2]
    appraisal.decide(year.own.pk, verdict(year), actor=year.chair)
    assert differences(year.cycle) == []
    node = year.node("1.10")
    asked = appraisal.ask(year.own.pk, actor=second, criterion_id=node.pk, text="Đường truyền?")
    assert open_inquiries(year.cycle) == [asked]
    appraisal.reply(asked.pk, actor=town.leader, text="Cáp quang")
    assert open_inquiries(year.cycle) == []
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    filed = appeals.file_appeal(
        year.own.pk, actor=town.leader, criterion_id=node.pk, text="Xin xét lại"
    )
    assert open_appeals(year.cycle) == [filed]


def test_a_survey_has_its_day(year):
    facts = {
        "actor": year.appraiser, "criterion_id": year.node("1.9").pk, "source": "survey",
        "given": {"a": "2", "b": "4"}, "note": "Đoàn khảo sát",
    }  # fmt: skip
    with pytest.raises(DomainError, match="day of the survey"):
        figures.enter(year.own.pk, **facts)
    made = figures.enter(year.own.pk, **facts, found_on=timezone.localdate())
    assert made.points == 10


def test_the_pages_ask_the_same_for_five_units_and_for_fifty(client, province, town):
    with tenant_scope(province):
        year = appraised_year(town)
        crowd(year, town, range(5))
    client.sign_in(year.appraiser)
    pages = (
        f"/xep-hang/ky/{year.cycle.pk}/theo-tieu-chi/1.9/",
        f"/xep-hang/ky/{year.cycle.pk}/kien-nghi/", f"/xep-hang/ky/{year.cycle.pk}/tien-do/",
    )  # fmt: skip

    def asked(address):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    for address in pages:
        asked(address)
    few = {address: asked(address) for address in pages}
    with tenant_scope(province):
        crowd(year, town, range(5, 50))
    assert {address: asked(address) for address in pages} == few


def test_deciding_by_criterion_goes_on_to_the_next_unit(client, province, town):
    with tenant_scope(province):
        year = appraised_year(town)
        crowd(year, town, range(1))
    client.sign_in(year.appraiser)
    node = year.node("1.9")
    path = f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/{node.pk}/?theo=tieu-chi"
    form = client.get(path).context["form"]
    data = {form.add_prefix(name): form[name].value() for name in ("revision", "newest", "beside")}
    done = client.post(path, data | {form.add_prefix("counts"): "own"})
    assert done.status_code == 302
    assert done.url.endswith(f"/{node.pk}/?theo=tieu-chi")
    assert f"/tham-dinh/{year.own.pk}/" not in done.url


def test_a_survey_is_entered_with_its_minutes_and_opened_again(client, province, town):
    with tenant_scope(province):
        year = appraised_year(town)
    client.sign_in(year.appraiser)
    node = year.node("1.9")
    path = f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/{node.pk}/"
    mark = f"f{node.pk}-"
    data = {
        f"{mark}a": "2", f"{mark}b": "4", f"{mark}source": "survey",
        f"{mark}explanation": "Đoàn khảo sát của Hội đồng",
        f"{mark}found_on": f"{timezone.localdate():%d/%m/%Y}",
        f"{mark}upload": SimpleUploadedFile("bien-ban.pdf", corpus.pdf()),
    }  # fmt: skip
    assert client.post(f"{path}so-lieu/", data).status_code == 302
    with tenant_scope(province):
        figure = Figure.objects.get(source="survey")
    assert figure.file_id
    file = f"/xep-hang/tu-danh-gia/{year.own.pk}/so-lieu/{figure.pk}/"
    assert client.get(file).status_code == 200
    opened = client.get(f"{file}tep/")
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    client.sign_in(town.outsider)
    assert client.get(f"{file}tep/").status_code == 404


def test_the_day_that_counts_is_entered_with_a_scan(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
    client.sign_in(year.runner)
    path = f"/xep-hang/ky/{year.cycle.pk}/ngay-nop/{year.own.pk}/"
    data = {
        "day": f"{timezone.localdate():%d/%m/%Y}", "proof": "Dấu bưu điện",
        "upload": SimpleUploadedFile("phong-bi.pdf", corpus.pdf()),
    }  # fmt: skip
    assert client.post(path, data).status_code == 302
    with tenant_scope(province):
        assert Assessment.objects.get(pk=year.own.pk).proof_file_id
    assert "ngay-nop" in client.get(path).text

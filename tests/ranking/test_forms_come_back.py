"""What a service refuses comes back in the form with all that was typed, and the sentence why."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from ranking.models import Appeal, Assessment, Cycle, Figure, Inquiry, Part, Seat, Verdict
from ranking.services import appeals, appraisal, council, cycles
from ranking.services.appraisal import VerdictFacts, seen_of
from ranking.services.council import RemitFacts
from tenancy.scope import tenant_scope
from tests.files.corpus import pdf
from tests.ranking.test_appraisal import appraised_year, verdict

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(province, town):
    with tenant_scope(province):
        return appraised_year(town)


def back(answer, *words):
    """The page again, with these words on it."""
    assert answer.status_code == 422
    for each in words:
        assert each in answer.text, each


def test_a_year_whose_dates_are_out_of_order_or_that_is_there_already(client, province, year, town):
    client.sign_in(year.runner)
    data = {
        "year": "2027", "name": "Đánh giá năm hai bảy", "framework": year.framework.pk,
        "owner": town.root.pk, "standing_unit": town.agency.pk, "appraisers": "1",
        "data_from": "01/01/2027", "data_to": "31/12/2027", "due": "15/11/2027",
    }  # fmt: skip
    typed = ("Đánh giá năm hai bảy", "15/11/2027")
    late = data | {"children_due": "30/11/2027"}
    back(client.post("/xep-hang/ky/moi/", late), "Sắp xếp lại các mốc", "30/11/2027", *typed)
    turned = data | {"data_from": "01/01/2028"}
    back(client.post("/xep-hang/ky/moi/", turned), "sửa lại thứ tự hai ngày", "01/01/2028", *typed)
    same = data | {"year": "2026"}
    back(client.post("/xep-hang/ky/moi/", same), "2026", *typed)
    path = f"/xep-hang/ky/{year.cycle.pk}/sua/"
    back(client.post(path, late), "Sắp xếp lại các mốc", *typed)
    with tenant_scope(province):
        assert [each.name for each in Cycle.objects.all()] == ["Đánh giá năm 2026"]


def test_units_of_which_one_has_written_answers_already(client, province, year, town):
    client.sign_in(year.runner)
    path = f"/xep-hang/ky/{year.cycle.pk}/don-vi/"
    wanted = {f"g{town.commune.pk}": "2"}  # without the agency, which has submitted
    answer = client.post(path, wanted)
    back(answer, town.agency.name)
    assert answer.context["form"][f"g{town.commune.pk}"].value() == "2"
    with tenant_scope(province):
        assert Assessment.objects.filter(cycle=year.cycle).count() == 3


def test_a_seat_for_a_name_that_nobody_has(client, province, year):
    client.sign_in(year.runner)
    data = {"person": "khong.co", "part": "member", "appraises": "on"}
    back(
        client.post(f"/xep-hang/ky/{year.cycle.pk}/hoi-dong/", data),
        'value="khong.co"',
        '<details class="more" open>',
    )
    with tenant_scope(province):
        assert Seat.objects.count() == 2


def test_a_day_to_come_with_its_proof(client, province, year):
    client.sign_in(year.runner)
    tomorrow = f"{timezone.localdate() + dt.timedelta(days=1):%d/%m/%Y}"
    data = {"day": tomorrow, "proof": "Dấu bưu điện Nha Trang", "upload": _file()}
    path = f"/xep-hang/ky/{year.cycle.pk}/ngay-nop/{year.own.pk}/"
    back(client.post(path, data), tomorrow, "Dấu bưu điện Nha Trang", "bien-ban.pdf")


def _file():
    return SimpleUploadedFile("bien-ban.pdf", pdf(), content_type="application/pdf")


def _address(year, tail="", code="1.9"):
    node = year.node(code).pk
    return f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/{node}/{tail}"


@pytest.mark.parametrize(
    ("day", "why"),
    [("", "ngày khảo sát"), ("32/01/2026", "32/01/2026"), ("31/12/2199", "khảo sát")],
)
def test_a_survey_without_a_day_that_can_be(client, province, year, day, why):
    client.sign_in(year.appraiser)
    mark = f"f{year.node('1.9').pk}-"
    data = {
        "source": "survey", "found_on": day, "explanation": "Đoàn khảo sát thấy hai máy",
        "a": "2", "b": "4", "upload": _file(),
    }  # fmt: skip
    sent = {f"{mark}{name}": value for name, value in data.items()}
    answer = client.post(_address(year, "so-lieu/"), sent)
    back(answer, why, "Đoàn khảo sát thấy hai máy", "bien-ban.pdf")
    [kept] = answer.context["figure_form"].fields["upload"].widget.staged
    today = f"{timezone.localdate():%d/%m/%Y}"
    again = {**sent, f"{mark}found_on": today, f"{mark}upload-kept": kept.token}
    del again[f"{mark}upload"]
    assert client.post(_address(year, "so-lieu/"), again).status_code == 302
    with tenant_scope(province):
        figure = Figure.objects.select_related("file").get(source="survey")
        assert (figure.file.name, figure.input) == ("bien-ban.pdf", {"a": "2", "b": "4"})


def test_an_empty_question_and_one_that_is_too_long(client, province, year):
    client.sign_in(year.appraiser)
    back(client.post(_address(year, "hoi/"), {"text": " "}), '<details class="more" open>')
    back(client.post(_address(year, "hoi/"), {"text": "dài " * 2000}), "dài dài")
    with tenant_scope(province):
        assert not Inquiry.objects.exists()


def test_a_verdict_that_rests_on_nothing(client, province, year):
    """There is no figure of the system, and a draft was not declared."""
    client.sign_in(year.appraiser)
    form = client.get(_address(year)).context["form"]
    words = {"counts": "system", "explanation": "Theo số liệu của Cổng"}
    seen = {name: form[name].value() for name in ("revision", "newest", "beside")}
    sent = {form.add_prefix(name): value for name, value in {**seen, **words}.items()}
    back(client.post(_address(year), sent), "Theo số liệu của Cổng")
    with tenant_scope(province):
        assert not Verdict.objects.exists()


def test_who_loses_under_the_lock_sees_what_was_decided_and_sends_again(
    client, province, year, monkeypatch
):
    """The page was checked before the winner committed; the service finds it under the lock."""
    real = appraisal.decide
    with tenant_scope(province):
        council.seat(
            year.cycle.pk, actor=year.runner, username=year.chair.username, part=Part.CHAIR,
            remits=[RemitFacts()],
        )  # fmt: skip

    def second(form, facts, *, actor):
        if not Verdict.objects.exists():
            theirs = VerdictFacts(
                facts.criterion_id, "other", facts.seen, {"a": "1", "b": "4"},
                reason="Chỉ thấy một máy",
            )  # fmt: skip
            real(form, theirs, actor=year.chair)
        return real(form, facts, actor=actor)

    monkeypatch.setattr(appraisal, "decide", second)
    client.sign_in(year.appraiser)
    form = client.get(_address(year)).context["form"]
    seen = {name: form[name].value() for name in ("revision", "newest", "beside")}
    typed = {"counts": "other", "a": "2", "b": "4", "explanation": "Biên bản ghi hai máy"}
    sent = {form.add_prefix(name): value for name, value in {**seen, **typed}.items()}
    lost = client.post(_address(year), sent)
    back(lost, "Chỉ thấy một máy", "Biên bản ghi hai máy", "Tiêu chí này vừa thay đổi")
    again = lost.context["form"]
    newest = {again.add_prefix(name): again[name].value() for name in seen}
    assert client.post(_address(year), {**sent, **newest}).status_code == 302
    with tenant_scope(province):
        assert [each.points for each in Verdict.objects.order_by("pk")] == [5, 10]


def test_an_answer_to_an_appeal_without_a_decision_or_before_one(client, province, year, town):
    with tenant_scope(province):
        released(year)
        found = appeals.file_appeal(
            year.own.pk, actor=town.leader, criterion_id=year.node("1.9").pk, text="Xem lại"
        )
        assert seen_of(year.own.pk, year.node("1.9").pk)[0]
    client.sign_in(year.appraiser)
    path = f"/xep-hang/ky/{year.cycle.pk}/tham-dinh/{year.own.pk}/kien-nghi/{found.pk}/"
    back(client.post(path, {"text": "Đã xem lại hồ sơ"}), "Đã xem lại hồ sơ")
    granted = {"text": "Đã xem lại hồ sơ", "is_granted": "yes"}
    # The page stands at another address: its verdict goes to that of the criterion
    back(client.post(path, granted), "Đã xem lại hồ sơ", f'action="{_address(year)}"')
    with tenant_scope(province):
        assert Appeal.objects.get().answered_at is None
    assert client.post(path, {**granted, "is_granted": "no"}).status_code == 302


def released(year, appeals_due=None):
    for code in ("1.9", "1.10", "2.1.1"):
        appraisal.decide(year.own.pk, verdict(year, code), actor=year.appraiser)
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    if appeals_due:
        Cycle.objects.filter(pk=year.cycle.pk).update(appeals_due=appeals_due)


def test_an_appeal_with_its_document_after_an_empty_one(client, province, year, town):
    with tenant_scope(province):
        released(year)
    client.sign_in(town.leader)
    result = f"/xep-hang/tu-danh-gia/{year.own.pk}/ket-qua/"
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/kien-nghi/{year.node('1.9').pk}/"
    assert path in client.get(result).text
    assert "15,00" in client.get(path).text
    refused = client.post(path, {"text": "", "upload": _file()})
    back(refused, "bien-ban.pdf")
    [kept] = refused.context["form"].fields["upload"].widget.staged
    sent = {"text": "Có ba máy theo biên bản", "upload-kept": kept.token}
    assert client.post(path, sent).status_code == 302
    again = client.post(path, {"text": "Xin xem lại lần nữa"})
    back(again, "Xin xem lại lần nữa")  # one waits for its answer
    page = client.get(result).text
    assert path not in page
    with tenant_scope(province):
        filed = Appeal.objects.select_related("file").get()
        assert (filed.text, filed.file.name) == ("Có ba máy theo biên bản", "bien-ban.pdf")
    document = f"/xep-hang/tu-danh-gia/{year.own.pk}/kien-nghi/{filed.pk}/tep/"
    assert document in page
    for who, status in ((town.leader, 200), (year.appraiser, 200), (town.outsider, 404)):
        client.sign_in(who)
        opened = client.get(document)
        assert opened.status_code == status
        if status == 200:
            assert b"".join(opened.streaming_content).startswith(b"%PDF")
    client.sign_in(year.appraiser)
    assert document in client.get(_address(year)).text


def test_after_the_last_day_nobody_is_led_to_an_appeal(client, province, year, town):
    with tenant_scope(province):
        released(year, timezone.localdate() - dt.timedelta(days=1))
    client.sign_in(town.leader)
    result = f"/xep-hang/tu-danh-gia/{year.own.pk}/ket-qua/"
    path = f"/xep-hang/tu-danh-gia/{year.own.pk}/kien-nghi/{year.node('1.9').pk}/"
    assert path not in client.get(result).text
    back(client.post(path, {"text": "Đề nghị xem lại"}), "Đề nghị xem lại")
    with tenant_scope(province):
        assert not Appeal.objects.exists()

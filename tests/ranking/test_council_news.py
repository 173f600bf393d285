"""Units hear what the council did, once each, and nobody hears of a unit that is not his."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.bus import handlers_of
from audit.models import OutboxEvent
from notifications.models import Notification
from ranking import council_news
from ranking.models import Criterion, Cycle
from ranking.services import appeals, appraisal, cycles, frameworks, submission, verifications
from ranking.services.cycles import CycleFacts
from tests.people import make_person
from tests.ranking.test_appraisal import appraised_year, verdict
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db


@pytest.fixture
def far(town):
    """The head of the other agency."""
    return make_person("leader", town.other_agency, full_name="Thủ Trưởng Sở Khác")


@pytest.fixture
def year(scope, town, far):
    return appraised_year(town)


def heard(person):
    """Deliver the news twice, as may happen; what the person was told in all."""
    for _again in range(2):
        for event in OutboxEvent.objects.filter(action__in=council_news.HEARD).order_by("pk"):
            council_news.HEARD[event.action](event)
    return list(Notification.objects.filter(user=person).order_by("pk"))


def changed(year, **changes):
    cycle = Cycle.objects.get(pk=year.cycle.pk)
    facts = {name: getattr(cycle, name) for name in CycleFacts.__dataclass_fields__}
    cycles.change(cycle.pk, CycleFacts(**{**facts, **changes}), actor=year.runner)


def test_every_fact_that_is_told_is_listened_to():
    for action, handler in council_news.HEARD.items():
        assert handler in handlers_of(action)


def test_a_date_that_moves_is_told_to_every_unit_with_the_old_one(year, town, far):
    before = year.cycle.due
    after = before + dt.timedelta(days=2)
    changed(year, due=after)
    for person in (town.leader, far):
        [notice] = heard(person)
        assert f"{before:%d/%m/%Y} → {after:%d/%m/%Y}" in notice.text
    assert heard(year.appraiser) == []


def test_another_name_of_the_year_is_no_news_nor_a_date_before_the_opening(scope, town):
    year = make_year(town, is_open=False)
    changed(year, due=year.cycle.due + dt.timedelta(days=2))
    assert heard(town.leader) == []
    cycles.move(year.cycle.pk, "open", actor=year.runner)
    OutboxEvent.objects.all().delete()
    changed(year, name="Đánh giá chuyển đổi số 2026")
    assert heard(town.leader) == []


def test_the_opening_is_told_to_every_unit_with_the_due_day(scope, town, far):
    year = make_year(town)
    for form, person in ((year.own, town.leader), (year.other, far)):
        [notice] = heard(person)
        assert f"{year.cycle.due:%d/%m/%Y}" in notice.text
        assert (notice.kind, notice.url) == ("todo", f"/xep-hang/tu-danh-gia/{form.pk}/")
    Notification.objects.all().delete()
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
    assert heard(far) == []  # it moved on before anybody heard


def test_a_criterion_that_is_withdrawn_is_told_with_its_reason_where_it_is_asked(year, town, far):
    Criterion.objects.filter(pk=year.node("1.10").pk).update(groups=["1"])
    warden = make_person("leader", town.commune, full_name="Chủ Tịch Phường")
    frameworks.withdraw(year.node("1.10").pk, actor=year.runner, reason="Không còn thu thập")
    for person in (town.leader, far):
        [notice] = heard(person)
        assert "1.10" in notice.text
        assert "Không còn thu thập" in notice.text
    assert heard(warden) == []


def test_departments_are_told_what_they_are_given_to_check_once_and_not_anew(year, town, far):
    node, due = year.node("1.9"), dt.date(2026, 12, 20)
    verifications.give(year.cycle.pk, {node.pk: town.other_agency.pk}, actor=year.runner, due=due)
    [notice] = heard(far)
    assert "20/12/2026" in notice.text
    assert notice.url == "/xep-hang/doi-chieu/"
    assert heard(town.leader) == []
    verifications.give(year.cycle.pk, {node.pk: town.other_agency.pk}, actor=year.runner, due=due)
    assert len(heard(far)) == 1
    later = due + dt.timedelta(days=1)
    verifications.give(year.cycle.pk, {node.pk: town.other_agency.pk}, actor=year.runner, due=later)
    assert len(heard(far)) == 2


def test_a_question_is_told_to_the_unit_alone_and_not_once_it_is_answered(year, town, far):
    node = year.node("1.9").pk
    asked = appraisal.ask(year.own.pk, actor=year.appraiser, criterion_id=node, text="Số máy?")
    [notice] = heard(town.leader)
    assert (notice.kind, "1.9" in notice.text) == ("todo", True)
    assert notice.url == f"/xep-hang/tu-danh-gia/{year.own.pk}/"
    assert heard(far) == []
    Notification.objects.all().delete()
    appraisal.reply(asked.pk, actor=town.leader, text="Ba máy")
    assert heard(town.leader) == []


def test_a_reopening_and_its_end_are_told_with_their_reasons(year, town, far):
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    [notice] = heard(town.leader)
    assert "Bổ sung số liệu" in notice.text
    submission.close(year.own.pk, actor=year.chair, reason="Quá hạn nộp lại")
    assert "Quá hạn nộp lại" in heard(town.leader)[-1].text
    assert len(heard(town.leader)) == 2
    assert heard(far) == []


def test_results_and_their_recall_are_told_to_every_unit(year, town, far):
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    for form, person in ((year.own, town.leader), (year.other, far)):
        [notice] = heard(person)
        assert f"{year.cycle.appeals_due:%d/%m/%Y}" in notice.text
        assert notice.url == f"/xep-hang/tu-danh-gia/{form.pk}/ket-qua/"
    cycles.move(year.cycle.pk, "appraisal", actor=year.runner, reason="Tính nhầm")
    assert "Tính nhầm" in heard(far)[-1].text
    assert len(heard(far)) == 2


def test_the_answer_to_an_appeal_is_told_to_who_appealed(year, town, far):
    for code in ("1.9", "1.10", "2.1.1"):
        appraisal.decide(year.own.pk, verdict(year, code), actor=year.appraiser)
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    filed = appeals.file_appeal(
        year.own.pk, actor=town.leader, criterion_id=year.node("1.9").pk, text="Xin xét lại"
    )
    OutboxEvent.objects.all().delete()
    appeals.answer_appeal(filed.pk, actor=year.appraiser, is_granted=False, text="Giữ nguyên")
    [notice] = heard(town.leader)
    assert ("1.9" in notice.text, notice.url.endswith("/ket-qua/")) == (True, True)
    assert heard(far) == []

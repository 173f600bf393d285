"""A form that is opened again holds up nobody but its unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from audit.models import AuditEntry
from common.errors import AlreadyDone, DomainError
from organizations.access import RefusedError
from ranking.models import Submission, Verdict
from ranking.services import answers, appraisal, cycles, submission
from ranking.services.answers import AnswerFacts
from ranking.services.council import OwnAgency
from ranking.services.cycles import CycleRefused
from tenancy.scope import tenant_scope
from tests.people import give_role
from tests.ranking.test_appraisal import appraised_year, verdict
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
WHY = "Đơn vị không nộp lại sau hai lần nhắc"


def reopened(town):
    year = appraised_year(town)
    for code in ("1.9", "1.10"):
        appraisal.decide(year.own.pk, verdict(year, code), actor=year.appraiser)
    submission.reopen(year.own.pk, actor=year.chair, reason="Bổ sung số liệu")
    return year


def test_a_unit_that_stays_silent_does_not_stop_the_year(scope, town):
    year = reopened(town)
    with pytest.raises(CycleRefused, match="submitted or closed"):
        cycles.move(year.cycle.pk, "provisional", actor=year.runner)
    before = year.own.__class__.objects.get(pk=year.own.pk)
    closed = submission.close(year.own.pk, actor=year.chair, reason=WHY)
    assert closed.is_submitted
    assert (closed.submitted_at, closed.counted_on) == (before.submitted_at, before.counted_on)
    assert Verdict.objects.filter(is_final=True, superseded_at=None).count() == 2
    cycles.move(year.cycle.pk, "provisional", actor=year.runner)


def test_what_was_written_meanwhile_is_judged_anew_and_the_log_names_it(scope, town):
    year = reopened(town)
    node = year.node("1.9").pk
    answers.save(year.own.pk, AnswerFacts(node, 1, {"a": "4", "b": "4"}), actor=town.leader)
    closed = submission.close(year.own.pk, actor=year.chair, reason=WHY)
    assert closed.own_total == Decimal(100)
    final = Verdict.objects.filter(is_final=True, superseded_at=None)
    assert [each.criterion.code for each in final] == ["1.10"]
    entry = AuditEntry.objects.get(action="ranking.form_closed")
    assert (entry.data["reason"], entry.data["unsigned"]) == (WHY, ["1.9"])
    with pytest.raises(DomainError):
        answers.save(year.own.pk, AnswerFacts(node, 2, {"a": "1", "b": "4"}), actor=town.leader)


def test_only_who_presides_closes_it_and_not_for_his_own_agency(scope, town):
    year = reopened(town)
    for person in (year.runner, year.appraiser, town.leader):
        with pytest.raises(RefusedError):
            submission.close(year.own.pk, actor=person, reason=WHY)
    with pytest.raises(DomainError, match="Say why"):
        submission.close(year.own.pk, actor=year.chair, reason=" ")
    with pytest.raises(AlreadyDone):
        submission.close(year.other.pk, actor=year.chair, reason=WHY)  # never submitted
    give_role(year.chair, "official", town.agency)
    with pytest.raises(OwnAgency):
        submission.close(year.own.pk, actor=year.chair, reason=WHY)


def test_the_page_closes_it_and_shows_nothing_to_who_may_not(client, province, town):
    with tenant_scope(province):
        year = reopened(town)
    page = f"/xep-hang/ky/{year.cycle.pk}/ngay-nop/{year.own.pk}/"
    act = f"/xep-hang/ky/{year.cycle.pk}/dong-lai/{year.own.pk}/"
    client.sign_in(year.appraiser)
    words = client.get(page).content.decode()
    assert 'name="reason"' not in words
    assert 'name="day"' not in words
    assert client.post(act, {"reason": WHY}).status_code == 403
    client.sign_in(year.chair)
    assert act in client.get(page).content.decode()
    assert client.post(act, {"reason": WHY}).status_code == 302
    assert act not in client.get(page).content.decode()


def test_what_was_signed_stays_when_the_form_is_opened_and_submitted_again(client, province, town):
    with tenant_scope(province):
        year = make_year(town)
        node = year.node("1.9").pk
        answers.save(year.own.pk, AnswerFacts(node, 0, {"a": "3", "b": "4"}), actor=town.leader)
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        cycles.move(year.cycle.pk, "appraisal", actor=year.runner)
        submission.reopen(year.own.pk, actor=year.chair, reason="Số liệu 1.9 chưa khớp")
        answers.save(year.own.pk, AnswerFacts(node, 1, {"a": "1", "b": "4"}), actor=town.leader)
        submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
        newer, older = year.own.submissions.all()
        said = [
            {word["words"] for line in each.paper["lines"] for word in line["told"]}
            for each in (older, newer)
        ]
    assert said == [{"3", "4"}, {"1", "4"}]
    assert (older.digest != newer.digest, older.paper["is_draft"]) == (True, False)
    client.sign_in(town.leader)
    page = client.get(f"/xep-hang/tu-danh-gia/{year.own.pk}/").text
    for each in (older, newer):
        address = f"/xep-hang/tu-danh-gia/{year.own.pk}/lan-nop/{each.pk}.pdf"
        assert address in page
        assert client.get(address).headers["Content-Type"] == "application/pdf"


def test_a_submission_of_which_no_paper_was_kept_is_kept_before_the_form_is_opened(scope, town):
    """Forms that were submitted before papers were kept."""
    year = make_year(town)
    node = year.node("1.9").pk
    answers.save(year.own.pk, AnswerFacts(node, 0, {"a": "3", "b": "4"}), actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    signed = year.own.submissions.get()
    Submission.objects.all().delete()
    submission.reopen(year.own.pk, actor=year.chair, reason="Số liệu 1.9 chưa khớp")
    kept = year.own.submissions.get()
    assert (kept.submitted_at, kept.submitted_by) == (signed.submitted_at, town.leader)
    assert (kept.digest, kept.total) == (signed.digest, signed.total)
    moment = "printed_at"
    assert kept.paper | {moment: ""} == signed.paper | {moment: ""}
    answers.save(year.own.pk, AnswerFacts(node, 1, {"a": "1", "b": "4"}), actor=town.leader)
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    submission.reopen(year.own.pk, actor=year.chair, reason="Thêm lần nữa")
    assert year.own.submissions.count() == 2  # what is kept is not kept once more


def test_what_nobody_signed_is_not_kept_as_signed(scope, town):
    """Opened, changed and closed by the council before papers were kept."""
    year = reopened(town)
    Submission.objects.all().delete()
    node = year.node("1.9").pk
    answers.save(year.own.pk, AnswerFacts(node, 1, {"a": "4", "b": "4"}), actor=town.leader)
    submission.close(year.own.pk, actor=year.chair, reason=WHY)
    submission.reopen(year.own.pk, actor=year.chair, reason="Thêm lần nữa")
    assert not year.own.submissions.exists()

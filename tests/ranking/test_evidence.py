"""A document is cited once and serves several criteria."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from common.errors import DomainError
from files.models import StoredFile
from files.services import store
from organizations.access import RefusedError
from ranking.models import Evidence
from ranking.queries.evidence import opens, usable
from ranking.rules.evidence import doubts_of
from ranking.services import answers, evidence, submission
from ranking.services.evidence import DocumentFacts
from tests.files import corpus
from tests.people import make_person
from tests.ranking.years import make_year

pytestmark = pytest.mark.django_db
BYTES = corpus.pdf() + b"\n%"  # each call makes other ones
FACTS = DocumentFacts("12/BC-SNN", dt.date(2026, 1, 5), "Sở Nông nghiệp", "Báo cáo máy tính")


@pytest.fixture
def year(scope, town):
    return make_year(town)


def test_one_document_serves_several_criteria_and_is_kept_once(year, town):
    nodes = [year.node("1.9").pk, year.node("1.10").pk]
    for pk in nodes:
        evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[pk])
    found = Evidence.objects.get()
    assert found.uses.count() == 2
    for pk in nodes:
        evidence.take_away(year.own.pk, actor=town.leader, evidence_id=found.pk, criterion_id=pk)
    assert not Evidence.objects.exists()


def test_evidence_of_another_unit_or_of_a_day_to_come_is_refused(year, town):
    node = year.node("1.9").pk
    with pytest.raises(RefusedError):
        evidence.cite(year.own.pk, FACTS, actor=town.outsider, criterion_ids=[node])
    made = evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[node])
    with pytest.raises(RefusedError):
        evidence.take_away(year.other.pk, actor=town.leader, evidence_id=made.pk, criterion_id=node)
    late = DocumentFacts("1", timezone.localdate() + dt.timedelta(days=1), "Sở", "Báo cáo")
    with pytest.raises(DomainError, match="day to come"):
        evidence.cite(year.own.pk, late, actor=town.leader, criterion_ids=[node])


def test_a_submitted_form_takes_no_more_evidence(year, town):
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    with pytest.raises(DomainError, match="submitted"):
        evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[year.node("1.9").pk])


def upload(actor, name="bao-cao.pdf", text="1"):
    return store(SimpleUploadedFile(name, BYTES + text.encode()), actor=actor).pk


def test_a_file_serves_several_criteria_and_the_same_bytes_are_kept_once(year, town):
    nodes = [year.node("1.9").pk, year.node("1.10").pk]
    first = evidence.add_files(
        year.own.pk, [upload(town.leader)], actor=town.leader, criterion_ids=nodes[:1]
    )
    again = evidence.add_files(
        year.own.pk, [upload(town.leader)], actor=town.leader, criterion_ids=nodes
    )
    assert first == again
    assert again[0].known_as == ""
    named_anew = evidence.add_files(
        year.own.pk, [upload(town.leader, "ban-sao.pdf")], actor=town.leader, criterion_ids=nodes
    )
    assert named_anew[0].evidence == first[0].evidence
    assert named_anew[0].known_as == "bao-cao.pdf"
    assert Evidence.objects.get().uses.count() == 2


def test_a_cited_document_gets_its_file_later_and_another_in_its_place(year, town):
    node = year.node("1.9").pk
    made = evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[node])
    for name in ("mot.pdf", "hai.pdf"):
        evidence.put_file(
            year.own.pk, made.pk, actor=town.leader, file_id=upload(town.leader, name, name)
        )
    made.refresh_from_db()
    assert (made.file.name, made.abstract) == ("hai.pdf", FACTS.abstract)
    assert StoredFile.objects.get(name="mot.pdf").claimed_at is None  # swept a day later
    twice = DocumentFacts(" 12/bc-snn ", FACTS.issued_on, "sở  nông nghiệp", "Khác")
    same = evidence.cite(year.own.pk, twice, actor=town.leader, criterion_ids=[node])
    assert (same.pk, same.file_id) == (made.pk, made.file_id)


def test_a_file_that_the_council_may_have_seen_stays_when_it_is_taken_away(year, town):
    node = year.node("1.9").pk
    made = evidence.add_files(
        year.own.pk, [upload(town.leader)], actor=town.leader, criterion_ids=[node]
    )[0].evidence
    submission.submit(year.own.pk, actor=town.leader, with_gaps=True)
    submission.reopen(year.own.pk, actor=year.chair, reason="Thiếu số liệu")
    evidence.take_away(year.own.pk, actor=town.leader, evidence_id=made.pk, criterion_id=node)
    kept = Evidence.objects.get()
    assert (kept.file_id, kept.uses.count()) == (made.file_id, 0)
    assert StoredFile.objects.get(pk=made.file_id).claimed_at is not None


def test_evidence_of_another_unit_is_used_and_filed_by_nobody(year, town):
    node = year.node("1.9").pk
    made = evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[node])
    head = make_person("leader", town.other_agency)
    with pytest.raises(evidence.EvidenceGone):
        evidence.use_again(year.other.pk, [made.pk], actor=head, criterion_id=node)
    with pytest.raises(evidence.EvidenceGone):
        evidence.put_file(year.other.pk, made.pk, actor=head, file_id=upload(head))
    with pytest.raises(RefusedError):
        evidence.use_again(year.own.pk, [made.pk], actor=head, criterion_id=node)


def test_a_colleague_adds_evidence_to_what_he_was_given_and_to_nothing_else(year, town):
    mine, other = year.node("1.9").pk, year.node("1.10").pk
    with pytest.raises(RefusedError):
        evidence.cite(year.own.pk, FACTS, actor=town.officer, criterion_ids=[mine])
    answers.give_to(year.own.pk, mine, actor=town.leader, colleague_id=town.officer.pk)
    made = evidence.cite(year.own.pk, FACTS, actor=town.officer, criterion_ids=[mine])
    with pytest.raises(RefusedError):
        evidence.cite(year.own.pk, FACTS, actor=town.officer, criterion_ids=[mine, other])
    evidence.use_again(year.own.pk, [made.pk], actor=town.leader, criterion_id=other)
    with pytest.raises(RefusedError):  # it proves what is not his, too
        evidence.put_file(year.own.pk, made.pk, actor=town.officer, file_id=upload(town.officer))
    evidence.take_away(year.own.pk, actor=town.officer, evidence_id=made.pk, criterion_id=mine)
    assert list(made.uses.values_list("criterion", flat=True)) == [other]


@pytest.mark.parametrize(
    ("number", "day", "doubts"),
    [
        ("12/BC-SNN", (2026, 6, 30), []),
        ("12/BC-SNN", (2027, 3, 14), ["after_the_year"]),
        ("12/BC-SNN", (2026, 12, 20), ["after_the_window"]),
        ("12/BC-SNN", (2025, 12, 31), ["before_the_window"]),
        ("31/12/2026", (2026, 6, 30), ["number_is_a_day"]),
        ("5-1-26", (2026, 6, 30), ["number_is_a_day"]),
        ("2026-01-05", (2026, 6, 30), ["number_is_a_day"]),
        ("12/2026", (2026, 6, 30), []),
    ],
)
def test_odd_documents_are_doubted_and_not_refused(number, day, doubts):
    window = (dt.date(2026, 1, 1), dt.date(2026, 12, 15))
    assert doubts_of(number, dt.date(*day), 2026, window) == doubts


def test_a_colleague_gets_no_evidence_of_criteria_that_are_not_his(year, town):
    mine, other = year.node("1.9"), year.node("1.10")
    made = evidence.cite(
        year.own.pk, FACTS, actor=town.leader, criterion_ids=[other.pk],
        file_id=upload(town.leader),
    )  # fmt: skip
    answers.give_to(year.own.pk, mine.pk, actor=town.leader, colleague_id=town.officer.pk)
    assert usable(town.leader, year.own, mine) == [made]
    assert usable(town.officer, year.own, mine) == []
    with pytest.raises(evidence.EvidenceGone):
        evidence.use_again(year.own.pk, [made.pk], actor=town.officer, criterion_id=mine.pk)
    cited = evidence.cite(year.own.pk, FACTS, actor=town.officer, criterion_ids=[mine.pk])
    assert (cited.pk != made.pk, cited.file) == (True, None)  # his own, without their file
    assert not opens(town.officer, year.own, made)
    answers.give_to(year.own.pk, other.pk, actor=town.leader, colleague_id=town.officer.pk)
    assert usable(town.officer, year.own, mine) == [made]


def test_a_document_that_is_cited_again_keeps_its_file(year, town):
    mine, other = year.node("1.9").pk, year.node("1.10").pk
    made = evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[mine, other])
    answers.give_to(year.own.pk, mine, actor=town.leader, colleague_id=town.officer.pk)
    with pytest.raises(RefusedError):  # its file would prove what is not his, too
        evidence.cite(
            year.own.pk, FACTS, actor=town.officer, criterion_ids=[mine],
            file_id=upload(town.officer),
        )  # fmt: skip
    first = upload(town.leader)
    evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[mine], file_id=first)
    for actor in (town.leader, town.officer):
        with pytest.raises(DomainError, match="has a file already"):
            evidence.cite(
                year.own.pk, FACTS, actor=actor, criterion_ids=[mine],
                file_id=upload(actor, text="another"),
            )  # fmt: skip
    made.refresh_from_db()
    assert made.file_id == first
    again = upload(town.leader)  # the same bytes: nothing is replaced
    evidence.cite(year.own.pk, FACTS, actor=town.leader, criterion_ids=[other], file_id=again)
    made.refresh_from_db()
    assert made.file_id == first

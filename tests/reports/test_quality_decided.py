"""What a decision of a classification is measured by, and what proves that nobody changed it."""

import copy
import datetime as dt

import pytest
from django.urls import reverse

from common.errors import DomainError
from reports.models import QualityRound, QualitySheet, Tier
from reports.queries.quality_quota import group_over_quota
from reports.services import quality
from reports.services.quality_ground import require_intact
from tenancy.scope import tenant_scope
from tests.people import make_person, make_town
from tests.reports.classed import half_year, opened, sheets
from tests.reports.evaluated import on


def stand():
    found = half_year(make_town())
    opened(found.town)
    return found.town


@pytest.fixture
def town(standing):
    return standing


def test_the_quota_is_of_those_whose_tasks_are_alike(province, town):
    def group(tier, grades):
        return [QualitySheet(tier=tier, grade=grade) for grade in grades]

    well, best = ["good"], ["excellent"]
    with tenant_scope(province):
        mine = sheets()[town.leader.pk]
        staff, leaders = sheets()[town.officer.pk].round, mine.round
        told = [*group("official", well * 9), *group("head", [*best, *well * 4])]
        assert group_over_quota(staff, told) == Tier.HEAD  # four good heads, not thirteen people
        assert group_over_quota(staff, [*told, *group("head", well)]) is None
        assert group_over_quota(leaders, group("leader", best)) == Tier.LEADER
        other = copied(leaders, unit=town.other_agency)
        for _number in range(5):
            copied(
                mine, round=other, person=make_person("leader", town.other_agency), state="classed",
                grade="good", grade_reason="Tốt", it_level="meets", judged_by=town.overseer,
                judged_at=on(3, month=7),
            )  # fmt: skip
        assert group_over_quota(leaders, group("leader", best)) is None
        assert group_over_quota(leaders, group("leader", best * 2)) == Tier.LEADER
        town.other_agency.kind = "commune"  # its leaders have other tasks
        town.other_agency.save(update_fields=["kind"])
        assert group_over_quota(leaders, group("leader", best)) == Tier.LEADER


def copied(row, **changes):
    row = copy.copy(row)
    row.pk, row._state.adding = None, True
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


HEAD_PARTS = {"unit": 100, "organising": 100, "uniting": 100}
OTHER = {  # what a paper shows, and something else
    QualityRound: {
        "place": "Phòng khác", "secretary": "Người khác", "present": 8, "decision_number": "2/QĐ",
        "quota_reason": "Khác", "capacity": "PHÓ", "on_behalf_of": "Khác", "opinions": "Khác",
        "met_on": dt.date(2026, 7, 2), "basis_words": "Khác", "chair": "Khác",
    },
    QualitySheet: {
        "name": "Tên khác", "title": "Khác", "reasons": [], "grade": "excellent",
        "comment": "Khác", "judged_for": "Khác", "self_grade": "good", "counts": {},
    },
}  # fmt: skip


def decided(town):
    """The round of the staff, classed by the leader and decided by him."""
    found = sheets()[town.officer.pk].round
    QualityRound.objects.filter(pk=found.pk).update(comment_until=dt.date(2026, 7, 1))
    for sheet in found.sheets.select_related("person"):
        quality.comment(sheet.pk, actor=sheet.person, words="Xong")
        by_head = sheet.tier == "official" and sheet.unit_id == town.division.pk
        quality.judge(
            sheet.pk, actor=town.head if by_head else town.leader, grade="fulfilled", reason="Tốt",
            comment="Tốt", it_level="meets", general_points=25, head_parts=HEAD_PARTS,
        )  # fmt: skip
    meeting = quality.Meeting(dt.date(2026, 7, 3), "Hội trường", "Giám đốc", "Văn thư", 7)
    return quality.decide(found.pk, actor=town.leader, meeting=meeting)


def test_nothing_that_a_paper_shows_changes_after_the_decision_unseen(client, province, town):
    with tenant_scope(province):
        pk = decided(town).pk
        of = {QualityRound: {"pk": pk}, QualitySheet: {"round": pk, "person": town.officer.pk}}
        require_intact(QualityRound.objects.get(pk=pk))
        for model, changes in OTHER.items():
            row = model.objects.filter(**of[model])
            for name, value in changes.items():
                before = row.values_list(name, flat=True).get()
                row.update(**{name: value})
                with pytest.raises(DomainError, match="SHA-256"):
                    require_intact(QualityRound.objects.get(pk=pk))
                row.update(**{name: before})
        require_intact(QualityRound.objects.get(pk=pk))
        sheet = QualitySheet.objects.get(**of[QualitySheet])
    client.sign_in(town.leader)
    papers = [
        *(reverse(f"reports:{name}", args=[pk]) for name in (
            "quality_export", "quality_list_print", "quality_minutes", "quality_decision")),
        *(reverse(f"reports:{name}", args=[pk, sheet.pk]) for name in (
            "quality_sheet_print", "quality_notice")),
    ]  # fmt: skip
    assert client.get(papers[0]).status_code == 200
    with tenant_scope(province):
        QualitySheet.objects.filter(pk=sheet.pk).update(grade="excellent")
    assert [client.get(path).status_code for path in papers] == [409] * 6
    with tenant_scope(province), pytest.raises(DomainError, match="SHA-256"):
        quality.correct(pk, actor=town.leader, reason="Sót")

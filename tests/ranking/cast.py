"""Who takes part in the ranking, and the years in which each of its acts has its object."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from files.services import store
from organizations.models import User
from ranking.models import Appeal, Assessment, Cycle, FrameworkComment, Inquiry, Part, Publication
from ranking.rules.framework import Framework as Content
from ranking.rules.plain import read
from ranking.services import (
    answers,
    appeals,
    appraisal,
    council,
    cycles,
    frameworks,
    publication,
    submission,
)
from ranking.services.appraisal import VerdictFacts, seen_of
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts
from tests.files import corpus
from tests.people import Town, make_person
from tests.ranking.years import FORM, Year, make_year

FOUND = {"1.9": {"a": "3", "b": "4"}, "1.10": {"choice": "co"}, "2.1.1": {"a": "1", "b": "2"}}


@dataclass(frozen=True)
class Cast:
    """Beside the leader of the agency, who signs its form."""

    manager: User  # of the standing body: runs the years
    chair: User  # of the council; appraises nothing himself
    appraiser: User  # appraises everything
    support: User  # of the support team: area 1 alone; works in the other agency
    filler: User  # fills in the form of the agency, and does not sign it
    colleague: User  # of the agency: was given one criterion of its form
    far_filler: User  # fills in the form of the other agency


SEATED = tuple(Cast.__annotations__)


@dataclass(frozen=True)
class Years:
    """2026 is open; 2025 is provisional; 2024 is published, and a correction waits."""

    open: Year
    cast: Cast
    provisional: dict[str, Assessment]  # own, other
    inquiry: Inquiry
    appeal: Appeal
    prepared: Publication
    comment: FrameworkComment  # on a draft


def make_years(town: Town) -> Years:
    year = make_year(town)
    cast = _cast(town, year)
    area = year.framework.criteria.get(code="1").pk
    council.seat(
        year.cycle.pk, actor=cast.manager, username=cast.support.username, part=Part.SUPPORT,
        remits=[RemitFacts(area)],
    )  # fmt: skip
    answers.give_to(
        year.own.pk, year.node("1.9").pk, actor=town.leader, colleague_id=cast.colleague.pk
    )
    forms, inquiry, appeal = _provisional(town, year, cast, area)
    return Years(
        year, cast, forms, inquiry, appeal, _corrected(town, year, cast), _commented(town, cast)
    )


def _cast(town: Town, year: Year) -> Cast:
    return Cast(
        manager=year.runner, chair=year.chair, appraiser=year.appraiser,
        support=make_person("official", town.other_agency, full_name="Tổ Giúp Việc"),
        filler=make_person("ranking_officer", town.agency, full_name="Cán Bộ Phiếu"),
        colleague=make_person("official", town.second_division, full_name="Đồng Nghiệp"),
        far_filler=make_person("ranking_officer", town.other_agency, full_name="Cán Bộ Sở Khác"),
    )  # fmt: skip


def _begun(
    town: Town, year: Year, cast: Cast, number: int, **changes: Any
) -> tuple[Cycle, dict[int, Assessment]]:
    """A year under the same framework in which the appraisal is open; its forms by unit."""
    today = timezone.localdate()
    facts = {
        "year": number, "name": f"Đánh giá năm {number}", "owner_id": town.root.pk,
        "standing_unit_id": town.other_agency.pk, "framework_id": year.framework.pk,
        "data_from": dt.date(number, 1, 1), "data_to": dt.date(number, 12, 31), "due": today,
        **changes,
    }  # fmt: skip
    cycle = cycles.prepare(CycleFacts(**facts), actor=cast.manager)
    units = [EnrolFacts(town.agency.pk, "1"), EnrolFacts(town.other_agency.pk, "1")]
    cycles.enrol(cycle.pk, units, actor=cast.manager)
    for person, part in ((cast.chair, Part.CHAIR), (cast.appraiser, Part.MEMBER)):
        council.seat(
            cycle.pk, actor=cast.manager, username=person.username, part=part,
            remits=[RemitFacts()] if part == Part.MEMBER else [],
        )  # fmt: skip
    cycles.move(cycle.pk, "open", actor=cast.manager)
    forms = {form.unit_id: form for form in cycle.assessments.all()}
    submission.submit(forms[town.agency.pk].pk, actor=town.leader, with_gaps=True)
    cycles.move(cycle.pk, "appraisal", actor=cast.manager)
    return cycle, forms


def _decide(year: Year, form: Assessment, cast: Cast) -> None:
    for code, given in FOUND.items():
        node = year.node(code).pk
        facts = VerdictFacts(
            node, "other", seen_of(form.pk, node), given, reason="Hội đồng tự thẩm định"
        )
        appraisal.decide(form.pk, facts, actor=cast.appraiser)


def _provisional(
    town: Town, year: Year, cast: Cast, area: int
) -> tuple[dict[str, Assessment], Inquiry, Appeal]:
    """2025: the agency was asked, its results are out, its head appealed."""
    last = timezone.localdate() + dt.timedelta(days=30)
    cycle, forms = _begun(town, year, cast, 2025, appeals_due=last)
    council.seat(
        cycle.pk, actor=cast.manager, username=cast.support.username, part=Part.SUPPORT,
        remits=[RemitFacts(area)],
    )  # fmt: skip
    own, node = forms[town.agency.pk], year.node("1.9").pk
    asked = appraisal.ask(own.pk, actor=cast.appraiser, criterion_id=node, text="Số máy lấy ở đâu?")
    _decide(year, own, cast)
    cycles.move(cycle.pk, "provisional", actor=cast.manager)
    stored = store(SimpleUploadedFile("kien-nghi.pdf", corpus.pdf()), actor=town.leader)
    filed = appeals.file_appeal(
        own.pk, actor=town.leader, criterion_id=node, text="Đề nghị xem lại", file_id=stored.pk
    )
    return {"own": own, "other": forms[town.other_agency.pk]}, asked, filed


def _corrected(town: Town, year: Year, cast: Cast) -> Publication:
    """2024: version 1 is public, version 2 waits for the chair."""
    cycle, forms = _begun(town, year, cast, 2024)
    for form in forms.values():
        _decide(year, form, cast)
    for step in ("provisional", "decided"):
        cycles.move(cycle.pk, step, actor=cast.manager)
    first = publication.prepare(cycle.pk, actor=cast.manager)
    publication.approve(
        first.pk, actor=cast.chair, decision_number="01/QĐ", decided_on=timezone.localdate()
    )
    cycles.correct(cycle.pk, actor=cast.manager, reason="Cộng nhầm")
    return publication.prepare(cycle.pk, actor=cast.manager, reason="Cộng nhầm")


def _commented(town: Town, cast: Cast) -> FrameworkComment:
    """A draft on which the agency commented."""
    draft = frameworks.bring_in(read(Content, {**FORM, "code": "du-thao"}), actor=cast.manager)
    frameworks.ask_for_comments(
        draft.pk, actor=cast.manager, until=timezone.localdate() + dt.timedelta(days=9)
    )
    return frameworks.comment(
        draft.pk, actor=town.leader, unit_id=town.agency.pk, text="Nên giảm điểm mục 1.9"
    )

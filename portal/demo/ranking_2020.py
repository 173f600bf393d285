"""The year 2020 of Khánh Hòa under QĐ 1278/QĐ-CTUBND: 38 bodies of three groups, as they were.

Most of them are closed by now and stay in the tree with their last day. The criteria are the
illustration that stands in for the form of 1278; names of persons and points are invented.
"""

from __future__ import annotations

import datetime as dt
import random

from django.utils import timezone

from organizations import access
from organizations.models import Unit, User
from portal.demo import ranking_below
from portal.demo.cast import former_official, invented_name
from portal.demo.places import TOWN, bodies_on
from portal.demo.ranking_sheets import Sheets, leaders, note_submitted
from ranking.models import Assessment, Choice, Criterion, Cycle, CycleState, Framework, Part
from ranking.services import appeals, appraisal, council, cycles, publication, submission
from ranking.services.appraisal import VerdictFacts
from ranking.services.council import RemitFacts
from ranking.services.cycles import CycleFacts, EnrolFacts

DUE = dt.date(2020, 11, 15)  # Điều 6 khoản 1
GROUPS = {"Sở, ban, ngành": "1", "UBND cấp huyện": "2", "Đơn vị sự nghiệp": "3"}  # Điều 2
COUNCIL = {  # Điều 7 khoản 1
    "Sở Thông tin và Truyền thông": Part.CHAIR, "Văn phòng Ủy ban nhân dân tỉnh": Part.VICE,
    "Sở Nội vụ": Part.MEMBER, "Sở Giáo dục và Đào tạo": Part.MEMBER,
    "Sở Kế hoạch và Đầu tư": Part.MEMBER, "Sở Tài chính": Part.MEMBER,
}  # fmt: skip
UNRANKED = "Trường Sa"  # published tables rank eight of the nine districts
SENT = {  # forms that did not come in time, and one whose day was first noted wrongly
    "Sở Du lịch": (dt.date(2020, 11, 18), "Dấu bưu điện ngày 18/11/2020"),
    "Ban Dân tộc": (dt.date(2020, 11, 24), "Ngày gửi đến trên phần mềm Quản lý văn bản"),
    "Ủy ban nhân dân huyện Diên Khánh": (dt.date(2020, 11, 16), "Thư điện tử công vụ"),
}
CORRECTED = "Ủy ban nhân dân huyện Diên Khánh"
WHY = "Ghi nhầm ngày gửi phiếu của UBND huyện Diên Khánh: dấu bưu điện là ngày 14/11/2020."
TWINS = ("Sở Công Thương", "Sở Xây dựng")
APPEALS = "Sở Y tế"


def make(runner: User, framework: Framework, rng: random.Random) -> None:
    """From the opening to a corrected publication, through the services."""
    units = _units()
    people = _council_of(units, rng)
    cycle = _opened(runner, framework, units, people)
    support = people["Tổ giúp việc"]
    sheets = Sheets(
        rng, _at(DUE - dt.timedelta(days=5)),
        twins={units[TWINS[1]].pk: units[TWINS[0]].pk}, away=_away(units, framework),
    )  # fmt: skip
    sheets.fill(cycle, {})
    ranking_below.make(runner, cycle, units[TOWN])
    for name, (day, proof) in SENT.items():
        unit = cycle.assessments.get(unit=units[name])
        submission.enter_day(unit.pk, actor=runner, day=day, proof=proof)
    note_submitted(cycle, DUE - dt.timedelta(days=5), _at(DUE - dt.timedelta(days=5)))
    cycle = cycles.move(cycle.pk, CycleState.APPRAISAL, actor=runner)
    Sheets(rng, _at(dt.date(2020, 12, 7)), twins=sheets.twins).judge(cycle, support)
    cycles.move(cycle.pk, CycleState.PROVISIONAL, actor=runner)
    _appeal(cycle, units[APPEALS], support)
    chair = people["Sở Thông tin và Truyền thông"]
    _published(cycle, runner, chair, units)


def _units() -> dict[str, Unit]:
    """The 38 bodies of Điều 2 as they were on the due day, by name."""
    bodies = bodies_on(DUE)
    living = Unit.objects.valid_on(DUE).filter(kind="agency", parent__kind="province")
    return {unit.name: unit for unit in living if _group(bodies.get(unit.name, ""))}


def _group(body: str) -> str:
    return next((code for start, code in GROUPS.items() if body.startswith(start)), "")


def _council_of(units: dict[str, Unit], rng: random.Random) -> dict[str, User]:
    """Accounts of those who sat in the council; they cannot sign in, most offices are closed."""
    found: dict[str, User] = {}
    offices = {**dict.fromkeys(COUNCIL, ""), "Tổ giúp việc": "Sở Thông tin và Truyền thông"}
    for number, (office, at) in enumerate(offices.items(), 1):
        name, username = invented_name(rng), f"hoidong2020.{number}"
        found[office] = former_official(
            username, name, units[at or office], "official" if at else "leader"
        )
    access.recompile(user.pk for user in found.values())
    return found


def _opened(
    runner: User, framework: Framework, units: dict[str, Unit], people: dict[str, User]
) -> Cycle:
    root = Unit.objects.get(kind="province")
    cycle = cycles.prepare(
        CycleFacts(
            year=2020, name="Đánh giá, xếp hạng mức độ ứng dụng công nghệ thông tin năm 2020",
            owner_id=root.pk, standing_unit_id=units["Sở Thông tin và Truyền thông"].pk,
            framework_id=framework.pk, data_from=dt.date(2020, 1, 1),
            data_to=dt.date(2020, 10, 31), children_due=dt.date(2020, 10, 30), due=DUE,
            appeals_due=timezone.localdate(),
        ),
        actor=runner,
    )  # fmt: skip
    bodies = bodies_on(DUE)
    cycles.enrol(
        cycle.pk,
        [EnrolFacts(unit.pk, _group(bodies[name]), is_ranked=UNRANKED not in name)
         for name, unit in units.items()],
        actor=runner,
    )  # fmt: skip
    for office, person in people.items():
        part = COUNCIL.get(office, Part.SUPPORT)
        remits = [RemitFacts()] if part == Part.SUPPORT else []
        council.seat(cycle.pk, actor=runner, username=person.username, part=part, remits=remits)
    return cycles.move(cycle.pk, CycleState.OPEN, actor=runner)


def _away(units: dict[str, Unit], framework: Framework) -> dict[int, tuple[str, ...]]:
    """To schools something of the last area but one does not apply: they have no portal of their
    own in it."""
    nodes = framework.criteria.filter(level="criterion", maximum__gt=0).order_by("order")
    codes = list(nodes.filter(area__code="5").values_list("code", flat=True))[:2]
    return {unit.pk: tuple(codes) for name, unit in units.items() if name.startswith("Trường")}


def _appeal(cycle: Cycle, unit: Unit, support: User) -> None:
    """The head asks to look again at what was cut; the council does and grants it."""
    assessment: Assessment = cycle.assessments.get(unit=unit)
    cut = assessment.verdicts.filter(choice=Choice.OTHER).order_by("criterion__order").first()
    criterion: Criterion = cut.criterion if cut else cycle.framework.criteria.scored()[0]
    filed = appeals.file_appeal(
        assessment.pk, actor=leaders([unit.pk])[unit.pk], criterion_id=criterion.pk,
        text="Đề nghị xem lại: biên bản kiểm kê đã gửi bổ sung theo Công văn 2210/SYT-VP.",
    )  # fmt: skip
    answer = assessment.answers.get(criterion=criterion)
    appraisal.decide(
        assessment.pk,
        VerdictFacts(
            criterion.pk, Choice.OWN, appraisal.seen_of(assessment.pk, criterion.pk),
            answer.input, reason="Đã đối chiếu biên bản kiểm kê.",
        ),
        actor=support,
    )  # fmt: skip
    appeals.answer_appeal(
        filed.pk, actor=support, is_granted=True,
        text="Chấp nhận kiến nghị; điểm được tính lại theo số liệu của đơn vị.",
    )  # fmt: skip


def _published(cycle: Cycle, runner: User, chair: User, units: dict[str, Unit]) -> None:
    """Before 30/12 (Điều 6 khoản 2); a month later the corrected version beside it."""
    Cycle.objects.filter(pk=cycle.pk).update(  # backdated: a released year takes no earlier day
        appeals_due=dt.date(2020, 12, 18), publish_due=dt.date(2020, 12, 30)
    )
    cycles.move(cycle.pk, CycleState.DECIDED, actor=runner)
    first = publication.prepare(cycle.pk, actor=runner)
    publication.approve(
        first.pk, actor=chair, decision_number="3480/QĐ-UBND (mẫu)",
        decided_on=dt.date(2020, 12, 28),
    )  # fmt: skip
    cycles.correct(cycle.pk, actor=runner, reason=WHY)
    unit = cycle.assessments.get(unit=units[CORRECTED])
    submission.enter_day(
        unit.pk, actor=runner, day=dt.date(2020, 11, 14), proof="Dấu bưu điện ngày 14/11/2020"
    )
    second = publication.prepare(cycle.pk, actor=runner, reason=WHY)
    publication.approve(
        second.pk, actor=chair, decision_number="215/QĐ-UBND (mẫu)",
        decided_on=dt.date(2021, 1, 22),
    )  # fmt: skip


def _at(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9, 30)))

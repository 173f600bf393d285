"""What stands in the world of tests/test_access.py: the objects that addresses name.

`own` lies with the cast: a dossier at the step "process" in the officer's hands. `other` lies
with the other agency of the province. In the other province everything is made once more; there
its `own` is what the table calls `away`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from documents.models import Incoming
from files.services import store
from onestop.models import Dossier, DossierFile, ImportDraft, ImportKind, ProcedureVersion
from onestop.services import (
    assignment,
    linked_groups,
    opinions,
    originals,
    reception,
    visits,
)
from onestop.services.linked_groups import GroupFacts, MemberFacts
from onestop.services.reception import PaperFacts
from organizations.models import Unit, User
from papers import form_words
from papers.models import PrintedForm
from papers.wording import shipped_named
from ranking.models import Assessment, Figure, Submission
from ranking.services import evidence, verifications
from reports.rules import By
from reports.services import snapshots
from tests.directives.objects import statements_of, tasks_of, urgings_of
from tests.documents.objects import arrived_at, handed_in, incoming_led
from tests.files import corpus
from tests.onestop.catalogue_rows import make_procedure
from tests.onestop.dossiers import APPLICANT, facts, the_procedure
from tests.people import Town, make_person
from tests.ranking.cast import Years, make_years
from tests.ranking.objects import RANKING
from tests.ranking.years import Year
from tests.reports.objects import PEOPLE, people_ids

ANY = "own"  # place of what belongs to the province and to no unit


@dataclass(frozen=True)
class Things:
    """What one agency has."""

    dossier: Dossier
    file_id: int
    printed_id: int
    opinion_id: int
    visit_id: int
    slip_id: int


@dataclass(frozen=True)
class Stock:
    """What one province has."""

    town: Town
    own: Things
    other: Things
    waiting: str  # code of a procedure that is only a draft
    import_id: int  # a preview of the editor's
    report_ids: dict[str, int]  # of the cast's agency, of the other one
    task_report_ids: dict[str, int]  # the same
    words_id: int  # of a draft of form 01
    row_ids: dict[str, tuple[int, int]]  # sheet and row of the official, and of the outsider
    sheet_ids: dict[str, tuple[int, int]]  # of the classification: round and sheet of the same
    group_id: int  # a draft of a linked group
    years: Years  # of the ranking
    proof_ids: dict[str, int]  # evidence, a file, of the cast's agency and of the other one
    submission_ids: dict[int, int]  # by form, of the year whose results are provisional
    figure_ids: dict[str, int]  # counted by the portal, of the cast's agency and of the other one
    check_ids: dict[str, int]  # criteria that the cast's agency checks, and the other one
    incoming_ids: dict[str, int]  # documents of the cast's agency and of the other one
    arrived_id: int  # a document that waits for the registry of the cast's agency
    outgoing_ids: dict[str, int]  # the same, handed in
    task_ids: dict[str, int]  # of the cast's first division, and of the other agency
    urging_ids: dict[str, int]  # of the same

    @property
    def year(self) -> Year:
        return self.years.open  # in which the agencies fill in their forms

    def at(self, place: str) -> Things:
        return self.other if place == "other" else self.own


def make_stock(town: Town, number: int) -> Stock:
    """Everything of one province, whose draft procedure gets a code of its own by `number`."""
    other_clerk = make_person("counter", town.other_agency)
    other_leader = make_person("leader", town.other_agency)
    years, task_ids = make_years(town), tasks_of(town, other_leader)
    foreign = make_procedure("1.000002", units=[town.other_agency]).current_version
    return Stock(
        town=town,
        own=_things(
            town, the_procedure(town).current_version, town.agency, town.counter_unit,
            (town.clerk, town.leader, town.officer), town.second_division,
        ),
        other=_things(
            town, foreign, town.other_agency, town.other_agency,
            (other_clerk, other_leader, town.outsider), town.commune,
        ),
        waiting=make_procedure(f"1.00001{number}", published=False, units=[town.agency]).code,
        import_id=_import_of(town.editor),
        report_ids={
            "own": _report(town, town.agency), "other": _report(town, town.other_agency)
        },
        task_report_ids=statements_of(town, other_leader),
        words_id=form_words.draft(
            "01", shipped_named("01", "TT03/2025").words, actor=town.editor, copied_from="",
        ).pk,
        **people_ids(town, other_leader),
        group_id=linked_groups.save_draft(
            GroupFacts("LT.01", "Nhóm thử", "same_level", Decimal(5), "working_days"),
            [MemberFacts("1.000001", True, Decimal(5), "working_days")], actor=town.editor,
        ).pk,
        years=years,
        proof_ids={
            "own": _proof(years.open, years.open.own.pk, town.leader),
            "other": _proof(years.open, years.open.other.pk, other_leader),
        },
        submission_ids=dict(Submission.objects.values_list("assessment_id", "pk")),
        figure_ids={
            "own": _counted(years.open, years.open.own.pk, town.leader),
            "other": _counted(years.open, years.open.other.pk, other_leader),
        },
        check_ids=_checks(town, years.open),
        incoming_ids=_incoming(town, other_leader),
        arrived_id=arrived_at(town.agency),
        outgoing_ids={
            "own": handed_in(town.agency, town.division, town.officer, town.leader),
            "other": handed_in(town.other_agency, town.other_agency, town.outsider, other_leader),
        },
        task_ids=task_ids,
        urging_ids=urgings_of(task_ids),
    )  # fmt: skip


def _import_of(editor: User) -> int:
    draft = ImportDraft.objects.create(
        kind=ImportKind.PROCEDURES, owner=editor, file_name="thu-tuc.csv", content_hash="0" * 64,
        plan_hash="0" * 64, rows=[], expires_at=timezone.now() + dt.timedelta(days=1),
    )  # fmt: skip
    return int(draft.pk)


def _incoming(town: Town, other_leader: User) -> dict[str, int]:
    """With the first division, and with the other agency."""
    other = town.other_agency
    return {
        "own": incoming_led(town.agency, town.division, town.records_clerk, town.leader),
        "other": incoming_led(other, other, make_person("clerk", other), other_leader),
    }


def _proof(year: Year, form_id: int, head: User) -> int:
    """A file under the first criterion of a form."""
    stored = store(SimpleUploadedFile("minh-chung.pdf", corpus.pdf()), actor=head)
    criteria = [year.node("1.9").pk]
    added = evidence.add_files(form_id, [stored.pk], actor=head, criterion_ids=criteria)
    return added[0].evidence.pk


def _counted(year: Year, form_id: int, head: User) -> int:
    """A figure of the portal beside the first criterion of a form, and a file with it and with
    the day of the form."""
    stored = store(SimpleUploadedFile("bien-ban.pdf", corpus.pdf()), actor=head)
    Assessment.objects.filter(pk=form_id).update(proof_file=stored)
    day = timezone.localdate().isoformat()
    return Figure.objects.create(
        assessment_id=form_id, criterion=year.node("1.9"), source="system", input={},
        cut_at=timezone.now(), file=stored, rows={
            "measure": "onestop.received", "first": day, "last": day, "a": 0, "b": 0, "units": [],
        },
    ).pk  # fmt: skip


def _checks(town: Town, year: Year) -> dict[str, int]:
    """A criterion that the cast's agency checks, and one of the other agency."""
    nodes = {"own": year.node("1.9").pk, "other": year.node("1.10").pk}
    units = {nodes["own"]: town.agency.pk, nodes["other"]: town.other_agency.pk}
    verifications.give(year.cycle.pk, units, actor=year.runner, due=year.cycle.due)
    found = {each.criterion_id: each.pk for each in year.cycle.verifications.all()}
    return {place: found[pk] for place, pk in nodes.items()}


def _report(town: Town, unit: Unit) -> int:
    day = timezone.localdate()
    return snapshots.make(
        unit.pk, actor=town.overseer, kind="custom", by=By.FIELD, first=day, last=day
    ).pk


def _things(
    town: Town, version: ProcedureVersion, agency: Unit, counter: Unit,
    people: tuple[User, User, User], asked: Unit,
) -> Things:  # fmt: skip
    clerk, leader, officer = people
    stored = store(SimpleUploadedFile("don.pdf", corpus.pdf()), actor=clerk)
    papers = (PaperFacts("Đơn đề nghị", originals=1, file_ids=(stored.pk,)),)
    told = facts(
        version, town, receiving_unit_id=counter.pk, competent_unit_id=agency.pk, papers=papers
    )
    dossier = assignment.assign(
        reception.accept(told, actor=clerk).pk, actor=leader, person_id=officer.pk
    )
    opinion = opinions.ask_opinion(
        dossier.pk, actor=officer, unit_id=asked.pk, question="Có đồng ý không?",
        due_on=timezone.localdate() + dt.timedelta(days=5),
    )  # fmt: skip
    visit = visits.turn_away(
        actor=clerk, unit_id=counter.pk, version_id=version.pk, kind="supplement",
        person=APPLICANT, reason="Thiếu giấy tờ", items=["Bản vẽ"],
    )  # fmt: skip
    return Things(
        dossier=dossier,
        file_id=DossierFile.objects.get(dossier=dossier).pk,
        printed_id=PrintedForm.objects.get(
            subject_type="onestop.dossier", subject_id=dossier.pk
        ).pk,
        opinion_id=opinion.pk,
        visit_id=visit.pk,
        slip_id=originals.hand_over(
            dossier.papers.values_list("pk", flat=True),
            actor=clerk,
            from_unit_id=counter.pk,
            to_unit_id=asked.pk,
        ).pk,
    )


# How an object is named in the address, by kind. Runs inside the scope of its province.


def person(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": (stock.town.outsider if place == "other" else stock.town.officer).pk}


def unit(stock: Stock, place: str) -> dict[str, Any]:
    return {"code": (stock.town.other_agency if place == "other" else stock.town.division).code}


def counter(stock: Stock, place: str) -> dict[str, Any]:
    return {"unit": stock.town.counter_unit.code}  # where a kiosk stands


def incoming(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.incoming_ids["other" if place == "other" else "own"]}


def quoted(stock: Stock, place: str) -> dict[str, Any]:
    return {"kind": "documents.incoming", "source": incoming(stock, place)["pk"]}


def arrived(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.arrived_id}


def share(stock: Stock, place: str) -> dict[str, Any]:
    """A figure of the registry that took in the document of that place."""
    key = "own" if place == "away" else place
    known = Incoming.objects.get(pk=stock.incoming_ids[key])
    return {"pk": known.registry_id, "name": "electronic"}


def registry(stock: Stock, place: str) -> dict[str, Any]:
    """Of the cast's agency."""
    return {"pk": Incoming.objects.get(pk=stock.incoming_ids["own"]).registry_id}


def incoming_file(stock: Stock, place: str) -> dict[str, Any]:
    return incoming(stock, place) | {"order": 1}


def outgoing(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.outgoing_ids["other" if place == "other" else "own"]}


def outgoing_file(stock: Stock, place: str) -> dict[str, Any]:
    return outgoing(stock, place) | {"order": 1}


def outgoing_version(stock: Stock, place: str) -> dict[str, Any]:
    return outgoing(stock, place) | {"version": 1}


def task(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.task_ids["other" if place == "other" else "own"]}


def task_file(stock: Stock, place: str) -> dict[str, Any]:
    return task(stock, place) | {"order": 1}


def urging(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.urging_ids["other" if place == "other" else "own"]}


def dossier(stock: Stock, place: str) -> dict[str, Any]:
    return {"code": stock.at(place).dossier.code}


def file(stock: Stock, place: str) -> dict[str, Any]:
    return dossier(stock, place) | {"file_id": stock.at(place).file_id}


def printed(stock: Stock, place: str) -> dict[str, Any]:
    return dossier(stock, place) | {"printed_id": stock.at(place).printed_id}


def opinion(stock: Stock, place: str) -> dict[str, Any]:
    return dossier(stock, place) | {"opinion_id": stock.at(place).opinion_id}


def visit(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.at(place).visit_id}


def procedure(stock: Stock, place: str) -> dict[str, Any]:
    """Of the catalogue: in force; in the other province the code that only it has."""
    return {"code": stock.waiting if place == "away" else "1.000001"}


def waiting(stock: Stock, place: str) -> dict[str, Any]:
    """A procedure that was never published."""
    return {"code": stock.waiting}


def process(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.at(place).dossier.process_id}


def preview(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.import_id}


def task_report(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.task_report_ids["other" if place == "other" else "own"]}


def report(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.report_ids["other" if place == "other" else "own"]}


def form(stock: Stock, place: str) -> dict[str, Any]:
    """A printed form: the same in every province."""
    return {"form": "01"}


def edition(stock: Stock, place: str) -> dict[str, Any]:
    """Words of a form: those of the province's own draft."""
    return {"form": "01", "key": str(stock.words_id)}


def linked(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.group_id}


def draft(stock: Stock, place: str) -> dict[str, Any]:
    return {"pk": stock.words_id}


def slip(stock: Stock, place: str) -> dict[str, Any]:
    """Originals on their way from the counter to the unit that is asked for its opinion."""
    return {"pk": stock.at(place).slip_id}


OBJECTS = {
    each.__name__: each
    for each in (
        person, unit, dossier, file, printed, opinion, visit, procedure, waiting, process, preview,
        report, task_report, form, edition, draft, slip, linked, counter,
        incoming, quoted, incoming_file, arrived, registry, share, outgoing, outgoing_file,
        outgoing_version, task, task_file, urging,
    )
} | RANKING | PEOPLE  # fmt: skip

"""The forms of a dossier: from rows to the plain data that `papers` prints and keeps."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.working_time import TimeUnit
from onestop.models import (
    CounterVisit,
    Dossier,
    DossierPerson,
    Extension,
    LimitUnit,
    LinkedMember,
    SupplementRound,
    VisitKind,
)
from onestop.services import clock
from onestop.states import Delivery, PersonKind, PersonPart
from onestop.words import appointed_again
from organizations import access
from organizations.models import Unit, User
from organizations.words import signing_words
from papers import forms_data
from papers.models import Form, PrintedForm
from papers.services import correct, issue

CHANNEL_OF: dict[str, forms_data.Channel] = {
    Delivery.COUNTER: "counter",
    Delivery.POST: "post",
    Delivery.ONLINE: "online",
}
ONE_STOP_SYMBOL = "BPTNTKQ"  # Bộ phận tiếp nhận và trả kết quả (forms_data.Letterhead)


def issue_receipt(dossier: Dossier, *, actor: User, at: dt.datetime) -> PrintedForm:
    """Mẫu 01."""
    return issue(
        _receipt(dossier, actor, at), unit_id=dossier.receiving_unit_id, subject=dossier,
        subject_name=dossier.code, actor=actor, at=at,
    )  # fmt: skip


def correct_receipt(dossier: Dossier, *, actor: User, at: dt.datetime, reason: str) -> PrintedForm:
    """Mẫu 01 again, as a new edition under its old number."""
    old = receipt_in_force(dossier)
    if old is None:
        return issue_receipt(dossier, actor=actor, at=at)
    return correct(old.pk, _receipt(dossier, actor, at), actor=actor, at=at, reason=reason)


def receipt_in_force(dossier: Dossier) -> PrintedForm | None:
    found: PrintedForm | None = (
        PrintedForm.objects.of(dossier).in_force().filter(form=Form.RECEIPT).last()
    )
    return found


def issue_supplement(
    dossier: Dossier,
    round_: SupplementRound,
    *,
    actor: User,
    at: dt.datetime,
    on_behalf_of: str = "",
) -> PrintedForm:
    """Mẫu 02 after acceptance."""
    form = forms_data.SupplementRequest(
        letterhead=letterhead(dossier.receiving_unit, at),
        applicant=_person(_persons(dossier)[PersonPart.APPLICANT]),
        procedure=dossier.version.name,
        items=list(round_.items),
        reason=round_.reason,
        contact=_contact(actor),
        guide_name=_signer(actor, on_behalf_of),
        code=dossier.code,
        lookup=_lookup(dossier, _persons(dossier)[PersonPart.APPLICANT]),
        answer_by=round_.apply_by,
    )
    return issue(
        form, unit_id=dossier.receiving_unit_id, subject=dossier, subject_name=dossier.code,
        actor=actor, at=at,
    )  # fmt: skip


def issue_refusal(
    dossier: Dossier, reason: str, *, actor: User, at: dt.datetime, on_behalf_of: str = ""
) -> PrintedForm:
    """Mẫu 03 after acceptance."""
    persons = _persons(dossier)
    form = forms_data.Refusal(
        letterhead=letterhead(dossier.receiving_unit, at),
        applicant=_person(persons[PersonPart.APPLICANT]),
        procedure=dossier.version.name,
        reason=reason,
        submitter_name=_submitter(persons),
        receiver_name=_signer(actor, on_behalf_of),
        code=dossier.code,
    )
    return issue(
        form, unit_id=dossier.receiving_unit_id, subject=dossier, subject_name=dossier.code,
        actor=actor, at=at,
    )  # fmt: skip


def issue_apology(
    dossier: Dossier, extension: Extension, *, actor: User, at: dt.datetime, right: access.Right
) -> PrintedForm:
    """Mẫu 04, numbered in the series of the agency that apologises."""
    assert dossier.accepted_at is not None
    persons = _persons(dossier)
    form = forms_data.Apology(
        letterhead=letterhead(dossier.competent_unit, at),
        addressee=persons[PersonPart.APPLICANT].name,
        received_on=timezone.localdate(dossier.accepted_at),
        agency=dossier.competent_unit.name,
        procedure=dossier.version.name,
        submitter=_person(persons[PersonPart.APPLICANT]),
        code=dossier.code,
        old_due_at=extension.old_due_at,
        reason=extension.reason,
        new_due_at=extension.new_due_at,
        signer_title=signing_words(right.title),
        signer_name=_signer(actor, right.on_behalf_of),
        lookup=_lookup(dossier, persons[PersonPart.APPLICANT]),
    )
    return issue(
        form, unit_id=dossier.competent_unit_id, subject=dossier, subject_name=dossier.code,
        actor=actor, at=at,
    )  # fmt: skip


@dataclass(frozen=True)
class StopRequest:
    """The applicant asked to stop: when, how, and what becomes of his fee and papers."""

    asked_on: dt.date
    how: str  # "Đơn nộp tại Một cửa"
    fees: str = ""
    returned: tuple[str, ...] = ()  # papers that he gets back


def issue_stop(
    dossier: Dossier,
    request: StopRequest,
    *,
    reason: str,
    stage: str,
    actor: User,
    at: dt.datetime,
    right: access.Right,
) -> PrintedForm:
    """Mẫu 05, whose layout is inferred: the title is known, the fields follow Điều 7."""
    applicant = _persons(dossier)[PersonPart.APPLICANT]
    form = forms_data.StopNotice(
        letterhead=letterhead(dossier.competent_unit, at),
        addressee=applicant.name,
        code=dossier.code,
        procedure=dossier.version.name,
        submitter=_person(applicant),
        requested_on=request.asked_on,
        request_form=request.how,
        request_reason=reason,
        stage=stage,
        stopped_at=at,
        signer_title=signing_words(right.title),
        signer_name=_signer(actor, right.on_behalf_of),
        fees=request.fees,
        returned_papers=list(request.returned),
    )
    return issue(
        form, unit_id=dossier.competent_unit_id, subject=dossier, subject_name=dossier.code,
        actor=actor, at=at,
    )  # fmt: skip


def issue_for_visit(visit: CounterVisit, *, actor: User, at: dt.datetime) -> PrintedForm:
    """Mẫu 02 or 03 at the counter, before there is a dossier."""
    person = forms_data.Person(
        name=visit.name, identity_number=visit.number, address=visit.address, phone=visit.phone,
        email=visit.email,
    )  # fmt: skip
    head = letterhead(visit.unit, at)
    form: forms_data.FormData
    if visit.kind == VisitKind.SUPPLEMENT:
        form = forms_data.SupplementRequest(
            letterhead=head, applicant=person, procedure=visit.version.name,
            items=list(visit.items), reason=visit.reason, contact=_contact(actor),
            guide_name=actor.full_name,
        )  # fmt: skip
    else:
        form = forms_data.Refusal(
            letterhead=head, applicant=person, procedure=visit.version.name, reason=visit.reason,
            submitter_name=visit.name, receiver_name=actor.full_name,
        )  # fmt: skip
    return issue(
        form, unit_id=visit.unit_id, subject=visit, subject_name=visit.name, actor=actor, at=at
    )


def letterhead(unit: Unit, at: dt.datetime) -> forms_data.Letterhead:
    """Head of a paper of this counter: the agency above it, its own name, place and day."""
    above = unit.parent
    return forms_data.Letterhead(
        agency_above=above.name if above else unit.name,
        agency=unit.name,
        office_symbol=unit.symbol or ONE_STOP_SYMBOL,
        place=unit.place or (above.place if above else ""),
        day=timezone.localdate(at),
        is_sample=unit.is_sample,
    )


def _receipt(dossier: Dossier, actor: User, at: dt.datetime) -> forms_data.Receipt:
    assert dossier.accepted_at is not None
    assert dossier.due_at is not None
    persons = _persons(dossier)
    applicant = persons[PersonPart.APPLICANT]
    return forms_data.Receipt(
        letterhead=letterhead(dossier.receiving_unit, at),
        code=dossier.code,
        lookup=_lookup(dossier, applicant),
        applicant=_person(applicant),
        authorised=_authorised(persons.get(PersonPart.AUTHORISED)),
        procedure=_what_for(dossier),
        components=[
            forms_data.Component(
                name=paper.name, originals=paper.originals, copies=paper.copies, note=paper.note
            )
            for paper in dossier.papers.order_by("order")
        ],
        sets=dossier.copies,
        limit=_limit_on_the_slip(dossier),
        received_at=dossier.accepted_at,
        due_at=dossier.due_at if clock.is_running(dossier) else _awaited(dossier),
        channel=CHANNEL_OF[dossier.delivery],
        channel_place=_where(dossier, applicant),
        submitter_name=_submitter(persons),
        receiver_name=actor.full_name,
        fee=_fee_words(dossier),
    )


def _what_for(dossier: Dossier) -> str:
    """The procedure, or the linked group with each part, its unit and limit. One query more."""
    if dossier.group is None:
        name: str = dossier.version.name
        return name
    members = [
        f"({order}) {row.version.name}: {row.competent_unit.name}, {limit_words(row)}"
        for order, row in enumerate(_linked(dossier), 1)
    ]
    return f"{dossier.group.name}. {'; '.join(members)}"


def _linked(dossier: Dossier) -> list[Dossier]:
    """The lead's own work first, unless it is a part like the others."""
    parts = Dossier.objects.filter(parent=dossier).select_related("version", "competent_unit")
    rows = list(parts.exclude(part_of__settlement="renewed").order_by("pk"))
    if any(row.version_id == dossier.version_id for row in rows):
        return rows
    lead = LinkedMember.objects.get(group=dossier.group_id, is_lead=True)
    own = Dossier(
        version=dossier.version, competent_unit=dossier.competent_unit,
        limit_amount=lead.limit_amount, limit_unit=lead.limit_unit,
    )  # fmt: skip
    return [own, *rows]


def _limit_on_the_slip(dossier: Dossier) -> str:
    if dossier.group_id is None:
        return limit_words(dossier)
    with translation.override("vi"):
        return _("%(limit)s in all, for all linked procedures") % {"limit": limit_words(dossier)}


def _awaited(dossier: Dossier) -> str:
    with translation.override("vi"):
        return appointed_again(dossier.status)


def limit_words(dossier: Dossier) -> str:
    """The time limit as the slip says it: "03 ngày làm việc", "trong ngày"."""
    with translation.override("vi"):
        return limit_in_words(dossier.limit_amount, dossier.limit_unit)


def limit_in_words(amount: Decimal | None, unit: str) -> str:
    """The same in the language of the screen."""
    words = str(LimitUnit(unit).label)
    if unit == TimeUnit.SAME_DAY or amount is None:
        return words
    number = f"{amount.normalize():f}".replace(".", ",")
    return f"{number.zfill(2) if number.isdigit() else number} {words}"


def _persons(dossier: Dossier) -> dict[str, DossierPerson]:
    return {person.part: person for person in dossier.persons.all()}


def _person(row: DossierPerson) -> forms_data.Person:
    return forms_data.Person(
        name=row.name, identity_number=row.number, address=row.address, phone=row.phone,
        email=row.email,
    )  # fmt: skip


def _authorised(row: DossierPerson | None) -> forms_data.Authorised | None:
    if row is None:
        return None
    return forms_data.Authorised(
        name=row.name, identity_number=row.number, address=row.address, phone=row.phone,
        email=row.email, document=row.authorisation,
    )  # fmt: skip


def _submitter(persons: dict[str, DossierPerson]) -> str:
    for part in (PersonPart.AUTHORISED, PersonPart.SUBMITTER, PersonPart.APPLICANT):
        if part in persons:
            return persons[part].name
    return ""


def _lookup(dossier: Dossier, applicant: DossierPerson) -> forms_data.Lookup:
    factor: forms_data.Factor = "identity" if applicant.kind == PersonKind.CITIZEN else "tax"
    return forms_data.Lookup(number=dossier.lookup_number or "", factor=factor)


def _where(dossier: Dossier, applicant: DossierPerson) -> str:
    if dossier.delivery == Delivery.POST:
        return applicant.address
    if dossier.delivery == Delivery.COUNTER:
        return dossier.receiving_unit.address
    return ""


def _fee_words(dossier: Dossier) -> str:
    if not dossier.fee_due_vnd:
        return ""
    with translation.override("vi"):
        words = _("%(amount)s VND") % {"amount": f"{dossier.fee_due_vnd:,}".replace(",", ".")}
        numbers = ", ".join(
            number for number in dossier.receipts.values_list("number", flat=True) if number
        )
        if numbers:
            words = _("%(amount)s, receipt no. %(numbers)s") % {
                "amount": words,
                "numbers": numbers,
            }
        return words


def _signer(actor: User, on_behalf_of: str) -> str:
    """Who acts, and for whom when the right was lent (QĐ 2947/QĐ-UBND 2016 Điều 9.1b)."""
    if not on_behalf_of:
        return actor.full_name
    with translation.override("vi"):
        return _("%(who)s (on behalf of %(giver)s)") % {
            "who": actor.full_name,
            "giver": on_behalf_of,
        }


def _contact(actor: User) -> str:
    return f"{actor.full_name}, {actor.phone}" if actor.phone else actor.full_name

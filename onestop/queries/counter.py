"""What the counter's pages ask: where a clerk receives, which procedures, who came before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Prefetch, Q, QuerySet

from common.text import unaccented
from onestop.models import (
    Channel,
    CounterVisit,
    Dossier,
    DossierPerson,
    LinkKind,
    Phrase,
    ProcedureChannel,
    ProcedureComponent,
    ProcedureUnit,
    ProcedureVersion,
)
from onestop.queries import linked_groups
from onestop.queries.linked_groups import is_group_code
from onestop.rules.fees import Tariff
from onestop.services import clock
from onestop.services.papers_of import limit_in_words
from onestop.services.reception import PersonFacts
from onestop.states import PersonPart
from organizations import access
from organizations.models import Unit, UnitKind, User
from papers.models import PrintedForm

AT_THE_COUNTER = (Channel.DIRECT, Channel.POST)
MOST_MATCHES = 20


def counters_of(user: User, day: dt.date) -> list[Unit]:
    """Where the person receives dossiers: counters and centres, else the agencies themselves.

    One query beside those of the rights.
    """
    kinds = (UnitKind.COUNTER, UnitKind.CENTRE, UnitKind.AGENCY, UnitKind.COMMUNE)
    units = access.units_visible_to(user, "receive_dossiers").filter(kind__in=kinds)
    found = [unit for unit in units.order_by("path") if unit.is_open_on(day)]
    desks = [unit for unit in found if unit.kind in (UnitKind.COUNTER, UnitKind.CENTRE)]
    return desks or found


@dataclass(frozen=True)
class Match:
    """A procedure as the picker offers it."""

    code: str
    name: str
    field: str
    agency: str
    is_own: bool
    is_group: bool = False  # several linked procedures with one receipt


def find_all(
    words: str, counters: Iterable[Unit], day: dt.date, *, codes: Sequence[str] = ()
) -> list[Match]:
    """Linked groups whose name fits, then procedures. Three queries."""
    names = LinkKind(LinkKind.SAME_LEVEL).label, LinkKind(LinkKind.DIFFERENT_LEVELS).label
    groups = [
        Match(
            row["code"], row["name"],
            str(names[row["kind"] == LinkKind.DIFFERENT_LEVELS]), row["agency"], True, True,
        )
        for row in linked_groups.find_groups(words, day, codes=codes)
    ]  # fmt: skip
    return groups + find_procedures(words, counters, day, codes=codes)


def find_procedures(
    words: str, counters: Iterable[Unit], day: dt.date, *, codes: Sequence[str] = ()
) -> list[Match]:
    """Procedures that can be received at a counter today, by code or words without marks.

    Those of the counter's own agency come first; the counter may receive the others too, because
    receiving is not bound to boundaries inside the province (NĐ 118/2025/NĐ-CP). `codes` asks
    for exactly these. Two queries.
    """
    own = {pk for unit in counters for pk in unit.ancestor_ids}
    found = _receivable(day)
    for word in unaccented(words).split()[:8]:
        found = found.filter(procedure__search_text__contains=word)
    if codes:
        found = found.filter(procedure__code__in=codes)
    elif not words.strip():
        mine = ProcedureUnit.objects.filter(unit__in=own).values("version_id")
        found = found.filter(pk__in=mine)
    rows = list(
        found.order_by("procedure__code", "-number").values_list(
            "pk", "procedure__code", "name", "field", "agency_name"
        )[:400]
    )
    own_versions = set(
        ProcedureUnit.objects.filter(unit__in=own, version__in=[row[0] for row in rows])
        .values_list("version_id", flat=True)
    )  # fmt: skip
    latest: dict[str, Match] = {}
    for pk, code, name, field, agency in rows:
        latest.setdefault(code, Match(code, name, field, agency, pk in own_versions))
    return sorted(latest.values(), key=lambda match: (not match.is_own, match.code))[:MOST_MATCHES]


def _receivable(day: dt.date) -> QuerySet[ProcedureVersion]:
    channels = ProcedureChannel.objects.filter(channel__in=AT_THE_COUNTER).values("version_id")
    units = ProcedureUnit.objects.filter(unit__in=Unit.objects.valid_on(day)).values("version_id")
    return ProcedureVersion.objects.offered_on(day).filter(pk__in=channels).filter(pk__in=units)


@dataclass
class Open:
    """A procedure opened for receiving: its version of the day with all that the page shows."""

    version: ProcedureVersion
    counters: list[Unit]
    counter: Unit
    day: dt.date
    linked: linked_groups.GroupOpen | None = None  # then the version is the lead's

    @property
    def code(self) -> str:
        code: str = self.linked.group.code if self.linked else self.version.procedure.code
        return code

    @property
    def name(self) -> str:
        return str(self.linked.group.name if self.linked else self.version.name)

    @property
    def parts(self) -> list[tuple[str, str, Unit | None]]:
        """Procedure, limit and unit of each member of a linked group, as far as known."""
        lead = self.default_competent or next(iter(self.competent), None)
        if self.linked is None or lead is None:
            return []
        return [
            (row.name, row.limit, row.unit_for(lead, self.counter, self.day))
            for row in self.linked.members
        ]

    @cached_property
    def components(self) -> list[ProcedureComponent]:
        return self.linked.components if self.linked else list(self.version.components.all())

    @cached_property
    def channels(self) -> dict[int, ProcedureChannel]:
        return {row.channel: row for row in self.version.channels.all()}

    @cached_property
    def competent(self) -> list[Unit]:
        """The units that resolve it and exist today, the counter's own first."""
        units = [row.unit for row in self.version.units.all() if row.unit.is_open_on(self.day)]
        return sorted(units, key=lambda unit: (unit.pk not in self.counter.ancestor_ids, unit.name))

    @property
    def default_competent(self) -> Unit | None:
        """The counter's own agency, or the only one there is."""
        own = [unit for unit in self.competent if unit.pk in self.counter.ancestor_ids]
        one = own or (self.competent if len(self.competent) == 1 else [])
        return max(one, key=lambda unit: len(unit.path)) if one else None

    def tariff(self, channel: int) -> Tariff:
        row = self.channels.get(channel)
        if row is None:
            return Tariff(None)
        return Tariff(
            row.fee_vnd, row.fee_per, row.fee_second_from, row.fee_second_vnd, row.fee_ceiling_vnd,
            besides_vnd=self.linked.besides_vnd(channel) if self.linked else 0,
        )  # fmt: skip

    def limit_words(self, channel: int) -> str:
        row = self.linked.group if self.linked else self.channels.get(channel)
        return limit_in_words(row.limit_amount, row.limit_unit) if row else ""

    def promise(self, channel: int, competent_id: int, at: dt.datetime) -> Dossier | None:
        """A dossier that is not saved, with `due_at` if it were received at `at`."""
        row = self.channels.get(channel)
        if row is None:
            return None
        limit = self.linked.group if self.linked else row
        dossier = Dossier(
            competent_unit_id=competent_id, limit_amount=limit.limit_amount,
            limit_unit=limit.limit_unit, cutoff=None if self.linked else row.cutoff,
            clock_from_at=at,
        )  # fmt: skip
        clock.set_due(dossier)
        return dossier


def open_procedure(
    code: str, counters: list[Unit], day: dt.date, counter_id: int | None = None
) -> Open | None:
    """The version in force today with channels, papers and units: four queries; None: not open.
    The code of a linked group opens its lead's: six queries more."""
    linked = linked_groups.open_group(code, day) if is_group_code(code) else None
    if is_group_code(code) and linked is None:
        return None
    if linked is not None:
        code = next(row.version.procedure.code for row in linked.members if row.member.is_lead)
    version = (
        _receivable(day)
        .filter(procedure__code=code)
        .select_related("procedure")
        .prefetch_related(
            "components", "channels", Prefetch("units", _units_of_version())
        )
        .order_by("-number")
        .first()
    )  # fmt: skip
    if version is None or not counters:
        return None
    chosen = next((unit for unit in counters if unit.pk == counter_id), counters[0])
    return Open(version, counters, chosen, day, linked)


def _units_of_version() -> QuerySet[ProcedureUnit]:
    return ProcedureUnit.objects.select_related("unit")


def person_of_earlier_dossier(number: str, user: User) -> tuple[PersonFacts, Dossier] | None:
    """Whom the newest dossier of that number names, among those that the person may see."""
    if len(number) < 6:
        return None
    row = (
        DossierPerson.objects.filter(
            number=number, dossier__in=Dossier.objects.visible_to(user, "view_dossiers")
        )
        .select_related("dossier")
        .order_by("-pk")
        .first()
    )
    if row is None:
        return None
    facts = person_facts(row)
    if row.part != PersonPart.AUTHORISED:
        facts = replace(facts, authorisation="")
    return facts, row.dossier


def person_facts(row: DossierPerson) -> PersonFacts:
    return PersonFacts(
        name=row.name, kind=row.kind, number=row.number, born_on=row.born_on, phone=row.phone,
        email=row.email, address=row.address, authorisation=row.authorisation,
    )  # fmt: skip


def received_with(form_token: str, user: User) -> Dossier | None:
    """The dossier that this very page has made already."""
    if not form_token:
        return None
    found: Dossier | None = (
        Dossier.objects.visible_to(user, "view_dossiers").filter(form_token=form_token).first()
    )
    return found


def forms_of(dossier: Dossier) -> list[PrintedForm]:
    """The papers of a dossier that hold today, oldest first."""
    return list(PrintedForm.objects.of(dossier).in_force().select_related("issued_by"))


def paper_of(dossier: Dossier, printed_id: int) -> PrintedForm | None:
    found: PrintedForm | None = PrintedForm.objects.of(dossier).filter(pk=printed_id).first()
    return found


def visits_of(user: User) -> QuerySet[CounterVisit]:
    """Visits of the person's counters, with all that the list shows."""
    rows: QuerySet[CounterVisit] = (
        CounterVisit.objects.visible_to(user, "receive_dossiers")
        .select_related("version__procedure", "by", "form", "unit")
        .only(
            "name", "number", "kind", "at", "reason", "items", "unit__name", "by__full_name",
            "version__name", "version__procedure__code", "form__version", "form__form",
            "form__year", "form__number", "form__data", "form__prints",
        )
    )  # fmt: skip
    return rows


def phrases(use: str) -> list[str]:
    """The province's sentences for a letter."""
    return list(
        Phrase.objects.filter(use=use).order_by("order", "pk").values_list("text", flat=True)
    )


def by_words(words: str) -> Q:
    """Visits whose person or number fits."""
    return Q(name__icontains=words.strip()) | Q(number__startswith=words.strip())

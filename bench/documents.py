"""Registers, queues and search of documents, and what registering and issuing ask the tables."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.utils import timezone

from bench.clock import best, count_questions, counted
from bench.measures import Bench
from documents.issuing import Stage
from documents.letters import Letter
from documents.models import Dispatch, Edition, Incoming, Outgoing, Registry
from documents.queries import lists, outgoing_lists
from documents.services import arrivals, directing, issuing, receiving
from documents.services.directing import Receiver
from documents.states import Channel, Part
from exchange.queries import bus
from files.models import StoredFile
from organizations import access
from organizations.models import UnitKind, User
from organizations.services.units import create_unit
from tenancy.scope import tenant_scope

CLERK, LEADER, OFFICIAL, ADMINISTRATOR = "vanthu", "lanhdao", "chuyenvien", "quantri"
IN, OUT, BOOK, BUS = "/van-ban-den/", "/van-ban-di/", "/van-ban/so/", "/quan-tri/truc-lien-thong/"
SHARES = "/van-ban/ty-le/"
SEARCHED = {  # words: of fields, and as a phrase of files
    "a number": "6476/KH-UBND", "beginning of a number": "499/KH",
    "seldom words": "Tổng kết mầm non", "common words": "UBND",
    "without accents": "giai ngan von dau tu cong", "words of one file": "0004711 hộ",
    "words of all files": "thực hiện chỉ đạo của UBND tỉnh",
}  # fmt: skip
SEEN = (  # list, its address, who reads it
    ("incoming to do", f"{IN}?xem={lists.TO_DO}", (CLERK, LEADER, OFFICIAL)),
    ("incoming register", f"{IN}?xem={lists.REGISTER}", (CLERK, LEADER)),
    ("to register", f"{IN}?xem={lists.ARRIVED}", (CLERK,)),
    ("to pass on", f"{IN}?xem={lists.TO_PASS_ON}", (CLERK,)),
    ("outgoing to do", f"{OUT}?xem={outgoing_lists.TO_DO}", (CLERK, LEADER, OFFICIAL)),
    ("outgoing register", f"{OUT}?xem={outgoing_lists.REGISTER}", (CLERK, LEADER)),
    ("at the registry", f"{OUT}?xem={outgoing_lists.AT_REGISTRY}", (CLERK,)),
    ("drafts of the unit", f"{OUT}?xem={outgoing_lists.OF_UNIT}", (LEADER,)),
    ("what waits for me", "/van-ban/cho-toi/", (LEADER,)),
    ("shares", SHARES, (CLERK, LEADER)),
    ("printed register, incoming", f"{BOOK}?so=den", (CLERK, LEADER)),
    ("printed register, outgoing", f"{BOOK}?so=di", (CLERK,)),
    ("bus, failed", f"{BUS}?xem={bus.FAILED}", (CLERK, ADMINISTRATOR)),
    ("bus, delivered", f"{BUS}?xem={bus.DONE}", (CLERK, ADMINISTRATOR)),
    ("bus, search", f"{BUS}?{urlencode({'xem': bus.DONE, 'q': 'Ninh Sơn'})}",
     (CLERK, ADMINISTRATOR)),
)  # fmt: skip
FEW, MANY = 2, 60  # receivers
PAGES = 25


def measures(bench: Bench) -> None:
    """Lists on many rows; registering and issuing, rolled back."""
    for name, path, people in (*SEEN, *_searches()):
        for who in people:
            bench.list_on_more_rows(f"{name}, {who}", path, who, PAGES)
    with tenant_scope(bench.province), transaction.atomic():
        _tell_acts(bench.say)
        transaction.set_rollback(True)


def _searches() -> list[tuple[str, str, tuple[str, ...]]]:
    """Of words that fit few lines, some and most."""
    return [
        (f"{name} search, {how}", f"{path}?{urlencode({'q': words})}", (CLERK, LEADER, OFFICIAL))
        for name, path in (("incoming", IN), ("outgoing", OUT))
        for how, words in SEARCHED.items()
    ]


def _tell_acts(say: Callable[[str, float, float | None, str], None]) -> None:
    clerk = User.objects.get(username=CLERK)
    registry = lists.registries_of(clerk, "register_documents")[0]
    number = iter(range(1_000_000))
    asked = count_questions(lambda: _enter(registry, clerk, next(number)))
    took = best(lambda: _enter(registry, clerk, next(number)), times=20)
    say("statements to enter a document", asked, None, f"{took:.1f} ms")
    found = {many: _issued(registry, clerk, many) for many in (FEW, MANY)}
    (less, _short, _few), (more, long, sent) = found[FEW], found[MANY]
    say(f"statements to issue to {MANY} / to {FEW}", more / less, 1.0,
        f"{more} against {less}; {long / MANY:.2f} ms a receiver")  # fmt: skip
    _tell_registering(say, *sent)
    _tell_routing(say, registry, clerk)


def _enter(registry: Registry, clerk: User, number: int) -> Incoming:
    letter = Letter(
        issuer="Bench", subject="Báo cáo kết quả", type="bao-cao", reference=f"{number}/BC-BENCH",
        issued_on=timezone.localdate(),
    )  # fmt: skip
    return receiving.enter(letter, registry_id=registry.pk, channel=Channel.PAPER, actor=clerk)


def _issued(
    registry: Registry, clerk: User, receivers: int
) -> tuple[int, float, tuple[Outgoing, Outgoing]]:
    """Questions and milliseconds to issue a signed and sealed document to so many bodies of the
    province, and both that were issued for it."""
    first, timed = (_sealed(registry, clerk, receivers, n) for n in (1, 2))
    asked = count_questions(partial(issuing.issue, first.pk, actor=clerk))
    began = time.perf_counter()
    issuing.issue(timed.pk, actor=clerk)
    return asked, (time.perf_counter() - began) * 1000, (first, timed)


def _sealed(registry: Registry, clerk: User, receivers: int, nth: int) -> Outgoing:
    """With one paper and its receivers; that it is signed does not matter to who issues it."""
    at, written = timezone.now(), f"{receivers}{nth}/BC-BENCH"
    outgoing = Outgoing(
        registry=registry, unit=registry.unit, drafter=clerk, signer=clerk, type="bao-cao",
        subject="Báo cáo kết quả", signer_position="Chủ tịch", stage=Stage.SEALED, since=at,
        version=1, year=at.year, series="bench", number=receivers * 10 + nth, reference=written,
        issued_on=timezone.localdate(at), document_id=f"bench,{written}", signed_at=at,
    )  # fmt: skip
    outgoing.index_words()
    outgoing.save(force_insert=True)
    stored = StoredFile.objects.get(storage_key="bench-1")
    Edition.objects.create(
        outgoing=outgoing, order=1, stage=Stage.SEALED, stored=stored, version=1, at=at, by=clerk
    )
    bodies = Registry.objects.exclude(pk=registry.pk).order_by("pk")[:receivers]
    Dispatch.objects.bulk_create(
        Dispatch(outgoing=outgoing, registry=body, organ_code=body.code, organ_name=body.name,
                 order=order)
        for order, body in enumerate(bodies, start=1)
    )  # fmt: skip
    return outgoing


def _tell_registering(say: Callable[..., None], first: Outgoing, sent: Outgoing) -> None:
    """The clerk of every receiver that has one registers what arrived, and before it another: the
    first number of a year takes a statement more."""
    asked: list[tuple[int, float]] = []
    for outgoing in (first, sent):
        arrived: list[Any] = list(
            Incoming.objects.filter(dispatches__outgoing=outgoing)
            .select_related("registry__unit").order_by("pk")
        )  # fmt: skip
        asked = [
            counted(partial(arrivals.register, each.pk, actor=clerks[0]))
            for each in arrived
            if (clerks := access.people_over("register_documents", each.registry.unit))
        ]
    counts, times = [count for count, _ms in asked], [ms for _count, ms in asked]
    say("statements to register what arrived, most / least", max(counts) / min(counts), 1.0,
        f"{max(counts)} at {len(asked)} bodies; {sum(times) / len(times):.1f} ms each")  # fmt: skip


def _tell_routing(say: Callable[..., None], registry: Registry, clerk: User) -> None:
    """A leader gives a document to few and to many units of his body, which it has for a moment."""
    administrator = User.objects.get(username=ADMINISTRATOR)
    leader = User.objects.get(username=LEADER)
    units = [
        create_unit(registry.unit_id, actor=administrator, kind=UnitKind.DIVISION,
                    code=f"BENCH.{n}", name=f"Phòng {n}")
        for n in range(MANY)
    ]  # fmt: skip
    found = {}
    for many in (FEW, MANY):
        wanted = [
            Receiver(Part.COOPERATE if n else Part.LEAD, unit.pk)
            for n, unit in enumerate(units[:many])
        ]
        incoming = _enter(registry, clerk, 2_000_000 + many)
        found[many] = counted(
            partial(directing.direct, incoming.pk, actor=leader, opinion="", receivers=wanted)
        )
    (less, _short), (more, long) = found[FEW], found[MANY]
    say(f"statements to give it to {MANY} units / to {FEW}", more / less, 1.0,
        f"{more} against {less}; {long / MANY:.2f} ms a unit")  # fmt: skip

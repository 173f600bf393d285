"""Papers of the demo: edited words of a form, a template of results, originals under way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice

from django.db.models import Case, F, Q, QuerySet, When
from django.utils import timezone

from onestop.models import Channel, DossierPaper
from onestop.services import originals
from onestop.states import Status
from organizations import demo
from organizations.models import Position, User
from papers import form_words
from papers.fields import RESULT
from papers.wording import Words, shipped_on
from portal.demo.cast import Cast, find_cast
from tenancy.models import Province

EDITED_IN = "H32"  # this province shows what an edited form looks like
SUPPLEMENT = "02"
SOURCE = "Công văn mẫu số 00/VP-KSTT (dữ liệu minh họa)"
ASKED = "Trong quá trình hoàn thiện hồ sơ, nếu có vướng mắc"
ANYWHERE = "Ông/bà có thể bổ sung giấy tờ tại mọi Bộ phận Một cửa của tỉnh (câu mẫu)."
SLIP_LONGEST = 4  # papers on one slip of the demo
AT_WORK = (Status.RECEIVED, Status.IN_PROGRESS)
RESULT_NAME = "Thông báo kết quả giải quyết (mẫu)"


def make(province: Province) -> None:
    """Through the services, by those whose work it is."""
    cast = find_cast()
    editor = next(
        (people[0] for (_, role), people in cast.people.items() if role == "catalogue_editor"), None
    )
    if editor is not None:
        _edit(province, editor)
    _hand_over(cast)


def _edit(province: Province, editor: User) -> None:
    """Words of the province's own, in force from today."""
    if province.code == EDITED_IN:
        law = shipped_on(SUPPLEMENT, timezone.localdate())
        edited = replace(law.words, body=law.words.body.replace(ASKED, f"{ANYWHERE}\n{ASKED}"))
        _publish(SUPPLEMENT, edited, law.key, editor)
    law = shipped_on(RESULT, timezone.localdate())
    _publish(RESULT, law.words, law.key, editor, name=RESULT_NAME)


def _publish(form: str, words: Words, key: str, editor: User, name: str = "") -> None:
    row = form_words.draft(form, words, actor=editor, copied_from=key, name=name)
    form_words.publish(
        row.pk, actor=editor, valid_from=timezone.localdate(), source=SOURCE, seen=words.digest
    )


def _hand_over(cast: Cast) -> None:
    """Two slips from a counter to the division that works: one waits, of one a paper is missing."""
    slips = []
    for papers in _lying():
        dossier = papers[0].dossier
        givers = cast.of(dossier.receiving_unit_id, "counter")
        takers = cast.of(dossier.handling_unit_id, "official")
        if givers and takers:
            slip = originals.hand_over(
                [paper.pk for paper in papers], actor=givers[0],
                from_unit_id=dossier.receiving_unit_id, to_unit_id=dossier.handling_unit_id,
            )  # fmt: skip
            slips.append((slip, takers[0]))
        if len(slips) == 2:
            break
    for slip, taker in slips[1:]:
        lost = slip.items.order_by("-pk")[0]
        missing = {lost.pk: "Không có trong túi hồ sơ khi nhận"}
        originals.confirm(slip.pk, actor=taker, missing=missing)


def _lying() -> Iterator[list[DossierPaper]]:
    """Originals under way from one counter to one division, those of the well-known accounts first.

    Two papers at least, so that one may be missing.
    """
    papers = DossierPaper.objects.filter(
        originals__gt=0, dossier__status__in=AT_WORK, dossier__voided_at=None
    ).exclude(dossier__channel=Channel.ONLINE)
    papers = papers.exclude(dossier__handling_unit=F("dossier__receiving_unit"))
    here = Q(dossier__receiving_unit__in=_units_of("counter"))
    there = Q(dossier__handling_unit__in=_units_of("official"))
    nearest = Case(When(here & there, then=0), When(here, then=1), default=2)
    way = ("dossier__receiving_unit_id", "dossier__handling_unit_id")
    rows = papers.select_related("dossier").order_by(nearest, *way, "dossier_id", "order")[:400]
    for _way, group in groupby(rows, key=_way_of):
        while len(found := list(islice(group, SLIP_LONGEST))) > 1:
            yield found


def _way_of(paper: DossierPaper) -> tuple[int, int]:
    return paper.dossier.receiving_unit_id, paper.dossier.handling_unit_id


def _units_of(role: str) -> QuerySet[Position, int]:
    """Where the well-known account of that role sits."""
    names = [account.username for account in demo.accounts() if account.role == role]
    found = Position.objects.filter(user__username__in=names)
    return found.values_list("unit_id", flat=True)

"""The form on paper for a wet signature, and the receipt of its submission: all in words.

Both carry the number of the portal's form and a digest of what it says, so that a signed paper can
be held against the portal. A form that is not submitted is printed as a draft.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.digests import digest_of_data
from onestop.services.papers_of import letterhead
from organizations.models import User
from organizations.words import signing_words
from ranking import rights
from ranking.forms.answers import told_answer
from ranking.models import Assessment, Criterion, Evidence
from ranking.queries.own_class import reach_of
from ranking.queries.sheets import Item, Sheet
from ranking.rules.numbers import half_up
from ranking.rules.standing import timing
from ranking.totals import Terms

# A chairman signs for his committee (NĐ 30/2020/NĐ-CP, phụ lục I, phần I, mục II.7a)
COLLEGE = "ỦY BAN NHÂN DÂN"
AT_ONCE = 40  # criteria of a form that is not ordered: about four pages, half a second


def number_of(assessment: Assessment) -> str:
    """How paper and portal name the form."""
    return f"{assessment.cycle.year}-{assessment.pk}"


def digest_of(items: list[Item]) -> str:
    """SHA-256 of everything that the unit says: answers, explanations, evidence with its bytes."""
    said = [
        [item.node.code, item.answer.input, item.answer.not_applicable, item.answer.explanation,
         [_identity(each) for each in item.evidence]]
        for item in items if item.answer
    ]  # fmt: skip
    return digest_of_data(said)


def _identity(found: Evidence) -> list[str]:
    day = found.issued_on.isoformat() if found.issued_on else ""
    return [
        found.number,
        day,
        found.issuer,
        found.abstract,
        found.file.sha256 if found.file else "",
    ]


def form_paper(sheet: Sheet, actor: User) -> dict[str, Any]:
    """Plain data for ranking/papers/form.html, in Vietnamese whatever the screen speaks."""
    assessment, items = sheet.assessment, {each.node.pk: each for each in sheet.items()}
    with translation.override("vi"):
        areas = {area.node.pk: area for area in sheet.areas()}
        lines = [_line(node, items.get(node.pk), areas) for node in _shown(sheet, set(items))]
        return {
            **_head(sheet, list(items.values())), "lines": lines, **_signer(assessment, actor),
            "areas": [
                {"name": f"{area.node.code}. {area.node.title}", "most": _number(area.maximum),
                 "points": _number(area.points), "count": f"{area.answered}/{area.asked}"}
                for area in areas.values()
            ],
        }  # fmt: skip


def receipt_paper(sheet: Sheet) -> dict[str, Any]:
    """Plain data for ranking/papers/receipt.html: when it came and which day counts."""
    assessment = sheet.assessment
    with translation.override("vi"):
        return _head(sheet, sheet.items()) | {
            "who": assessment.submitted_by.full_name if assessment.submitted_by else "",
            "capacity": " / ".join(_capacity(assessment, assessment.capacity)),
            "on_behalf_of": assessment.on_behalf_of,
            "proof": assessment.proof,
        }  # fmt: skip


def _head(sheet: Sheet, items: list[Item]) -> dict[str, Any]:
    assessment, cycle = sheet.assessment, sheet.assessment.cycle
    terms, unit = Terms.of(cycle), assessment.unit
    today = cycle.today
    line = sheet.line(terms, today)
    late = timing(terms.lateness_of(cycle), assessment.counted_on or today)
    head = letterhead(unit, timezone.now())
    return {
        "sample": settings.GOVIT_DEMO or unit.is_sample,
        "agency_above": head.agency_above if unit.parent_id else "", "agency": assessment.unit_name,
        "place": head.place, "year": cycle.year, "name": cycle.name,
        "group": terms.framework.group_name(assessment.group),
        "framework": cycle.framework.name, "decision": terms.framework.decision,
        "is_illustration": cycle.framework.is_sample,
        "is_draft": not assessment.is_submitted, "number": number_of(assessment),
        "printed_at": _moment(timezone.now()), "digest": digest_of(items),
        "submitted_at": _moment(assessment.submitted_at) if assessment.is_submitted else "",
        "counted_on": f"{assessment.counted_on:%d/%m/%Y}" if assessment.counted_on else "",
        "due": f"{cycle.due:%d/%m/%Y}",
        "deduction": _number(late.deduction) if late.deduction else "",
        "forced_class": late.forced_class or "",
        "is_late": (assessment.counted_on or today) > cycle.due,  # where no rule says what of it
        "total": _number(line.total), "label": line.label or "",
        "sum": _number(sum((each.points for each in sheet.areas()), Decimal(0))),
        "most": _number(sum((each.maximum for each in sheet.areas()), Decimal(0))),
        **_reach(sheet, terms),
        "asked": len(items),
        "answered": sum(bool(each.answer and each.answer.is_complete) for each in items),
    }  # fmt: skip


def _reach(sheet: Sheet, terms: Terms) -> dict[str, Any]:
    """What it comes to as it stands while not all points are known, and why they are not."""
    reach = reach_of(sheet, terms, sheet.assessment.cycle.today)
    return {
        "range": " – ".join(_number(each) for each in reach.totals),
        "classes": " – ".join(reach.labels), "gaps": reach.gaps,
        "waiting": ", ".join(node.code for node in reach.waiting),
    }  # fmt: skip


def _shown(sheet: Sheet, asked: set[int]) -> list[Criterion]:
    """What is asked, under its areas and sections; those without anything are left out."""
    kept = set(asked)
    for node in reversed(sheet.nodes):
        if node.pk in kept and node.parent_id:
            kept.add(node.parent_id)
    return [node for node in sheet.nodes if node.pk in kept]


def _line(node: Criterion, item: Item | None, areas: dict[int, Any]) -> dict[str, Any]:
    """A row of the table: an area with its sums, a section, or a criterion with its answer."""
    area = areas.get(node.pk)
    found: dict[str, Any] = {
        "code": node.code, "title": node.title, "level": node.level,
        "most": _number(area.maximum if area else node.maximum),
        "points": _number(area.points) if area else "", "told": [], "proofs": [],
    }  # fmt: skip
    if item is None:
        return found
    answer = item.answer
    if answer:
        answer.criterion = node
        found["told"] = [{"label": label, "words": words} for label, words in told_answer(answer)]
        found["points"] = (
            pgettext("points", "n/a") if answer.not_applicable else _number(answer.points)
        )
    found["proofs"] = [_proof(each) for each in item.evidence]
    return found


def _proof(found: Evidence) -> str:
    """A document as letters cite it, and its file."""
    words = found.abstract
    if found.number and found.issued_on:
        words = _("%(abstract)s (No. %(number)s of %(day)s, %(issuer)s)") % {
            "abstract": found.abstract, "number": found.number,
            "day": f"{found.issued_on:%d/%m/%Y}", "issuer": found.issuer,
        }  # fmt: skip
    if found.file and found.file.name != found.abstract:
        words += " – " + _("file %(name)s") % {"name": found.file.name}
    return words


def _signer(assessment: Assessment, actor: User) -> dict[str, Any]:
    """Who signed in the portal; of a draft, who prints it if he may sign; else the head."""
    if assessment.is_submitted and assessment.submitted_by:
        capacity, name = assessment.capacity, assessment.submitted_by.full_name
    elif rights.may(actor, rights.SUBMIT, assessment):
        capacity = signing_words(rights.require(actor, rights.SUBMIT, assessment).title)
        name = actor.full_name
    else:
        capacity, name = "", ""
    return {"capacity": _capacity(assessment, capacity), "signer": name}


def _capacity(assessment: Assessment, capacity: str) -> list[str]:
    """The lines above a signature; a committee is signed for (thay mặt, NĐ 30/2020 phụ lục I)."""
    lines = [each.strip() for each in capacity.split(" / ") if each.strip()]
    is_for_all = lines and assessment.unit.kind == "commune"
    return [f"TM. {COLLEGE}", *lines] if is_for_all else lines


def _number(value: Decimal | None) -> str:
    return "" if value is None else number_format(half_up(value, 2), 2, use_l10n=True)


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M:%S %d/%m/%Y}"

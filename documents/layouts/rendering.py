"""A document as PDF, with the form fields that are filled and signed later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from common.pdf import qr_svg_data_uri, render_placed
from common.urgency import Urgency
from documents.document_types import type_name
from documents.layouts.fields import add_fields, fields_at
from documents.layouts.measures import Form, forms, style_rules
from documents.layouts.paper import Annex, Copy, Paper, Signer, date_words
from documents.layouts.text import TITLES, Block, balanced, blocks_of, clean
from documents.rules.numbers import number_words

MAIN, ANNEX = "documents/layouts/main.html", "documents/layouts/annex.html"
COPY = "documents/layouts/copy.html"
SHEET = "nd30"  # static/css/nd30.css: where the parts stand
# Letters of a line: about what fits, set in the sizes of the decree. Only how lines are parted
# hangs on it; a longer line is broken by the renderer.
REFERENCE = re.compile(r"((?<!\S)\(?\d{1,5}/[^\s/]{1,20}(?:/[^\s/]{1,20})?(?!\S))")
HEAD, SUBJECT, LETTER, WIDE, AUTHORITY, TITLE = 22, 62, 32, 95, 27, 46
BESIDE = 16  # lines of recipients, together higher than the block of the signer beside them
SHORT = 4  # letters of a cell that stands in the middle of its column


def render(paper: Paper) -> bytes:
    """The document as PDF: A4, fonts embedded, the fields `so`, `ngay`, `nguoi_ky`, `con_dau`, and
    `nguoi_ky_2` for who signs beside.

    A number or date that is told is printed, and has no field. Raises PdfUnavailable.
    """
    form = forms()[paper.type_code]
    with translation.override("vi"):
        pages = [render_to_string(MAIN, main_data(paper, form))]
        pages += [
            render_to_string(ANNEX, _annex_data(paper, annex, at))
            for at, annex in enumerate(paper.annexes)
        ]
        pdf, places = render_placed(pages, base=SHEET, rules=style_rules())
        return add_fields(pdf, fields_at(places))


def render_flat(papers: Sequence[Paper]) -> bytes:
    """Several documents as one PDF for the printer, each with page numbers of its own and without
    fields: what is not told is written by hand. Raises PdfUnavailable."""
    with translation.override("vi"):
        papers_data = [main_data(each, forms()[each.type_code]) for each in papers]
        pages = [
            render_to_string(MAIN, data | {"date": data["date"] or _blank_date()})
            for data in papers_data
        ]
        return render_placed(pages, base=SHEET, rules=style_rules())[0]


def render_copy(copy: Copy) -> bytes:
    """The block of a certified copy, on a sheet of its own, with the same fields."""
    with translation.override("vi"):
        html = render_to_string(COPY, _copy_data(copy))
        pdf, places = render_placed([html], base=SHEET, rules=style_rules())
        return add_fields(pdf, fields_at(places))


def main_data(paper: Paper, form: Form) -> dict[str, Any]:
    """Everything that the page shows, as plain words."""
    width = LETTER if form.layout == "letter" else SUBJECT
    subject = f"V/v {paper.subject}" if form.layout == "letter" else paper.subject
    name = type_name(paper.type_code)
    return {
        **_issue_data(paper),
        "title": f"{name}: {paper.subject}" if paper.subject else name,
        "sample": paper.sample,
        "qr": qr_svg_data_uri(paper.check_url) if paper.check_url else "",
        "layout": form.layout,
        "type_name": clean(name),
        "superior": balanced(clean(paper.superior), HEAD),
        "numbered": form.numbered,
        "dated": form.dated,
        "subject": balanced(clean(subject), width) if paper.subject else [],
        "urgency": int(paper.urgency),
        "urgency_words": Urgency(paper.urgency).label,
        "decider": clean(paper.decider or paper.issuer) if form.layout == "decision" else "",
        "inviting": clean(paper.issuer),
        "addressees": _listed(paper.addressees),
        "addressed_word": _addressed_word(paper, form),
        "meeting": paper.meeting,
        "blocks": _shown(blocks_of(paper.text, order=form.order, ending=form.ending)),
        "beside": _signer(paper.beside) if paper.beside else None,
    }


def _issue_data(paper: Paper | Copy) -> dict[str, Any]:
    """What a document and a copy of one have in common."""
    return {
        "issuer": balanced(clean(paper.issuer), HEAD),
        "number": number_words(paper.number) if paper.number else "",
        "symbol": clean(paper.symbol),
        "place": clean(paper.place),
        "date": date_words(paper.issued_on) if paper.issued_on else "",
        "signer": _signer(paper.signer),
        "recipients": _recipients(paper),
    }


def _copy_data(copy: Copy) -> dict[str, Any]:
    words = type_name(copy.type_code).removeprefix("Bản ")
    return {
        **_issue_data(copy), "title": words, "form_words": words,
    }  # fmt: skip


def _annex_data(paper: Paper, annex: Annex, at: int) -> dict[str, Any]:
    several = len([each for each in paper.annexes if not each.type_name]) > 1
    before = len([each for each in paper.annexes[:at] if not each.type_name])
    width = WIDE if annex.wide else SUBJECT
    title = annex.title if annex.type_name else annex.title.upper()
    return {
        "title": annex.title,
        "wide": annex.wide,
        "type_name": annex.type_name,
        "ordinal": roman(before + 1) if several else "",
        "subject": balanced(clean(title), width),
        "with_words": _with_words(paper),
        "blocks": _shown(blocks_of(annex.text, ending=not annex.text.rstrip().endswith("|"))),
    }


def _with_words(paper: Paper) -> str:
    """ "Kèm theo Quyết định số 12/QĐ-UBND ngày … của …": blank in an electronic document, until
    then unnumbered (NĐ 30/2020/NĐ-CP Phụ lục I, Phần I, Mục III.1c).
    """
    blank = "\N{NO-BREAK SPACE}"
    date = date_words(paper.issued_on) if paper.issued_on else _blank_date()
    return _("With %(type)s No. %(number)s/%(symbol)s of day %(date)s of %(issuer)s") % {
        "type": type_name(paper.type_code),
        "number": number_words(paper.number) if paper.number else blank * 6,
        "symbol": paper.symbol,
        "date": date,
        "issuer": paper.issuer,
    }


def _blank_date() -> str:
    """With room for what is written by hand."""
    blank = "\N{NO-BREAK SPACE}"
    unknown = {"day": blank * 4, "month": blank * 4, "year": blank * 6}
    return _("%(day)s month %(month)s year %(year)s") % unknown


def _addressed_word(paper: Paper, form: Form) -> str:
    if form.layout == "telegram":
        return _("%(body)s telegraphs") % {"body": paper.decider or paper.issuer}
    return _("Respectfully to")


def _shown(blocks: list[Block]) -> list[dict[str, Any]]:
    return [
        {
            "kind": block.kind,
            "lines": balanced(block.text, TITLE) if block.kind in TITLES.values() else [],
            "mark": block.mark, "keep": block.keep, "runs": runs(block.text),
            "rows": [[_cell(cell) for cell in row] for row in block.rows],
        }
        for block in blocks
    ]  # fmt: skip


def runs(text: str) -> list[tuple[bool, str]]:
    """The text in pieces; a number with its symbol ("125/TTr-SKHCN") is one that stays whole."""
    pieces = REFERENCE.split(text)  # every second piece is a reference
    return [(at % 2 == 1, piece) for at, piece in enumerate(pieces) if piece]


def _cell(text: str) -> dict[str, Any]:
    """Figures and marks of a few letters stand in the middle."""
    return {"text": text, "is_short": len(text) <= SHORT or not text.strip("0123456789.,/%- ")}


def _signer(signer: Signer) -> dict[str, Any]:
    lines = [part for line in signer.lines for part in balanced(clean(line), AUTHORITY)]
    return {"lines": lines, "name": clean(signer.name)}


def _recipients(paper: Paper | Copy) -> dict[str, list[str]]:
    """The lines of "Nơi nhận": those beside the signature, and those of a long list below it.

    What stands beside keeps together with the signature; the rest may go over to other pages.
    """
    archive = clean(paper.archive).rstrip(".")
    lines = [f"- {name};" for name in _listed(paper.recipients)]
    lines.append(_("- Filed: %(where)s.") % {"where": archive})
    return {"beside": lines[:BESIDE], "below": lines[BESIDE:]}


def _listed(names: tuple[str, ...]) -> list[str]:
    """Names as lines of a list, without the dashes and marks that somebody typed."""
    bare = (clean(name).lstrip("-– ").rstrip(" ;.") for name in names)
    return [name for name in bare if name]


def roman(number: int) -> str:
    """I, II, III, IV … of annexes."""
    pairs = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
    words = ""
    for value, letters in pairs:
        count, number = divmod(number, value)
        words += letters * count
    return words

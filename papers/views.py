"""`/quan-tri/mau-giay-to/`: the words of the printed forms, dated, edited with a preview."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.htmx import Request
from common.pdf import PaperResponse
from organizations import access
from papers import form_words, queries
from papers.fields import FIELDS, FORMS, NUMBER
from papers.forms import PublishForm, WordsForm
from papers.models import FormWords
from papers.sample_forms import sample_paper
from papers.services import template_of
from papers.wording import has_number


def _require(request: Request, form: str) -> None:
    access.require_anywhere(request.user, "manage_catalogue")
    if form not in FORMS:
        raise Http404


def _draft(request: Request, pk: int) -> FormWords:
    """Not thrown away; 404 for who may not edit the catalogue."""
    rows = FormWords.objects.visible_to(request.user, "manage_catalogue")
    row: FormWords = get_object_or_404(rows.filter(withdrawn_at=None), pk=pk)
    return row


@require_safe
def form_list(request: Request) -> HttpResponse:
    """Each form with the words that hold today. One query for all."""
    access.require_anywhere(request.user, "manage_catalogue")
    today = timezone.localdate()
    rows = list(
        FormWords.objects.visible_to(request.user, "manage_catalogue").filter(withdrawn_at=None)
    )
    forms = [_line(form, rows, today) for form in FORMS]
    return render(request, "papers/words/list.html", {"forms": forms})


def _line(form: str, rows: list[FormWords], today: Any) -> dict[str, Any]:
    own = [row for row in rows if row.form == form]
    editions = queries.editions_among(form, [row for row in own if not row.is_draft])
    return {
        "form": form, "words": FORMS[form], "now": queries.in_force_among(editions, today),
        "coming": sum(1 for one in editions if one.valid_from and one.valid_from > today),
        "drafts": sum(1 for row in own if row.is_draft),
    }  # fmt: skip


@require_safe
def form_detail(request: Request, form: str) -> HttpResponse:
    """One form: its words of every day, and drafts."""
    _require(request, form)
    editions = queries.editions_of(form)
    rows = FormWords.objects.visible_to(request.user, "manage_catalogue")
    context = {
        "form": form, "words": FORMS[form], "editions": editions[::-1],
        "now": queries.in_force_among(editions, timezone.localdate()),
        "today": timezone.localdate(),
        "drafts": rows.filter(form=form, published_at=None, withdrawn_at=None).order_by("-pk"),
    }  # fmt: skip
    return render(request, "papers/words/detail.html", context)


@require_safe
def form_edition(request: Request, form: str, key: str) -> HttpResponse:
    """The words of one time as they would be printed."""
    edition = _edition(request, form, key)
    context = {"form": form, "words": FORMS[form], "edition": edition,
               "paper": sample_paper(form, edition.words)}  # fmt: skip
    return render(request, "papers/words/edition.html", context)


@require_safe
def form_preview(request: Request, form: str, key: str) -> HttpResponse:
    """The same as PDF, with invented data; of a draft too."""
    edition = _edition(request, form, key)
    return PaperResponse(
        template_of(form), sample_paper(form, edition.words), f"xem-thu-mau-{form}.pdf"
    )


def _edition(request: Request, form: str, key: str) -> queries.Edition:
    _require(request, form)
    if key.isascii() and key.isdigit() and len(key) < 10:
        row = _draft(request, int(key))
        if row.form == form:
            return queries.edition_of(row)
    found = [one for one in queries.editions_of(form) if one.key == key]
    if not found:
        raise Http404
    return found[0]


@require_POST
def form_draft(request: Request, form: str, key: str) -> HttpResponse:
    """A draft copied from words of any time."""
    edition = _edition(request, form, key)
    named = {"name": edition.row.name, "subject": edition.row.subject} if edition.row else {}
    row = form_words.draft(
        form, edition.words, actor=request.user, copied_from=edition.key, **named
    )  # fmt: skip
    return redirect("papers:form_edit", pk=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def form_edit(request: Request, pk: int) -> HttpResponse:
    """The draft: its texts, the fields that they may name, what it looks like and what changes."""
    row = _draft(request, pk)
    if not row.is_draft:
        return redirect("papers:form_edition", form=row.form, key=str(row.pk))
    before = row.as_words()
    data = request.POST if request.method == "POST" else None
    form = WordsForm(data, kind=row.form, words=before, row=row)
    if data is not None and form.is_valid():
        seen = data.get("seen", "")
        form_words.save(pk, form.words(), actor=request.user, seen=seen, **form.template)
        messages.success(request, _("The draft is kept. Look at it before you publish it."))
        return redirect("papers:form_edit", pk=pk)
    context = _context_of(row, form) | {"seen": request.POST.get("seen", "") or before.digest}
    return render(request, "papers/words/edit.html", context, status=422 if form.is_bound else 200)


def _context_of(row: FormWords, form: WordsForm) -> dict[str, Any]:
    now = queries.base_of(row, timezone.localdate())
    words = row.as_words()
    changes = queries.differences(now.words, words)
    return {
        "row": row, "words": FORMS[row.form], "form": form, "publish": PublishForm(), "now": now,
        "fields": FIELDS[row.form], "digest": words.digest,
        "number_fields": NUMBER if has_number(row.form) else (),
        "changes": [line for line in changes if line["sign"]],
        "paper": sample_paper(row.form, words),
    }  # fmt: skip


@require_POST
def form_publish(request: Request, pk: int) -> HttpResponse:
    """From a day on; refused with every fault that is left."""
    row = _draft(request, pk)
    publish = PublishForm(request.POST)
    if not publish.is_valid():
        form = WordsForm(kind=row.form, words=row.as_words(), row=row)
        context = _context_of(row, form) | {"publish": publish, "seen": form.before.digest}
        return render(request, "papers/words/edit.html", context, status=422)
    found = publish.cleaned_data
    form_words.publish(
        pk, actor=request.user, valid_from=found["valid_from"], source=found["source"],
        seen=request.POST.get("seen", ""),
    )  # fmt: skip
    messages.success(request, _("Published. Papers issued from that day on carry these words."))
    return redirect("papers:form_detail", form=row.form)


@require_POST
def form_withdraw(request: Request, pk: int) -> HttpResponse:
    """A draft, or words whose day has not come."""
    row = _draft(request, pk)
    form_words.withdraw(pk, actor=request.user)
    messages.success(request, _("Taken back. Nothing was printed with these words."))
    return redirect("papers:form_detail", form=row.form)

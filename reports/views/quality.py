"""`/dieu-hanh/xep-loai/`: the classification of officials every half year and year."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from common.pages import paginate_keyset, render_page, typed_in
from organizations import access
from reports.forms_quality import ClassForm, CommentForm, DecideForm, OpenForm, ReopenForm
from reports.models import QualityRound, QualitySheet, RoundState, SheetState
from reports.models.quality import HEADS, RUNS, SIGNS
from reports.queries import quality_pages as pages
from reports.queries.quality_words import told
from reports.rules_quality import Basis
from reports.services import quality, quality_ground

ON_A_PAGE = 50
CONFLICT = 409


@require_safe
def quality_list(request: Request) -> HttpResponse:
    """Rounds with people whose head the person is, or that Home Affairs runs."""
    return _list(request, 200)


def _list(request: Request, status: int, form: OpenForm | None = None) -> HttpResponse:
    if not any(access.may(request.user, each) for each in (RUNS, SIGNS, HEADS)):
        raise PermissionDenied(_("Your positions do not include the classification of others."))
    opens = pages.bodies_for(request.user).exists()
    page = paginate_keyset(pages.rounds_for(request.user), request, order=("-last", "path", "-id"))
    context = {
        "page": page, "form": (form or OpenForm(user=request.user)) if opens else None,
    }  # fmt: skip
    return render_page(
        request, "reports/quality_list.html", "reports/_quality_rows.html", context, status=status
    )


@require_POST
def quality_open(request: Request) -> HttpResponse:
    """Open the rounds of one body: of its people, and of its heads."""
    if not any(access.may(request.user, each) for each in (RUNS, SIGNS)):
        raise PermissionDenied(_("Your positions do not include the classification of others."))
    form = OpenForm(request.POST, user=request.user)
    if not form.is_valid():
        return _list(request, 422, form)
    told = form.cleaned_data
    request.conflict_page = _list_as_it_is_now(form)  # type: ignore[attr-defined]
    made = quality.open_rounds(
        told["unit"].pk, actor=request.user, period=told["period"], day=told["day"],
        comment_until=told["comment_until"],
    )  # fmt: skip
    messages.success(request, _("The classification is open; everybody in it is told."))
    return redirect("reports:quality_detail", pk=made[0].pk)


def _list_as_it_is_now(form: OpenForm) -> Callable[[Request, DomainError], HttpResponse]:
    def page(request: Request, error: DomainError) -> HttpResponse:
        messages.error(request, str(error))
        return _list(request, CONFLICT, form)

    return page


@require_safe
def quality_mine(request: Request) -> HttpResponse:
    """The person's own sheets, newest period first."""
    page = paginate_keyset(pages.mine(request.user), request, order=("-last", "-id"))
    return render_page(
        request, "reports/quality_mine.html", "reports/_quality_mine_rows.html", {"page": page}
    )


def visible(request: Request, pk: int) -> QualityRound:
    rounds = QualityRound.objects.visible_to(request.user, RUNS)
    named = rounds.select_related("unit", "judge_unit", "opened_by", "decided_by")
    found: QualityRound = get_object_or_404(named, pk=pk)
    return found


@require_safe
def quality_detail(request: Request, pk: int) -> HttpResponse:
    return _detail(request, visible(request, pk), 200)


def _detail(
    request: Request, found: QualityRound, status: int, decide: DecideForm | None = None,
    reopen: ReopenForm | None = None,
) -> HttpResponse:  # fmt: skip
    sheets = pages.sheets_of(found, request.user)
    signs = quality_ground.may_decide(found, request.user)
    runs = quality_ground.may_run(found, request.user)
    is_last = found.superseded_at is None
    versions = QualityRound.objects.visible_to(request.user, RUNS).filter(
        unit=found.unit_id, kind=found.kind, first=found.first, last=found.last
    )
    left = sum(sheet.state in (SheetState.SELF, SheetState.HEAD) for sheet in sheets)
    decides, seen = signs and found.is_open and not left, found.seen_with(sheets)
    reopens = runs and is_last and not found.is_open
    if decide and status == CONFLICT:
        decide.show_anew(seen)
    is_lost = (decide and not decides) or (reopen and not reopens)
    context = {
        "round": found, "lines": [(sheet, pages.totals(sheet)) for sheet in sheets],
        "hows": [(str(how), how.label) for how in pages.SHOWN], "left": left,
        "taken": _taken(found, sheets),
        "versions": versions.order_by("-number"), "may_run": runs and found.is_open,
        "has_acts": runs and found.state == RoundState.DECIDED,
        "decide_form": (decide or DecideForm(initial={"seen": seen})) if decides else None,
        "reopen_form": (reopen or ReopenForm()) if reopens else None,
        "typed": typed_in(request) if is_lost else [],
    }  # fmt: skip
    return render(request, "reports/quality_detail.html", context, status=status)


def _taken(found: QualityRound, sheets: list[QualitySheet]) -> int:
    """The general points that proposals take in full until a head has given them; 0: none."""
    missing = any(sheet.general_points is None for sheet in sheets)
    is_by_points = found.thresholds["basis"] == Basis.POINTS
    return int(found.thresholds["general_points"]) if is_by_points and missing else 0


@require_POST
def quality_recount(request: Request, pk: int) -> HttpResponse:
    visible(request, pk)
    request.conflict_page = _round_as_it_is_now(pk)  # type: ignore[attr-defined]
    done = quality.recount(pk, actor=request.user)
    moved = len(done.moved)
    words = ngettext(
        "Counted anew. %(n)s person must be classed again: the proposal moved.",
        "Counted anew. %(n)s people must be classed again: the proposal moved.", moved,
    )  # fmt: skip
    messages.success(request, words % {"n": moved} if moved else _("Counted anew."))
    _tell_who_came_and_left(request, done)
    return redirect("reports:quality_detail", pk=pk)


def _tell_who_came_and_left(request: Request, done: quality.Recounted) -> None:
    if done.added:
        told = {"names": _names(done.added), "day": f"{done.added[0].until:%d/%m/%Y}"}
        messages.success(request, _("Added: %(names)s. They comment until %(day)s.") % told)
    if done.gone:
        words = _(
            "Not in this round any more: %(names)s. Open the period again, or count its other "
            "round anew, so that nobody is left out."
        )
        messages.warning(request, words % {"names": _names(done.gone)})


def _names(sheets: list[QualitySheet]) -> str:
    return ", ".join(sheet.name for sheet in sheets)


@require_POST
def quality_decide(request: Request, pk: int) -> HttpResponse:
    found, form = visible(request, pk), DecideForm(request.POST)
    quality_ground.require_sign(request.user, found.deciding_unit_id)
    if not form.is_valid():
        return _detail(request, found, 422, decide=form)
    request.conflict_page = _round_as_it_is_now(pk, decide=form)  # type: ignore[attr-defined]
    names = [each.name for each in dataclasses.fields(quality.Meeting)]
    meeting = quality.Meeting(**{name: form.cleaned_data[name] for name in names})
    quality.decide(
        pk, actor=request.user, meeting=meeting, quota_reason=form.cleaned_data["quota_reason"],
        seen=form.cleaned_data["seen"],
    )  # fmt: skip
    messages.success(request, _("The classification is decided and frozen."))
    return redirect("reports:quality_detail", pk=pk)


@require_POST
def quality_reopen(request: Request, pk: int) -> HttpResponse:
    """A new version beside the old."""
    found, form = visible(request, pk), ReopenForm(request.POST)
    if not form.is_valid():
        return _detail(request, found, 422, reopen=form)
    request.conflict_page = _round_as_it_is_now(pk, reopen=form)  # type: ignore[attr-defined]
    new = quality.correct(pk, actor=request.user, reason=form.cleaned_data["reason"])
    messages.success(request, _("A new version is made; the old one stays beside it."))
    return redirect("reports:quality_detail", pk=new.pk)


def _round_as_it_is_now(
    pk: int, decide: DecideForm | None = None, reopen: ReopenForm | None = None
) -> Callable[[Request, DomainError], HttpResponse]:
    """With the form as it was typed; with the words alone, when it is not offered any more."""

    def page(request: Request, error: DomainError) -> HttpResponse:
        messages.error(request, str(error))
        return _detail(request, visible(request, pk), CONFLICT, decide, reopen)

    return page


def sheet_of(request: Request, pk: int, sheet_pk: int) -> QualitySheet:
    sheet = pages.sheet_for(request.user, pk, sheet_pk)
    if sheet is None:
        raise Http404
    return sheet


@require_safe
def quality_sheet(request: Request, pk: int, sheet_pk: int) -> HttpResponse:
    return _sheet(request, sheet_of(request, pk, sheet_pk), 200)


def _sheet(
    request: Request, sheet: QualitySheet, status: int, comment: CommentForm | None = None,
    classing: ClassForm | None = None,
) -> HttpResponse:  # fmt: skip
    found, is_own = sheet.round, sheet.person_id == request.user.pk
    writes = is_own and found.is_open and sheet.state in (SheetState.SELF, SheetState.HEAD)
    goes_on = found.is_open and sheet.state != SheetState.LEFT
    judges = goes_on and quality_ground.may_judge(found, sheet, request.user)
    if classing and status == CONFLICT:
        classing.show_anew(sheet.seen)
    is_lost = (comment and not writes) or (classing and not judges)
    said = {"words": sheet.self_words, "it_words": sheet.self_it, "grade": sheet.self_grade}
    judged = {
        "comment": sheet.comment, "it_level": sheet.it_level, "reason": sheet.grade_reason,
        "general_points": sheet.general_points, "grade": sheet.grade or sheet.proposed,
        **{f"part_{part}": str(n) for part, n in sheet.head_parts.items()},
        "seen": sheet.seen,
    }  # fmt: skip
    context = {
        "sheet": sheet, "round": found, "is_own": is_own, "lines": pages.lines_of(sheet),
        "hows": [how.label for how in pages.SHOWN], "reasons": told(sheet.reasons),
        "own": pages.own_counts(sheet), "of_unit": sheet.of_unit,
        "sees_round": QualityRound.objects.visible_to(request.user, RUNS)
        .filter(pk=found.pk).exists(),
        "comment_form": (comment or CommentForm(initial=said)) if writes else None,
        "class_form": (classing or ClassForm(initial=judged, sheet=sheet)) if judges else None,
        "typed": typed_in(request) if is_lost else [],
    }  # fmt: skip
    return render(request, "reports/quality_sheet.html", context, status=status)


@require_safe
def quality_items(request: Request, pk: int, sheet_pk: int) -> HttpResponse:
    """What one figure counts: `?nguon=` its source, `?so=` how it stood."""
    sheet = sheet_of(request, pk, sheet_pk)
    behind = pages.behind(sheet, request.GET.get("nguon", ""), request.GET.get("so", ""))
    if behind is None:
        raise Http404
    page = Paginator(behind.pieces, ON_A_PAGE).get_page(request.GET.get("trang"))
    rows = pages.described(page.object_list, request.user)
    context = {
        "rows": rows, "page": page, "behind": behind, "sheet": sheet, "round": sheet.round,
    }  # fmt: skip
    return render(request, "reports/quality_items.html", context)


@require_POST
def quality_comment(request: Request, pk: int, sheet_pk: int) -> HttpResponse:
    sheet, form = sheet_of(request, pk, sheet_pk), CommentForm(request.POST)
    if sheet.person_id != request.user.pk:
        raise PermissionDenied(_("Only the person himself writes this comment."))
    if not form.is_valid():
        return _sheet(request, sheet, 422, comment=form)
    request.conflict_page = _sheet_as_it_is_now(  # type: ignore[attr-defined]
        pk, sheet_pk, comment=form
    )
    quality.comment(sheet.pk, actor=request.user, **form.cleaned_data)
    messages.success(request, _("Your comment is kept."))
    return redirect("reports:quality_sheet", pk=pk, sheet_pk=sheet_pk)


@require_POST
def quality_judge(request: Request, pk: int, sheet_pk: int) -> HttpResponse:
    sheet = sheet_of(request, pk, sheet_pk)
    form = ClassForm(request.POST, sheet=sheet)
    quality_ground.require_judge(sheet.round, sheet, request.user)
    if not form.is_valid():
        return _sheet(request, sheet, 422, classing=form)
    request.conflict_page = _sheet_as_it_is_now(  # type: ignore[attr-defined]
        pk, sheet_pk, classing=form
    )
    quality.judge(sheet.pk, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The class of %(name)s is kept.") % {"name": sheet.name})
    return redirect("reports:quality_detail", pk=pk)


def _sheet_as_it_is_now(
    pk: int, sheet_pk: int, comment: CommentForm | None = None, classing: ClassForm | None = None
) -> Callable[[Request, DomainError], HttpResponse]:
    """As `_round_as_it_is_now`."""

    def page(request: Request, error: DomainError) -> HttpResponse:
        messages.error(request, str(error))
        return _sheet(request, sheet_of(request, pk, sheet_pk), CONFLICT, comment, classing)

    return page

"""`/xep-hang/bo-tieu-chi/`: frameworks, from a file to the published one; `/xep-hang/chay-thu/`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from common.htmx import Request
from common.pages import CSV, as_file, paginate_keyset
from common.spreadsheets import spreadsheet_response
from common.text import alphabetical_key
from organizations import access
from ranking.forms.answers import AnswerForm
from ranking.forms.frameworks import (
    BringInForm,
    CommentForm,
    CommentsForm,
    CopyForm,
    DryRunForm,
    ReasonForm,
)
from ranking.measures import MEASURES
from ranking.method_words import late_words
from ranking.models import Criterion, Framework
from ranking.rule_words import rules_in_words
from ranking.rules import framework as rules
from ranking.rules.checks import publishing_faults
from ranking.rules.difference import are_comparable, differences
from ranking.rules.dry_run import dry_run
from ranking.rules.faults import Faulty
from ranking.rules.yaml_files import write_framework
from ranking.services import frameworks as services
from ranking.views.parts import RUNS, SEES, require_part
from ranking.vocabulary import bound_words
from ranking.wording import Told, difference_in_words, explained, sentence_of
from ranking.workbooks.write import write_workbook


def _found(request: Request, pk: int) -> Framework:
    visible = Framework.objects.visible_to(request.user, SEES)
    found: Framework = get_object_or_404(visible, pk=pk)
    return found


@require_safe
def framework_list(request: Request) -> HttpResponse:
    require_part(request.user)
    rows = Framework.objects.visible_to(request.user, SEES)
    page = paginate_keyset(rows, request, order=("-year", "code", "id"))
    context = {"page": page, "may_manage": access.may(request.user, RUNS)}
    return render(request, "ranking/framework_list.html", context)


@require_safe
def framework_detail(request: Request, pk: int) -> HttpResponse:
    """The tree with rules and sources; of a draft also what keeps it from being published."""
    framework = _found(request, pk)
    return render(request, "ranking/framework_detail.html", _detail(request, framework))


def _detail(request: Request, framework: Framework) -> dict[str, Any]:
    content = services.as_rules(framework)
    manages = access.may(request.user, RUNS)
    faults = publishing_faults(content, MEASURES) if framework.is_draft and manages else []
    nodes = list(framework.criteria.order_by("order"))
    until = framework.comments_until
    comments = framework.comments.select_related("unit", "made_by", "criterion", "answered_by")
    context: dict[str, Any] = {
        "framework": framework, "content": content, "may_manage": manages,
        "rows": rows_of(nodes, content),
        "classes": [(each.label, bound_words(each.lowest, each.inclusive))
                    for each in content.classes],
        "lateness": late_words(content.lateness) if content.lateness else "",
        "faults": [sentence_of(fault) for fault in faults],
        "comments": comments if manages else comments.filter(made_by=request.user),
        "copy_form": CopyForm(initial={"year": framework.year + 1}),
        "comments_form": CommentsForm(),
    }  # fmt: skip
    if framework.is_draft and until and until >= timezone.localdate():
        context["is_open"] = True
        if access.may(request.user, SEES):
            context["comment_form"] = CommentForm(*_choices(request, nodes))
    if framework.based_on_id:
        old = services.as_rules(framework.based_on)
        context |= {
            "old": framework.based_on, "changes": _told(old, content),
            "is_comparable": are_comparable(old, content),
        }  # fmt: skip
    return context


def rows_of(nodes: list[Criterion], content: rules.Framework) -> list[dict[str, Any]]:
    """The tree for reading: each node with how it is scored and the portal's figure for it."""
    scored = rules_in_words(content)
    return [
        {"node": node, "scored": scored.get(node.code, ""),
         "measure": MEASURES[node.measure].words if node.measure in MEASURES else node.measure}
        for node in nodes
    ]  # fmt: skip


def _told(old: rules.Framework, new: rules.Framework) -> list[Told]:
    return [difference_in_words(each) for each in differences(old, new)]


def _choices(
    request: Request, nodes: list[Criterion]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Units for which the person may speak, the highest first, and criteria to speak about."""
    found = access.units_visible_to(request.user, SEES).filter(kind__in=["agency", "commune"])
    units = sorted(found, key=lambda unit: (unit.path.count("/"), alphabetical_key(unit.name)))
    return (
        [(unit.pk, unit.name) for unit in units],
        [(node.pk, str(node)[:120]) for node in nodes if node.level == "criterion"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def framework_bring_in(request: Request) -> HttpResponse:
    """A file, what it would make, then the same text once more with "store"."""
    access.require_anywhere(request.user, RUNS)
    is_sent = request.method == "POST"
    form = BringInForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    context: dict[str, Any] = {"form": form}
    if request.method != "POST":
        return render(request, "ranking/framework_bring_in.html", context)
    if not form.is_valid() or form.content is None:
        return render(request, "ranking/framework_bring_in.html", context, status=422)
    if request.POST.get("act") == "store":
        made = services.bring_in(form.content, actor=request.user)
        messages.success(request, _("The draft is stored."))
        return redirect("ranking:framework_detail", pk=made.pk)
    present = (
        Framework.objects.visible_to(request.user, RUNS).filter(code=form.content.code).first()
    )
    context |= {
        "content": form.content, "text": form.cleaned_data["text"], "present": present,
        "changes": _told(services.as_rules(present), form.content) if present else [],
        "faults": [form.sentence(each) for each in publishing_faults(form.content, MEASURES)],
        "count": sum(1 for node in form.content.nodes() if not getattr(node, "children", ())),
    }  # fmt: skip
    return render(request, "ranking/framework_bring_in.html", context)


@require_safe
def framework_file(request: Request, pk: int) -> HttpResponse:
    """The framework as a file that can be brought in again."""
    framework = _found(request, pk)
    text = write_framework(services.as_rules(framework))
    return as_file(text, "application/yaml", f"{framework.code}.yaml")


@require_safe
def framework_sheet(request: Request, pk: int) -> HttpResponse:
    """The same as a workbook, for who changes it in Excel and brings it in again."""
    framework = _found(request, pk)
    content = write_workbook(services.as_rules(framework))
    return spreadsheet_response(content, f"{framework.code}.xlsx")


@require_POST
def framework_publish(request: Request, pk: int) -> HttpResponse:
    services.publish(_found(request, pk).pk, actor=request.user)
    messages.success(request, _("Published: years may be judged by it, and it stays as it is."))
    return redirect("ranking:framework_detail", pk=pk)


@require_POST
def framework_copy(request: Request, pk: int) -> HttpResponse:
    framework, form = _found(request, pk), CopyForm(request.POST)
    if not form.is_valid():
        return _again(request, framework, copy_form=form)
    made = services.copy(framework.pk, actor=request.user, **form.cleaned_data)
    messages.success(request, _("The copy is a draft; below is what differs."))
    return redirect("ranking:framework_detail", pk=made.pk)


def _again(request: Request, framework: Framework, **forms: Any) -> HttpResponse:
    context = {**_detail(request, framework), **forms}
    return render(request, "ranking/framework_detail.html", context, status=422)


@require_POST
def framework_ask(request: Request, pk: int) -> HttpResponse:
    framework, form = _found(request, pk), CommentsForm(request.POST)
    if not form.is_valid():
        return _again(request, framework, comments_form=form)
    services.ask_for_comments(framework.pk, actor=request.user, until=form.cleaned_data["until"])
    messages.success(request, _("Agencies may comment on the draft until that day."))
    return redirect("ranking:framework_detail", pk=pk)


@require_POST
def framework_comment(request: Request, pk: int) -> HttpResponse:
    framework = _found(request, pk)
    form = CommentForm(*_choices(request, list(framework.criteria.all())), request.POST)
    if not form.is_valid():
        return _again(request, framework, comment_form=form)
    done = form.cleaned_data
    services.comment(
        framework.pk, actor=request.user, unit_id=int(done["unit"]), text=done["text"],
        criterion_id=int(done["criterion"]) if done["criterion"] else None,
    )  # fmt: skip
    messages.success(request, _("Your comment is sent."))
    return redirect("ranking:framework_detail", pk=pk)


@require_POST
def comment_answer(request: Request, pk: int, comment_pk: int) -> HttpResponse:
    framework = _found(request, pk)
    found = get_object_or_404(framework.comments, pk=comment_pk)
    services.answer_comment(found.pk, actor=request.user, text=request.POST.get("text", ""))
    messages.success(request, _("The answer is sent."))
    return redirect("ranking:framework_detail", pk=pk)


@require_POST
def criterion_withdraw(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    framework = _found(request, pk)
    node = get_object_or_404(framework.criteria.filter(level="criterion"), pk=criterion_pk)
    services.withdraw(node.pk, actor=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, _("Withdrawn: nobody is asked or judged by it any more."))
    return redirect("ranking:framework_detail", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_try(request: Request, pk: int, criterion_pk: int) -> HttpResponse:
    """A sample answer to one criterion: what it would score and why. Nothing is stored."""
    framework = _found(request, pk)
    node = get_object_or_404(framework.criteria.filter(level="criterion"), pk=criterion_pk)
    if node.rule is None:
        raise DomainError(_("This criterion has no rule yet."))
    form = AnswerForm(node, request.POST if request.method == "POST" else None,
                      initial={"revision": 0})  # fmt: skip
    status = 200
    context: dict[str, Any] = {
        "framework": framework, "node": node, "form": form, "reason_form": ReasonForm(),
        "may_manage": access.may(request.user, RUNS),
    }  # fmt: skip
    if request.method == "POST":
        status = 200 if form.is_valid() else 422
        if form.scored:
            context |= {"scored": form.scored, "explained": explained(form.scored.steps)}
    return render(request, "ranking/criterion_try.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def ranking_dry_run(request: Request) -> HttpResponse:
    """Two files in, the table out: as `manage.py ranking_dry_run`, nothing is stored."""
    access.require_anywhere(request.user, RUNS)
    is_sent = request.method == "POST"
    form = DryRunForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    context: dict[str, Any] = {"form": form}
    if request.method != "POST":
        return render(request, "ranking/dry_run.html", context)
    if not form.is_valid():
        return render(request, "ranking/dry_run.html", context, status=422)
    try:
        found = dry_run(form.cleaned_data["framework"].read(), form.cleaned_data["scores"].read())
    except Faulty as wrong:
        for fault in wrong.faults[:50]:
            form.add_error(None, str(sentence_of(fault)))
        return render(request, "ranking/dry_run.html", context, status=422)
    if request.POST.get("act") == "file":
        return as_file(found.as_csv(), CSV, "xep-hang.csv")
    context |= {"found": found, "warnings": [sentence_of(each) for each in found.warnings]}
    return render(request, "ranking/dry_run.html", context)

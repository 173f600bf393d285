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
from common.pages import paginate_keyset
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
from ranking.models import Criterion, Framework
from ranking.rules.checks import publishing_faults
from ranking.rules.difference import differences
from ranking.rules.dry_run import dry_run
from ranking.rules.faults import Faulty
from ranking.rules.yaml_files import write_framework
from ranking.services import frameworks as services
from ranking.views.parts import RUNS, SEES, require_part
from ranking.wording import explained, sentence_of


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
        "framework": framework, "content": content, "nodes": nodes, "may_manage": manages,
        "faults": [sentence_of(fault) for fault in faults],
        "comments": comments if manages else comments.filter(made_by=request.user),
        "copy_form": CopyForm(initial={"year": framework.year + 1}),
        "comments_form": CommentsForm(), "reason_form": ReasonForm(),
    }  # fmt: skip
    if framework.is_draft and until and until >= timezone.localdate():
        context["comment_form"] = CommentForm(*_choices(request, nodes))
    if framework.based_on_id:
        old = services.as_rules(framework.based_on)
        context |= {"old": framework.based_on, "changes": differences(old, content)}
    return context


def _choices(
    request: Request, nodes: list[Criterion]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Units for which the person may speak, criteria that can be spoken about."""
    units = access.units_visible_to(request.user, SEES).filter(kind__in=["agency", "commune"])
    return (
        [(unit.pk, unit.name) for unit in units.order_by("name")[:500]],
        [(node.pk, str(node)[:120]) for node in nodes if node.level == "criterion"],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def framework_bring_in(request: Request) -> HttpResponse:
    """A file, what it would make, then the same text once more with "store"."""
    access.require_anywhere(request.user, RUNS)
    form = BringInForm(request.POST or None, request.FILES or None)
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
        "changes": differences(services.as_rules(present), form.content) if present else [],
        "faults": [sentence_of(each) for each in publishing_faults(form.content, MEASURES)],
        "count": sum(1 for node in form.content.nodes() if not getattr(node, "children", ())),
    }  # fmt: skip
    return render(request, "ranking/framework_bring_in.html", context)


@require_safe
def framework_file(request: Request, pk: int) -> HttpResponse:
    """The framework as a file that can be brought in again."""
    framework = _found(request, pk)
    answer = HttpResponse(
        write_framework(services.as_rules(framework)), content_type="application/yaml"
    )
    answer["Content-Disposition"] = f'attachment; filename="{framework.code}.yaml"'
    return answer


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
    form = DryRunForm(request.POST or None, request.FILES or None)
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
        answer = HttpResponse(found.as_csv(), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="xep-hang.csv"'
        return answer
    context |= {"found": found, "warnings": [sentence_of(each) for each in found.warnings]}
    return render(request, "ranking/dry_run.html", context)

"""`/van-ban-di/soan/` and `…/sua/`: a draft, and the next version of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common.errors import AlreadyDone
from common.forms import refusals_in
from common.htmx import Request
from documents.document_types import OFFICIAL_LETTER
from documents.drafting import Content, Gathering
from documents.forms.draft import PROPOSED, DraftForm, DraftPage
from documents.issuing import Stage
from documents.letters import VIETNAMESE
from documents.letters_of import ASKED_BY, body_of
from documents.models import Draft, Incoming, Outgoing, Registry, SubmissionPaper
from documents.queries import drafters
from documents.queries.dispatches import outside_of
from documents.queries.outgoing_detail import OutgoingPage
from documents.queries.submissions import of_incoming
from documents.rules.appendices import together
from documents.services import drafting
from documents.services.drafting import DraftMovedError
from documents.states import Relation
from documents.views.outgoing import chosen, visible_outgoing
from organizations import access
from papers.letters import Letter, letter_of

FORM = "documents/outgoing_form.html"
REFERRED = {  # name in the address → what the new document is to that one
    "sua-doi": Relation.AMENDS, "dinh-chinh": Relation.CORRECTS, "lien-quan": Relation.RELATES,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def outgoing_begin(request: Request) -> HttpResponse:
    """A first draft; `?tra-loi=` an incoming document, `?thay-the=` an issued one, or another of
    REFERRED. With
    `&tu-ho-so=1` it begins from the draft in the dossier of the one that it answers, with `?thu=`
    from a letter that another app has written."""
    access.require_anywhere(request.user, "handle_documents")
    bodies = drafters.bodies_of(request.user)
    answers, replaces = _answered(request), _issued(request, "thay-the")
    relation, refers_to = _referred(request)
    letter = _letter(request)
    for earlier in filter(None, (replaces, refers_to)):
        bodies = [each for each in bodies if each.pk == earlier.registry_id]
    near = answers.registry_id if answers else _body_of(letter)
    registry = chosen(bodies, request.GET.get("van-thu", str(near)))
    if registry is None:
        raise PermissionDenied(
            _("No body of yours keeps a register to issue from. Ask your administrator.")
        )
    proposed = _proposed(request, answers)
    old = replaces or refers_to
    page = _page(
        request, registry, answers=answers, replaces=replaces, proposed=proposed,
        relation=relation, refers_to=refers_to, others=outside_of(old) if old else (),
    )  # fmt: skip
    form = _form(request, page, _first(page) | (_of_letter(page, letter) if letter else {}))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            made = drafting.begin(
                form.heading, form.content, registry_id=registry.pk,
                form_token=form.cleaned_data["form_token"],
                keeps_draft=form.cleaned_data["keeps_upload"], **_sent(request, form),
            )  # fmt: skip
            messages.success(request, _("The draft of the document is saved."))
            return redirect("documents:outgoing_detail", pk=made.pk)
    return _shown(request, form, bodies)


@require_http_methods(["GET", "HEAD", "POST"])
def outgoing_edit(request: Request, pk: int) -> HttpResponse:
    """The next version, by the drafter. What somebody wrote meanwhile is shown first."""
    outgoing = visible_outgoing(request, pk)
    facts = OutgoingPage(outgoing, request.user)
    if not facts.is_at(Stage.DRAFT):
        raise AlreadyDone
    if not facts.may_write:
        raise PermissionDenied(_("%s drafts this document.") % outgoing.drafter.full_name)
    page = _page(
        request, outgoing.registry, outgoing=outgoing, draft=facts.drafts[0],
        replaces=outgoing.replaces, answers=outgoing.answers,
        relation=outgoing.relation, refers_to=outgoing.refers_to,
        annexes=facts.annexes, others=outside_of(outgoing),
    )  # fmt: skip
    form = _form(request, page, _now(page))
    if form.is_bound and form.is_valid():
        with refusals_in(form):
            return _revised(request, form, outgoing)
    return _shown(request, form, [outgoing.registry])


def _revised(request: Request, form: DraftForm, outgoing: Outgoing) -> HttpResponse:
    done = form.cleaned_data
    try:
        drafting.revise(
            outgoing.pk, form.heading, form.content, version=done["version"] or 0,
            keeps_upload=done["keeps_upload"], kept_annexes=done["kept_annexes"],
            **_sent(request, form, without="unit_id"),
        )  # fmt: skip
    except DraftMovedError:
        form.newer = outgoing.version
        raise
    messages.success(request, _("Version %(number)s is saved.") % {"number": outgoing.version + 1})
    return redirect("documents:outgoing_detail", pk=outgoing.pk)


def _sent(request: Request, form: DraftForm, without: str = "") -> dict[str, Any]:
    """What both services are told."""
    told = {
        "unit_id": form.cleaned_data["unit"], "actor": request.user,
        "uploaded_id": form.uploaded_id, "annex_ids": form.cleaned_data["annexes"],
        "receivers": form.receivers,
    }  # fmt: skip
    return {name: value for name, value in told.items() if name != without}


def _page(request: Request, registry: Registry, **more: Any) -> DraftPage:
    return DraftPage(
        user=request.user, registry=registry, units=drafters.units_of(request.user, registry),
        signers=drafters.signers_of(registry),
        secretaries=drafters.candidates_beside(registry, "secretary"),
        parties=drafters.candidates_beside(registry, "party"),
        bodies=drafters.receivers_of(registry), **more,
    )  # fmt: skip


def _form(request: Request, page: DraftPage, initial: dict[str, Any]) -> DraftForm:
    if request.method == "POST":
        return DraftForm(request.POST, request.FILES, page=page, initial=initial)
    return DraftForm(page=page, initial=initial)


def _shown(request: Request, form: DraftForm, bodies: list[Registry]) -> HttpResponse:
    context = {"form": form, "page": form.page, "bodies": bodies}
    return render(request, FORM, context, status=422 if form.is_bound else 200)


def _first(page: DraftPage) -> dict[str, Any]:
    """A form before anything is typed."""
    told: dict[str, Any] = {"urgency": 0, "authority": PROPOSED, "manner": PROPOSED}
    told["language"] = VIETNAMESE
    if page.units:
        told["unit"] = page.units[0].pk
    if page.signers:
        told["signer"] = page.signers[0].user.pk
    if drafters.is_committee(page.registry):
        told["collective"] = drafters.COLLECTIVE
    if page.answers is not None:
        told |= _of_answer(page, page.answers)
    if page.proposed is not None:
        told |= _of_proposal(page.proposed)
    if page.replaces is not None:
        written = page.replaces.drafts.order_by("-version").first()
        told |= _of_row(page, page.replaces) | (_of_text(written) if written else {})
    if page.refers_to is not None:
        told |= _of_earlier(page, page.refers_to)
    return told


def _of_answer(page: DraftPage, incoming: Incoming) -> dict[str, Any]:
    """An official letter to who sent it."""
    named = " ".join((incoming.type_name, incoming.reference)).strip()
    sender = [each.pk for each in page.bodies if each.code == incoming.sender_code]
    return {
        "type": OFFICIAL_LETTER, "urgency": incoming.urgency, "addressees": incoming.issuer,
        "action": sender,
        "subject": _("answer to %(document)s of %(issuer)s")
        % {"document": named, "issuer": incoming.issuer},
    }  # fmt: skip


def _of_proposal(paper: SubmissionPaper) -> dict[str, Any]:
    """What the agency has drafted for the committee; who is addressed the official says."""
    return {
        "type": paper.type, "subject": paper.title, "body": paper.body, "addressees": "",
        "keeps_upload": paper.stored_id is not None,
    }  # fmt: skip


def _of_letter(page: DraftPage, letter: Letter) -> dict[str, Any]:
    """To whom it is written, if that unit is a body; signed by whom it names, if he may."""
    to = [each.pk for each in page.bodies if each.code == letter.to.code]
    told: dict[str, Any] = {
        "type": OFFICIAL_LETTER, "subject": letter.subject, "body": letter.text,
        "addressees": letter.to.name, "action": to, "answer_by": letter.answer_by,
    }  # fmt: skip
    if any(each.user.pk == letter.signer.pk for each in page.signers):
        told["signer"] = letter.signer.pk
    return told


def _of_earlier(page: DraftPage, earlier: Outgoing) -> dict[str, Any]:
    """To the same receivers, of the same type; a correction is an official letter (Điều 18)."""
    named = f"{earlier.type_name} {earlier.reference}"
    told = {**_of_row(page, earlier), "subject": "", "answer_by": None, "note": "", "copies": None}
    if page.relation == Relation.CORRECTS:
        told |= {
            "type": OFFICIAL_LETTER,
            "subject": _("correction of %s") % named,
            "manner": PROPOSED,
        }
    elif page.relation == Relation.AMENDS:
        told["subject"] = _("amendment of %s") % named
    return told


def _signs(page: DraftPage, outgoing: Outgoing) -> dict[str, str]:
    """As typed. What his position says by itself is left to it: another signer brings his own."""
    said = {"authority": outgoing.authority, "signer_position": outgoing.signer_position}
    known = next((each for each in page.signers if each.user.pk == outgoing.signer_id), None)
    if known is None or said != {"authority": known.authority, "signer_position": known.title}:
        return said
    return {"authority": PROPOSED, "signer_position": ""}


def _of_row(page: DraftPage, outgoing: Outgoing) -> dict[str, Any]:
    dispatches = list(outgoing.dispatches.filter(registry__isnull=False).order_by("order"))
    return {
        "type": outgoing.type, "subject": outgoing.subject, "urgency": outgoing.urgency,
        "unit": outgoing.unit_id, "signer": outgoing.signer_id,
        **_signs(page, outgoing),
        "manner": outgoing.manner, "paper_reason": outgoing.paper_reason,
        "copies": outgoing.copies, "answer_by": outgoing.answer_by, "note": outgoing.note,
        "language": outgoing.language,
        "second": outgoing.second_id, "second_position": outgoing.second_position,
        "action": [each.registry_id for each in dispatches if each.is_for_action],
        "inform": [each.registry_id for each in dispatches if not each.is_for_action],
    }  # fmt: skip


def _now(page: DraftPage) -> dict[str, Any]:
    """The newest version, as it is."""
    assert page.outgoing is not None
    assert page.draft is not None
    return {
        **_of_row(page, page.outgoing), **_of_text(page.draft), "version": page.outgoing.version,
        "keeps_upload": page.draft.uploaded_id is not None,
        "kept_annexes": [each.pk for each in page.annexes], "kept_links": [*page.links],
    }  # fmt: skip


def _of_text(draft: Draft) -> dict[str, Any]:
    """What was typed; of an uploaded file the lines beside it."""
    content = Content.from_json(draft.content)
    return {
        "body": together(content.body, content.appendices), "collective": content.collective,
        "addressees": "\n".join(content.addressees), "recipients": "\n".join(content.recipients),
        **_of_meeting(content.meeting),
    }  # fmt: skip


def _of_meeting(meeting: Gathering | None) -> dict[str, Any]:
    """As it is typed."""
    if meeting is None:
        return {}
    starts = timezone.localtime(meeting.starts)
    told = {
        "chair": meeting.chair, "meeting_place": meeting.place, "occasion": meeting.occasion,
        "meets_on": starts.date(), "meets_at": f"{starts:%H:%M}",
    }  # fmt: skip
    if meeting.ends is not None:
        ends = timezone.localtime(meeting.ends)
        told |= {"ends_on": ends.date(), "ends_at": f"{ends:%H:%M}"}
    return told


def _answered(request: Request) -> Incoming | None:
    found = Incoming.objects.visible_to(request.user, "view_documents")
    answered: Incoming | None = _named(request, "tra-loi", found)
    return answered


def _letter(request: Request) -> Letter | None:
    """What another app has written; 404 for who may not."""
    key = request.GET.get(ASKED_BY, "")
    found = letter_of(request.user, key) if key else None
    if key and found is None:
        raise Http404
    return found


def _body_of(letter: Letter | None) -> str | int:
    """The registry that issues it, to be chosen first."""
    registry = body_of(letter.unit) if letter else None
    return registry.pk if registry else ""


def _proposed(request: Request, answers: Incoming | None) -> SubmissionPaper | None:
    """The draft that the agency has put into its dossier; 404 where there is none."""
    if answers is None or "tu-ho-so" not in request.GET:
        return None
    dossier = of_incoming(answers, request.user)
    if dossier is None or dossier.draft is None:
        raise Http404
    return dossier.draft


def _referred(request: Request) -> tuple[str, Outgoing | None]:
    name = next((each for each in REFERRED if request.GET.get(each)), "")
    return (REFERRED[name], _issued(request, name)) if name else ("", None)


def _issued(request: Request, name: str) -> Outgoing | None:
    found = Outgoing.objects.visible_to(request.user, "view_documents")
    issued = found.filter(stage=Stage.ISSUED).select_related("registry__unit")
    found_one: Outgoing | None = _named(request, name, issued)
    return found_one


def _named(request: Request, name: str, found: Any) -> Any:
    """What the address names: 404 when the person does not see it."""
    key = request.GET.get(name, "")
    if not key:
        return None
    return get_object_or_404(found, pk=int(key) if key.isdecimal() and len(key) < 16 else 0)

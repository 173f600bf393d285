"""A draft as it is set on paper, and the PDF of it that waits for its signature."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.errors import DomainError
from common.pdf import PaperResponse, PdfUnavailable
from documents.document_types import document_types, type_name
from documents.drafting import INVITATION, Content, Gathering
from documents.issuing import Authority
from documents.layouts.convert import pdf_of_docx
from documents.layouts.fields import with_fields
from documents.layouts.measures import forms
from documents.layouts.paper import Annex, Capacity, Meeting, Paper, Signer, meeting_words
from documents.layouts.rendering import render
from documents.models import Draft, Outgoing, Registry, SubmissionPaper
from documents.queries.drafters import head_title
from documents.rules.appendices import parted
from documents.rules.form_check import Finding, check_form
from documents.rules.numbers import symbol
from files.services import content_of, store
from organizations.models import User
from organizations.sign_in.links import absolute

WRITTEN_IN = (".docx", ".pdf")  # files that a draft may be
SECONDS = 20  # that a page waits for a Word file
AS_ABOVE = "Như trên"
_CAPACITIES: dict[str, Capacity] = {
    Authority.ACTING: Capacity.ACTING, Authority.DEPUTY: Capacity.DEPUTY,
    Authority.BY_ORDER: Capacity.ORDER, Authority.AUTHORISED: Capacity.AUTHORISED,
}  # fmt: skip


class NotPrinted(DomainError):
    """The paper cannot be made here and now."""

    code = "not_printed"


class DraftResponse(PaperResponse):
    """One version of a draft as PDF, laid out when the transaction is closed."""

    def __init__(self, paper: Paper, filename: str) -> None:
        super().__init__("", {}, filename)
        self.paper = paper

    def render_paper(self) -> None:
        """Fill the content. Raises PdfUnavailable."""
        self.content = render(self.paper)
        self.headers["Content-Length"] = str(len(self.content))


def types_written() -> list[tuple[str, str]]:
    """Types that the portal lays out: all but the copies of other documents."""
    return [(each.code, each.name) for each in document_types().values() if each.code in forms()]


def _require_layout(type: str) -> None:
    """A copy is made of another document; a text that was typed of one has no paper."""
    if type not in forms():
        raise NotPrinted(
            _("%(type)s has no layout for a typed text. Choose another type, or upload its file.")
            % {"type": type_name(type)}
        )


def paper_of(outgoing: Outgoing, draft: Draft) -> Paper:
    """What stands on the paper. Three queries: its receivers, the head in whose place is signed.
    Raises NotPrinted for a type that the portal does not lay out."""
    _require_layout(outgoing.type)
    content, registry = Content.from_json(draft.content), outgoing.registry
    addressees, recipients = _receivers(outgoing, content)
    unit_symbol = outgoing.unit_symbol
    return Paper(
        type_code=outgoing.type, issuer=registry.name, superior=registry.superior,
        place=registry.place or registry.unit.place,
        symbol=symbol(document_types()[outgoing.type], registry.symbol, unit_symbol),
        subject=outgoing.subject, text=content.body, signer=_signer(outgoing, content),
        addressees=addressees, recipients=recipients,
        archive=f"VT, {unit_symbol}" if unit_symbol else "VT", urgency=outgoing.urgency,
        annexes=tuple(Annex(each.title, each.text) for each in content.appendices),
        sample=outgoing.is_sample, meeting=_meeting(outgoing, content.meeting),
        check_url=_check_url(outgoing),
        beside=Signer(outgoing.second_position, outgoing.second.full_name) if outgoing.second
        else None,
    )  # fmt: skip


def _check_url(outgoing: Outgoing) -> str:
    """Where everybody checks it; "" where the body prints no QR code. Reads its province."""
    if not (outgoing.check_token and outgoing.registry.prints_qr):
        return ""
    path = reverse("portal:document_of", args=[outgoing.check_token])
    return absolute(outgoing.province, path)


def _meeting(outgoing: Outgoing, meeting: Gathering | None) -> Meeting | None:
    """What an invitation says of its meeting."""
    if meeting is None or outgoing.type != INVITATION:
        return None
    ends = timezone.localtime(meeting.ends) if meeting.ends else None
    with translation.override("vi"):
        time = meeting_words(timezone.localtime(meeting.starts), ends)
    words = (meeting.occasion or outgoing.subject, meeting.chair, meeting.place)
    occasion, chair, place = (each.strip().rstrip(" .;") for each in words)
    return Meeting(occasion=occasion, chair=chair, time=time, place=place)


def paper_submitted(sheet: SubmissionPaper) -> Paper:
    """The typed draft of a dossier as the committee would print it, without a signer yet. Raises
    NotPrinted as `paper_of`."""
    _require_layout(sheet.type)
    outgoing, incoming = sheet.submission.outgoing, sheet.submission.incoming
    registry = incoming.registry if incoming is not None else outgoing.registry
    body, appendices = parted(sheet.body)
    return Paper(
        type_code=sheet.type, issuer=registry.name, superior=registry.superior,
        place=registry.place or registry.unit.place,
        symbol=symbol(document_types()[sheet.type], registry.symbol, ""), subject=sheet.title,
        text=body, signer=Signer(position="", name=""), sample=outgoing.is_sample,
        annexes=tuple(Annex(each.title, each.text) for each in appendices),
    )  # fmt: skip


def _receivers(outgoing: Outgoing, content: Content) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Kính gửi and Nơi nhận. A letter that names nobody goes to those who are to act on it; who is
    addressed stands in Nơi nhận as "Như trên" (NĐ 30/2020/NĐ-CP Phụ lục I, Phần I, Mục II.9)."""
    named = [
        *outgoing.dispatches.order_by("order").values_list("organ_name", "is_for_action"),
        *outgoing.on_paper.order_by("order").values_list("name", "is_for_action"),
    ]
    addressees = content.addressees
    if not addressees and forms()[outgoing.type].layout == "letter":
        addressees = tuple(name for name, is_for_action in named if is_for_action)
    above = {each.casefold() for each in addressees}
    others = tuple(name for name, _acts in named if name.casefold() not in above)
    return addressees, ((AS_ABOVE,) if addressees else ()) + others + content.recipients


def _signer(outgoing: Outgoing, content: Content) -> Signer:
    collective = content.collective
    if outgoing.authority == Authority.COLLECTIVE and not collective:
        collective = outgoing.registry.name
    position = outgoing.signer_position
    return signs_as(
        outgoing.registry, outgoing.signer, position, outgoing.authority, collective
    )  # fmt: skip


def signs_as(
    registry: Registry, user: User, position: str, authority: str, collective: str
) -> Signer:
    """What stands above the name (NĐ 30/2020/NĐ-CP Điều 13). At most one query."""
    capacity = _CAPACITIES.get(authority, Capacity.OWN)
    if capacity in (Capacity.ORDER, Capacity.AUTHORISED):
        collective = ""  # for the head, not for those who decide together
    head = head_title(registry) if capacity not in (Capacity.OWN, Capacity.ACTING) else ""
    if capacity == Capacity.DEPUTY and not head:
        head = position.removeprefix("Phó ")
    return Signer(
        position=position, name=user.full_name, capacity=capacity, head=head,
        collective=collective.upper(),
    )  # fmt: skip


def pdf_of(outgoing: Outgoing, draft: Draft) -> bytes:
    """The paper with its empty fields, laid out or of the uploaded file. Raises NotPrinted, and
    FieldsRefused for a PDF that takes no fields."""
    if draft.uploaded is not None:
        second = outgoing.second.full_name if outgoing.second else ""
        return with_fields(_read(draft), signer=outgoing.signer.full_name, second=second)
    try:
        return render(paper_of(outgoing, draft))
    except PdfUnavailable as missing:
        raise NotPrinted(
            _("No PDF can be made on this server now. Tell the administrator.")
        ) from missing


def keep_paper(pdf: bytes, outgoing: Outgoing, actor: User) -> int:
    """Stage the paper in the actor's name; the service that passes the form claims it."""
    return store(ContentFile(pdf, f"{outgoing.type}-{outgoing.pk}.pdf"), actor=actor).pk


def findings_of(draft: Draft) -> list[Finding]:
    """What an uploaded file lacks of its form; the portal's own papers lack nothing. Slow."""
    return check_form(_read(draft)) if draft.uploaded else []


def _read(draft: Draft) -> bytes:
    """The uploaded file as PDF."""
    content = content_of(draft.uploaded)
    made = pdf_of_docx(content, seconds=SECONDS) if draft.is_word else content
    if made is None:
        raise NotPrinted(
            _("The Word file could not be made a PDF here. Send it back: its drafter uploads the "
              "PDF of it as a new version.")
        )  # fmt: skip
    return made

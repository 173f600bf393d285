"""The papers of a dossier that is laid before a committee, for the agency and for the committee."""

from __future__ import annotations

from django.db import models
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from audit.notes import note_access
from common.htmx import Request
from documents.models import SubmissionPaper
from documents.papers_of import DraftResponse, paper_submitted
from documents.queries.submissions import papers_with
from documents.views.incoming import visible_incoming
from documents.views.outgoing import visible_outgoing
from files.responses import file_response


@require_safe
def outgoing_submitted(request: Request, pk: int, order: int) -> HttpResponseBase:
    """A paper of the dossier that goes with the Tờ trình."""
    outgoing = visible_outgoing(request, pk)
    return _paper(request, outgoing, papers_with(outgoing=outgoing), order)


@require_safe
def incoming_submitted(request: Request, pk: int, order: int) -> HttpResponseBase:
    """The same paper, as the committee's office opens it."""
    incoming = visible_incoming(request, pk)
    return _paper(request, incoming, papers_with(incoming=incoming), order)


def _paper(
    request: Request, subject: models.Model, papers: models.QuerySet[SubmissionPaper], order: int
) -> HttpResponseBase:
    """The file, or the typed draft as it would be printed."""
    paper = get_object_or_404(papers, order=order)
    if paper.stored is None:
        return DraftResponse(paper_submitted(paper), f"du-thao-{paper.submission_id}-{order}.pdf")
    note_access("file.opened", subject, user=request.user, data={"file": paper.stored_id})
    return file_response(paper.stored, inline="xem" in request.GET)

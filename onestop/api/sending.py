"""Files, dossiers and supplements that machines hand in. Nothing is fetched from any address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import Narrow
from common.errors import DomainError
from files.forms import token_of
from files.services import store
from onestop.api.examples import ANSWER_EXAMPLE, SUPPLEMENT_EXAMPLE
from onestop.api.reading import SEE
from onestop.api.shapes import FileShape, HandedIn
from onestop.api.submissions import DossierIn, SupplementIn, facts_of, papers_of
from onestop.models import Dossier
from onestop.queries import hand_in_by_machine as named
from onestop.queries.machines import count_staged
from onestop.services import intake, waiting
from organizations.api import client_of, endpoint
from organizations.kept_answers import Answer, digest_of_request, once
from organizations.models import ApiScope

MOST_STAGED = 200  # files of a client that wait for their dossier
KEY = re.compile(r"[A-Za-z0-9_.:\-]{8,100}")
KEY_PARAMETER = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, required=True,
    pattern=r"^[A-Za-z0-9_.:\-]{8,100}$",
    description=gettext_lazy(
        "Your own name of this submission, 8 to 100 letters, digits or _.:-. The same key with the "
        "same body gets the same answer, and nothing happens twice; with another body it is refused"
    ),
)  # fmt: skip


class TooManyFiles(DomainError):
    code = "too_many_files"
    default_message = gettext_lazy(
        "Too many uploaded files wait for their dossier. Hand the dossiers in first."
    )


class FileIn(Narrow):
    file = serializers.FileField()


@extend_schema(
    tags=["files"],
    summary=gettext_lazy("Upload a file"),
    description=gettext_lazy(
        "One file as multipart/form-data: PDF, DOCX, XLSX, PNG or JPEG up to 20 MB, checked at "
        "once. The id in the answer is named in a paper of the dossier within a day; a file that "
        "no dossier names is deleted."
    ),
    request={"multipart/form-data": FileIn},
    responses={201: FileShape},
    operation_id="files_upload",
)
@endpoint(POST=(ApiScope.SUBMIT, ApiScope.SUPPLEMENT), parsers=[MultiPartParser])
def file_upload(request: Request) -> Response:
    form = FileIn(data=request.data)
    form.is_valid(raise_exception=True)
    _client, user = client_of(request)
    if count_staged(user) >= MOST_STAGED:
        raise TooManyFiles
    stored = store(form.validated_data["file"], actor=user)
    answer = {
        "id": token_of(stored, user), "name": stored.name, "size": stored.size,
        "sha256": stored.sha256, "content_type": stored.content_type,
    }  # fmt: skip
    return Response(FileShape(answer).data, status=201)


def hand_in(request: Request) -> Response:
    """A dossier as the citizen sent it: status 1, until the counter has looked at it."""

    _client, user = client_of(request)

    def act(key: str) -> Answer:
        sent = checked(DossierIn, request)
        at = timezone.now()
        facts = facts_of(sent, user, at)
        dossier = intake.submit(facts, actor=user, key=key, at=at)
        return 201, dict(HandedIn(dossier).data)

    return _once(request, act)


@extend_schema(
    tags=["dossiers"],
    summary=gettext_lazy("Answer a request for papers"),
    description=gettext_lazy(
        "The papers that were asked for, all at once. After acceptance the clock of the agency "
        "goes on at this moment; before it, the counter looks at them and accepts. 409 when "
        "nothing is asked for."
    ),
    parameters=[KEY_PARAMETER],
    request=SupplementIn,
    responses={200: HandedIn},
    examples=[SUPPLEMENT_EXAMPLE, ANSWER_EXAMPLE],
    operation_id="dossiers_supplement",
)
@endpoint(POST=ApiScope.SUPPLEMENT)
def supplement(request: Request, code: str) -> Response:
    _client, user = client_of(request)
    dossier = get_object_or_404(Dossier.objects.visible_to(user, SEE), code=code)

    def act(key: str) -> Answer:
        sent = checked(SupplementIn, request)
        papers = papers_of(sent["papers"], user, named.components_of(dossier.version))
        answered = waiting.answer_supplement(
            dossier.pk, actor=user, note=sent["note"], papers=papers
        )
        return 200, dict(HandedIn(answered).data)

    return _once(request, act)


def _once(request: Request, act: Callable[[str], Answer]) -> Response:
    """The act under its Idempotency-Key; the same request again gets the same answer."""
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        words = [_("8 to 100 letters, digits or the signs _.:- are needed here.")]
        raise ValidationError({"Idempotency-Key": words})
    digest = digest_of_request("POST", request.path, request.data)
    client, _user = client_of(request)
    status, body = once(client, key, digest, lambda: act(f"{key} {digest}"))
    return Response(dict(sorted(body.items())), status=status)  # the same to the letter


def checked(kind: type[Narrow], request: Request) -> dict[str, Any]:
    """The body, when it is one object and every field of it is right."""
    if not isinstance(request.data, dict):
        raise ParseError(_("The body is one JSON object."))
    form = kind(data=request.data)
    form.is_valid(raise_exception=True)
    found: dict[str, Any] = form.validated_data
    return found

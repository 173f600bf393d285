"""What happened to the dossiers of a client's units, each event once and in one order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.api import MOST_ROWS, Narrow, asked
from onestop.api.reading import SEE
from onestop.api.shapes import EventList
from onestop.models import Dossier
from onestop.queries import machines
from organizations.api import endpoint
from organizations.models import ApiScope


class EventQuery(Narrow):
    after = serializers.IntegerField(
        required=False, min_value=0, max_value=2**63 - 1, default=0,
        help_text=_("What the answer before named in next_after; 0: from the beginning"),
    )  # fmt: skip
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_ROWS, default=MOST_ROWS,
        help_text=_("Events at most."),
    )  # fmt: skip


@extend_schema(
    tags=["events"],
    summary=_("What happened since"),
    description=_(
        "Ask every few minutes with `after` = next_after of the answer before: each event comes "
        "once, in one order, also when acts ended in another order than they began. An event names "
        "the dossier and its status, no person. Events are kept as long as the log of acts."
    ),
    parameters=[EventQuery],
    responses=EventList,
    operation_id="events_list",
    examples=[
        OpenApiExample(
            "Hai sự kiện",
            value={
                "results": [
                    {"id": 48211, "at": "2026-11-20T09:14:03+07:00", "event": "accepted",
                     "dossier": "H32.05-261120-0007", "status": 2},
                    {"id": 48216, "at": "2026-11-20T09:20:41+07:00",
                     "event": "supplement_requested", "dossier": "H32.05-261120-0003",
                     "status": 5},
                ],
                "next_after": 48216,
                "more": False,
            },
            response_only=True,
        )
    ],
)  # fmt: skip
@endpoint(GET=ApiScope.EVENTS)
def event_list(request: Request) -> Response:
    query = asked(EventQuery, request)
    seen = Dossier.objects.visible_to(request.user, SEE)
    found, go_on, more = machines.events(seen, query["after"], query["limit"])
    return Response(EventList({"results": found, "next_after": go_on, "more": more}).data)

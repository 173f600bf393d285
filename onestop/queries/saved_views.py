"""Saved views of the queue: their links, their words, and which of their filters still mean
something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from common.forms import VietnameseDateField
from common.searches import WORDS
from onestop.models import Procedure, SavedView
from onestop.queries import dossiers
from onestop.services.saved_views import FILTERS, is_private, may_keep
from onestop.states import Status
from organizations.models import User

WHO = ("toi", "chua")


def links(user: User, current: str) -> list[dict[str, Any]]:
    """Tabs of the views that a person sees, his own first: one query."""
    rows = SavedView.objects.visible_to(user, "view_dossiers").values(
        "pk", "name", "owner_id", unit_name=F("unit__name")
    )
    return [
        {
            "words": row["name"],
            "url": reverse("onestop:view_open", args=[row["pk"]]),
            "current": str(row["pk"]) == current,
        }
        for row in sorted(rows, key=lambda row: (row["owner_id"] != user.pk, row["name"]))
    ]


def kept_of(query: QueryDict) -> QueryDict:
    """What of an address belongs into a view."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if query.get(name):
            kept[name] = str(query[name])
    return kept


def known_of(query: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The filters that still mean something, and the words for those that do not. At most two
    queries: does the procedure exist, does the person."""
    known: dict[str, str] = {}
    lost: list[str] = []
    for name in FILTERS:
        if not (value := str(query.get(name, ""))):
            continue
        if not is_private(value) and _is_known(name, value):
            known[name] = value
        else:
            lost.append(labels()[name])
    return known, lost


def labels() -> dict[str, str]:
    return {
        "xem": _("View"), WORDS: _("Words searched for"), "nguoi": _("Officer in charge"),
        "tt": _("Status"), "thu_tuc": _("Procedure code"), "tu": _("Changed since"),
        "dong": _("Rows of a page"),
    }  # fmt: skip


def _is_known(name: str, value: str) -> bool:
    match name:
        case "xem":
            return value in (*dossiers.VIEWS, "tat-ca")
        case "tt":
            return value.isdecimal() and int(value) in Status.values
        case "nguoi":
            return value in WHO or (value.isdecimal() and _has(User, pk=int(value)))
        case "thu_tuc":
            return _has(Procedure, code=value)
        case "tu":
            return _is_day(value)
        case "dong":
            return value.isdecimal()
        case _:
            return name == WORDS


def _has(model: Any, **where: Any) -> bool:
    return bool(model.objects.filter(**where).exists())


def _is_day(value: str) -> bool:
    try:
        VietnameseDateField().clean(value)
    except ValidationError:
        return False
    return True


def told_of(query: Mapping[str, str]) -> list[tuple[str, str]]:
    """(label, words) of each filter, for people. One query when a person is named."""
    named = labels()
    return [(named[key], _words(key, str(query[key]))) for key in FILTERS if query.get(key)]


def _words(name: str, value: str) -> str:
    if name == "tt" and value.isdecimal() and int(value) in Status.values:
        return str(Status(int(value)).label)
    if name == "xem":
        return dossiers.view_words().get(value, value)
    if name == "nguoi":
        fixed = {"toi": _("Mine"), "chua": _("Not assigned")}
        found = User.objects.filter(pk=value) if value.isdecimal() else User.objects.none()
        return fixed.get(value) or found.values_list("full_name", flat=True).first() or value
    return value


def kept_by(user: User) -> list[dict[str, Any]]:
    """Every view that a person sees, with its filters in words and whether he may change it."""
    rows = SavedView.objects.visible_to(user, "view_dossiers").select_related("owner", "unit")
    return [
        {"view": view, "told": told_of(view.query), "may_keep": may_keep(view, user)}
        for view in rows.order_by("name", "pk")
    ]

"""Save, rename and delete a view of the queue."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import DomainError
from common.searches import MARK, WORDS, holds_number, slip_of
from onestop.models import SavedView
from organizations import access
from organizations.models import Unit, User

FILTERS = ("xem", WORDS, "nguoi", "tt", "thu_tuc", "tu", "dong")  # of the queue's address
MOST = 20  # views of one person


@transaction.atomic
def save_view(
    *, actor: User, name: str, query: Mapping[str, str], unit_id: int | None = None
) -> SavedView:
    """Keep the filters under a name, for oneself or for a unit where one may assign.

    A number of a person is kept in no view: neither among the words nor in another filter.
    """
    if not access.may(actor, "view_dossiers"):
        access.refuse("view_dossiers")
    unit = Unit.objects.get(pk=unit_id) if unit_id else None
    if unit:
        access.require(actor, "assign_dossiers", unit.pk)
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)  # one view after the other
    if SavedView.objects.filter(owner=actor).count() >= MOST:
        raise DomainError(_("You keep %(n)s views. Delete one first.") % {"n": MOST})
    kept = {key: query[key] for key in FILTERS if query.get(key) and not is_private(query[key])}
    view = SavedView(owner=actor, unit=unit, name=_free_name(actor, name), query=kept)
    view.save(force_insert=True)
    record(view, "saved_view.saved", actor=actor, unit=unit, data={"filters": sorted(kept)})
    return view


@transaction.atomic
def rename_view(view_id: int, *, actor: User, name: str) -> SavedView:
    """Another name: by who saved it, or, when it is shared, by who may assign in the unit."""
    view = _lock(view_id, actor)
    if view.name == name.strip():
        return view
    before, view.name = view.name, _free_name(view.owner, name)
    view.save(update_fields=["name"])
    record(view, "saved_view.renamed", actor=actor, unit=view.unit, data={"before": before})
    return view


@transaction.atomic
def delete_view(view_id: int, *, actor: User) -> None:
    """Gone, for everybody who saw it; no dossier changes."""
    view = _lock(view_id, actor)
    record(view, "saved_view.deleted", actor=actor, unit=view.unit)
    view.delete()


def may_keep(view: SavedView, user: User) -> bool:
    """Whether the person may rename and delete the view."""
    shared = view.unit_id and access.may(user, "assign_dossiers", view.unit_id)
    return bool(view.owner_id == user.pk or shared)


def _lock(view_id: int, actor: User) -> SavedView:
    view: SavedView = SavedView.objects.select_for_update(of=("self",), no_key=True).get(pk=view_id)
    if not may_keep(view, actor):
        access.refuse("assign_dossiers")
    return view


def _free_name(owner: User, name: str) -> str:
    name = name.strip()[:60]
    if not name:
        raise DomainError(_("Give the view a name."))
    if holds_number(name):
        raise DomainError(_("A name of a view holds no number of a person."))
    if SavedView.objects.filter(owner=owner, name=name).exists():
        raise DomainError(_("There is a view “%(name)s” already.") % {"name": name})
    return name


def is_private(value: str) -> bool:
    """A number of a person, the key of a session that stands for one, or the code of a slip."""
    return value.startswith(MARK) or holds_number(value) or bool(slip_of(value))

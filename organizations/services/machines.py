"""Clients of the machine interface: let in, changed, given new tokens, shut out."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from common.errors import AlreadyDone, DomainError
from common.text import nfc
from organizations import access, reach
from organizations.access import RefusedError
from organizations.models import ApiClient, ApiClientUnit, ApiScope, ApiToken, Unit, User
from organizations.services.tokens import make_token
from organizations.services.units import require_open

MOST_DAYS = 730  # a token lives two years at most, then somebody looks again who still needs it
OVERLAP_DAYS = 30  # for so long at most an old token works beside the new one


def require_keeper(actor: User) -> None:
    """Pass when the actor may let machines in: a system administrator of the whole province.

    A client may see what its maker may not, so nobody else makes one. One query.
    """
    root = Unit.objects.get(parent=None)
    access.require(actor, "manage_people", root.pk)
    if not reach.is_system_administrator(actor):
        raise RefusedError(_("Only a system administrator lets other systems in."))


@transaction.atomic
def create_client(
    *,
    actor: User,
    name: str,
    contact: str,
    unit_ids: Iterable[int],
    scopes: Iterable[str],
    per_minute: int,
    days: int,
) -> tuple[ApiClient, str]:
    """Let a system in. Returns it with its first token, which nobody can read again."""
    require_keeper(actor)
    units, wanted = _chosen(unit_ids, scopes)
    for unit in units:
        require_open(unit)
    client = ApiClient.objects.create(
        user=_account(name), contact=contact.strip(), scopes=wanted, per_minute=per_minute,
        created_by=actor,
    )  # fmt: skip
    ApiClientUnit.objects.bulk_create(ApiClientUnit(client=client, unit=unit) for unit in units)
    access.recompile([client.user_id])
    token = make_token(client, _end(days))
    record(
        client, "client.created", actor=actor,
        data={"units": [unit.code for unit in units], "scopes": wanted, "days": days},
    )  # fmt: skip
    return client, token


def _chosen(unit_ids: Iterable[int], scopes: Iterable[str]) -> tuple[list[Unit], list[str]]:
    """Units and scopes in their order; a client without one of them could do nothing."""
    units = list(Unit.objects.filter(pk__in=set(unit_ids)).order_by("path"))
    wanted = [scope.value for scope in ApiScope if scope in set(scopes)]
    if not units or not wanted:
        raise DomainError(_("Choose at least one unit and one thing that the system may do."))
    return units, wanted


@transaction.atomic
def change_client(
    client_id: int,
    *,
    actor: User,
    contact: str,
    unit_ids: Iterable[int],
    scopes: Iterable[str],
    per_minute: int,
) -> ApiClient:
    """Give a system other units, scopes or limits; its tokens stay and obey from the next request.

    Its name stays: the log of acts knows it by that. A unit that was closed meanwhile may be kept,
    none such is added.
    """
    require_keeper(actor)
    client = _locked(client_id)
    units, wanted = _chosen(unit_ids, scopes)
    places = ApiClientUnit.objects.filter(client=client)
    held = list(Unit.objects.filter(pk__in=places.values("unit")).order_by("path"))
    for unit in units:
        if unit not in held:
            require_open(unit)
    before = {"contact": client.contact, "scopes": client.scopes, "per_minute": client.per_minute,
              "units": [unit.code for unit in held]}  # fmt: skip
    after = {"contact": contact.strip(), "scopes": wanted, "per_minute": per_minute,
             "units": [unit.code for unit in units]}  # fmt: skip
    changed = [key for key in after if after[key] != before[key]]
    if not changed:
        return client
    client.contact, client.scopes, client.per_minute = contact.strip(), wanted, per_minute
    client.save(update_fields=["contact", "scopes", "per_minute"])
    places.exclude(unit__in=units).delete()
    ApiClientUnit.objects.bulk_create(
        ApiClientUnit(client=client, unit=unit) for unit in units if unit not in held
    )
    access.recompile([client.user_id])
    record(
        client, "client.changed", actor=actor,
        data={"before": {key: before[key] for key in changed},
              "after": {key: after[key] for key in changed}},
    )  # fmt: skip
    return client


def _account(name: str) -> User:
    """The person that the client acts as: no password, no address, no way to sign in."""
    user: User = User.objects.create_user(
        f"may.{secrets.token_hex(5)}",
        full_name=" ".join(nfc(name).split()),
        is_machine=True,
        wants_digest=False,
    )
    return user


def _end(days: int) -> dt.datetime:
    if not 1 <= days <= MOST_DAYS:
        raise DomainError(
            _("A token is valid for 1 to %(most)s days.") % {"most": MOST_DAYS}, code="invalid"
        )
    return timezone.now() + dt.timedelta(days=days)


@transaction.atomic
def rotate_token(client_id: int, *, actor: User, days: int, overlap_days: int) -> str:
    """A new token; those in use go on for `overlap_days` (0: they end now), never for longer."""
    require_keeper(actor)
    client = _locked(client_id)
    if not 0 <= overlap_days <= OVERLAP_DAYS:
        raise DomainError(
            _("The old token goes on for 0 to %(most)s days.") % {"most": OVERLAP_DAYS},
            code="invalid",
        )
    now = timezone.now()
    last = now + dt.timedelta(days=overlap_days)
    old = ApiToken.objects.filter(client=client, revoked_at=None, expires_at__gt=last)
    old.update(expires_at=last)
    token = make_token(client, _end(days))
    record(
        client, "client.token_made", actor=actor, data={"days": days, "overlap_days": overlap_days}
    )
    return token


@transaction.atomic
def revoke_client(client_id: int, *, actor: User, reason: str) -> ApiClient:
    """Shut a system out: from now on none of its tokens opens anything. For good."""
    require_keeper(actor)
    client = _locked(client_id)
    now = timezone.now()
    client.revoked_at, client.revoke_reason = now, reason.strip() or _("No reason given")
    client.save(update_fields=["revoked_at", "revoke_reason"])
    ApiToken.objects.filter(client=client, revoked_at=None).update(revoked_at=now)
    User.objects.filter(pk=client.user_id).update(is_active=False, disabled_at=now)
    access.recompile([client.user_id])
    record(client, "client.revoked", actor=actor, data={"reason": client.revoke_reason})
    return client


def _locked(client_id: int) -> ApiClient:
    client: ApiClient = (
        ApiClient.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .get(pk=client_id)
    )
    if client.revoked_at:
        raise AlreadyDone(_("This system was shut out before. Let it in anew when it is needed."))
    return client

"""What clients of the machine interface see, compiled like the rights of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from organizations.models import ApiClientUnit, UnitUserPermission

SEEING = "view_dossiers"  # all other rights of a client are its scopes, asked at the door


def rows_of_clients(
    user_ids: Iterable[int], permissions: Mapping[str, int], today: dt.date
) -> list[UnitUserPermission]:
    """For `access.recompile`: the units of the clients among these accounts. One query."""
    places = ApiClientUnit.objects.filter(
        client__user_id__in=user_ids, client__user__is_active=True, client__revoked_at=None
    )
    return [
        UnitUserPermission(
            user_id=user_id,
            permission_id=permissions[SEEING],
            content_object_id=unit_id,
            valid_from=today,
        )
        for user_id, unit_id in places.values_list("client__user_id", "unit_id")
    ]

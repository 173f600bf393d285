"""Who may change the catalogue."""

from __future__ import annotations

from organizations import access
from organizations.models import User


def require_catalogue(actor: User) -> None:
    """Pass when the person holds `manage_catalogue` on any unit, else raise RefusedError.

    The catalogue belongs to the province and not to a unit: the procedure control officer sits
    in one agency and keeps the procedures of all (TT 01/2018/TT-VPCP Điều 8).
    """
    access.require_anywhere(actor, "manage_catalogue")

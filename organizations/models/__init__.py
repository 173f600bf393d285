from organizations.models.grants import UnitGroupPermission, UnitUserPermission
from organizations.models.people import (
    Dated,
    Delegation,
    DelegationReason,
    FieldAssignment,
    Position,
    User,
)
from organizations.models.units import AGENCY_KINDS, Unit, UnitKind, UnitSuccession

__all__ = [
    "AGENCY_KINDS",
    "Dated",
    "Delegation",
    "DelegationReason",
    "FieldAssignment",
    "Position",
    "Unit",
    "UnitGroupPermission",
    "UnitKind",
    "UnitSuccession",
    "UnitUserPermission",
    "User",
]

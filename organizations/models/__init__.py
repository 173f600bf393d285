from organizations.models.absences import Absence, AbsenceReason
from organizations.models.calendars import CalendarEntry, DayKind, WorkPattern
from organizations.models.grants import UnitGroupPermission, UnitUserPermission
from organizations.models.machines import (
    ApiClient,
    ApiClientUnit,
    ApiScope,
    ApiToken,
    KeptAnswer,
    RateBucket,
)
from organizations.models.people import (
    Dated,
    Delegation,
    DelegationReason,
    FieldAssignment,
    Position,
    SecondFactorReset,
    User,
)
from organizations.models.rulesets import RuleSet
from organizations.models.units import AGENCY_KINDS, Unit, UnitKind, UnitMove, UnitSuccession

__all__ = [
    "AGENCY_KINDS",
    "Absence",
    "AbsenceReason",
    "ApiClient",
    "ApiClientUnit",
    "ApiScope",
    "ApiToken",
    "CalendarEntry",
    "Dated",
    "DayKind",
    "Delegation",
    "DelegationReason",
    "FieldAssignment",
    "KeptAnswer",
    "Position",
    "RateBucket",
    "RuleSet",
    "SecondFactorReset",
    "Unit",
    "UnitGroupPermission",
    "UnitKind",
    "UnitMove",
    "UnitSuccession",
    "UnitUserPermission",
    "User",
    "WorkPattern",
]

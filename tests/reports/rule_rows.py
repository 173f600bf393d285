"""When a province has its reports made."""

import datetime as dt

from organizations.models import RuleSet
from organizations.standing import forget_standing
from tenancy.scope import required_scope


def set_days(**values: int) -> None:
    RuleSet.objects.create(
        kind="report", valid_from=dt.date(2020, 1, 1), values=values, source="thử"
    )
    forget_standing()
    required_scope().memory.clear()

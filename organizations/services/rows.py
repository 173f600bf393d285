"""Steps that several acts share. They record nothing and join the act's transaction."""

from __future__ import annotations

import datetime as dt
from typing import Any

from organizations import access


def end_position_rows(positions: Any, on: dt.date) -> set[int]:
    """End what lasts longer than `on`; what would begin later vanishes. Returns the people."""
    later = positions.valid_from_now(on + dt.timedelta(days=1))
    people = set(later.values_list("user_id", flat=True))
    later.filter(valid_from__gt=on).delete()
    later.update(valid_to=on)
    access.recompile(access.affected_by(people))
    return people

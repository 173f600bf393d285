"""Who wants to hear which fact. Filled once by each app's `ready()`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from audit.models import OutboxEvent

Handler = Callable[["OutboxEvent"], None]
_handlers: dict[str, list[Handler]] = defaultdict(list)


def subscribe(action: str, handler: Handler) -> None:
    """Call `handler(event)` in a worker, inside the event's province, at least once.

    The handler is idempotent: it claims its effect with `audit.deliveries.once`.
    """
    if handler not in _handlers[action]:
        _handlers[action].append(handler)


def handlers_of(action: str) -> list[Handler]:
    return _handlers.get(action, [])

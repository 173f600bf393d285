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

    What the handler writes to the database is committed together with the mark "delivered", each
    handler in its own savepoint, so it happens once. What leaves the process does not: it claims
    its effect first (`audit.deliveries.once`) or goes through `notifications.services.email`.
    """
    if handler not in _handlers[action]:
        _handlers[action].append(handler)


def unsubscribe(action: str, handler: Handler) -> None:
    """For tests that subscribe."""
    _handlers[action].remove(handler)


def handlers_of(action: str) -> list[Handler]:
    return list(_handlers.get(action, ()))


def name_of(handler: Handler) -> str:
    """How a handler is called in deliveries and faults: "notifications.consumers.invite"."""
    return f"{handler.__module__}.{handler.__qualname__}"[-60:]

"""Tasks that carry their province in the message header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Task, current_task, shared_task

from tenancy.scope import NoTenant, current_province_id, host_province_id, tenant_scope


class TenantTask(Task):  # type: ignore[misc]
    """Runs inside the province of its message; without one it does not start."""

    abstract = True

    def _with_province(self, headers: dict[str, Any] | None) -> dict[str, Any]:
        found = dict(headers or {})
        parent = (current_task.request.headers or {}).get("province") if current_task else None
        found["province"] = (
            found.get("province") or current_province_id() or host_province_id() or parent
        )
        if found["province"] is None:
            raise NoTenant(self.name)
        return found

    def apply_async(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["headers"] = self._with_province(kwargs.get("headers"))
        return super().apply_async(*args, **kwargs)

    def apply(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["headers"] = self._with_province(kwargs.get("headers"))
        return super().apply(*args, **kwargs)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        province_id = (self.request.headers or {}).get("province")
        if province_id is None:
            if self.request.called_directly:
                return self.run(*args, **kwargs)
            raise NoTenant(self.name)
        with tenant_scope(int(province_id)):
            return self.run(*args, **kwargs)


class GlobalTask(Task):  # type: ignore[misc]
    """A task of the whole installation: it goes through the provinces itself."""

    abstract = True


def global_task(
    name: str, *, seconds: int | None = None
) -> Callable[[Callable[..., Any]], Any]:  # fmt: skip
    """`@global_task("audit.tasks.seal")`: a task of the whole installation, under that name.

    `seconds`: when it is ended whatever it does; with an exception first, ten seconds later with
    its process. For tasks that speak with servers of others, which end by themselves before.
    """
    limits = {"soft_time_limit": seconds, "time_limit": seconds + 10} if seconds else {}

    def register(function: Callable[..., Any]) -> Any:
        return shared_task(base=GlobalTask, name=name, **limits)(function)

    return register

"""Migrating an empty database without rendering most models again and again.

Django renders every model that is related to one that changes, which with us is nearly all of
them, after each of 340 operations: three quarters of the time that a test database takes. Two
kinds of operations need nothing of that. A new model is added beside the others, as when apps are
loaded, and a constraint or index is one more entry of its model's options. That the same database
comes out of it is tested: tests/tenancy/test_quick_migrate.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    self.models[key] = model_state
    if self._relations is not None:
        self.resolve_model_relations(key)
    if "apps" in self.__dict__:  # rendered already
        self.apps.render_multiple([model_state])


def _append_option(
    self: ProjectState, app_label: str, model_name: str, option_name: str, obj: Any
) -> None:
    options = self.models[app_label, model_name].options
    options[option_name] = [*options[option_name], obj]
    if "apps" in self.__dict__:
        facts = self.apps.get_model(app_label, model_name)._meta
        setattr(facts, option_name, [*getattr(facts, option_name), obj])


@contextmanager
def quick_states() -> Iterator[None]:
    """For as long as a whole database is migrated from nothing."""
    kept = ProjectState.add_model, ProjectState._append_option
    ProjectState.add_model, ProjectState._append_option = _add_model, _append_option
    try:
        yield
    finally:
        ProjectState.add_model, ProjectState._append_option = kept

"""What the small forms of acts on a task have in common."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from common.acts import Act, Words
from directives.queries.detail import TaskPage
from directives.services.ground import WORKS
from files.forms import UploadField
from organizations import access


class TaskAct(Act):
    """Base: knows the task, its page and who acts."""

    is_folded = True
    place = ""  # where on the page, if not with the others
    is_later = False  # seldom meant: below the task itself

    def __init__(self, data: Any = None, files: Any = None, *, page: TaskPage) -> None:
        super().__init__(data, files, page=page)
        self.task = page.task
        for field in self.fields.values():
            if isinstance(field, UploadField):
                field.actor = page.user

    @property
    def url(self) -> str:
        return reverse("directives:task_act", args=[self.task.pk, self.slug])

    def people(self, name: str, *, empty: Words) -> None:
        """Fill a field with the people of the lead."""
        found = access.people_with(WORKS, self.task.lead)
        named = dict.fromkeys((person.pk, person.full_name) for person, _unit in found)
        field: Any = self.fields[name]
        field.choices = [("", empty), *named]

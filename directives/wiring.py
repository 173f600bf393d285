"""Where directives hook into the apps below them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directives import consumers, consumers_reminders, consumers_talk, letters, rulesets
from directives.models import Task
from directives.queries import sources, weekly
from directives.services import successions
from notifications import digest
from organizations import open_work, subjects
from organizations.models import User
from organizations.open_work import OpenWork
from papers.letters import tell_letters


def connect() -> None:
    """Called once, when the models are there."""
    consumers.listen()
    consumers_reminders.listen()
    consumers_talk.listen()
    assert rulesets.DIRECTIVES  # registered by being imported
    digest.register("directives", weekly.digest_lines)
    subjects.show_panel("directives", sources.panel)
    tell_letters(letters.KIND, letters.letter_to_draft)
    open_work.count_for_people("directives", held_by)
    open_work.keep_for_units("directives", successions.open_work_in, successions.hand_over)


def held_by(user: User) -> Iterable[OpenWork]:
    """What a leaver answers for or follows."""
    held = Task.objects.filter(Q(person=user) | Q(follower=user)).open().count()
    return [OpenWork(_("Tasks in hand"), held, reverse("directives:task_list"))]

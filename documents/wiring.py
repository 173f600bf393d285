"""Where documents hook into the apps below them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents import (
    consumers,
    consumers_arrivals,
    consumers_outgoing,
    consumers_reminders,
    consumers_submissions,
    consumers_texts,
    letters_of,
    rulesets,
    sources,
)
from documents.models import Assignment
from documents.queries.outgoing_lists import drafts_of
from organizations import open_work, subjects
from organizations.models import User
from organizations.open_work import OpenWork
from papers import letters


def connect() -> None:
    """Called once, when the models are there."""
    consumers.listen()
    consumers_arrivals.listen()
    consumers_outgoing.listen()
    consumers_reminders.listen()
    consumers_texts.listen()
    consumers_submissions.listen()
    assert rulesets.DOCUMENTS  # registered by being imported
    open_work.count_for_people("documents", held_by)
    subjects.tell_facts(sources.INCOMING, sources.incoming_facts)
    subjects.tell_facts(sources.OUTGOING, sources.outgoing_facts)
    letters.issue_letters(letters_of.print_letters, letters_of.drafting_address)


def held_by(user: User) -> list[OpenWork]:
    """What a leaver has in hand."""
    held = Assignment.objects.open().filter(person=user).count()
    return [
        OpenWork(_("Documents in hand"), held, reverse("documents:incoming_list")),
        OpenWork(
            _("Drafts of documents in hand"), drafts_of(user).count(),
            f"{reverse('documents:outgoing_list')}?xem=don-vi",
        ),
    ]  # fmt: skip

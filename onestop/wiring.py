"""Where the one-stop hooks into the apps below it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from notifications import digest
from onestop import consumers, part_news, texting
from onestop.models import Dossier, Opinion
from onestop.queries import catalogue
from onestop.rules import batches
from onestop.services import successions
from organizations import fields, open_work
from organizations.models import User
from organizations.open_work import OpenWork
from papers import form_words


def connect() -> None:
    """Called once, when the models are there."""
    assert batches.BATCHES  # registered by being imported
    consumers.listen()
    part_news.listen()
    texting.listen()
    digest.register("onestop", consumers.digest_lines)
    fields.offer("onestop", catalogue.published_fields)
    form_words.offer_subjects(catalogue.is_procedure)
    open_work.count_for_people("onestop", held_by)
    open_work.keep_for_units("onestop", successions.open_work_in, successions.hand_over)


def held_by(user: User) -> list[OpenWork]:
    """What a leaver has in hand, and where it is given to somebody else."""
    held = Dossier.objects.open().filter(holder=user).count()
    asked = Opinion.objects.filter(asked_by=user, answered_at=None, dossier__closed_at=None).count()
    url = f"{reverse('onestop:dossier_list')}?xem=tat-ca&nguoi={user.pk}"
    return [
        OpenWork(_("Dossiers in hand"), held, url),
        OpenWork(_("Opinions asked and not answered"), asked, url),
    ]

"""Hồ sơ trình: what an agency lays before a People's Committee, and what may become of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

SUBMITTED = "to-trinh"  # key of documents.document_types: with it a dossier is laid before


class Role(models.TextChoices):
    """What a paper is in the dossier."""

    DRAFT = "draft", _("Draft of the document to be issued")
    OPINIONS = "opinions", _("Opinions of those who were asked")
    RECEPTION = "reception", _("Report on the reception of opinions")
    OTHER = "other", _("Other papers")


class State(models.TextChoices):
    """Where the dossier is; the agency that lays it before reads the same."""

    PREPARED = "prepared", _("Being put together")
    SENT = "sent", _("At the committee, to be checked")
    INCOMPLETE = "incomplete", _("To be supplemented")
    COMPLETE = "complete", _("Complete, in work")
    PROPOSED = "proposed", _("Before the leader")
    DECIDED = "decided", _("Decided")


S = State
NEXT_STATE: dict[str, set[str]] = {
    S.PREPARED: {S.SENT},
    S.SENT: {S.INCOMPLETE, S.COMPLETE},
    S.INCOMPLETE: {S.SENT},
    S.COMPLETE: {S.INCOMPLETE, S.PROPOSED, S.DECIDED},
    S.PROPOSED: {S.INCOMPLETE, S.PROPOSED, S.DECIDED},
    S.DECIDED: {S.INCOMPLETE, S.PROPOSED},  # after another opinion only
}  # fmt: skip


class Outcome(models.TextChoices):
    """What the leader says."""

    AGREED = "agreed", _("Agreed")
    DECLINED = "declined", _("Not agreed")
    OTHER = "other", _("Another opinion")

"""The life of an outgoing document (NĐ 30/2020/NĐ-CP Điều 10–19), and how it is signed and sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where an outgoing document is; each waits for somebody else."""

    DRAFT = "draft", _("Being drafted")
    CONTENT = "content", _("Content to be approved")  # head of the drafting unit: Điều 12.1
    FORM = "form", _("Form to be checked")  # Điều 12.2
    SIGNING = "signing", _("To be signed")
    SIGNED = "signed", _("Signed, to be numbered")
    NUMBERED = "numbered", _("Numbered, to be sealed")
    SEALED = "sealed", _("Sealed, to be issued")
    ISSUED = "issued", _("Issued")
    DROPPED = "dropped", _("Given up")
    CANCELLED = "cancelled", _("Number cancelled")
    REPLACED = "replaced", _("Replaced by another")
    RECALLED = "recalled", _("Recalled")


S = Stage
NEXT_STAGE: dict[str, set[str]] = {
    S.DRAFT: {S.CONTENT, S.FORM, S.DROPPED},  # what a head drafts goes to the check of its form
    S.CONTENT: {S.FORM, S.DRAFT},
    S.FORM: {S.SIGNING, S.DRAFT},
    S.SIGNING: {S.SIGNED, S.DRAFT},
    S.SIGNED: {S.NUMBERED, S.DRAFT},
    S.NUMBERED: {S.SEALED, S.CANCELLED},
    S.SEALED: {S.ISSUED, S.CANCELLED},
    S.ISSUED: {S.REPLACED, S.RECALLED},
    S.DROPPED: set(), S.CANCELLED: set(), S.REPLACED: set(), S.RECALLED: set(),
}  # fmt: skip
STAGE_CLOSED = ("dropped", "cancelled", "replaced", "recalled")
UNDER_NUMBER = ("numbered", "sealed", "issued", "cancelled", "replaced", "recalled")
BEFORE_SIGNING = ("draft", "content", "form", "dropped")
ON_PAPER = ("signing", "signed", *UNDER_NUMBER)  # its newest edition is the document
AT_THE_REGISTRY = ("form", "signed", "numbered", "sealed")  # a clerk is to do something


class Authority(models.TextChoices):
    """For whom the signer signs (Điều 13); the head himself signs without any."""

    COLLECTIVE = "TM", _("On behalf of the collective (TM.)")
    ACTING = "Q", _("As acting head (Q.)")
    DEPUTY = "KT", _("For the head (KT.)")
    BY_ORDER = "TL", _("By order of the head (TL.)")
    AUTHORISED = "TUQ", _("By authorisation of the head (TUQ.)")


class Manner(models.TextChoices):
    """In which form it leaves; paper needs a reason where the type goes without (QĐ 28/2018)."""

    ELECTRONIC = "electronic", _("Electronic only")
    BOTH = "both", _("Electronic and on paper")
    PAPER = "paper", _("On paper, with an electronic copy")


class Voice(models.TextChoices):
    """Whose words they are."""

    DRAFTER = "drafter", _("Drafter")
    UNIT = "unit", _("Head of the drafting unit")
    CHECKER = "checker", _("Check of the form")
    SECOND = "second", _("Signs beside")
    SIGNER = "signer", _("Signer")
    REGISTRY = "registry", _("Registry")


class Numbering(models.TextChoices):
    """How a body counts its documents; its head decides (Điều 15.1)."""

    BY_TYPE = "type", _("A series for each type")
    COMMON = "common", _("One series for all types")
    GROUPS = "groups", _("A series for each group of types")

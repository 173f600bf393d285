"""What became of a row that is to be sent to the national portal."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sending(models.TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    TROUBLE = "trouble", _("Will be tried again")
    REFUSED = "refused", _("Refused by the national portal")
    SENT = "sent", _("Sent")
    LEFT_OUT = "left_out", _("Not to be sent")


UNSETTLED = (Sending.WAITING, Sending.TROUBLE)  # the sender's work


class Service(models.TextChoices):
    """The national services, by the names they have there."""

    DOSSIER = "DongBoHoSoMC", _("Dossiers")
    PROGRESS = "CapNhatTienDoHoSoMC", _("Progress")


class Fault(models.TextChoices):
    """Why nothing was answered that could be read."""

    UNREACHABLE = "unreachable", _("The national portal cannot be reached")
    CERTIFICATE = "certificate", _("The certificate of the national portal is not valid")
    TIMEOUT = "timeout", _("The national portal did not answer in time")
    CUT_OFF = "cut_off", _("The connection was cut before an answer came")
    SERVER = "server", _("The national portal answered with an error")
    GARBAGE = "garbage", _("The answer of the national portal cannot be read")
    REDIRECT = "redirect", _("The national portal points to another address")
    LOGIN = "login", _("The national portal did not accept user name and password")

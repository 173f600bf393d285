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


class Way(models.TextChoices):
    """Of a message on the bus between agencies."""

    OUT = "out", _("Sent from here")
    IN = "in", _("Received here")


class Passage(models.TextChoices):
    """What became of a message on the bus between agencies."""

    WAITING = "waiting", _("Waiting for the bus")
    TROUBLE = "trouble", _("Will be tried again")
    SENT = "sent", _("On its way")
    DONE = "done", _("Delivered")
    FAILED = "failed", _("Failed")
    LEFT_OUT = "left_out", _("Not to be sent")


UNDELIVERED = (Passage.WAITING, Passage.TROUBLE)


class Business(models.TextChoices):
    """What a message on the bus does (QCVN 102)."""

    NEW = "new", _("New document")
    REPLACE = "replace", _("Document in the place of another")
    UPDATE = "update", _("Change of a document")
    RECALL = "recall", _("Recall of a document")
    STATUS = "status", _("Status of a document")
    UNREADABLE = "unknown", _("Message that cannot be read")


FIRST = (Business.NEW, Business.REPLACE)  # they bring the document itself
BUS_FAULTS = {
    Fault.UNREACHABLE: _("The bus between agencies cannot be reached"),
    Fault.CERTIFICATE: _("The certificate of the bus is not valid"),
    Fault.TIMEOUT: _("The bus did not answer in time"),
    Fault.CUT_OFF: _("The connection to the bus was cut before an answer came"),
    Fault.SERVER: _("The bus answered with an error"),
    Fault.GARBAGE: _("The answer of the bus cannot be read"),
    Fault.REDIRECT: _("The bus points to another address"),
    Fault.LOGIN: _("The bus did not accept the account of the province"),
}

"""The tables of documents."""

from documents.models.annexes import Annex
from documents.models.confirmations import Confirmation
from documents.models.incoming import Assignment, Incoming, IncomingFile
from documents.models.issuing import Dispatch, PaperDispatch, Signing
from documents.models.links import IncomingLink
from documents.models.outgoing import Consultation, Draft, Edition, Outgoing
from documents.models.registries import Registry
from documents.models.remarks import Remark, RemarkKind
from documents.models.reminders import Occasion, Reminder
from documents.models.submissions import Submission, SubmissionPaper
from documents.models.voices import Voiced

__all__ = [
    "Annex",
    "Assignment",
    "Confirmation",
    "Consultation",
    "Dispatch",
    "Draft",
    "Edition",
    "Incoming",
    "IncomingFile",
    "IncomingLink",
    "Occasion",
    "Outgoing",
    "PaperDispatch",
    "Registry",
    "Remark",
    "RemarkKind",
    "Reminder",
    "Signing",
    "Submission",
    "SubmissionPaper",
    "Voiced",
]

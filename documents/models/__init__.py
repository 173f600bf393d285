"""The tables of documents."""

from documents.models.incoming import Assignment, Incoming, IncomingFile, Remark, RemarkKind
from documents.models.registries import Registry

__all__ = ["Assignment", "Incoming", "IncomingFile", "Registry", "Remark", "RemarkKind"]

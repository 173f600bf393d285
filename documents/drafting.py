"""What a draft says: the facts that stand on the paper, and its text."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, fields
from typing import Any

from common.urgency import Urgency
from documents.issuing import Manner
from documents.letters import VIETNAMESE

INVITATION = "giay-moi"  # key of documents.document_types: it alone invites to a meeting


@dataclass(frozen=True)
class Heading:
    """What is to be known of a document before its text; columns of `Outgoing`."""

    type: str  # key of documents.document_types
    subject: str
    signer_id: int
    signer_position: str
    authority: str = ""  # documents.issuing.Authority
    urgency: int = Urgency.NORMAL
    manner: str = Manner.ELECTRONIC
    paper_reason: str = ""
    answers_id: int | None = None
    replaces_id: int | None = None
    relation: str = ""  # documents.states.Relation, to the next
    refers_to_id: int | None = None
    answer_by: dt.date | None = None
    note: str = ""
    copies: int | None = None  # on paper
    language: str = VIETNAMESE
    second_id: int | None = None  # who signs beside the signer, and as what
    second_position: str = ""


@dataclass(frozen=True)
class Appendix:
    """An annex in the same file: "Phụ lục I"."""

    title: str
    text: str


@dataclass(frozen=True)
class Gathering:
    """What an invitation (giấy mời) invites to; its moments as ISO 8601 with their offset."""

    chair: str
    place: str
    starts_at: str
    ends_at: str = ""  # not told
    occasion: str = ""  # "cuộc họp triển khai …"; empty: the abstract

    @property
    def starts(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.starts_at)

    @property
    def ends(self) -> dt.datetime | None:
        return dt.datetime.fromisoformat(self.ends_at) if self.ends_at else None


@dataclass(frozen=True)
class Content:
    """The text of one version, as it was typed: lines, no markup (see documents.layouts)."""

    body: str = ""
    addressees: tuple[str, ...] = ()  # Kính gửi
    recipients: tuple[str, ...] = ()  # Nơi nhận, without the last line for the archive
    collective: str = ""  # after TM.: "ỦY BAN NHÂN DÂN"
    appendices: tuple[Appendix, ...] = ()
    meeting: Gathering | None = None  # of an invitation

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Content:
        """The kept one; what a later release does not know any more is left out."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in kept.items() if name in known}
        for name in ("addressees", "recipients"):
            values[name] = tuple(values.get(name, ()))
        values["appendices"] = tuple(Appendix(**each) for each in values.get("appendices", ()))
        values["meeting"] = Gathering(**values["meeting"]) if values.get("meeting") else None
        return cls(**values)


@dataclass(frozen=True)
class To:
    """Who gets the document when it is issued; without registry and code it is sent on paper."""

    registry_id: int | None = None  # of a body of the province
    organ_code: str = ""  # of another body, and its name
    organ_name: str = ""
    is_for_action: bool = True

    @property
    def is_on_paper(self) -> bool:
        return self.registry_id is None and not self.organ_code and bool(self.organ_name)

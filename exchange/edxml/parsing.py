"""From bytes to a tree, without believing any of them.

Twice: expat by way of defusedxml, which builds nothing, looks for what must not be there (DOCTYPE,
entities, depth, too many elements); then lxml, whose own limits are lifted (`huge_tree`), since a
file of 8 MB in base64 is one text longer than they allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _
from lxml import etree

from exchange.edxml.faults import EdxmlError
from files.checks import MEGABYTE

PIECE = 1 << 16
ENCODINGS = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"}


@dataclass(frozen=True)
class Limits:
    """How big a message may be. `size` is a setting; the rest guards us (risks 9 and 14).

    40 MB of base64 hold a file of the largest size that an upload may have, and some small ones.
    """

    size: int = 40 * MEGABYTE  # bytes of the message
    depth: int = 100
    elements: int = 20_000
    attributes: int = 20  # of one element
    attachments: int = 100  # files, unwrapped
    unpacked: int = 200 * MEGABYTE  # of all files together
    ratio: int = 100


def parser() -> etree.XMLParser:
    """Resolves nothing, fetches nothing. A new one each time: they remember."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=True,
    )  # fmt: skip


def parsed(data: bytes, limits: Limits) -> etree._Element:
    """The root, or EdxmlError with the one sentence that stops everything else."""
    if len(data) > limits.size:
        raise EdxmlError(
            [
                _("The message is larger than %s MB. Send fewer or smaller files.")
                % (limits.size // MEGABYTE)
            ]
        )
    _look_through(data, limits)
    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error
    about = root.getroottree().docinfo
    if about.doctype or about.internalDTD is not None:
        raise _has_doctype()
    if (about.encoding or "UTF-8").upper() not in ENCODINGS:
        raise EdxmlError(
            [_("The file is written in %s. Write it in UTF-8.") % str(about.encoding)[:40]]
        )
    return root


def _look_through(data: bytes, limits: Limits) -> None:
    looker = DefusedXMLParser(
        target=_Counter(limits), forbid_dtd=True, forbid_entities=True, forbid_external=True
    )
    try:
        for start in range(0, len(data), PIECE):
            looker.feed(data[start : start + PIECE])
        looker.close()
    except DefusedXmlException as error:
        raise _has_doctype() from error
    except (ParseError, LookupError, ValueError) as error:
        raise _malformed(error) from error


class _Counter:
    """What expat tells: only how deep it is and how much."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.depth, self.elements = limits, 0, 0

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.limits.depth:
            raise EdxmlError([_("The elements are nested too deep.")])
        if self.elements > self.limits.elements or len(attributes) > self.limits.attributes:
            raise EdxmlError([_("There are too many elements.")])

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        """Nothing was built."""


def _has_doctype() -> EdxmlError:
    return EdxmlError([_("The file has a DOCTYPE or entities. Remove them.")])


def _malformed(error: Any) -> EdxmlError:
    line, column = getattr(error, "position", None) or (0, 0)
    return EdxmlError(
        [
            _("The file is no well-formed XML (line %(line)s, column %(column)s).")
            % {"line": line, "column": column}
        ]
    )

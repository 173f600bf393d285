"""What is wrong with a message, each in a sentence that names the element."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from common.errors import DomainError, Sentence


class EdxmlError(DomainError):
    """A message that is not taken in or cannot be written. `faults`: all that were found."""

    code = "edxml"

    def __init__(self, faults: Sequence[Sentence]) -> None:
        self.faults = tuple(str(each) for each in faults)
        super().__init__(" ".join(self.faults))


class Faults:
    """Collects what is wrong, so that all of it is told at once."""

    MOST = 20  # a broken file need not fill a page

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, sentence: str) -> None:
        if sentence not in self.found and len(self.found) < self.MOST:
            self.found.append(sentence)

    def missing(self, element: str) -> None:
        self.add(_("%(element)s is missing.") % {"element": element})

    def twice(self, element: str) -> None:
        self.add(_("%(element)s stands there more than once.") % {"element": element})

    def unreadable(self, element: str, told: str, example: str) -> None:
        self.add(
            _("%(element)s cannot be read: “%(told)s”. Write it like %(example)s.")
            % {"element": element, "told": told[:60], "example": example}
        )

    def too_long(self, element: str, most: int) -> None:
        self.add(
            _("%(element)s is too long: at most %(most)s letters.")
            % {"element": element, "most": most}
        )

    def raise_any(self) -> None:
        if self.found:
            raise EdxmlError(self.found)

"""What people can do wrong: mistakes answered with a sentence, never with a stack trace."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise


class DomainError(Exception):
    """A mistake of a person. The sentence says what is wrong and what to do next.

    Services raise it, views do not catch it: the tenancy middleware rolls back and answers 409,
    the API answers ``{"error": message, "code": code}``.
    """

    code: str = "refused"
    default_message: Sentence = _("This cannot be done now. Reload the page and try again.")

    def __init__(self, message: Sentence | None = None, *, code: str | None = None) -> None:
        self.message: Sentence = self.default_message if message is None else message
        self.code = code or self.code
        super().__init__(self.message)

    def __str__(self) -> str:
        """The sentence in the language that is active when it is shown, not when it was raised."""
        return str(self.message)


class AlreadyDone(DomainError):
    """A second click, a second official or a stale page: the change has happened already."""

    code = "already_done"
    default_message = _("Someone already did this. The page shows the state as it is now.")


class TransitionError(DomainError):
    """The record is in a state from which this move is not allowed."""

    code = "move_not_allowed"
    default_message = _("This step is not possible in the present state. Reload the page.")


class Busy(DomainError):
    """Another transaction holds the row longer than we wait (2 seconds)."""

    code = "busy"
    default_message = _("Someone else is working on this right now. Try again in a moment.")

"""What can go wrong on purpose. Anything else is a bug and answers 500."""

from __future__ import annotations

from flask_babel import gettext as _


class DomainError(Exception):
    """A business rule said no; the text is shown to the user, in the user's language."""


class IllegalTransition(DomainError):
    """The workflow offers no such step from here, or something hinders it."""


class NotEntitled(IllegalTransition):
    """The step is possible, only not for whoever asks; answered as a missing right, with the sentence."""


class Stale(DomainError):
    """Somebody else saved the thing after this form was opened."""

    def __init__(self, text: str = "") -> None:
        super().__init__(
            text or _("Somebody else has saved this since you opened it. Look at the present state and save again.")
        )


class UsedElsewhere(DomainError):
    """The key of a form came with something else before: nothing of this one would be done."""

    def __init__(self) -> None:
        super().__init__(_("This form was used for something else already. Open the page anew."))


class Unreadable(DomainError):
    """A file could not be read at all; nothing was taken from it."""

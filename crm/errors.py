"""What can go wrong on purpose. Anything else is a bug and answers 500."""


class DomainError(Exception):
    """A business rule said no; the text is shown to the user, in the user's language."""


class IllegalTransition(DomainError):
    """The workflow offers no such step from here, or something hinders it."""


class Stale(DomainError):
    """Somebody else saved the thing after this form was opened."""


class Unreadable(DomainError):
    """A file could not be read at all; nothing was taken from it."""

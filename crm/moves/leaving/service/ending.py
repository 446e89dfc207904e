"""Going back: something has to be signed anew, or nobody leaves after all."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.errors import DomainError
from crm.moves.leaving.models import Leaving
from crm.moves.leaving.service.steps import STEPS, Said, tell


def unsign(leaving: Leaving, said: Said) -> None:
    """The signed sheet stays on the file; another one will count."""
    STEPS.take(leaving, "unsign", said)
    tell(leaving, "unsign", said)


def cancel(leaving: Leaving, said: Said) -> None:
    """Nothing was booked and nobody's tie has ended. What was read, and which keys came back, is true all the same."""
    if not said.reason:
        raise DomainError(_("Write why it is cancelled."))
    STEPS.take(leaving, "cancel", said)
    tell(leaving, "cancel", said)

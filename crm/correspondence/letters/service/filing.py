"""Filing: the paper of a customer's letter goes into section 8 of the dossier. Clause P-12."""

from __future__ import annotations

from crm.correspondence.letters.models import Letter, LetterState
from crm.correspondence.letters.service.steps import NOTHING_SAID, NOW, STEPS, Said, tell
from crm.db import session
from crm.tenants.closing import file_soon

KIND = "letter"  # of what is closed, and the source of the document


def file(letter: Letter, said: Said = NOTHING_SAID) -> None:
    """A customer's is filed once its paper lies in the dossier, by a job; any other at once."""
    STEPS.expect(letter, "file")
    if letter.customer_id is not None:
        file_soon(KIND, letter.id, letter.number, letter.estate_id)
    else:
        _take(letter, said)


def filed(letter_id: int) -> None:
    """The paper lies in the dossier. Asked for twice, it is filed once."""
    letter = session().get_one(Letter, letter_id)
    if letter.state is not LetterState.filed:
        _take(letter)


def _take(letter: Letter, said: Said = NOTHING_SAID) -> None:
    STEPS.take(letter, "file", said, filed_at=NOW)
    tell(letter, "file", said)

"""Filing: the paper of a customer's letter goes into section 8 of the dossier. Clause P-12."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _

from crm.correspondence.letters.models import Letter, LetterState
from crm.correspondence.letters.queries import UNPROVED
from crm.correspondence.letters.service.steps import NOTHING_SAID, NOW, STEPS, Said, tell
from crm.db import session
from crm.errors import DomainError
from crm.tenants.closing import file_all_soon, file_soon

KIND = "letter"  # of what is closed, and the source of the document


def file(letter: Letter, said: Said = NOTHING_SAID) -> None:
    """A customer's is filed once its paper lies in the dossier, by a job; any other at once."""
    STEPS.expect(letter, "file")
    if letter.customer_id is not None:
        file_soon(KIND, letter.id, letter.number, letter.estate_id)
    else:
        _take(letter, said)


def file_unproved(letter: Letter, said: Said) -> None:
    """One that was sent and of which nothing was heard: `said.reason` stands on the paper that is filed."""
    if not said.reason.strip():
        raise DomainError(_("Write why: it stands on the file for good."))
    STEPS.take(letter, UNPROVED, said)
    tell(letter, UNPROVED, said)
    file(letter)


def file_all(letters: Sequence[Letter]) -> None:
    """As `file`; those of customers by one job for each estate."""
    soon: dict[int, list[int]] = {}
    for letter in letters:
        STEPS.expect(letter, "file")
        if letter.customer_id is None:
            _take(letter)
        else:
            soon.setdefault(letter.estate_id, []).append(letter.id)
    for estate_id, ids in soon.items():
        file_all_soon(KIND, ids, _("File %(count)s letters", count=len(ids)), estate_id)


def filed(letter_id: int) -> None:
    """The paper lies in the dossier. Asked for twice, it is filed once."""
    letter = session().get_one(Letter, letter_id)
    if letter.state is not LetterState.filed:
        _take(letter)


def _take(letter: Letter, said: Said = NOTHING_SAID) -> None:
    STEPS.take(letter, "file", said, filed_at=NOW)
    tell(letter, "file", said)

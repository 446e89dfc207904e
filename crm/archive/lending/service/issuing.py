"""The archivist issues: availability under lock, page counts frozen, custody and ledger in one transaction (L-34)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from flask import g
from flask_babel import gettext as _

from crm.archive.dossiers.events import DossierUsed
from crm.archive.dossiers.models import Dossier
from crm.archive.dossiers.service import take_custody
from crm.archive.lending import queries
from crm.archive.lending.causes import LENT
from crm.archive.lending.events import DocumentsLent
from crm.archive.lending.losses import missing_pages
from crm.archive.lending.models import LendingSlip, SlipLine
from crm.archive.lending.service.asking import drop
from crm.archive.lending.service.keeping import hold_kept, named
from crm.archive.lending.service.steps import NOTHING_SAID, NOW, STEPS, Said, take
from crm.audit.log import record
from crm.db import session
from crm.errors import DomainError


def issue(slip: LendingSlip, in_hand: Collection[int], said: Said = NOTHING_SAID, attachments: int = 0) -> None:
    """`in_hand`: ids of the lines whose paper lies on the desk; the rest leaves the slip, with a word why.
    `attachments`: copies of the clients' own papers that go along, counted.

    Raises `DomainError` naming who has what is out. Whoever comes second waits for the dossier, and is told.
    """
    STEPS.hold_unchanged(slip)
    STEPS.expect(slip, "issue")
    lines = queries.lines_of(slip.id)
    going = [line for line in lines if line.id in in_hand]
    left = [line for line in lines if line.id not in in_hand]
    _expect_ticked(going, left, said)
    hold_kept(slip, going)
    _expect_in_place(going)
    drop(slip, left)
    _expect_counted(slip, attachments)
    missing = missing_pages([line.item_id for line in going])
    if empty := [line for line in going if missing.get(line.item_id, 0) >= line.item.pages]:
        raise DomainError(_("Every page was lost: %(what)s. Leave it unticked, and write why.", what=named(empty)))
    for line in going:
        line.issued_pages, line.out = line.item.pages - missing.get(line.item_id, 0), True
    session().flush()
    take(slip, "issue", said, issued_by_id=g.actor.user_id, issued_at=NOW, attachments=attachments)
    _hand_out(slip, going)


def _expect_ticked(going: Sequence[SlipLine], left: Sequence[SlipLine], said: Said) -> None:
    if not going:
        raise DomainError(_("Tick what lies on the desk: nothing is issued unseen."))
    if left and not said.note.strip():
        raise DomainError(_("Not ticked: %(what)s. Tick it, or write why it is left off the slip.", what=named(left)))


def _expect_counted(slip: LendingSlip, attachments: int) -> None:
    if (there := queries.attachments_in(queries.whole_dossiers(slip.id))) != attachments:
        raise DomainError(
            _("%(count)d copies of the clients' own papers go along. Count them, and write how many.", count=there)
        )


def _expect_in_place(lines: Sequence[SlipLine]) -> None:
    taken = queries.taken([line.item_id for line in lines])
    if taken:
        row = next(iter(taken.values()))
        out = [line for line in lines if line.item_id in taken]
        told = {"what": named(out), "who": row.borrower, "number": row.number, "day": row.due_on.isoformat()}
        raise DomainError(_("Is out: %(what)s. %(who)s has it by slip %(number)s, due %(day)s.", **told))
    held = queries.held({line.dossier_id for line in lines})
    if held:
        out = [line for line in lines if line.dossier_id in held]
        told = {"what": named(out), "who": next(iter(held.values()))}
        raise DomainError(_("The dossier is not in its place: %(what)s. %(who)s has it in hand.", **told))


def _hand_out(slip: LendingSlip, lines: Sequence[SlipLine]) -> None:
    """Dossiers that go whole go with their custody; each is a use, with the slip's purpose."""
    whole = queries.whole_dossiers(slip.id)
    for dossier, own in by_dossier(lines).values():
        if dossier.id in whole:
            take_custody(dossier, holder_id=slip.borrower_id, cause=LENT)
        note_use(slip, dossier.id)
        record(
            DocumentsLent(
                lending_slip_id=slip.id,
                dossier_id=dossier.id,
                number=slip.number,
                borrower=slip.borrower.full_name,
                codes=[line.item.code or "" for line in own],
                pages=sum(line.issued_pages for line in own),
                whole=dossier.id in whole,
                due_on=slip.due_on,
            )
        )


def by_dossier(lines: Sequence[SlipLine]) -> dict[int, tuple[Dossier, list[SlipLine]]]:
    found: dict[int, tuple[Dossier, list[SlipLine]]] = {}
    own: defaultdict[int, list[SlipLine]] = defaultdict(list)
    for line in lines:
        own[line.dossier_id].append(line)
        found[line.dossier_id] = line.dossier, own[line.dossier_id]
    return found


def note_use(slip: LendingSlip, dossier_id: int) -> None:
    """In the register of use, for whom the archivist took it out."""
    said = _("%(number)s, %(who)s: %(reason)s", number=slip.number, who=slip.borrower.full_name, reason=slip.reason)
    record(
        DossierUsed(
            dossier_id=dossier_id,
            item_id=None,
            rendition_id=None,
            code="",
            title="",
            paper="lending_slip",
            purpose=slip.purpose,
            note=said,
        )
    )

"""Writing a slip: what for, until when, which documents; handing it in, deciding about it, withdrawing it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from flask import g
from flask_babel import gettext as _
from sqlalchemy import delete

from crm import numbering
from crm.archive.dossiers.models import Dossier, Item
from crm.archive.lending import queries
from crm.archive.lending.events import SlipChanged, SlipLinesChanged, SlipMade
from crm.archive.lending.figures import LENT_AT_MOST
from crm.archive.lending.models import LendingSlip, SlipForm, SlipKind, SlipLine, SlipState
from crm.archive.lending.service.keeping import hold_kept
from crm.archive.lending.service.steps import (
    NOTHING_SAID,
    NOW,
    STEPS,
    Said,
    follow,
    may_borrow_directly,
    take,
)
from crm.audit.log import plain, record
from crm.auth.models import User
from crm.dates import business_day, utc_now
from crm.db import session
from crm.errors import DomainError

SERIES, PATTERN = "出借单", "借{year:04d}-{serial:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: `purpose` is of PURPOSES."""

    form: SlipForm
    purpose: str
    reason: str
    due_on: date


def make(wish: Wish, key: str | None = None) -> LendingSlip:
    """A draft of the acting person's: it keeps nothing from others."""
    borrower = session().get(User, g.actor.user_id) if g.actor.user_id is not None else None
    if borrower is None:
        raise DomainError(_("This is done by a person who is signed in."))
    _expect_sound(wish)
    [number] = numbering.reserve(SERIES, PATTERN, year=business_day().year)
    number.commit()
    made = LendingSlip(
        number_id=number.id,
        number=number.text,
        key=key,
        kind=SlipKind.direct if may_borrow_directly() else SlipKind.staff,
        state=SlipState.draft,
        borrower_id=borrower.id,
        department_id=borrower.department_id,
        entered_at=utc_now(),
        **asdict(wish),
    )
    session().add(made)
    session().flush()
    told: dict[str, Any] = {"purpose": made.purpose, "reason": made.reason, "due_on": made.due_on}
    record(SlipMade(lending_slip_id=made.id, number=made.number, kind=made.kind.value, form=made.form.value, **told))
    return queries.get_slip(made.id)


def _expect_sound(wish: Wish) -> None:
    if not wish.reason.strip():
        raise DomainError(_("Write what it is needed for: it stands on the slip."))
    today, most = business_day(), LENT_AT_MOST.on(business_day())
    if not today <= wish.due_on <= today + timedelta(days=most):
        raise DomainError(_("The due day lies between today and %(most)d days from today.", most=most))


def change(slip: LendingSlip, wish: Wish, said: Said = NOTHING_SAID) -> None:
    _expect_sound(wish)
    new = asdict(wish)
    changes = {
        name: [plain(getattr(slip, name)), plain(value)] for name, value in new.items() if getattr(slip, name) != value
    }
    if changes:
        STEPS.take(slip, "change", said, **new)
        record(SlipChanged(lending_slip_id=slip.id, number=slip.number, changes=changes))


def put_on(slip: LendingSlip, items: Sequence[Item]) -> int:
    """How many were new. Raises `DomainError` for what cannot be lent to anybody, title documents first of all."""
    _hold_draft(slip)
    there = {line.item_id for line in queries.lines_of(slip.id)}
    new = [item for item in items if item.id not in there]
    allowed = {item.id for item in queries.items_named([item.id for item in new])}
    if refused := [item.title for item in new if item.id not in allowed]:
        raise DomainError(
            _(
                "Not lent by slip: %(what)s. Title documents leave by voucher only; what is removed is not there.",
                what=_(", ").join(refused),
            )
        )
    session().add_all(SlipLine(slip_id=slip.id, dossier_id=item.dossier_id, item_id=item.id) for item in new)
    session().flush()
    _record_lines(slip, added=new)
    return len(new)


def put_dossier_on(slip: LendingSlip, dossier: Dossier) -> int:
    """The whole of it: every document that can be lent."""
    items = queries.lendable_of(dossier.id)
    if not items:
        raise DomainError(_("Nothing in this dossier can be lent."))
    return put_on(slip, items)


def take_off(slip: LendingSlip, line_ids: Collection[int]) -> None:
    _hold_draft(slip)
    drop(slip, [line for line in queries.lines_of(slip.id) if line.id in line_ids])


def drop(slip: LendingSlip, lines: Sequence[SlipLine]) -> None:
    """What was never issued leaves the slip; the log keeps that it stood there."""
    if not lines:
        return
    items = [line.item for line in lines]
    session().execute(delete(SlipLine).where(SlipLine.id.in_([line.id for line in lines])))
    _record_lines(slip, gone=items)


def _hold_draft(slip: LendingSlip) -> None:
    STEPS.hold(slip)
    STEPS.expect(slip, "change")


def _record_lines(slip: LendingSlip, added: Sequence[Item] = (), gone: Sequence[Item] = ()) -> None:
    """Whoever does not see the dossier is told the codes alone."""
    seen = queries.visible_of({item.dossier_id for item in (*added, *gone)})
    named: dict[str, Any] = {
        name: [_named(item) if item.dossier_id in seen else item.code or "" for item in items]
        for name, items in (("added", added), ("taken_off", gone))
    }
    if added or gone:
        record(SlipLinesChanged(lending_slip_id=slip.id, number=slip.number, **named))


def _named(item: Item) -> str:
    return f"{item.code or ''} {item.title}".strip()


def hand_in(slip: LendingSlip, said: Said = NOTHING_SAID) -> None:
    """For approval; by rank at once to the archivist, or to be read."""
    if slip.kind is SlipKind.staff:
        take(slip, "submit", said, submitted_at=NOW)
        return
    take(slip, "hand_in", said, submitted_at=NOW)
    _open(slip)


def approve(slip: LendingSlip, said: Said = NOTHING_SAID) -> None:
    take(slip, "approve", said, decided_by_id=g.actor.user_id, decided_at=NOW, decision=said.note)
    _open(slip)


def reject(slip: LendingSlip, said: Said) -> None:
    take(slip, "reject", said, decided_by_id=g.actor.user_id, decided_at=NOW, decision=said.reason)


def cancel(slip: LendingSlip, said: Said) -> None:
    take(slip, "cancel", said, decision=said.reason)


def _open(slip: LendingSlip) -> None:
    """A copy needs no hands to be issued."""
    if slip.form is SlipForm.digital:
        hold_kept(slip, queries.lines_of(slip.id))
        follow(slip, "open_copy", issued_at=NOW)

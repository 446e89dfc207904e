"""What can be linked to a complaint, kind by kind: how it is found, how it is called, how it stands now.

Another kind is one line of `KINDS`, beside its word in `cases.models.LinkKind`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.auth.actor import actor, within
from crm.auth.models import Department, User
from crm.auth.permissions import Permission
from crm.auth.queries import who_may_in
from crm.billing.ledger.explaining import days_in_words
from crm.billing.ledger.models import BILL_TITLES, Bill, BillState
from crm.billing.ledger.queries import state_of
from crm.calls.models import ADDRESS as CALL
from crm.calls.models import CALL_REASONS, Call
from crm.calls.models import STATE_TITLES as CALL_STATES
from crm.complaints.cases.models import Complaint, ComplaintCaller, LinkKind
from crm.correspondence.letters.models import ADDRESS as LETTER
from crm.correspondence.letters.models import STATE_TITLES as LETTER_STATES
from crm.correspondence.letters.models import STATE_TONES as LETTER_TONES
from crm.correspondence.letters.models import Letter
from crm.db import session
from crm.repairs.orders.models import ADDRESS as REPAIR
from crm.repairs.orders.models import STATE_TITLES as REPAIR_STATES
from crm.repairs.orders.models import STATE_TONES as REPAIR_TONES
from crm.repairs.orders.models import RepairOrder
from crm.tenants.queries import files_of, kept_ids
from crm.violations.cases.models import ADDRESS as VIOLATION
from crm.violations.cases.models import STATE_TITLES as VIOLATION_STATES
from crm.violations.cases.models import STATE_TONES as VIOLATION_TONES
from crm.violations.cases.models import Violation
from crm.web.forms import id_in
from crm.web.templating import moment

MOST, SHOWN = 60, 40  # of what is offered to choose from; characters of a label's words


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a thing stands now. `address`: its page; `further`: title and address of what could be done with it."""

    state: Any = ""
    tone: str = "grey"
    address: str = ""
    further: tuple[Any, str] | None = None


Labels = Mapping[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linkable:
    """`labels(case, condition)`: those of the case's estate for which it holds, by id. `typed(text)`: the condition for
    a number as somebody types it; without one, `offered(case)` is chosen from. `standings`: in the acting person's
    estates. `permission`: who may link it, and see how it stands."""

    kind: LinkKind
    permission: Permission
    key: Any  # its column of ids
    labels: Callable[[Complaint, Any], Labels]
    standings: Callable[[Sequence[int]], Mapping[int, Standing]]
    typed: Callable[[str], Any] | None = None
    offered: Callable[[Complaint], Any] | None = None
    hint: Any = ""

    def find(self, case: Complaint, text: str) -> tuple[int, str] | None:
        """By its number, or by its id where it is chosen from a list."""
        if self.typed is not None:
            return self._first(case, self.typed(text))
        key = id_in(text)
        return None if key is None else self.get(case, key)

    def get(self, case: Complaint, thing_id: int) -> tuple[int, str] | None:
        """In the case's estate; None when there is no such thing."""
        return self._first(case, self.key == thing_id)

    def _first(self, case: Complaint, condition: Any) -> tuple[int, str] | None:
        return next(iter(self.labels(case, condition).items()), None)

    def choices(self, case: Complaint) -> Labels:
        return self.labels(case, self.offered(case)) if self.offered is not None else {}


def _number(column: Any) -> Callable[[str], Any]:
    return lambda text: column == text.strip().upper()


def _words(*parts: str) -> str:
    return " · ".join(filter(None, (part.strip()[:SHOWN] for part in parts)))


def _numbered(model: Any, words: Any) -> Callable[[Complaint, Any], Labels]:
    """Of a thing with a number and an estate."""

    def labels(case: Complaint, condition: Any) -> Labels:
        here = model.estate_id == case.estate_id, within(model.estate_id)
        found = select(model.id, model.number, words.label("words")).where(*here, condition)
        return {row.id: _words(row.number, row.words) for row in session().execute(found.order_by(model.id))}

    return labels


def _states(model: Any, titles: Any, tones: Any, address: str) -> Callable[[Sequence[int]], Mapping[int, Standing]]:
    def standings(ids: Sequence[int]) -> Mapping[int, Standing]:
        found = select(model.id, model.state).where(model.id.in_(ids), within(model.estate_id))
        return {
            row.id: Standing(state=titles[row.state], tone=tones[row.state], address=address.format(row.id))
            for row in session().execute(found)
        }

    return standings


def _callers_files(case: Complaint, column: Any) -> Any:
    """Of the whole files of the callers who gave their name."""
    named = ComplaintCaller.complaint_id == case.id, ComplaintCaller.anonymous.is_(False)
    mine = select(ComplaintCaller.customer_id).where(*named, ComplaintCaller.customer_id.is_not(None))
    callers: list[Any] = list(session().scalars(mine))
    return column.in_([*files_of([*kept_ids(callers)])])


def _bills(case: Complaint, condition: Any) -> Labels:
    here = Bill.estate_id == case.estate_id, within(Bill.estate_id)
    found = select(Bill).where(*here, condition).options(joinedload(Bill.item), joinedload(Bill.unit))
    latest = session().scalars(found.order_by(Bill.begins.desc(), Bill.id.desc()).limit(MOST))
    return {
        bill.id: _words(bill.item.name, days_in_words(bill.begins, bill.ends), bill.unit.label if bill.unit else "")
        for bill in latest
    }


def _bill_standings(ids: Sequence[int]) -> Mapping[int, Standing]:
    found = select(Bill.id, Bill.open, state_of().label("state")).where(Bill.id.in_(ids), within(Bill.estate_id))
    notes = actor().may(Permission.cash_take)
    return {
        row.id: Standing(
            state=BILL_TITLES[BillState(row.state)],
            tone="orange" if row.open else "grey",
            address=url_for("billing.bill", bill_id=row.id),
            further=(_l("Note a dispute"), url_for("billing.dispute", bill_id=row.id)) if notes and row.open else None,
        )
        for row in session().execute(found)
    }


def _calls(case: Complaint, condition: Any) -> Labels:
    """Without a name: whoever called may not want to be named on the complaint."""
    here = Call.estate_id == case.estate_id, within(Call.estate_id)
    found = select(Call.id, Call.started_at, Call.reason).where(*here, condition)
    latest = session().execute(found.order_by(Call.started_at.desc(), Call.id.desc()).limit(MOST))
    return {row.id: _words(moment(row.started_at), CALL_REASONS.title_of(row.reason)) for row in latest}


def _call_standings(ids: Sequence[int]) -> Mapping[int, Standing]:
    found = select(Call.id, Call.state).where(Call.id.in_(ids), within(Call.estate_id))
    return {
        row.id: Standing(state=CALL_STATES[row.state], address=CALL.format(row.id)) for row in session().execute(found)
    }


def _people(case: Complaint, condition: Any) -> Labels:
    seeing = [user.id for user in who_may_in(case.estate_id, Permission.signed_in)]
    found = select(User.id, User.full_name, Department.name).outerjoin(Department, Department.id == User.department_id)
    here = session().execute(found.where(User.id.in_(seeing), condition).order_by(User.full_name, User.id))
    return {row.id: _words(row.full_name, row.name or "") for row in here}


def _people_standings(ids: Sequence[int]) -> Mapping[int, Standing]:
    """Nothing but who it is; the account's page for whoever keeps accounts."""
    if not actor().may(Permission.user_read):
        return {}
    return {user_id: Standing(address=url_for("admin.user", user_id=user_id)) for user_id in ids}


KINDS: Mapping[LinkKind, Linkable] = {
    each.kind: each
    for each in (
        Linkable(
            kind=LinkKind.repair_order,
            permission=Permission.repair_read,
            key=RepairOrder.id,
            labels=_numbered(RepairOrder, RepairOrder.problem),
            standings=_states(RepairOrder, REPAIR_STATES, REPAIR_TONES, REPAIR),
            typed=_number(RepairOrder.number),
            hint=_l("Such as W2611-0032."),
        ),
        Linkable(
            kind=LinkKind.bill,
            permission=Permission.billing_read,
            key=Bill.id,
            labels=_bills,
            standings=_bill_standings,
            offered=lambda case: _callers_files(case, Bill.customer_id),
        ),
        Linkable(
            kind=LinkKind.violation,
            permission=Permission.violation_read,
            key=Violation.id,
            labels=_numbered(Violation, Violation.found),
            standings=_states(Violation, VIOLATION_STATES, VIOLATION_TONES, VIOLATION),
            typed=_number(Violation.number),
            hint=_l("Such as G2611-0003."),
        ),
        Linkable(
            kind=LinkKind.letter,
            permission=Permission.letter_read,
            key=Letter.id,
            labels=_numbered(Letter, Letter.subject),
            standings=_states(Letter, LETTER_STATES, LETTER_TONES, LETTER),
            typed=_number(Letter.number),
            hint=_l("Such as 收〔2026〕0012号."),
        ),
        Linkable(
            kind=LinkKind.call,
            permission=Permission.call_log,
            key=Call.id,
            labels=_calls,
            standings=_call_standings,
            offered=lambda case: _callers_files(case, Call.customer_id),
        ),
        Linkable(
            kind=LinkKind.user,
            permission=Permission.complaint_read,
            key=User.id,
            labels=_people,
            standings=_people_standings,
            offered=lambda _case: User.active,
        ),
    )
}

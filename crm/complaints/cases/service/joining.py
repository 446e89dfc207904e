"""Two cases of the same: one goes on, the other ends in it, and its callers are told by the one that goes on.

What waits for the joined case, such as a disputed bill, waits for the one it went on as: it is nothing that is settled
(`matters.ended`). The promises of the case that ends are kept by the other, so that one is no slower and no lower; and
whoever the one is about can end the other as little.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from crm.audit.log import record
from crm.complaints.cases.events import ComplaintEnded, ComplaintJoined
from crm.complaints.cases.hindrances import not_to_end
from crm.complaints.cases.models import OURS, UNREPLIED, Complaint, ComplaintCaller
from crm.complaints.cases.service.registering import ask_also
from crm.complaints.cases.service.steps import STEPS, Said, departments_about, named_callers, subjects
from crm.complaints.categories.models import Severity
from crm.db import session
from crm.errors import DomainError, IllegalTransition
from crm.tenants.queries import files_of, kept_ids

KEPT = "customer_id unit_id name digits tail anonymous wants_word channel words call_id noted_by noted_at".split()


def join(case: Complaint, main: Complaint, said: Said) -> None:
    """`case` ends in `main`. Sent twice, once."""
    _hold_both(case, main)
    if STEPS.is_repeat(case, said.key, "join"):
        return
    STEPS.expect(case, "join")
    if reason := join_hindrance(case, main):
        raise IllegalTransition(reason)
    moved = _hand_over(case, main)
    STEPS.take(case, "join", said, joined_to_id=main.id)
    told = subjects(case)
    record(
        ComplaintJoined(
            complaint_ids=[case.id, main.id],
            customer_ids=told["customer_ids"],
            unit_id=told["unit_id"],
            number=case.number,
            main_number=main.number,
            callers=moved,
            reason=said.reason,
        )
    )
    record(ComplaintEnded(state=case.state.value, **told))


def _hold_both(case: Complaint, main: Complaint) -> None:
    """Always in the same order, whichever is joined to which: two who join them to each other wait for one another."""
    if case.id == main.id:
        raise DomainError(_("It cannot be joined to itself: name another complaint."))
    for each in sorted((case, main), key=lambda one: one.id):
        STEPS.hold(each)


def join_hindrance(case: Complaint, main: Complaint) -> str:
    """Why `case` cannot end in `main`, or ""."""
    if case.estate_id != main.estate_id:
        return _("It is of another estate: name one of the same.")
    if main.state not in OURS:
        return _("%(number)s is over: name one that is still under way.", number=main.number)
    if case.severity is Severity.urgent and main.severity is not Severity.urgent:
        return _("This one is urgent: join the other one to it, or classify the other as urgent first.")
    if case.level > main.level:
        return _("This one stands on a higher level: join the other one to it, or take that one up first.")
    return _sooner(case, main) or _less_kept_apart(case, main) or not_to_end(case)


def _sooner(case: Complaint, main: Complaint) -> str:
    """Where the result is still to come, it comes as soon as either was promised."""
    dues = case.result_due_at, main.result_due_at
    if main.state in UNREPLIED and dues[0] and dues[1] and dues[0] < dues[1]:
        return _("This one is due sooner: join the other one to it.")
    return ""


def _less_kept_apart(case: Complaint, main: Complaint) -> str:
    """Whoever may not end `case` may not end `main` either: its callers are asked there."""
    about = departments_about(case)
    if not about <= departments_about(main):
        return _("This one is about a department that the other one is not about: classify one of them anew first.")
    if not about and case.about_user_id not in (None, main.about_user_id):
        return _("This one is about one of our people whom the other one is not about: classify that one anew first.")
    return ""


def _hand_over(case: Complaint, main: Complaint) -> int:
    """The callers of `case` become callers of `main`, each once; how many."""
    known = set(files_of([*kept_ids(named_callers(main))]))
    mine = session().scalars(select(ComplaintCaller).filter_by(complaint_id=case.id).order_by(ComplaintCaller.id))
    new = [each for each in mine if each.anonymous or each.customer_id is None or each.customer_id not in known]
    session().add_all(
        ComplaintCaller(complaint_id=main.id, joined_from_id=case.id, **{name: getattr(each, name) for name in KEPT})
        for each in new
    )
    ask_also(main, wanted=any(each.can_be_asked for each in new))
    return len(new)

"""One of each thing that waits for a decision, with who may decide and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from crm.archive.credit.models import ProjectState
from crm.archive.disposal.models import DisposalState
from crm.archive.handover.models import Clock, Deadline, HandoverState
from crm.archive.handover.models.deadlines import Cause
from crm.archive.lending.models import ExtensionState, SlipExtension, SlipKind, SlipState
from crm.archive.vault.models import Prolongation, VoucherState
from crm.auth.models import User
from crm.billing.arrears.promises.models import PlanState
from crm.billing.arrears.reviews.models import Decision
from crm.complaints.cases.models import ComplaintState
from crm.complaints.categories.models import Severity
from crm.correspondence.notices.models import NoticeState
from crm.dates import months_later
from crm.db import open_session
from crm.engineering.procedures.models import ProcedureState
from crm.properties.models import Estate
from crm.renovations.cases.models import RenovationState
from crm.renovations.settlement.models import SettlementState
from crm.review.models import FilingReview, Finding, ReviewState
from crm.violations.cases.models import ViolationState, ViolationStep
from tests import factories as make
from tests.archive.disposal.making import make_closed, make_list
from tests.archive.lending import making as lent
from tests.archive.vault.ids import make_voucher
from tests.billing.arrears import making as arrears
from tests.billing.cashier.making import make_close
from tests.billing.deposits import making as deposits
from tests.billing.ledger import making as books
from tests.billing.making import make_bill
from tests.complaints.hanging import make_compensation, make_done
from tests.complaints.making import make_case, make_step
from tests.correspondence.notices.making import make_notice
from tests.engineering.making import make_procedure, make_procedure_version
from tests.renovations.making import make_alteration, make_extension, make_living, make_renovation
from tests.renovations.making import make_step as make_renovation_step
from tests.renovations.settling import make_case as make_renovated
from tests.renovations.settling import make_settlement
from tests.repairs.making import kept, user_called
from tests.violations.making import make_violation

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
S = ComplaintState
months = count()  # an estate has one review of each


def _bill(estate: Estate, asker: int) -> int:
    return books.make_request(make_bill(make.make_customer(estate)), requested_by_id=asker).id


def _deposit(estate: Estate, asker: int) -> int:
    deposit = deposits.make_deposit(make.make_customer(estate))
    return deposits.make_request(deposit, requested_by_id=asker).id


def _close(estate: Estate, asker: int) -> int:
    return make_close(estate, cashier_id=asker).id


def _plan(estate: Estate, asker: int) -> int:
    asked = {"state": PlanState.requested, "requested_by_id": asker, "decided_by_id": None, "decided_at": None}
    return arrears.make_plan([make_bill(make.make_customer(estate))], [(date(2027, 1, 1), "100.00")], **asked).id


def _case(estate: Estate, asker: int) -> int:
    return arrears.make_case([make_bill(make.make_customer(estate))], requested_by_id=asker).id


def _review(estate: Estate, asker: int) -> int:
    review = arrears.make_review(estate, months_later(date(2010, 1, 1), next(months)), accounts=1)
    decided = {"decision": Decision.nothing, "decided_by_id": asker, "decided_by": "某人", "decided_at": NOW}
    arrears.make_line(review, make.make_customer(estate), **decided)
    return review.id


def _complaint_plan(estate: Estate, asker: int) -> int:
    written = {"severity": Severity.urgent, "plan": "今晚修好", "planned_by_id": asker}
    case = make_case(estate, S.investigating, **written)
    make_step(case, "plan", taken_by_id=asker)
    return case.id


def _gone_up(estate: Estate, asker: int) -> int:
    case = make_case(estate, S.reopened, level=1)
    make_step(case, "discontent", taken_by_id=asker)
    make_step(case, "contact", taken_by_id=asker)
    return case.id


def _compensation(estate: Estate, asker: int) -> int:
    return make_compensation(make_case(estate, S.acting), asked_by_id=asker).id


def _action(estate: Estate, asker: int) -> int:
    return make_done(make_case(estate, S.acting), _username(asker)).complaint_id


def _username(user_id: int) -> str:
    with open_session() as db:
        return db.get_one(User, user_id).username


def _violation(estate: Estate, asker: int) -> int:
    violation = make_violation(estate, ViolationState.not_rectified)
    looked = {"action": "failed", "to_state": violation.state, "taken_by": "某人", "taken_at": NOW}
    kept(ViolationStep(violation_id=violation.id, taken_by_id=asker, **looked))
    return violation.id


def _of_a_renovation(ask: Callable[..., Any]) -> Callable[[Estate, int], int]:
    def make_asked(estate: Estate, asker: int) -> int:
        return int(ask(make_living(estate), asked_by_id=asker).id)

    return make_asked


def _renovation_settlement(estate: Estate, asker: int) -> int:
    """Signed by the customer."""
    return make_settlement(make_renovated(estate), SettlementState.agreed, proposed_by_id=asker).id


def _permit(estate: Estate, asker: int) -> int:
    """Whoever took the application waits for it."""
    unit = make.make_unit(estate)
    customer = make.make_customer(estate, unit=unit)
    made = make_renovation(unit, customer, RenovationState.agreed, applied_by_id=asker)
    make_renovation_step(made, "sign", NOW, taken_by_id=asker)
    return made.id


def _notice(estate: Estate, asker: int) -> int:
    return make_notice(estate, NoticeState.draft, drafted_by_id=asker).id


def _project(_estate: Estate, asker: int) -> int:
    return make.make_project(a_id=asker, department_id=user_called("wanglei").department_id).id


def _postponement(_estate: Estate, asker: int) -> int:
    handover = make.make_handover(HandoverState.preparing)
    return make.make_postponement(handover, asked_by_id=asker, a_id=asker).id


def _supplement(_estate: Estate, _asker: int) -> int:
    """Past its day, with something missing still."""
    handover = make.make_handover(HandoverState.supplementing)
    make.make_supplement_line(handover)
    reckoned = {"starts_on": date(2026, 5, 8), "days": 2, "due_on": date(2026, 5, 12), "provisional": False}
    reckoned |= {"calendar_version": 1, "cause": Cause.start, "reckoned_at": NOW}
    kept(Deadline(handover_id=handover.id, clock=Clock.b, **reckoned))
    return handover.id


def _correction(estate: Estate, asker: int) -> int:
    return make.make_correction(make.make_item(make.make_dossier(estate)), asked_by_id=asker).id


def _disposal(estate: Estate, asker: int) -> int:
    return make_list(make_closed(estate), state=DisposalState.appraised, estate=estate, proposed_by_id=asker).id


def _slip(_estate: Estate, asker: int) -> int:
    return lent.make_slip(_username(asker), kind=SlipKind.staff, state=SlipState.submitted, issued_at=None).id


def _longer(_estate: Estate, asker: int) -> int:
    slip = lent.make_slip(_username(asker))
    asked = {"state": ExtensionState.asked, "asked_by_id": asker, "asked_at": NOW, "reason": "还没看完", "late": False}
    more = {"old_due": slip.due_on, "new_due": slip.due_on + timedelta(days=7)}
    return kept(SlipExtension(slip_id=slip.id, **more, **asked)).id


def _voucher(_estate: Estate, asker: int) -> int:
    return make_voucher(asked_by_id=asker).id


def _settlement(_estate: Estate, asker: int) -> int:
    return make.make_project(ProjectState.settled, a_id=asker).id


def _prolongation(_estate: Estate, asker: int) -> int:
    """Of what is outside."""
    people = {"custodian_id": user_called("xujing").id, "witness_id": user_called("fengxue").id, "done_at": NOW}
    out = make_voucher(state=VoucherState.done, decided_by_id=user_called("tangfeng").id, **people)
    until = date(2026, 12, 30)
    kept(Prolongation(voucher_id=out.id, until=until, reason="法院延期", asked_by_id=asker, asked_at=NOW))
    return out.id


def _removal(estate: Estate, asker: int) -> int:
    return make.make_removal(make.make_item(make.make_dossier(estate)), asked_by_id=asker).id


def make_filing_review(estate: Estate, asker: int | None = None) -> FilingReview:
    """Ended, to be signed off."""
    facts = {"month": date(2026, 11, 1), "day": date(2026, 11, 2), "scheduled": False, "whole": True}
    facts |= {"opened_by_id": asker, "opened_by": "某人", "opened_at": NOW, "ended_at": NOW}
    return kept(FilingReview(estate_id=estate.id, state=ReviewState.open, **facts))


def make_finding(estate: Estate, due_on: date, owner: str = "", **given: object) -> Finding:
    dossier = make.make_dossier(estate)
    facts = {"kind": "missing", "measure": "complete", "key": "identity", "detail": "身份证"}
    facts |= {"role": "archivist", **given}
    owner_id = user_called(owner).id if owner else None
    bound = {"dossier_id": dossier.id, "estate_id": estate.id, "owner_id": owner_id}
    return kept(Finding(due_on=due_on, found_at=NOW, **facts, **bound))


def _procedure(estate: Estate, asker: int) -> int:
    return make_procedure_version(make_procedure(estate), ProcedureState.submitted, 2, author_id=asker).id


@dataclass(frozen=True)
class Waiting:
    """`make(estate, asker)`: the id that its page is called by."""

    make: Callable[[Estate, int], int]
    decider: str
    asker: str
    of_company: bool = False


WAITING = {
    "billing_request": Waiting(_bill, "zhengkai", "wudan"),
    "deposit_request": Waiting(_deposit, "zhengkai", "wudan"),
    "day_close": Waiting(_close, "zhengkai", "wudan"),
    "instalment_plan": Waiting(_plan, "zhengkai", "hefang"),
    "legal_case": Waiting(_case, "zhengkai", "hefang"),
    "arrears_review": Waiting(_review, "zhengkai", "hefang"),
    "complaint_plan": Waiting(_complaint_plan, "zhouhui", "limin"),
    "complaint_up": Waiting(_gone_up, "zhouhui", "limin"),
    "compensation": Waiting(_compensation, "shentao", "limin"),
    "corrective_action": Waiting(_action, "zhouhui", "sunhao"),
    "violation": Waiting(_violation, "zhouhui", "limin"),
    "notice": Waiting(_notice, "zhouhui", "limin"),
    "renovation_permit": Waiting(_permit, "zhouhui", "limin"),
    "renovation_settlement": Waiting(_renovation_settlement, "zhouhui", "limin"),
    "procedure": Waiting(_procedure, "shentao", "sunhao"),
    "renovation_extension": Waiting(_of_a_renovation(make_extension), "zhouhui", "limin"),
    "renovation_alteration": Waiting(_of_a_renovation(make_alteration), "zhouhui", "limin"),
    "project": Waiting(_project, "hanbing", "wanglei", of_company=True),
    "postponement": Waiting(_postponement, "hanbing", "wanglei", of_company=True),
    "supplement": Waiting(_supplement, "hanbing", "zhaoqian", of_company=True),
    "correction": Waiting(_correction, "shentao", "fengxue"),
    "disposal": Waiting(_disposal, "hanbing", "fengxue"),
    "slip": Waiting(_slip, "hanbing", "wanglei", of_company=True),
    "slip_extension": Waiting(_longer, "hanbing", "wanglei", of_company=True),
    "title_voucher": Waiting(_voucher, "hanbing", "wanglei", of_company=True),
    "title_prolongation": Waiting(_prolongation, "hanbing", "wanglei", of_company=True),
    "settlement": Waiting(_settlement, "hanbing", "wanglei", of_company=True),
    "removal": Waiting(_removal, "shentao", "fengxue"),
    "filing_review": Waiting(lambda estate, asker: make_filing_review(estate, asker).id, "fengxue", "zhouhui"),
}
SUM = Decimal(5_000_000)  # above what a deputy approves

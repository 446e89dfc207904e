"""Faults about renovations, each with what is like it and no fault: makers that return the dossier."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from crm.properties.models import Estate
from crm.renovations.cases.models import BEFORE_PERMIT, Renovation, RenovationState
from crm.renovations.passes.models import PassState
from tests import factories as make
from tests.renovations.making import make_renovation, make_step
from tests.renovations.on_site import make_pass, make_patrol_plan
from tests.renovations.settling import make_drawing
from tests.review.faults_cases import COMPANY, Filed, Maker, ago, continue_in, day_ago, filed

S = RenovationState
SLOTS = {"renovation_permit": "renovation_permit", "renovation_record": "renovation_application"}
SLOTS |= {"renovation_as_built": "renovation_as_built"}
PERMIT, RECORD, AS_BUILT = SLOTS


def _built(
    estate: Estate, state: RenovationState, *lying: str, permit: bool = True, **given: Any
) -> tuple[Filed, Renovation]:
    """With a permit for another month; what of it lies in the dossier is said."""
    whose = filed(estate)
    facts: dict[str, Any] = {}
    if permit and state not in BEFORE_PERMIT:
        facts = {"permitted_at": ago(100), "valid_from": day_ago(100), "valid_to": day_ago(-30)}
    made = make_renovation(whose.unit, whose.customer, state, **facts | given)
    for kind in lying:
        _lies(whose, kind, made.id)
    return whose, made


def _lies(whose: Filed, kind: str, thing_id: int) -> None:
    make.make_item(whose.dossier, SLOTS[kind], source_kind=kind, source_id=thing_id)


def _of(estate: Estate, state: RenovationState, *lying: str, **given: Any) -> int:
    return _built(estate, state, *lying, **given)[0].dossier.id


# The permit


def renovation_permit_expired(estate: Estate) -> int:
    return _of(estate, S.under_way, PERMIT, valid_to=day_ago(1))


def permit_expired_before_they_began(estate: Estate) -> int:
    return _of(estate, S.permitted, PERMIT, valid_to=day_ago(40))


def permit_expired_while_stopped(estate: Estate) -> int:
    return _of(estate, S.stopped, PERMIT, valid_to=day_ago(40))


def last_day_of_the_permit(estate: Estate) -> int:
    return _of(estate, S.under_way, PERMIT, valid_to=day_ago(0))


def permit_expired_when_all_was_built(estate: Estate) -> int:
    return _of(estate, S.completion, PERMIT, valid_to=day_ago(1), done_on=day_ago(1))


def renovation_permit_unfiled(estate: Estate) -> int:
    return _of(estate, S.permitted, permitted_at=ago(3))


def permit_of_a_withdrawn_one(estate: Estate) -> int:
    return _of(estate, S.withdrawn, RECORD, permitted_at=ago(3))


def permit_of_a_merged_file(estate: Estate) -> int:
    former, _renovation = _built(estate, S.under_way)
    kept = filed(estate, former.unit)
    make.make_merge(kept.customer, former.customer)
    continue_in(former.dossier, kept.dossier)
    return kept.dossier.id


def permit_that_lies_in_a_merged_one(estate: Estate) -> int:
    former, _renovation = _built(estate, S.under_way, PERMIT)
    kept = filed(estate, former.unit)
    make.make_merge(kept.customer, former.customer)
    continue_in(former.dossier, kept.dossier)
    return kept.dossier.id


def permit_of_just_now(estate: Estate) -> int:
    return _of(estate, S.permitted, permitted_at=ago(0))


def permit_to_come(estate: Estate) -> int:
    return _of(estate, S.agreed, applied_at=ago(60))


# The record


def renovation_unfiled(estate: Estate) -> int:
    return _of(estate, S.closed, PERMIT, closed_at=ago(30))


def refused_and_not_filed(estate: Estate) -> int:
    return _of(estate, S.refused, permit=False)


def withdrawn_just_now(estate: Estate) -> int:
    whose, made = _built(estate, S.withdrawn, PERMIT)
    make_step(made, "withdraw", ago(0))
    return whose.dossier.id


def withdrawn_and_filed(estate: Estate) -> int:
    return _of(estate, S.withdrawn, RECORD, permit=False)


# Passes and patrols


def _carded(estate: Estate, days: int, state: PassState) -> int:
    """A card whose last day was so many days ago."""
    whose, made = _built(estate, S.under_way, PERMIT)
    make_pass(made, state=state, valid_from=day_ago(90), valid_to=day_ago(days))
    return whose.dossier.id


def renovation_pass_out(estate: Estate) -> int:
    return _carded(estate, 8, PassState.issued)


def card_out_that_was_withdrawn(estate: Estate) -> int:
    return _carded(estate, 30, PassState.withdrawn)


def card_with_a_day_left_to_bring_it(estate: Estate) -> int:
    return _carded(estate, 7, PassState.issued)


def card_that_came_back(estate: Estate) -> int:
    return _carded(estate, 30, PassState.returned)


def card_that_is_lost(estate: Estate) -> int:
    return _carded(estate, 30, PassState.lost)


def _patrolled(estate: Estate, state: RenovationState, days: int | None, **given: Any) -> int:
    """The next patrol was due so many days ago; None: none is."""
    whose, made = _built(estate, state, PERMIT, **given)
    make_patrol_plan(made, None if days is None else day_ago(days))
    return whose.dossier.id


def renovation_patrol_overdue(estate: Estate) -> int:
    return _patrolled(estate, S.under_way, 1)


def patrol_overdue_where_work_is_stopped(estate: Estate) -> int:
    return _patrolled(estate, S.stopped, 20)


def patrol_of_today(estate: Estate) -> int:
    return _patrolled(estate, S.under_way, 0)


def patrols_that_ended(estate: Estate) -> int:
    return _patrolled(estate, S.under_way, None)


def plan_left_behind(estate: Estate) -> int:
    return _patrolled(estate, S.completion, 20, done_on=day_ago(1))


# Checks


def renovation_unchecked(estate: Estate) -> int:
    return _of(estate, S.completion, PERMIT, done_on=day_ago(4))


def second_check_overdue(estate: Estate) -> int:
    return _of(estate, S.waiting, PERMIT, done_on=day_ago(110), second_due_on=day_ago(16))


def finished_these_days(estate: Estate) -> int:
    return _of(estate, S.completion, PERMIT, done_on=day_ago(3))


def second_check_of_these_days(estate: Estate) -> int:
    return _of(estate, S.waiting, PERMIT, done_on=day_ago(110), second_due_on=day_ago(15))


def waiting_period_that_runs(estate: Estate) -> int:
    return _of(estate, S.waiting, PERMIT, done_on=day_ago(60), second_due_on=day_ago(-30))


def checked_and_to_be_put_right(estate: Estate) -> int:
    return _of(estate, S.fixing, PERMIT, done_on=day_ago(10))


# The end


def renovation_unsettled(estate: Estate) -> int:
    return _of(estate, S.checked, PERMIT, second_passed_on=day_ago(16))


def checked_these_days(estate: Estate) -> int:
    return _of(estate, S.checked, PERMIT, second_passed_on=day_ago(15))


def renovation_not_closed(estate: Estate) -> int:
    return _of(estate, S.settled, PERMIT, second_passed_on=day_ago(60), settled_at=ago(9))


def settled_these_days(estate: Estate) -> int:
    return _of(estate, S.settled, PERMIT, second_passed_on=day_ago(60), settled_at=ago(6))


def _drawn(estate: Estate, closed_at: datetime, count: int = 1, lying: int = 0) -> int:
    """Closed, with so many drawings, of which some lie in the dossier."""
    whose, made = _built(estate, S.closed, PERMIT, RECORD, settled_at=ago(20), closed_at=closed_at)
    drawings = [make_drawing(made) for _each in range(count)]
    for drawing in drawings[:lying]:
        _lies(whose, AS_BUILT, drawing.id)
    return whose.dossier.id


def renovation_drawing_unfiled(estate: Estate) -> int:
    return _drawn(estate, ago(3))


def drawings_unfiled_but_one(estate: Estate) -> int:
    return _drawn(estate, ago(3), count=3, lying=1)


def drawings_that_lie_there(estate: Estate) -> int:
    return _drawn(estate, ago(3), count=2, lying=2)


def drawing_of_one_closed_last_night(estate: Estate) -> int:
    """Its job has half a day, as for every paper."""
    midnight = datetime.combine(day_ago(0), time.min, tzinfo=COMPANY)
    return _drawn(estate, midnight - timedelta(hours=1))


def drawing_of_one_not_closed(estate: Estate) -> int:
    whose, made = _built(estate, S.settled, PERMIT, settled_at=ago(2))
    make_drawing(made)
    return whose.dossier.id


FAULTS: dict[str, Maker] = {
    "renovation_permit_expired": renovation_permit_expired,
    "renovation_permit_unfiled": renovation_permit_unfiled,
    "renovation_unfiled": renovation_unfiled,
    "renovation_pass_out": renovation_pass_out,
    "renovation_patrol_overdue": renovation_patrol_overdue,
    "renovation_unchecked": renovation_unchecked,
    "renovation_unsettled": renovation_unsettled,
    "renovation_not_closed": renovation_not_closed,
    "renovation_drawing_unfiled": renovation_drawing_unfiled,
}
MORE: tuple[tuple[str, Maker], ...] = (
    ("renovation_permit_expired", permit_expired_before_they_began),
    ("renovation_permit_expired", permit_expired_while_stopped),
    ("renovation_permit_unfiled", permit_of_a_withdrawn_one),
    ("renovation_permit_unfiled", permit_of_a_merged_file),
    ("renovation_unfiled", refused_and_not_filed),
    ("renovation_pass_out", card_out_that_was_withdrawn),
    ("renovation_patrol_overdue", patrol_overdue_where_work_is_stopped),
    ("renovation_unchecked", second_check_overdue),
    ("renovation_drawing_unfiled", drawings_unfiled_but_one),
)
INNOCENT: tuple[Maker, ...] = (
    last_day_of_the_permit,
    permit_expired_when_all_was_built,
    permit_that_lies_in_a_merged_one,
    permit_of_just_now,
    permit_to_come,
    withdrawn_just_now,
    withdrawn_and_filed,
    card_with_a_day_left_to_bring_it,
    card_that_came_back,
    card_that_is_lost,
    patrol_of_today,
    patrols_that_ended,
    plan_left_behind,
    finished_these_days,
    second_check_of_these_days,
    waiting_period_that_runs,
    checked_and_to_be_put_right,
    checked_these_days,
    settled_these_days,
    drawings_that_lie_there,
    drawing_of_one_closed_last_night,
    drawing_of_one_not_closed,
)

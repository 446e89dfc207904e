"""Two files of one customer are one caller, whichever of them a case was noted in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.complaints.cases import service
from crm.complaints.cases.models import Complaint, ComplaintCaller
from crm.complaints.cases.queries import get_case
from crm.complaints.cases.service import Caller, Heard, Said
from crm.errors import DomainError
from crm.properties.models import Estate
from tests import factories as make
from tests.acting import as_
from tests.complaints.making import ComplaintState, make_caller, make_case, make_to_call

Work = Callable[..., Any]


def callers(db: Session, case: Complaint) -> int:
    return db.scalar(select(func.count()).select_from(ComplaintCaller).filter_by(complaint_id=case.id)) or 0


def test_who_was_merged_does_not_complain_twice(work: Work, db: Session, estate: Estate) -> None:
    kept, merged = make.make_customer(estate), make.make_customer(estate)
    main, other = make_case(estate), make_case(estate)
    make_caller(main, merged)
    make_caller(other, kept)
    make.make_merge(kept, merged)
    with work(as_("limin")), force_locale("en"):
        with pytest.raises(DomainError, match="among the callers"):
            service.note_caller(get_case(main.id), Caller(customer_id=kept.id))
        service.join(get_case(other.id), get_case(main.id), Said(reason="同一件事"))
    assert callers(db, main) == 1


def test_opened_again_nobody_is_content_any_more(work: Work, db: Session, estate: Estate) -> None:
    made = make_to_call(estate)
    with work(as_("limin")):
        service.call_back(get_case(made.id), Heard(satisfied=True, score=5))
    with work(as_("zhouhui")):
        service.reopen(get_case(made.id), Said(reason="又漏了"))
    case = db.get_one(Complaint, made.id)
    assert (case.state, case.satisfied) == (ComplaintState.reopened, None)

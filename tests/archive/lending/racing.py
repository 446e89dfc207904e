"""A process that issues what others issue as well: `python -m tests.archive.lending.racing ACTION SLIP [die]`.

`die`: killed in the middle, when everything is written and nothing committed.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import timedelta

from flask import g

from crm.app import create_app
from crm.archive.lending import queries, service
from crm.archive.lending.models import LendingSlip, SlipState
from crm.auth.actor import system_actor
from crm.dates import business_day
from crm.db import session, unit_of_work
from crm.demo.storing import store_cast
from crm.errors import DomainError
from crm.properties.models import Estate
from tests.acting import as_, working
from tests.archive.lending.making import ARCHIVIST, MANAGER, Counter, appointed, filed_loan

BORROWERS = 20


def prepare(upto: str) -> None:
    """The cast, a filed loan, and a slip for it of each borrower, brought that far; `asked`: for more days."""
    with unit_of_work() as db:
        estate = Estate(name="阳光花园", company="和安物业服务有限公司")
        db.add(estate)
        db.flush()
        store_cast({"YG": estate.id})
    appointed()
    dossier = filed_loan()
    count = BORROWERS if upto == "approved" else 1
    for _place in range(count):
        counter = Counter(working, dossier).bring_to(SlipState.issued if upto == "asked" else SlipState(upto))
    if upto == "asked":
        later = business_day() + timedelta(days=14)
        counter.do(counter.borrower, lambda slip: service.ask_extension(slip, later, "还没看完"))


def issue(slip: LendingSlip) -> None:
    service.issue(slip, {line.id for line in queries.lines_of(slip.id)})


def back(slip: LendingSlip) -> None:
    service.take_back(slip, {line.id: line.issued_pages for line in queries.lines_of(slip.id)})


def check(slip: LendingSlip) -> None:
    lines = queries.lines_of(slip.id)
    service.check(slip, {line.id: service.Found(pages=line.returned_pages, whole=True) for line in lines})


def extend(slip: LendingSlip) -> None:
    [asked] = queries.extensions_of(slip.id)
    service.decide_extension(asked, slip, approve=True, words="")


ACTIONS = {
    "approve": service.approve,
    "issue": issue,
    "back": back,
    "check": check,
    "reshelve": service.reshelve,
    "extend": extend,
}


def run(action: str, slip_id: int, *, die: bool) -> str:
    try:
        with unit_of_work():
            g.actor = as_(MANAGER if action in ("approve", "extend") else ARCHIVIST)
            ACTIONS[action](queries.get_slip(slip_id))
            session().flush()
            if die:
                os.kill(os.getpid(), signal.SIGKILL)
    except DomainError as refusal:
        return str(refusal)
    return "done"


if __name__ == "__main__":
    with create_app().app_context():
        g.actor, g.request_id = system_actor("racing"), ""
        if sys.argv[1] == "prepare":
            prepare(sys.argv[2])
        else:
            sys.stdout.write(run(sys.argv[1], int(sys.argv[2]), die="die" in sys.argv))

"""What the acting person may do with a case now, and why not the rest: buttons, pages and refusals agree."""

from __future__ import annotations

from collections.abc import Sequence

from flask import g, url_for

from crm.billing.arrears.cases.models import CASE_WORKFLOW, LegalCase
from crm.billing.arrears.cases.service import step_hindrance
from crm.billing.ledger.offers import Offer

ICONS = {"approve": "check", "refuse": "x", "withdraw": "arrow-back-up", "close": "circle-check"}


def offers(case: LegalCase) -> Sequence[Offer]:
    """Only what the person's role is for, and the state of the case."""
    return [
        Offer(
            name=name,
            title=step.title,
            icon=ICONS[name],
            address=url_for(f"cases.{name}", legal_case_id=case.id),
            hindrance=step_hindrance(case, name),
        )
        for name, step in CASE_WORKFLOW.items()
        if g.actor.may(step.permission) and case.state in step.sources
    ]

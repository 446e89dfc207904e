"""Renovations: what they show on others' pages, what others show on theirs, what is filed, what moves no deposit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.archive.dossiers.proof import papers as proof_papers
from crm.billing.deposits import events as deposits
from crm.billing.deposits import hindrances
from crm.correspondence.letters import matters as letter_matters
from crm.properties.parts import unit_parts
from crm.renovations.cases import events, filing, handlers, history, papers, present, securing
from crm.renovations.cases.moving_out import OPEN_RENOVATIONS
from crm.renovations.cases.parts import form_pages, renovation_parts, step_pages
from crm.renovations.cases.queries import KIND
from crm.renovations.cases.unfiled import permit_unfiled, record_unfiled
from crm.tenants import closing, moving_out, ours, tabs, unfiled
from crm.tenants import history as files
from crm.violations.cases import events as violations
from crm.violations.cases import origins
from crm.wiring.patrols import connect_patrols
from crm.wiring.settlements import connect_settlements

HANDLERS: dict[type, list[Callable[[Any], None]]] = {
    deposits.DepositTaken: [handlers.deposit_taken],
    events.RenovationStepTaken: [handlers.step_taken],
    violations.ViolationNoted: [handlers.violation_noted],
    violations.ViolationChanged: [handlers.violation_changed],
    violations.ViolationStepTaken: [handlers.violation_step],
    violations.ViolationInspected: [handlers.violation_inspected],
    violations.ViolationSettled: [handlers.violation_settled],
}


def connect_renovations() -> None:
    """After violations and the packages below, whose lists it adds to."""
    renovation_parts[:] = []
    step_pages.clear()
    form_pages.update(D01="renovations.application_paper", D08="renovations.alterations_paper")
    unit_parts.append(present.UNIT)
    tabs.further.append(present.TAB)
    ours.under_way[:] = [present.under_way]
    files.further_titles.update(history.EVENT_TITLES)
    files.further_details.update(history.EVENT_DETAILS)
    moving_out.checks.append(OPEN_RENOVATIONS)
    hindrances.refund_hindrances.append(securing.secures_a_renovation)
    hindrances.cancel_hindrances[:] = [securing.secures_a_renovation]
    letter_matters.sources[KIND] = present.matter
    origins.sources[KIND] = present.origin
    unfiled.counts.extend([permit_unfiled, record_unfiled])
    proof_papers.update(papers.PAPERS)
    _connect_filing()
    connect_patrols()
    connect_settlements()


def _connect_filing() -> None:
    closing.closed[filing.PAPER] = closing.Closed(papers.paper_to_file)
    closing.closed[filing.AGREEMENT] = closing.Closed(papers.agreement_to_file)
    closing.closed[filing.ALTERATIONS] = closing.Closed(papers.alterations_to_file)
    closing.closed[filing.PERMIT] = closing.Closed(papers.permit_to_file)
    closing.closed[filing.EXTENSION] = closing.Closed(papers.extension_to_file)
    closing.closed[filing.RECORD] = closing.Closed(papers.record_to_file)

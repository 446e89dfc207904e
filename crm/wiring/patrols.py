"""Passes and patrols of renovations: on a renovation's page, in timelines, before a deposit goes back, when it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crm.archive.dossiers.proof import papers
from crm.billing.deposits import hindrances as deposit_hindrances
from crm.renovations.cases import events
from crm.renovations.cases.parts import renovation_parts
from crm.renovations.passes import handlers as pass_handlers
from crm.renovations.passes import history as pass_history
from crm.renovations.passes import papers as pass_papers
from crm.renovations.passes import queries as passes
from crm.renovations.passes.present import PART as PASSES
from crm.renovations.passes.service import card_out
from crm.renovations.patrols import handlers as patrol_handlers
from crm.renovations.patrols import history as patrol_history
from crm.renovations.patrols import papers as patrol_papers
from crm.renovations.patrols import queries as patrols
from crm.renovations.patrols.present import PART as PATROLS
from crm.renovations.patrols.present import origin
from crm.tenants import closing, history
from crm.violations.cases import origins

HANDLERS: dict[type, list[Callable[[Any], None]]] = {
    events.RenovationPermitted: [patrol_handlers.permitted],
    events.RenovationStepTaken: [patrol_handlers.step_taken],
    events.RenovationExtensionDecided: [pass_handlers.extension_decided],
}


def connect_patrols() -> None:
    """After the renovations themselves, whose lists it adds to."""
    renovation_parts.extend([PATROLS, PASSES])
    origins.sources[patrols.PATROL] = origin
    deposit_hindrances.refund_hindrances.append(card_out)
    deposit_hindrances.cancel_hindrances.append(card_out)
    papers.update(pass_papers.PAPERS)
    closing.closed[passes.WORKERS] = closing.Closed(pass_papers.workers_to_file)
    closing.closed[passes.PASSES] = closing.Closed(pass_papers.passes_to_file)
    closing.closed[patrols.LOG] = closing.Closed(patrol_papers.log_to_file)
    for told in (pass_history, patrol_history):
        history.further_titles.update(told.EVENT_TITLES)
        history.further_details.update(told.EVENT_DETAILS)

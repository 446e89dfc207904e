"""Letters, notices, violations and complaints: what they show on others' pages, what is filed when they are closed."""

from __future__ import annotations

from crm.billing.arrears import matters
from crm.billing.deposits import hindrances as deposit_hindrances
from crm.billing.ledger import notes as bill_notes
from crm.billing.ledger.overdue import overdue_for
from crm.complaints.actions import closing as corrected
from crm.complaints.actions import history as action_history
from crm.complaints.actions.present import PART as CORRECTIVE_ACTIONS
from crm.complaints.cases import history as complaint_history
from crm.complaints.cases import matters as complaint_matters
from crm.complaints.cases import papers as complaint_papers
from crm.complaints.cases import present as complaint_present
from crm.complaints.cases import sources as complaint_sources
from crm.complaints.cases.hindrances import close_hindrances, end_hindrances
from crm.complaints.cases.parts import case_parts
from crm.complaints.cases.service.ending import filed as complaint_filed
from crm.complaints.compensation import closing as compensated
from crm.complaints.compensation import history as compensation_history
from crm.complaints.compensation.present import PART as COMPENSATIONS
from crm.complaints.files import history as complaint_file_history
from crm.complaints.files.present import PART as COMPLAINT_FILES
from crm.complaints.importing import history as complaint_import_history
from crm.complaints.links import history as complaint_link_history
from crm.complaints.links import present as complaint_links
from crm.correspondence.audience.chosen import further_filters
from crm.correspondence.audience.forms import OVERDUE
from crm.correspondence.letters import history as letter_history
from crm.correspondence.letters import matters as letter_matters
from crm.correspondence.letters import papers as letter_papers
from crm.correspondence.letters import present as letters_present
from crm.correspondence.letters import service as letters
from crm.correspondence.mailing import history as mailing_history
from crm.correspondence.notices import history as notice_history
from crm.correspondence.notices import papers as notice_papers
from crm.correspondence.notices import present as notice_present
from crm.correspondence.notices.queries import RECEIPT
from crm.properties.parts import unit_parts
from crm.repairs.orders.parts import order_parts
from crm.tenants import closing, history, tabs, unfiled
from crm.violations.cases import history as violation_history
from crm.violations.cases import origins
from crm.violations.cases import papers as violation_papers
from crm.violations.cases import present as violation_present
from crm.violations.cases import securing as violation_securing
from crm.violations.cases.parts import violation_parts
from crm.violations.cases.queries import KIND as VIOLATION
from crm.violations.cases.queries import SHEET


def connect_letters() -> None:
    history.further_titles.update(letter_history.EVENT_TITLES)
    history.further_details.update(letter_history.EVENT_DETAILS)
    history.needed.update(letter_history.NEEDED)
    closing.closed["letter"] = closing.Closed(letter_papers.closed, letters.filed)
    tabs.further.append(letters_present.TAB)
    unfiled.counts[:] = [letters_present.unfiled]


def connect_violations() -> None:
    unit_parts.append(violation_present.UNIT)
    tabs.further.append(violation_present.TAB)
    history.further_titles.update(violation_history.EVENT_TITLES)
    history.further_details.update(violation_history.EVENT_DETAILS)
    deposit_hindrances.refund_hindrances[:] = [violation_securing.open_violation]
    deposit_hindrances.further_reversal_hindrances[:] = [violation_securing.settled_by_it]
    letter_matters.sources[VIOLATION] = violation_present.matter
    letter_matters.papers[VIOLATION] = violation_papers.letter_paper
    unfiled.counts.append(violation_present.unfiled)
    closing.closed[VIOLATION] = closing.Closed(violation_papers.notice_to_file)
    closing.closed[SHEET] = closing.Closed(violation_papers.inspections_to_file)


def connect_notices() -> None:
    further_filters[OVERDUE] = overdue_for
    closing.closed[RECEIPT] = closing.Closed(notice_papers.receipt)
    tabs.further.append(notice_present.TAB)
    unfiled.counts.append(notice_present.unfiled)
    for told in (notice_history, mailing_history):
        history.further_titles.update(told.EVENT_TITLES)
        history.further_details.update(told.EVENT_DETAILS)


def connect_complaints() -> None:
    matters.sources[complaint_matters.KIND] = complaint_matters.SOURCE
    unit_parts.append(complaint_present.UNIT)
    tabs.further.append(complaint_present.TAB)
    history.further_titles.update(complaint_history.EVENT_TITLES)
    history.further_details.update(complaint_history.EVENT_DETAILS)
    closing.closed["complaint"] = closing.Closed(complaint_papers.closed_paper, complaint_filed)
    origins.sources["complaint"] = complaint_sources.origin
    letter_matters.sources["complaint"] = complaint_sources.matter
    unfiled.counts.append(complaint_sources.unfiled)
    _connect_around_complaints()


def _connect_around_complaints() -> None:
    """What hangs on a complaint: shown on its page, and settled before it is closed."""
    case_parts[:] = [complaint_links.PART, COMPLAINT_FILES, CORRECTIVE_ACTIONS, COMPENSATIONS]
    close_hindrances[:] = [corrected.hindrance, compensated.hindrance]
    end_hindrances[:] = [corrected.unsettled, compensated.hindrance]
    order_parts[:], bill_notes.parts[:] = [complaint_links.REPAIR], [complaint_links.BILL]
    letter_matters.letter_parts[:], violation_parts[:] = [complaint_links.LETTER], [complaint_links.VIOLATION]
    for told in (
        action_history,
        compensation_history,
        complaint_file_history,
        complaint_link_history,
        complaint_import_history,
    ):
        history.further_titles.update(told.EVENT_TITLES)
        history.further_details.update(told.EVENT_DETAILS)
    history.needed.update(compensation_history.NEEDED)

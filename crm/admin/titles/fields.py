"""The data of an event, field by field."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.archive.credit import history as credit
from crm.archive.disposal import history as disposal
from crm.archive.handover import history as handover
from crm.archive.lending import history as lending
from crm.archive.vault import history as titles
from crm.archive.vault.counts import history as vault_counts
from crm.archive.vault.incidents import history as vault_incidents
from crm.archive.vault.vouchers import history as vouchers
from crm.billing.arrears.cases import history as cases
from crm.billing.arrears.dunning import timeline as dunning
from crm.billing.arrears.reviews import history as reviews
from crm.billing.charges import history as charges
from crm.billing.ledger import history as ledger
from crm.billing.meters import history as meters
from crm.clock import history as clock
from crm.complaints.actions import history as corrective_actions
from crm.complaints.cases import history as complaints
from crm.complaints.categories import history as complaint_categories
from crm.complaints.compensation import history as compensation
from crm.complaints.files import history as complaint_files
from crm.complaints.importing import history as complaint_imports
from crm.complaints.links import history as complaint_links
from crm.correspondence.letters import history as correspondence
from crm.correspondence.notices import history as notices
from crm.correspondence.wordings import history as wordings
from crm.engineering import history as engineering
from crm.files import history as stored
from crm.moves.keys import history as keys
from crm.moves.leaving import history as leavings
from crm.moves.moving_in import history as move_ins
from crm.notifications import history as notifications
from crm.renovations.acceptance import history as renovation_checks
from crm.renovations.acceptance.items import history as renovation_check_items
from crm.renovations.cases import history as renovations
from crm.renovations.passes import history as passes
from crm.renovations.patrols import history as patrols
from crm.renovations.settlement import history as renovation_settlements
from crm.renovations.works import history as renovation_works
from crm.repairs.categories import history as repair_categories
from crm.repairs.costs import history as repair_costs
from crm.repairs.importing import history as repair_imports
from crm.repairs.incidents import history as incidents
from crm.repairs.orders import history as repairs
from crm.repairs.plans import history as maintenance
from crm.repairs.stock import history as repair_stock
from crm.repairs.workers import history as repair_workers
from crm.review import history as filing_reviews
from crm.statistics import history as statistics
from crm.tenants import history
from crm.tenants.models import FACT_TITLES
from crm.violations.cases import history as violations
from crm.violations.types import history as violation_types

FIELD_TITLES = {  # of an event's data and of what changed in it
    **lending.FIELD_TITLES,
    **engineering.FIELD_TITLES,
    **stored.FIELD_TITLES,
    **notifications.FIELD_TITLES,
    **filing_reviews.FIELD_TITLES,
    **clock.FIELD_TITLES,
    **statistics.FIELD_TITLES,
    **complaint_categories.FIELD_TITLES,
    **complaints.FIELD_TITLES,
    **corrective_actions.FIELD_TITLES,
    **compensation.FIELD_TITLES,
    **complaint_files.FIELD_TITLES,
    **complaint_links.FIELD_TITLES,
    **violation_types.FIELD_TITLES,
    **renovation_works.FIELD_TITLES,
    **renovations.FIELD_TITLES,
    **renovation_check_items.FIELD_TITLES,
    **renovation_checks.FIELD_TITLES,
    **renovation_settlements.FIELD_TITLES,
    **violations.FIELD_TITLES,
    **keys.FIELD_TITLES,
    **move_ins.FIELD_TITLES,
    **leavings.FIELD_TITLES,
    **cases.FIELD_TITLES,
    **charges.FIELD_TITLES,
    **meters.FIELD_TITLES,
    **credit.FIELD_TITLES,
    **handover.FIELD_TITLES,
    **vouchers.FIELD_TITLES,
    **titles.FIELD_TITLES,
    **vault_counts.FIELD_TITLES,
    **vault_incidents.FIELD_TITLES,
    **disposal.FIELD_TITLES,
    **ledger.FIELD_TITLES,
    **dunning.FIELD_TITLES,
    **reviews.FIELD_TITLES,
    **repair_categories.FIELD_TITLES,
    **correspondence.FIELD_TITLES,
    **wordings.FIELD_TITLES,
    **repair_workers.FIELD_TITLES,
    **maintenance.FIELD_TITLES,
    **repairs.FIELD_TITLES,
    **incidents.FIELD_TITLES,
    **repair_imports.FIELD_TITLES,
    **complaint_imports.FIELD_TITLES,
    **repair_costs.FIELD_TITLES,
    **repair_stock.FIELD_TITLES,
    **violation_types.FIELD_TITLES,
    **violations.FIELD_TITLES,
    **notices.FIELD_TITLES,
    **passes.FIELD_TITLES,
    **patrols.FIELD_TITLES,
    **history.UNIT_FIELDS,
    **{field.value: title for field, title in FACT_TITLES.items()},
    "account": _l("Account number"),
    "agreement": _l("Agreement number"),
    "balance": _l("Balance"),
    "bank": _l("Bank"),
    "bills": _l("Bills"),
    "count": _l("Number"),
    "deposit_kind": _l("Kind of deposit"),
    "due": _l("Due"),
    "ended_on": _l("Ended on"),
    "explanation": _l("Explanation"),
    "failed": _l("Not paid"),
    "files": _l("Files"),
    "ledger": _l("Ledger"),
    "lines": _l("Lines"),
    "notices": _l("Notices"),
    "paid": _l("Paid"),
    "payments": _l("Payments"),
    "refused": _l("Rows refused"),
    "register": _l("Register"),
    "takes_back": _l("Takes back"),
    "variance": _l("Variance"),
    "username": _l("User name"),
    "full_name": _l("Full name"),
    "department": _l("Department"),
    "estates": _l("Estates"),
    "supervises": _l("Supervised departments"),
    "roles": _l("Roles"),
    "role": _l("Role"),
    "active": _l("In use"),
    "address": _l("Address"),
    "company": _l("Management company"),
    "sessions": _l("Number of sessions"),
    "key": _l("Figure"),
    "value": _l("Value"),
    "valid_from": _l("Valid from"),
    "confirmed": _l("Confirmed by the company"),
    "basis": _l("Basis"),
    "dictionary": _l("Dictionary"),
    "decided_on": _l("Decided on"),
    "resolution_no": _l("Number of the resolution"),
    "ends_on": _l("Project's end"),
    "handed_over": _l("What was handed over"),
    "paid_on": _l("Paid on"),
    "principal": _l("Principal"),
    "interest": _l("Interest"),
    "settled_on": _l("Settled on"),
    "code": _l("Code"),
    "title": _l("Title"),
    "position": _l("Position"),
    "kind": _l("Kind"),
    "effective_on": _l("Valid from"),
    "confirmed_by": _l("Confirmed by"),
    "masked": _l("Number (masked)"),
    "mail_ids": _l("Mails"),
    "plate": _l("Plate"),
    "starts": _l("From"),
    "ends": _l("Until"),
    "what": _l("What"),
    "reason": _l("Reason"),
    "file": _l("File"),
    "counts": _l("Counts"),
    "change": _l("Change"),
    "rows": _l("Rows"),
    "forms": _l("Forms"),
    "contacts": _l("Emergency contacts"),
    "subject": _l("Subject"),
    "attempts": _l("Attempts"),
    "direction": _l("Direction"),
    "outcome": _l("Outcome"),
    "due_at": _l("Due"),
    "old": _l("Before"),
    "new": _l("After"),
    "phone": _l("Telephone"),
    "built_on": _l("Built on"),
    "maker": _l("Maker"),
    "installed_on": _l("Installed on"),
    "next_inspection_on": _l("Next inspection on"),
    "state": _l("State"),
    "error": _l("Fault"),
    "entries": _l("Entries"),
    "faults": _l("Faults"),
    "left": _l("Recovery codes left"),
    "left_open": _l("Still open then"),
    "list_key": _l("List"),
    "form": _l("As what"),
    "filters": _l("Filters"),
    "columns": _l("Columns"),
    "query": _l("Filters"),
    "shared": _l("Shared"),
    "other": _l("Other file"),
    "apart": _l("Not the same customer"),
    "backed_up_at": _l("Backed up at"),
    "head": _l("Last hash"),
    "product": _l("Version of the product"),
    "year": _l("Year"),
    "checked": _l("What was checked"),
    "number": _l("Number"),
    "filed_on": _l("Filed on"),
    "pages": _l("Page count"),
    "sheets": _l("Sheets"),
    "items": _l("Documents"),
    "readers": _l("Readers"),
    "claimed": _l("Pages claimed"),
    "measured": _l("Pages measured"),
    "owner": _l("Belongs to"),
    "copies": _l("Copies"),
    "released_to": _l("Given to"),
    "receipt": _l("Receipt"),
    "cause": _l("Why"),
    "giver": _l("Brought by"),
    "slot_code": _l("Filing code"),
    "absent": _l("Does not apply"),
    "field": _l("Field"),
    "approved": _l("Approved"),
    "decision": _l("Remark"),
    "receiver": _l("Receiver"),
    "path": _l("Place"),
    "in_use": _l("In use"),
    "note": _l("Remark"),
    "paper": _l("Printed list"),
    "expected": _l("By the books"),
    "counted": _l("Counted"),
    "edition": _l("Edition"),
    "effective_from": _l("In force from"),
    "print_version": _l("Version"),
    "section": _l("Section"),
    "slot": _l("Document"),
    "required": _l("Must be there"),
    "several": _l("There may be several"),
    "signed_by": _l("Signatures it needs"),
    "is_contract": _l("Contract"),
    "is_title": _l("Title document"),
    "section_id": _l("Section"),
    "slot_id": _l("Document of the checklist"),
    "responsible": _l("Responsible party"),
    "doc_no": _l("Document number"),
    "doc_date": _l("Date of the document"),
    "original_no": _l("Number of the contract as signed"),
    "valid_until": _l("Valid until"),
    "again_on": _l("Again on"),
    "agreed_on": _l("Agreed on"),
    "arrival": _l("What came of it"),
    "channel": _l("By which way"),
    "contacted_on": _l("Contacted on"),
    "delivered_on": _l("Brought on"),
    "demands": _l("Letters"),
    "first": _l("First number"),
    "given_by": _l("Given by"),
    "instalments": _l("Instalments"),
    "last": _l("Last number"),
    "last_on": _l("Last instalment on"),
    "left_out": _l("Left out"),
    "letters": _l("Letters"),
    "pay_until": _l("Pay until"),
    "step": _l("Step"),
    "talked_to": _l("Talked to"),
    "told": _l("Told"),
    "unfiled": _l("Not in a dossier yet"),
}

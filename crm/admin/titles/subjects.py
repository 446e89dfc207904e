"""What it happened to: its title, and the page that shows it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.archive.disposal import history as disposal
from crm.archive.lending import history as lending
from crm.archive.vault import history as titles
from crm.archive.vault.counts import history as vault_counts
from crm.archive.vault.incidents import history as vault_incidents
from crm.archive.vault.vouchers import history as vouchers
from crm.clock import history as clock
from crm.complaints.actions import history as corrective_actions
from crm.complaints.cases import history as complaints
from crm.complaints.categories import history as complaint_categories
from crm.complaints.compensation import history as compensation
from crm.complaints.files import history as complaint_files
from crm.complaints.importing import history as complaint_imports
from crm.correspondence.letters import history as correspondence
from crm.correspondence.mailing import history as mailing
from crm.correspondence.notices import history as notices
from crm.correspondence.wordings import history as wordings
from crm.engineering import history as engineering
from crm.moves.keys import history as keys
from crm.moves.leaving import history as leavings
from crm.moves.moving_in import history as move_ins
from crm.renovations.acceptance import history as renovation_checks
from crm.renovations.acceptance.items import history as renovation_check_items
from crm.renovations.cases import history as renovations
from crm.renovations.passes import history as passes
from crm.renovations.patrols import history as patrols
from crm.renovations.settlement import history as renovation_settlements
from crm.renovations.works import history as renovation_works
from crm.repairs.categories import history as repair_categories
from crm.repairs.importing import history as repair_imports
from crm.repairs.incidents import history as incidents
from crm.repairs.orders import history as repairs
from crm.repairs.plans import history as maintenance
from crm.repairs.stock import history as repair_stock
from crm.review import history as filing_reviews
from crm.statistics import history as statistics
from crm.violations.cases import history as violations
from crm.violations.types import history as violation_types

SUBJECT_TITLES = {  # field of an event without `_id` -> title
    **lending.SUBJECT_TITLES,
    **engineering.SUBJECT_TITLES,
    **repairs.SUBJECT_TITLES,
    **complaints.SUBJECT_TITLES,
    **corrective_actions.SUBJECT_TITLES,
    **compensation.SUBJECT_TITLES,
    **complaint_files.SUBJECT_TITLES,
    **clock.SUBJECT_TITLES,
    **filing_reviews.SUBJECT_TITLES,
    **complaint_categories.SUBJECT_TITLES,
    **repair_categories.SUBJECT_TITLES,
    **correspondence.SUBJECT_TITLES,
    **wordings.SUBJECT_TITLES,
    **maintenance.SUBJECT_TITLES,
    **incidents.SUBJECT_TITLES,
    **repair_imports.SUBJECT_TITLES,
    **complaint_imports.SUBJECT_TITLES,
    **repair_stock.SUBJECT_TITLES,
    **renovation_works.SUBJECT_TITLES,
    **renovations.SUBJECT_TITLES,
    **renovation_check_items.SUBJECT_TITLES,
    **renovation_checks.SUBJECT_TITLES,
    **renovation_settlements.SUBJECT_TITLES,
    **violations.SUBJECT_TITLES,
    **keys.SUBJECT_TITLES,
    **move_ins.SUBJECT_TITLES,
    **leavings.SUBJECT_TITLES,
    **passes.SUBJECT_TITLES,
    **patrols.SUBJECT_TITLES,
    **violation_types.SUBJECT_TITLES,
    **notices.SUBJECT_TITLES,
    **mailing.SUBJECT_TITLES,
    **statistics.SUBJECT_TITLES,
    "charge_item": _l("Charge item"),
    "shared_cost": _l("Shared cost"),
    "meter": _l("Meter"),
    "former_meter": _l("Meter before it"),
    "meter_reading": _l("Meter reading"),
    "corrected": _l("Corrected reading"),
    "reading_sheet": _l("Reading sheet"),
    "user": _l("Account"),
    "upload": _l("Stored file"),
    "session": _l("Session"),
    "department": _l("Department"),
    "figure_value": _l("Value of a figure"),
    "dictionary_entry": _l("Dictionary entry"),
    "estate": _l("Estate"),
    "building": _l("Building"),
    "unit": _l("Unit"),
    "equipment": _l("Equipment"),
    "public_area": _l("Public area"),
    "customer": _l("Customer"),
    "bill": _l("Bill"),
    "payment": _l("Payment"),
    "adjustment": _l("Adjustment"),
    "adjustment_request": _l("Request about money"),
    "billing_run": _l("Billing run"),
    "collection_batch": _l("Bank collection"),
    "mandate": _l("Bank mandate"),
    "late_fee_run": _l("Late fees"),
    "receipt": _l("Receipt"),
    "day_close": _l("Day close"),
    "legal_case": _l("Lawyer's case"),
    "evidence_pack": _l("Evidence pack"),
    "deposit": _l("Deposit"),
    "demand": _l("Demand letter"),
    "demand_run": _l("Run of letters"),
    "demand_delivery": _l("Entry about bringing a letter"),
    "arrears_review": _l("Arrears review"),
    "arrears_line": _l("Account in arrears"),
    "deposit_movement": _l("Movement of a deposit"),
    "deposit_request": _l("Request about a deposit"),
    "dunning_step": _l("Dunning step"),
    "former_step": _l("Step it replaced"),
    "dunning_exclusion": _l("Exclusion from dunning"),
    "contact": _l("Contact about arrears"),
    "promise": _l("Promise to pay"),
    "instalment_plan": _l("Instalment plan"),
    "supplement": _l("Supplement"),
    "phone": _l("Telephone"),
    "member": _l("Person in the household"),
    "emergency_contact": _l("Emergency contact"),
    "vehicle": _l("Vehicle"),
    "occupancy": _l("Occupancy"),
    "run": _l("Import"),
    "call": _l("Call"),
    "job": _l("Background work"),
    "saved_filter": _l("Saved filter"),
    "mail": _l("Mail"),
    "notice": _l("Holiday notice"),
    "client": _l("Client"),
    "project": _l("Project"),
    "former_user": _l("Whoever had the role before"),
    "repayment": _l("Repayment"),
    "guarantor": _l("Guarantor"),
    "collateral": _l("Collateral"),
    "contract": _l("Contract"),
    "register_import": _l("Register taken over"),
    "fee_import": _l("Payment history taken over"),
    "handover": _l("Hand-over"),
    **vouchers.SUBJECT_TITLES,
    **titles.SUBJECT_TITLES,
    **vault_counts.SUBJECT_TITLES,
    **vault_incidents.SUBJECT_TITLES,
    **disposal.SUBJECT_TITLES,
    "list_version": _l("Version of a list"),
    "supplement_list": _l("Supplement list"),
    "supplement_line": _l("Line of a supplement list"),
    "postponement": _l("Postponement"),
    "late_filing": _l("Supplement to a filed dossier"),
    "register_entry": _l("Entry of the register"),
    "merge": _l("Merge of two files"),
    "kept": _l("File that stays"),
    "merged": _l("File merged into it"),
    "other": _l("Other file"),
    "dossier": _l("Dossier"),
    "item": _l("Document in a dossier"),
    "rendition": _l("File of a document"),
    "attachment": _l("Attachment"),
    "volume": _l("Volume"),
    "archive_number": _l("Archive number"),
    "archive_correction": _l("Correction"),
    "item_removal": _l("Removal"),
    "location": _l("Place"),
    "holder": _l("In the hands of"),
    "continued_in": _l("Continued in"),
    "appointment": _l("Appointment"),
    "dossier_template": _l("Checklist"),
    "policy_version": _l("Archive policy"),
    "issued_print": _l("Print"),
}

SUBJECT_PAGES = {  # where the object is shown, and what its id is called there
    **lending.SUBJECT_PAGES,
    **filing_reviews.SUBJECT_PAGES,
    **repairs.SUBJECT_PAGES,
    **complaints.SUBJECT_PAGES,
    **compensation.SUBJECT_PAGES,
    **complaint_categories.SUBJECT_PAGES,
    **repair_categories.SUBJECT_PAGES,
    **correspondence.SUBJECT_PAGES,
    **wordings.SUBJECT_PAGES,
    **maintenance.SUBJECT_PAGES,
    **incidents.SUBJECT_PAGES,
    **repair_imports.SUBJECT_PAGES,
    **complaint_imports.SUBJECT_PAGES,
    **repair_stock.SUBJECT_PAGES,
    **renovation_works.SUBJECT_PAGES,
    **renovations.SUBJECT_PAGES,
    **renovation_check_items.SUBJECT_PAGES,
    **renovation_settlements.SUBJECT_PAGES,
    **violations.SUBJECT_PAGES,
    **engineering.SUBJECT_PAGES,
    **keys.SUBJECT_PAGES,
    **move_ins.SUBJECT_PAGES,
    **leavings.SUBJECT_PAGES,
    **passes.SUBJECT_PAGES,
    **patrols.SUBJECT_PAGES,
    **violation_types.SUBJECT_PAGES,
    **notices.SUBJECT_PAGES,
    **mailing.SUBJECT_PAGES,
    **statistics.SUBJECT_PAGES,
    "user": ("admin.user", "user_id"),
    "estate": ("properties.estate", "estate_id"),
    "building": ("properties.building", "building_id"),
    "unit": ("tenants.unit", "unit_id"),
    "equipment": ("properties.equipment_item", "equipment_id"),
    "public_area": ("properties.area", "public_area_id"),
    "customer": ("tenants.customer", "customer_id"),
    "charge_item": ("charges.item", "charge_item_id"),
    "meter": ("meters.meter", "meter_id"),
    "former_meter": ("meters.meter", "meter_id"),
    "kept": ("tenants.customer", "customer_id"),
    "merged": ("tenants.customer", "customer_id"),
    "other": ("tenants.customer", "customer_id"),
    "bill": ("billing.bill", "bill_id"),
    "arrears_review": ("arrears.show", "review_id"),
    "payment": ("billing.payment", "payment_id"),
    "legal_case": ("cases.show", "legal_case_id"),
    "demand": ("letters.show", "demand_id"),
    "demand_run": ("letters.run", "demand_run_id"),
    "adjustment_request": ("billing.request", "adjustment_request_id"),
    "promise": ("promises.show", "promise_id"),
    "instalment_plan": ("plans.show", "plan_id"),
    "run": ("imports.show", "run_id"),
    "call": ("calls.show", "call_id"),
    "notice": ("worktime.notice", "notice_id"),
    "client": ("credit.client", "client_id"),
    "project": ("credit.project", "project_id"),
    "register_import": ("credit.show_import", "register_import_id"),
    "fee_import": ("feeimports.show", "fee_import_id"),
    "handover": ("handover.show", "handover_id"),
    **vouchers.SUBJECT_PAGES,
    **titles.SUBJECT_PAGES,
    **vault_counts.SUBJECT_PAGES,
    **vault_incidents.SUBJECT_PAGES,
    **disposal.SUBJECT_PAGES,
    "postponement": ("handover.postponement", "postponement_id"),
    "dossier": ("dossiers.show", "dossier_id"),
    "continued_in": ("dossiers.show", "dossier_id"),
    "archive_correction": ("dossiers.correction", "correction_id"),
    "item_removal": ("dossiers.removal", "removal_id"),
    "dossier_template": ("dossiers.checklist", "template_id"),
}

"""Every table of the product, so that migrations and tests see them all."""

from crm import numbering
from crm.archive.credit import models as credit
from crm.archive.disposal import models as disposal
from crm.archive.dossiers import models as dossiers
from crm.archive.handover import models as handover
from crm.archive.lending import models as lending
from crm.archive.numbers import models as numbers
from crm.archive.vault import models as vault
from crm.audit import models as audit
from crm.auth import models as auth
from crm.billing.arrears.cases import models as cases
from crm.billing.arrears.contacts import models as contacts
from crm.billing.arrears.dunning import models as dunning
from crm.billing.arrears.evidence import models as evidence
from crm.billing.arrears.follow_up import models as follow_up
from crm.billing.arrears.limitation import models as limitation
from crm.billing.arrears.promises import models as promises
from crm.billing.arrears.reviews import models as reviews
from crm.billing.cashier import models as cashier
from crm.billing.charges import models as charges
from crm.billing.collection import models as collection
from crm.billing.deposits import models as deposits
from crm.billing.importing import models as importing
from crm.billing.latefees import models as latefees
from crm.billing.ledger import models as ledger
from crm.billing.meters import models as meters
from crm.billing.runs import models as runs
from crm.calls import models as calls
from crm.clock import models as clock
from crm.complaints.cases import models as complaints
from crm.complaints.categories import models as complaint_categories
from crm.complaints.importing import models as complaint_imports
from crm.correspondence.letters import models as letters
from crm.correspondence.notices import models as notices
from crm.correspondence.wordings import models as wordings
from crm.db import Base
from crm.desk import models as desk
from crm.engineering.drawings import models as drawings
from crm.engineering.points import models as points
from crm.engineering.procedures import models as procedures
from crm.files import models as files
from crm.imports import models as imports
from crm.jobs import models as jobs
from crm.lists import models as lists
from crm.moves.keys import models as keys
from crm.moves.leaving import models as leavings
from crm.moves.moving_in import models as moving_in
from crm.notifications import models as notifications
from crm.outbox import models as outbox
from crm.policy import models as policy
from crm.properties import models as properties
from crm.renovations.acceptance import models as renovation_checks
from crm.renovations.acceptance.items import models as renovation_check_items
from crm.renovations.cases import models as renovations
from crm.renovations.passes import models as renovation_passes
from crm.renovations.patrols import models as renovation_patrols
from crm.renovations.settlement import models as renovation_settlements
from crm.renovations.works import models as renovation_works
from crm.repairs.categories import models as repair_categories
from crm.repairs.importing import models as repair_imports
from crm.repairs.incidents import models as incidents
from crm.repairs.orders import models as repair_orders
from crm.repairs.plans import models as maintenance
from crm.repairs.stock import models as stock
from crm.repairs.workers import models as workers
from crm.review import models as filing_reviews
from crm.tenants import models as tenants
from crm.tenants.merging import models as merging
from crm.violations.cases import models as violations
from crm.violations.types import models as violation_types
from crm.worktime import models as worktime

__all__ = [
    "Base",
    "audit",
    "auth",
    "calls",
    "cases",
    "cashier",
    "charges",
    "clock",
    "collection",
    "complaint_categories",
    "complaint_imports",
    "complaints",
    "contacts",
    "credit",
    "deposits",
    "desk",
    "disposal",
    "dossiers",
    "drawings",
    "dunning",
    "evidence",
    "files",
    "filing_reviews",
    "follow_up",
    "handover",
    "importing",
    "imports",
    "incidents",
    "jobs",
    "keys",
    "latefees",
    "leavings",
    "ledger",
    "lending",
    "letters",
    "limitation",
    "lists",
    "maintenance",
    "merging",
    "meters",
    "moving_in",
    "notices",
    "notifications",
    "numbering",
    "numbers",
    "outbox",
    "points",
    "policy",
    "procedures",
    "promises",
    "properties",
    "renovation_check_items",
    "renovation_checks",
    "renovation_passes",
    "renovation_patrols",
    "renovation_settlements",
    "renovation_works",
    "renovations",
    "repair_categories",
    "repair_imports",
    "repair_orders",
    "reviews",
    "runs",
    "stock",
    "tenants",
    "vault",
    "violation_types",
    "violations",
    "wordings",
    "workers",
    "worktime",
]

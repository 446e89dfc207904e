"""A large history in the background, part by part."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.billing.importing.history.service import TAKING
from crm.imports.histories.jobs import carrying_out

CARRY_OUT = carrying_out(TAKING, _l("Take over a payment history"), "/billing/imports/{}", Permission.billing_run)

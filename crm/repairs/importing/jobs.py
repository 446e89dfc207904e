"""A large history of repairs in the background, part by part."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.imports.histories.jobs import carrying_out
from crm.repairs.importing.service import TAKING

CARRY_OUT = carrying_out(TAKING, _l("Take over repairs"), "/repairs/imports/{}", Permission.import_run)

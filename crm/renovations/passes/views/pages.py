"""The blueprint of passes, and what its pages share."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, url_for
from flask_babel import gettext as _

from crm.auth.permissions import Permission
from crm.billing.deposits.kinds import KINDS
from crm.billing.deposits.models import Deposit
from crm.renovations.cases.models import Renovation
from crm.renovations.passes.models import RenovationPass
from crm.renovations.passes.queries import deposits_for
from crm.web.templating import money

blueprint = Blueprint("renovation_passes", __name__, url_prefix="/renovations/passes")
READ, LOG = Permission.renovation_read, Permission.renovation_log
ANCHOR = "passes"  # of the part on the renovation's page


def of_renovation(renovation: Renovation) -> str:
    return url_for("renovations.show", renovation_id=renovation.id, _anchor=ANCHOR)


def address(found: RenovationPass) -> str:
    return url_for("renovation_passes.show", renovation_pass_id=found.id)


def deposits_to_choose(renovation: Renovation) -> dict[int, str]:
    return {each.id: _told(each) for each in deposits_for(renovation)}


def _told(deposit: Deposit) -> str:
    parts: Sequence[str] = (
        str(KINDS.title_of(deposit.kind)),
        deposit.code,
        _("%(sum)s yuan left", sum=money(deposit.balance)),
    )
    return " · ".join(parts)

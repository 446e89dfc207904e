"""What is confirmed: the figures that were shown come back with the form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _
from wtforms import HiddenField

from crm.billing.runs.figures import Counted
from crm.errors import DomainError
from crm.web.forms import BaseForm


class ConfirmForm(BaseForm):
    """`figures`: item -> bills and sum as they were shown. `key` is the form's own."""

    figures = HiddenField()
    key = HiddenField()


def told(shown: Mapping[int, Counted]) -> str:
    return json.dumps({item_id: [each.bills, str(each.total)] for item_id, each in shown.items()})


def shown_before(text: str | None) -> dict[int, Counted]:
    """What `told` said. Raises `DomainError` for anything else."""
    try:
        said = json.loads(text or "")
        return {int(item_id): Counted(int(bills), Decimal(total)) for item_id, (bills, total) in said.items()}
    except (ValueError, TypeError, AttributeError, InvalidOperation) as error:
        raise DomainError(_("The figures that were shown did not come back. Open the month anew.")) from error

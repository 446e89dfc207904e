"""The list of histories taken over."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.billing.importing.models import FeeImport
from crm.imports.histories.listings import listing_of
from crm.lists.listing import Listing


def imports() -> Listing:
    return listing_of(
        FeeImport,
        title=_("Histories taken over"),
        empty=_("No history was taken over yet."),
        page="feeimports.show",
    )

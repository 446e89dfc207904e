"""The list of imports of repairs."""

from __future__ import annotations

from flask_babel import gettext as _

from crm.imports.histories.listings import listing_of
from crm.lists.listing import Listing
from crm.repairs.importing.models import RepairImport


def imports() -> Listing:
    return listing_of(
        RepairImport,
        title=_("Repairs taken over"),
        empty=_("No repairs were taken over yet."),
        page="repair_imports.show",
    )

"""The pages of a history of repairs.

Nobody needs to see repairs for it: whoever imports meets the file, not the orders.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.imports.histories.pages import HistoryPages
from crm.imports.histories.queries import stored_count
from crm.repairs.categories.models import PLACE_TITLES
from crm.repairs.categories.queries import problems
from crm.repairs.importing.forms import HistoryForm
from crm.repairs.importing.models import RepairImport, RepairImportRow
from crm.repairs.importing.service import TAKING


class _Pages(HistoryPages[RepairImport]):
    taking, form, word = TAKING, HistoryForm, "category"
    blueprint = Blueprint("repair_imports", __name__, url_prefix="/repairs/imports")
    read = store = Permission.import_run
    templates = "repairs/importing"
    title, empty = _l("Repairs taken over"), _l("No repairs were taken over yet.")
    new_text, done = _l("Take over repairs"), _l("The repairs are taken over.")

    def offered(self, run: RepairImport) -> list[tuple[str, str]]:
        """A problem's name in full."""
        return [(str(each.id), f"{PLACE_TITLES[each.place]} · {each.full_name}") for each in problems()]

    def chosen(self, form: HistoryForm) -> dict[str, Any]:
        return {"open_jobs": form.open_jobs.data}

    def result(self, run: RepairImport, told: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
        """`stored`: the orders that stand."""
        return {
            **{name: told[name] for name in ("file", "taken", "unfinished", "days")},
            "cost": Decimal(told["cost"]),
            "stored": stored_count(RepairImportRow, run),
            "categories": [
                (name, titles.get(run.categories[name], ""), told["categories"][name]) for name in told["categories"]
            ],
        }


PAGES = _Pages()
PAGES.add()
blueprint = PAGES.blueprint

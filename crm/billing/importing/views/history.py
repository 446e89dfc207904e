"""The pages of a payment history. Whoever imports reads and checks; whoever charges puts it into the books."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.billing.charges.models import BASIS_TITLES
from crm.billing.importing import queries
from crm.billing.importing.forms import HistoryForm
from crm.billing.importing.history.present import NEW
from crm.billing.importing.history.service import MAKEABLE, TAKING
from crm.billing.importing.models import FeeImport
from crm.billing.importing.tally import Tally
from crm.billing.importing.views.pages import PREPARE, STORE, blueprint
from crm.imports.histories.pages import HistoryPages


class _Pages(HistoryPages[FeeImport]):
    taking, form, word = TAKING, HistoryForm, "item"
    blueprint, read, store = blueprint, PREPARE, STORE
    templates, list_template = "feeimports", "feeimports/index.html"
    title, empty = _l("Histories taken over"), _l("No history was taken over yet.")
    new_text, done = _l("Take over a history"), _l("The history is taken over.")

    def offered(self, run: FeeImport) -> list[tuple[str, str]]:
        """An item that stands, or one to be made."""
        standing = [(str(item_id), name) for item_id, name in queries.items_of(run.estate_id).items()]
        made = [(f"{NEW}{basis}", _("Make it: %(basis)s", basis=BASIS_TITLES[basis])) for basis in MAKEABLE]
        return [*standing, *made]

    def fill(self, form: HistoryForm, run: FeeImport) -> None:
        form.last_counts.data = "y" if run.last_counts else "n"

    def chosen(self, form: HistoryForm) -> dict[str, Any]:
        return {"last_counts": form.last_counts.data != "n"}

    def result(self, run: FeeImport, told: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
        """With its sums as figures; `proved`: they are those of the rows, and of the books once stored."""
        sums = {name: Tally.kept(told[name]) for name in ("file", "taken", "standing", "refused_sums")}
        return {
            **sums,
            "booked": queries.in_the_books(run.id),
            "proved": sums["file"] == sums["taken"] + sums["standing"] + sums["refused_sums"],
            "payments": told["payments"],
            "credit": Decimal(told["credit"]),
            "open": Decimal(told["open"]),
            "items": [(name, Tally.kept(tally)) for name, tally in told["items"].items()],
            "days": told["days"],
        }


_Pages().add()

"""The pages of a history of complaints."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission
from crm.complaints.categories.queries import choosable
from crm.complaints.importing.forms import HistoryForm
from crm.complaints.importing.models import ComplaintImport, ComplaintImportRow
from crm.complaints.importing.service import TAKING
from crm.imports.histories.pages import HistoryPages
from crm.imports.histories.queries import stored_count


class _Pages(HistoryPages[ComplaintImport]):
    taking, form, word = TAKING, HistoryForm, "category"
    blueprint = Blueprint("complaint_imports", __name__, url_prefix="/complaints/imports")
    read = store = Permission.complaint_keep
    templates = "complaints/importing"
    title, empty = _l("Complaints taken over"), _l("No complaints were taken over yet.")
    new_text, done = _l("Take over complaints"), _l("The complaints are taken over.")

    def offered(self, run: ComplaintImport) -> list[tuple[str, str]]:
        return [(str(each.id), each.full_name) for each in choosable()]

    def chosen(self, form: HistoryForm) -> dict[str, Any]:
        return {"open_cases": form.open_cases.data}

    def result(self, run: ComplaintImport, told: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
        """`stored`: the cases that stand."""
        return {
            **{name: told[name] for name in ("file", "taken", "unfinished", "anonymous", "days")},
            "stored": stored_count(ComplaintImportRow, run),
            "categories": [
                (name, titles.get(run.categories[name], ""), told["categories"][name]) for name in told["categories"]
            ],
        }


PAGES = _Pages()
PAGES.add()
blueprint = PAGES.blueprint

"""The archivist's pages. Importing the modules adds their routes to the blueprints."""

from crm.archive.dossiers.views import (
    asks,
    checklists,
    custodians,
    filing,
    numbers,
    papers,
    places,
    show,
    using,
    verify,
)
from crm.archive.dossiers.views.pages import blueprint
from crm.archive.dossiers.views.verify import blueprint as verify_blueprint

__all__ = [
    "asks",
    "blueprint",
    "checklists",
    "custodians",
    "filing",
    "numbers",
    "papers",
    "places",
    "show",
    "using",
    "verify",
    "verify_blueprint",
]

"""Every page of complaints, for `crm.app`."""

from crm.complaints.cases.views import blueprint as cases
from crm.complaints.categories.views import blueprint as categories
from crm.complaints.importing.views import blueprint as importing

BLUEPRINTS = (
    cases,
    categories,
    importing,
)

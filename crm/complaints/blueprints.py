"""Every page of complaints, for `crm.app`."""

from crm.complaints.cases.views import blueprint as cases
from crm.complaints.categories.views import blueprint as categories

BLUEPRINTS = (
    cases,
    categories,
)

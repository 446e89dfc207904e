"""Every page of complaints, for `crm.app`."""

from crm.complaints.cases.views.paper import blueprint as papers
from crm.complaints.importing.views import blueprint as importing

BLUEPRINTS = (
    papers,
    importing,
)

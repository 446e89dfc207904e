"""Every page of complaints, for `crm.app`."""

from crm.complaints.actions.views import blueprint as actions
from crm.complaints.cases.views import blueprint as cases
from crm.complaints.categories.views import blueprint as categories
from crm.complaints.compensation.views import blueprint as compensation
from crm.complaints.figures.views import blueprint as figures
from crm.complaints.files.views import blueprint as files
from crm.complaints.importing.views import blueprint as importing
from crm.complaints.intake.views import blueprint as intake
from crm.complaints.links.views import blueprint as links

BLUEPRINTS = (
    cases,
    categories,
    intake,
    actions,
    compensation,
    links,
    files,
    figures,
    importing,
)

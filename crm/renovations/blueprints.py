"""All blueprints of the package, for `crm.app`."""

from crm.renovations.cases.views import blueprint as cases
from crm.renovations.intake.views import blueprint as intake
from crm.renovations.works.views import blueprint as works

BLUEPRINTS = (cases, intake, works)

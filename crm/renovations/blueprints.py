"""All blueprints of the package, for `crm.app`."""

from crm.renovations.cases.views import blueprint as cases

BLUEPRINTS = (cases,)

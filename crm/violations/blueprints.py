"""Every page of violations, for `crm.app`."""

from crm.violations.cases.views import blueprint as cases
from crm.violations.intake.views import blueprint as intake
from crm.violations.types.views import blueprint as types

BLUEPRINTS = (cases, intake, types)

"""All blueprints of the package, for `crm.app`."""

from crm.renovations.acceptance.items.views import blueprint as check_items
from crm.renovations.acceptance.views import blueprint as checks
from crm.renovations.cases.views import blueprint as cases
from crm.renovations.intake.views import blueprint as intake
from crm.renovations.passes.views import blueprint as passes
from crm.renovations.passes.views import workers
from crm.renovations.patrols.views import blueprint as patrols
from crm.renovations.settlement.views import blueprint as settlements
from crm.renovations.works.views import blueprint as works

BLUEPRINTS = (cases, intake, works, passes, workers, patrols, checks, check_items, settlements)

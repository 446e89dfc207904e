"""Every page of repairs, for `crm.app`."""

from crm.repairs.categories.views import blueprint as categories
from crm.repairs.costs.views import blueprint as costs
from crm.repairs.dispatch.views import blueprint as dispatch
from crm.repairs.figures.views import blueprint as figures
from crm.repairs.importing.views import blueprint as importing
from crm.repairs.incidents.views import blueprint as incidents
from crm.repairs.intake.views import blueprint as intake
from crm.repairs.orders.attached import blueprint as incident_jobs
from crm.repairs.orders.views import blueprint as orders
from crm.repairs.plans.views import blueprint as plans
from crm.repairs.stock.views import blueprint as stock
from crm.repairs.visits.views import blueprint as visits
from crm.repairs.work.views import blueprint as work
from crm.repairs.workers.views import blueprint as workers

BLUEPRINTS = (
    orders,
    intake,
    dispatch,
    work,
    visits,
    costs,
    incidents,
    incident_jobs,
    plans,
    stock,
    workers,
    categories,
    figures,
    importing,
)

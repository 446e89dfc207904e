"""The pages of promises and of instalment plans; every module of this folder adds its own."""

from crm.billing.arrears.promises.views import deciding, planning, plans, promises
from crm.billing.arrears.promises.views.pages import plans as plan_pages
from crm.billing.arrears.promises.views.pages import promises as promise_pages

blueprints = (promise_pages, plan_pages)

__all__ = ["blueprints", "deciding", "planning", "plans", "promises"]

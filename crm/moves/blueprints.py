"""Every page of moving in and out, for `crm.app`."""

from crm.moves.leaving.views import blueprint as leavings

BLUEPRINTS = (leavings,)

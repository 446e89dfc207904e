"""Every page of moving in and out, for `crm.app`."""

from crm.moves.keys.views import blueprint as keys
from crm.moves.leaving.views import blueprint as leavings
from crm.moves.moving_in.views import blueprint as moving_in

BLUEPRINTS = (moving_in, keys, leavings)

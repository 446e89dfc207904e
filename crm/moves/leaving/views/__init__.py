"""The pages of move-outs and sales; the modules put them on the blueprint."""

from crm.moves.leaving.views import beginning, buyers, show, steps
from crm.moves.leaving.views.pages import blueprint

__all__ = ["beginning", "blueprint", "buyers", "show", "steps"]

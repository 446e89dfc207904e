"""The pages of notices; every module of this folder adds its own to the blueprint."""

from crm.correspondence.notices.views import board, delivering, drafting, figures, reading, show, steps
from crm.correspondence.notices.views.pages import blueprint
from crm.correspondence.notices.views.reading import links

__all__ = ["blueprint", "board", "delivering", "drafting", "figures", "links", "reading", "show", "steps"]

"""Pages of move-ins; importing them adds them to the blueprint."""

from crm.moves.moving_in.views import checking, handing, identity, lists, papers, show, signing
from crm.moves.moving_in.views.pages import blueprint

__all__ = ["blueprint", "checking", "handing", "identity", "lists", "papers", "show", "signing"]

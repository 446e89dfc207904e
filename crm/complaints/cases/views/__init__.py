"""The pages of a complaint; the modules put them on the blueprint."""

from crm.complaints.cases.views import callbacks, paper, show, steps
from crm.complaints.cases.views.pages import blueprint

__all__ = ["blueprint", "callbacks", "paper", "show", "steps"]

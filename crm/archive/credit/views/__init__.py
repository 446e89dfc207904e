"""The pages of the register; every module of this folder adds its own to the blueprint."""

from crm.archive.credit.views import clients, importing, papers, parts, projects, steps
from crm.archive.credit.views.pages import blueprint

__all__ = ["blueprint", "clients", "importing", "papers", "parts", "projects", "steps"]

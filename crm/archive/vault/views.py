"""The pages of title documents and of their transfer lists, on one blueprint."""

from crm.archive.vault.documents import views as documents
from crm.archive.vault.pages import blueprint
from crm.archive.vault.transfers import views as transfers

__all__ = ["blueprint", "documents", "transfers"]

"""The pages of the hand-over, by desk: the page itself, A's, B's and the archivist's part, who decides, the papers."""

from crm.archive.handover.views import auditing, deciding, late, page, papers, preparing, receiving, signing
from crm.archive.handover.views.pages import blueprint

__all__ = ["auditing", "blueprint", "deciding", "late", "page", "papers", "preparing", "receiving", "signing"]

"""The verbs of dossiers, for views and for the packages that file into them."""

from crm.archive.dossiers.content import content_hash, line_hash, list_content
from crm.archive.dossiers.service.attachments import add_attachment, release_attachment
from crm.archive.dossiers.service.custody import take_custody
from crm.archive.dossiers.service.filing import DocumentFacts, file_document, file_sealed
from crm.archive.dossiers.service.items import (
    ItemFacts,
    add_item,
    arrange,
    attach_file,
    change_item,
    move_item,
    take_out,
)
from crm.archive.dossiers.service.opening import (
    Opening,
    close_dossier,
    give_number,
    open_dossier,
    open_dossiers,
    reopen_dossier,
    set_readers,
)

__all__ = [
    "DocumentFacts",
    "ItemFacts",
    "Opening",
    "add_attachment",
    "add_item",
    "arrange",
    "attach_file",
    "change_item",
    "close_dossier",
    "content_hash",
    "file_document",
    "file_sealed",
    "give_number",
    "line_hash",
    "list_content",
    "move_item",
    "open_dossier",
    "open_dossiers",
    "release_attachment",
    "reopen_dossier",
    "set_readers",
    "take_custody",
    "take_out",
]

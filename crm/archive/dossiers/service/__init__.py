"""The verbs of dossiers, for views and for the packages that file into them."""

from crm.archive.dossiers.content import content_hash, line_hash, list_content
from crm.archive.dossiers.queries import find_dossier
from crm.archive.dossiers.service.appointing import Count, appoint, end_appointment, expect_appointment, is_appointed
from crm.archive.dossiers.service.attachments import add_attachment, release_attachment
from crm.archive.dossiers.service.custody import take_custody
from crm.archive.dossiers.service.filing import (
    DocumentFacts,
    file_document,
    file_into,
    file_sealed,
    is_filed,
)
from crm.archive.dossiers.service.items import (
    ItemFacts,
    add_item,
    arrange,
    attach_file,
    change_item,
    expect_past_handover,
    move_item,
    take_out,
)
from crm.archive.dossiers.service.opening import (
    Opening,
    close_dossier,
    give_number,
    give_up_number,
    go_on_in,
    open_dossier,
    open_dossiers,
    reopen_dossier,
    retitle,
    set_readers,
)
from crm.archive.dossiers.service.places import add_location, change_location, move_by_hand, put
from crm.archive.dossiers.service.records import (
    Giver,
    ask_correction,
    ask_removal,
    decide_correction,
    decide_removal,
    expect_supplement,
    file_supplement,
    shown_value,
    state_absence,
)
from crm.archive.dossiers.service.using import PURPOSES, Purpose, Used, note_use, purpose_today
from crm.archive.dossiers.service.volumes import close_volume

__all__ = [
    "PURPOSES",
    "Count",
    "DocumentFacts",
    "Giver",
    "ItemFacts",
    "Opening",
    "Purpose",
    "Used",
    "add_attachment",
    "add_item",
    "add_location",
    "appoint",
    "arrange",
    "ask_correction",
    "ask_removal",
    "attach_file",
    "change_item",
    "change_location",
    "close_dossier",
    "close_volume",
    "content_hash",
    "decide_correction",
    "decide_removal",
    "end_appointment",
    "expect_appointment",
    "expect_past_handover",
    "expect_supplement",
    "file_document",
    "file_into",
    "file_sealed",
    "file_supplement",
    "find_dossier",
    "give_number",
    "give_up_number",
    "go_on_in",
    "is_appointed",
    "is_filed",
    "line_hash",
    "list_content",
    "move_by_hand",
    "move_item",
    "note_use",
    "open_dossier",
    "open_dossiers",
    "purpose_today",
    "put",
    "release_attachment",
    "reopen_dossier",
    "retitle",
    "set_readers",
    "shown_value",
    "state_absence",
    "take_custody",
    "take_out",
]

"""The verbs of a move-in."""

from crm.moves.moving_in.service.ending import cancel, filed, left_of
from crm.moves.moving_in.service.identifying import Terms, add_staff, set_terms
from crm.moves.moving_in.service.inspecting import Defect, note_defect, read_meters
from crm.moves.moving_in.service.keeping import ask_deposit, keep_document, mark, waive_document
from crm.moves.moving_in.service.signing import Signature, file_papers, sign
from crm.moves.moving_in.service.starting import Wanted, start
from crm.moves.moving_in.service.steps import STEPS, Said, subjects

__all__ = [
    "STEPS",
    "Defect",
    "Said",
    "Signature",
    "Terms",
    "Wanted",
    "add_staff",
    "ask_deposit",
    "cancel",
    "file_papers",
    "filed",
    "keep_document",
    "left_of",
    "mark",
    "note_defect",
    "read_meters",
    "set_terms",
    "sign",
    "start",
    "subjects",
    "waive_document",
]

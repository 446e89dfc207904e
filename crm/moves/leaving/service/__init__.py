"""The verbs of move-outs and sales."""

from crm.moves.leaving.service.buying import Buyer, name_buyer, take_out
from crm.moves.leaving.service.closing import close, settle
from crm.moves.leaving.service.ending import cancel, unsign
from crm.moves.leaving.service.handing import Handed, KeyFate, Read, hand_keys, note_open, read_meters, see_money
from crm.moves.leaving.service.signing import Signatures, sign
from crm.moves.leaving.service.starting import Papers, Started, change, start
from crm.moves.leaving.service.steps import STEPS, Said, subjects

__all__ = [
    "STEPS",
    "Buyer",
    "Handed",
    "KeyFate",
    "Papers",
    "Read",
    "Said",
    "Signatures",
    "Started",
    "cancel",
    "change",
    "close",
    "hand_keys",
    "name_buyer",
    "note_open",
    "read_meters",
    "see_money",
    "settle",
    "sign",
    "start",
    "subjects",
    "take_out",
    "unsign",
]

"""The verbs of keys: entered, handed out, signed for, given back or lost, taken out of use."""

from crm.moves.keys.service.entering import add_key, retire
from crm.moves.keys.service.giving import Giving, Taken, give, sign
from crm.moves.keys.service.returning import Back, take_back

__all__ = ["Back", "Giving", "Taken", "add_key", "give", "retire", "sign", "take_back"]

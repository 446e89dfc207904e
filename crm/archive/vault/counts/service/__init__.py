"""The verbs of counts and of the end of a day."""

from crm.archive.vault.counts.service.counting import begin, explain, hand_in, opens, recount, sign
from crm.archive.vault.counts.service.ending import Day, day_of, seal
from crm.archive.vault.counts.service.ordering import cancel, order

__all__ = [
    "Day",
    "begin",
    "cancel",
    "day_of",
    "explain",
    "hand_in",
    "opens",
    "order",
    "recount",
    "seal",
    "sign",
]

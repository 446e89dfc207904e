"""What keys and cards a unit can have: the company's own list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.dictionaries import Dictionary

DOOR = "door"
KINDS = Dictionary(
    key="moves.key_kind",
    title=_l("Kinds of keys and cards"),
    defaults={
        DOOR: _l("Door key"),
        "entrance": _l("Key of the entrance"),
        "mailbox": _l("Mailbox key"),
        "access_card": _l("Access card"),
        "parking_card": _l("Parking card"),
        "meter_room": _l("Key of the meter cupboard"),
        "remote": _l("Remote control"),
        "other": _l("Other key"),
    },
)

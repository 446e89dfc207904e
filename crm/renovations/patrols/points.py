"""What a patrol looks at: the company's own list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.dictionaries import Dictionary

POINTS = Dictionary(
    key="renovations.patrol_point",
    title=_l("What a patrol of a renovation looks at"),
    defaults={
        "hours": _l("Hours of work"),
        "permit": _l("Permit on the door, passes worn"),
        "fire": _l("Fire safety: extinguishers, hot work, smoking"),
        "power": _l("Temporary water and power"),
        "structure": _l("Structure and load-bearing walls untouched"),
        "waterproofing": _l("Waterproofing and drains"),
        "facade": _l("Façade, balcony and openings"),
        "noise": _l("Noise and dust"),
        "waste": _l("Rubbish bagged and taken away"),
        "common": _l("Common areas and lift protected"),
    },
)

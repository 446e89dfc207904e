"""The trades that are proposed for a worker: the company's own list."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.dictionaries import Dictionary

TRADES = Dictionary(
    key="renovations.trade",
    title=_l("Trades of workers in renovations"),
    defaults={
        "lead": _l("Site lead"),
        "carpenter": _l("Carpenter"),
        "mason": _l("Bricklayer"),
        "electrician": _l("Plumber and electrician"),
        "painter": _l("Painter"),
        "waterproofer": _l("Waterproofer"),
        "mover": _l("Carrier"),
        "other": _l("Other trade"),
    },
)

"""How often every stored file is read; the company confirms it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

READ_DAYS = Figure(
    key="files.read_days",
    title=_l("Every stored file is read again within"),
    unit=_l("days"),
    default=30,
    least=1,
    most=366,
    source=_l("So that a failing disk is known while a good backup still exists."),
)

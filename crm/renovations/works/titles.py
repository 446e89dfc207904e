"""Forms we print for a renovation, and where its papers lie in the customer's dossier."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

FORM_TITLES = {
    "D01": _l("D01 Application"),
    "D02": _l("D02 Register of workers"),
    "D08": _l("D08 Request for alterations"),
}
APPLICATION, PERMIT, UNDERTAKING = "renovation_application", "renovation_permit", "renovation_undertaking"
SLOT_TITLES = {
    APPLICATION: _l("3 Fit-out: application"),
    UNDERTAKING: _l("3 Fit-out: undertaking"),
    PERMIT: _l("3 Fit-out: permit"),
    "renovation_acceptance": _l("3 Fit-out: acceptance"),
    "renovation_as_built": _l("12 Engineering file: as-built drawings of renovations"),
    "service_points": _l("12 Engineering file: service points"),
}

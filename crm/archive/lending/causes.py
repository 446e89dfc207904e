"""Why a dossier that is lent whole changes hands; its custody shows the titles."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

LENT, PUT_BACK = "lent", "put_back"
CAUSE_TITLES: dict[str, LazyString] = {
    LENT: _l("Lent by slip"),
    PUT_BACK: _l("Back from lending"),
}

"""The store's events in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {
    "FileFaultFound": _l("Stored file found faulty"),
    "FileWholeAgain": _l("Stored file whole again"),
}
FIELD_TITLES = {"fault": _l("Fault")}

"""The bell's events in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {"QuietHoursSet": _l("Own quiet hours set")}
FIELD_TITLES = {"quiet_from": _l("Quiet from"), "quiet_until": _l("Rings again at")}

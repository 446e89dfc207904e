"""What the logs call the things that happen in billing runs."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

EVENT_TITLES = {"BillsPublished": _l("Bills published"), "NoticesPrinted": _l("Bill notices printed")}

"""What a notification is about, by the page it leads to."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KINDS: dict[str, LazyString] = {  # the first word of the address
    "approvals": _l("Approvals"),
    "repairs": _l("Repairs"),
    "calls": _l("Calls"),
    "complaints": _l("Complaints"),
    "violations": _l("Violations"),
    "renovations": _l("Renovations"),
    "letters": _l("Letters"),
    "notices": _l("Notices to households"),
    "arrears": _l("Arrears"),
    "billing": _l("Charges and bills"),
    "archive": _l("Archive"),
    "credit": _l("Loans and guarantees"),
    "review": _l("Filing reviews"),
    "jobs": _l("Background work"),
    "imports": _l("Import"),
    "outbox": _l("Outgoing mail"),
    "admin": _l("System"),
}
OTHER = _l("Others")


def kind_of(url: str) -> LazyString:
    return KINDS.get(url.split("/")[1].partition("?")[0], OTHER)

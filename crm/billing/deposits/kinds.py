"""What deposits are taken for: the company's own list; `crm.renovations` asks for the first."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.dictionaries import Dictionary

RENOVATION = "renovation"
KINDS = Dictionary(
    key="billing.deposit_kind",
    title=_l("Kinds of deposits"),
    defaults={
        RENOVATION: _l("Renovation deposit"),
        "key": _l("Key deposit"),
        "access_card": _l("Access card deposit"),
        "utilities": _l("Deposit for temporary water and power"),
        "other": _l("Other deposit"),
    },
)

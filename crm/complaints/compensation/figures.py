"""What handlers may promise by themselves: the company's to confirm."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

MAY_PROMISE = Figure(
    key="complaints.may_promise",
    title=_l("Whoever handles a complaint may promise by themselves up to"),
    default=0,
    unit=_l("yuan"),
    least=0,
    most=10_000,
)

"""How long something is lent, and when who is told that it is late, as the company decides (L-35, A-16)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from crm.policy.figures import Figure

_SOURCE = _l("The company's archive policy asks for a term on the slip and names none; the figure is the product's.")
LENT_FOR = Figure(
    key="lending.days",
    title=_l("A slip is due after, unless another day is written"),
    unit=_l("days"),
    default=7,
    least=1,
    most=30,
    source=_SOURCE,
)
LENT_AT_MOST = Figure(
    key="lending.most_days",
    title=_l("Lent, or lent for longer, at a time for at most"),
    unit=_l("days"),
    default=30,
    least=1,
    most=90,
    source=_SOURCE,
)
TELL_APPROVER = Figure(
    key="lending.tell_approver_days",
    title=_l("Whoever approved a slip, and the archivist, are told when it is overdue by"),
    unit=_l("days"),
    default=3,
    least=1,
    most=60,
    source=_SOURCE,
)
TELL_MANAGER = Figure(
    key="lending.tell_manager_days",
    title=_l("The general manager is told when a slip is overdue by"),
    unit=_l("days"),
    default=10,
    least=1,
    most=90,
    source=_SOURCE,
)

"""Marked actions ask for the own password again when it was not given for a while (decision 018).

Put `@confirmed` under `@requires(...)` and the endpoint's name into `MARKED` (`@confirmed_for_this` where the password
signs); where only some requests are marked (an export of more than 100 rows), call `require_confirmation()` before
anything is done. What was typed goes along.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import g, request

from crm.auth.figures import CONFIRMATION_MINUTES, today_of
from crm.dates import utc_now

MARKED = frozenset(
    {
        "admin.account_step",
        "admin.edit_user",
        "admin.new_user",
        "admin.set_figure",
        "admin.user_roles",
        "arrears.sign",
        "auth.enrol",
        "billing.approve",
        "billing.close_month",
        "billing.undo",
        "calls.number",
        "cases.approve",
        "collection.book",
        "complaints.number",
        "collection.fetch",
        "cashier.sign",
        "credit.refused_rows",
        "disposal.approve",
        "disposal.attest",
        "disposal.count",
        "disposal.destroy",
        "credit.reveal_client",
        "evidence.fetch",
        "handover.attest_late",
        "handover.confirm_late",
        "handover.receive",
        "handover.register_late",
        "handover.sign_a",
        "handover.sign_b",
        "feeimports.refused",
        "imports.refused",
        "incidents.number",
        "renovation_workers.numbers",
        "renovations.number",
        "repairs.number",
        "review.sign",
        "vault.receive",
        "vault.sign",
        "vault.take_over",
        "vault_counts.seal",
        "vault_counts.sign",
        "visits.number",
        "vouchers.confirm",
        "repair_imports.refused",
        "complaint_imports.refused",
        "tenants.customer_form_in_full",
        "tenants.emergency_contacts_in_full",
        "tenants.merge",
        "tenants.reveal",
        "tenants.unmerge",
    }
)


class ConfirmationNeeded(Exception):
    """Nothing was done yet; the page that asks for the password carries what was sent."""


def confirmed(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the view run only while the own password counts as given."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        require_confirmation()
        return view(*args, **kwargs)

    guarded.confirmed = True  # type: ignore[attr-defined]
    return guarded


def confirmed_for_this(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let what the view does be done only when the own password came with this very request: it signs."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if request.method == "POST" and not g.get("password_given", False):
            raise ConfirmationNeeded
        return view(*args, **kwargs)

    guarded.confirmed = True  # type: ignore[attr-defined]
    return guarded


def require_confirmation() -> None:
    """Raises `ConfirmationNeeded`, which the application answers with the question; call it before any change."""
    if not recently_confirmed():
        raise ConfirmationNeeded


def recently_confirmed() -> bool:
    """Whether the acting person gave the password within CONFIRMATION_MINUTES; jobs and the command line have none."""
    actor = g.actor
    if actor.user_id is None:
        return True
    lasts = timedelta(minutes=today_of(CONFIRMATION_MINUTES))
    return actor.confirmed_at is not None and utc_now() < actor.confirmed_at + lasts

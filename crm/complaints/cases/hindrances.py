"""What keeps a case from being closed, or from ending otherwise, beside its own facts: packages around it say so,
`crm.wiring` hands it over."""

from __future__ import annotations

from collections.abc import Callable

from crm.complaints.cases.models import Complaint, Outcome

# the case and the outcome it is to be closed with (None while nobody has said) -> why it cannot be closed yet, or ""
close_hindrances: list[Callable[[Complaint, Outcome | None], str]] = []
# the case -> why it can be neither withdrawn nor joined to another yet, or "": nobody would see there what is open
end_hindrances: list[Callable[[Complaint], str]] = []


def not_to_close(case: Complaint, outcome: Outcome | None = None) -> str:
    """The first reason, or ""."""
    return next(filter(None, (reason(case, outcome) for reason in close_hindrances)), "")


def not_to_end(case: Complaint) -> str:
    """The first reason, or ""."""
    return next(filter(None, (reason(case) for reason in end_hindrances)), "")

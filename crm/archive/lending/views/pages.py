"""The blueprint, and what its pages share."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.archive.dossiers.service.using import PURPOSES
from crm.archive.lending.models import LendingSlip
from crm.archive.lending.queries import get_slip
from crm.archive.lending.service import STEPS
from crm.auth.permissions import Permission
from crm.web.forms import BaseForm, form_page, stand_on

blueprint = Blueprint("lending", __name__, url_prefix="/archive/lending")
ASK, READ, KEEP, DECIDE = (
    Permission.slip_ask,
    Permission.slip_read,
    Permission.slip_keep,
    Permission.archive_approve,
)


def load(slip_id: int) -> LendingSlip:
    """Locked where something will be changed, so that two tabs come one after the other."""
    return get_slip(slip_id, lock=request.method == "POST")


def address(slip: LendingSlip) -> str:
    return url_for("lending.show", lending_slip_id=slip.id)


def back(slip: LendingSlip, words: str = "") -> ResponseReturnValue:
    if words:
        flash(words)
    return redirect(address(slip))


def told(slip: LendingSlip) -> str:
    """Whose slip it is, above every form."""
    return " · ".join((slip.number, slip.borrower.full_name, PURPOSES.title_of(slip.purpose), slip.reason))


def step_form(form: Any, slip: LendingSlip) -> Any:
    """A fresh form carries the state it was opened on, and a key of its own."""
    stand_on(form, slip)
    form["key"].data = form["key"].data or secrets.token_hex(12)
    return form


def is_sent_twice(form: Any, slip: LendingSlip) -> bool:
    return bool(form.is_submitted() and STEPS.is_repeat(slip, form["key"].data))


def part_page(
    form: BaseForm, slip: LendingSlip, title: str, template: str = "_layout/form.html", **context: Any
) -> ResponseReturnValue:
    return form_page(form, title, address(slip), template, intro=told(slip), slip=slip, button=title, **context)

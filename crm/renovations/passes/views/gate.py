"""The gate: who is this, and may they come in? For a guard's phone, without personal numbers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import requires
from crm.dates import business_day
from crm.renovations.passes import queries
from crm.renovations.passes.standing import STANDING_TITLES, STANDING_TONES, Standing, standing
from crm.renovations.passes.views.pages import READ, blueprint

LONGEST = 300
SHORT = re.compile(r"(?:CR)?(\d{4})[-－ ]?(\d{1,6})", re.ASCII)


@blueprint.get("/gate")
@requires(READ)
def gate() -> ResponseReturnValue:
    """`number`: as it was typed, or the address that the card's code holds."""
    typed = request.args.get("number", "").strip()[:LONGEST]
    key = queries.find_called(as_number(typed)) if typed else None
    return render_template("renovations/gate.html", typed=typed, known=_known(key) if key else None)


def as_number(typed: str) -> str:
    """CR2611-0001, of 2611-1 as well, or of the card's code."""
    text = (parse_qs(urlsplit(typed).query).get("n") or [typed])[0] if "://" in typed else typed
    found = SHORT.fullmatch(text.strip().upper())
    return f"CR{found[1]}-{int(found[2]):04d}" if found else text.strip().upper()


def _known(renovation_pass_id: int) -> dict[str, Any]:
    card = queries.get_pass(renovation_pass_id)
    case, worker = card.renovation, card.worker
    stands = standing(card.state, case.state, card.valid_from, card.valid_to, business_day())
    return {
        "card": card,
        "standing": STANDING_TITLES[stands],
        "tone": STANDING_TONES[stands],
        "comes_in": stands is Standing.valid,
        "photo": url_for("renovation_workers.photo", renovation_worker_id=worker.id) if worker.upload_id else "",
    }

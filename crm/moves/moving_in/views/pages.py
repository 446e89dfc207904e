"""What the pages of a move-in share: one screen for each part, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission
from crm.moves.moving_in.completeness import WAIVABLE, PartStanding, standings
from crm.moves.moving_in.facts import facts_of
from crm.moves.moving_in.models import STATE_TITLES, STATE_TONES, MoveIn, Part, Standing
from crm.moves.moving_in.service import STEPS
from crm.tenants.models import ROLE_TITLES

blueprint = Blueprint("moving_in", __name__, url_prefix="/move-ins")
READ, HANDLE = Permission.move_read, Permission.move_handle
TITLES = {"state": STATE_TITLES, "tone": STATE_TONES, "role": ROLE_TITLES}


def address(move_in: MoveIn, part: Part | None = None) -> str:
    """Its own page, or the screen of a part."""
    return url_for(f"moving_in.{part.value if part else 'show'}", move_in_id=move_in.id)


def onwards(move_in: MoveIn, part: Part) -> ResponseReturnValue:
    """To the next part that misses something; where none does, to the signing."""
    parts, places = standings(facts_of(move_in)), list(Part)
    after = [*parts[places.index(part) :], *parts[: places.index(part)]]
    missing = next((each.part for each in after if not each.is_done), None)
    return redirect(address(move_in, missing) if missing else url_for("moving_in.sign", move_in_id=move_in.id), 303)


def part_page(move_in: MoveIn, part: Part, forms: Sequence[Any], **context: Any) -> ResponseReturnValue:
    """The screen of a part, with how all of them stand beside it."""
    parts = standings(facts_of(move_in))
    page = render_template(
        f"moves/in/{part.value}.html",
        move_in=move_in,
        titles=TITLES,
        parts=steps_of(move_in, parts, part),
        here=next(each for each in parts if each.part is part),
        waivable=part in WAIVABLE,
        waived=Standing.waived.value,
        may_work=not STEPS.hindrance(move_in, "work"),
        **context,
    )
    faulty = any(form.errors or form.form_errors for form in forms)
    conflict = any(form.conflict for form in forms)
    return page, 409 if conflict else 422 if faulty else 200


def steps_of(move_in: MoveIn, parts: Sequence[PartStanding], here: Part | None = None) -> list[dict[str, Any]]:
    """Every part with its page, for the list of steps."""
    return [
        {"standing": each, "url": address(move_in, each.part), "is_here": each.part is here, "number": number}
        for number, each in enumerate(parts, start=1)
    ]

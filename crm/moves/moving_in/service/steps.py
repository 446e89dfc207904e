"""Taking a step of a move-in: what is missing before it is signed, what is still out before it is cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from crm.billing.deposits.queries import held_of
from crm.moves.keys.queries import slips_about
from crm.moves.moving_in.completeness import missing_parts
from crm.moves.moving_in.facts import facts_of
from crm.moves.moving_in.models import WORKFLOW, MoveIn, MoveInStep
from crm.moves.moving_in.queries import KIND, asked_deposits
from crm.steps.taking import NOTHING_SAID, NOW, Said, Steps

__all__ = ["NOTHING_SAID", "NOW", "STEPS", "Said"]


class _MoveInSteps(Steps[MoveIn, MoveInStep]):
    model, row, owner, workflow = MoveIn, MoveInStep, "move_in_id", WORKFLOW

    def impossible(self, move_in: MoveIn, action: str) -> str:
        if reason := super().impossible(move_in, action):
            return reason
        if action == "sign":
            return _unsignable(move_in)
        return _uncancellable(move_in) if action == "cancel" else ""


def _unsignable(move_in: MoveIn) -> str:
    """Which parts miss what."""
    missing = [f"{each.title}: {' '.join(each.missing)}" for each in missing_parts(facts_of(move_in))]
    return _("It cannot be signed yet. %(missing)s", missing=" ".join(missing)) if missing else ""


def _uncancellable(move_in: MoveIn) -> str:
    """Nothing of ours stays with somebody, and no money of theirs with us, that nobody would ask for any more."""
    if out := keys_out(move_in):
        return _("Keys are still out (%(slips)s): take them back first.", slips="、".join(out))
    if held := deposits_held(move_in):
        return _("Deposits are held for it (%(codes)s): have them given back first.", codes="、".join(held))
    return ""


def keys_out(move_in: MoveIn) -> Sequence[str]:
    """Numbers of its slips of which something is still out."""
    return [slip.number for slip in slips_about(KIND, move_in.id) if any(line.out for line in slip.lines)]


def deposits_held(move_in: MoveIn) -> Sequence[str]:
    """Codes of the deposits that were asked for here and are held."""
    asked = asked_deposits([move_in.id]).get(move_in.id, {})
    if not asked:
        return []
    since = move_in.started_at
    held = held_of(move_in.customer.kept_id, move_in.unit_id)
    return [each.code for each in held if each.kind in asked and each.taken_at >= since]


STEPS = _MoveInSteps()


def hold_open(move_in: MoveIn) -> None:
    """Nobody else changes it meanwhile. Raises `IllegalTransition` where it is over."""
    STEPS.hold(move_in)
    STEPS.expect(move_in, "work")


def subjects(move_in: MoveIn) -> dict[str, Any]:
    return {
        "move_in_id": move_in.id,
        "customer_id": move_in.customer_id,
        "unit_id": move_in.unit_id,
        "number": move_in.number,
    }

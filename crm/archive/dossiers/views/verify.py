"""`/verify`: does the paper in one's hand still say what holds? From its QR, or a typed code or number."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.archive.dossiers import proof
from crm.archive.dossiers.wording import Wording
from crm.auth.permissions import Permission, requires

blueprint = Blueprint("verify", __name__)
LONGEST = 100


@blueprint.get("/verify")
@requires(Permission.signed_in)
def verify() -> ResponseReturnValue:
    """`h` the short hash, `n` number, `v` version and `c` copy as the QR has them; `code` as it was typed."""
    typed = request.args.get("code", "").strip()[:LONGEST]
    code = request.args.get("h", "").strip()[:LONGEST] or typed
    claim = proof.Claim(
        number=request.args.get("n", "")[:LONGEST],
        version=request.args.get("v", type=int),
        copy=request.args.get("c", "")[:10],
    )
    found = proof.verdicts(code, claim) if code else []
    return render_template(
        "dossiers/verify.html",
        code=code,
        typed=typed,
        claim=claim,
        verdicts=found,
        told=[_told(each) for each in found],
    )


def _told(verdict: proof.Verdict) -> dict[str, Any]:
    """What the acting person learns of the kept content: all of it, or the totals alone."""
    kept, words = verdict.printed.content, Wording(proof.papers.get(verdict.printed.kind))
    if not verdict.may_see:
        return {"facts": words.totals(kept), "tables": [], "differences": []}
    return {
        "facts": [*words.head(kept), *words.totals(kept)],
        "tables": list(words.tables(kept)),
        "differences": words.differences(verdict.differences),
    }

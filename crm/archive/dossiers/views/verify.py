"""`/verify`: does the paper in one's hand still say what holds? From its QR, or a typed code or number."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from crm.archive.dossiers import proof
from crm.auth.permissions import Permission, requires

blueprint = Blueprint("verify", __name__)
LONGEST = 100


@blueprint.get("/verify")
@requires(Permission.signed_in)
def verify() -> ResponseReturnValue:
    """`h` the short hash, `n` number, `v` version and `c` copy as the QR has them; `code` as it was typed."""
    typed = request.args.get("code", "").strip()[:LONGEST]
    code = request.args.get("h", "").strip()[:LONGEST] or typed
    number, version = request.args.get("n", "")[:LONGEST], request.args.get("v", type=int)
    copy, _dash, copies = request.args.get("c", "")[:10].partition("-")
    return render_template(
        "dossiers/verify.html",
        code=code,
        typed=typed,
        verdicts=proof.verdicts(code, number, version) if code else [],
        copy=copy if copy.isdecimal() else "",
        copies=copies if copies.isdecimal() else "",
    )

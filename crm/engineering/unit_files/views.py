"""The engineering file of a unit, and its list on paper."""

from __future__ import annotations

from secrets import token_hex

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from crm.auth.permissions import Permission, requires
from crm.engineering.filed import lent_words
from crm.engineering.unit_files import papers
from crm.engineering.unit_files.reports import unit_file
from crm.properties.queries import get_unit
from crm.web.download import attachment

blueprint = Blueprint("unit_files", __name__, url_prefix="/engineering/units")
READ = Permission.engineering_read


@blueprint.get("/<int:unit_id>")
@requires(READ)
def show(unit_id: int) -> ResponseReturnValue:
    unit = get_unit(unit_id)
    return render_template(
        "engineering/unit.html",
        file=unit_file(unit),
        unit=unit,
        lent=lent_words,
        may_keep=g.actor.may(Permission.engineering_keep),
        key=token_hex(12),
    )


@blueprint.get("/<int:unit_id>/file.pdf")
@requires(READ)
def catalogue(unit_id: int) -> ResponseReturnValue:
    unit = get_unit(unit_id)
    return attachment(papers.catalogue(unit), f"{unit.label} 工程档案目录.pdf", "application/pdf", inline=True)

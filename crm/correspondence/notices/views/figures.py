"""Times down: how long it takes until the households are reached; page and workbook."""

from __future__ import annotations

from datetime import date

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.auth.permissions import requires
from crm.correspondence.notices import times
from crm.correspondence.notices.forms import TimesForm
from crm.correspondence.notices.views.pages import READ, blueprint
from crm.web import excel
from crm.web.download import attachment


def _asked() -> tuple[TimesForm, tuple[date, date] | None]:
    form = TimesForm(request.args or None)
    if request.args and not form.validate():
        return form, None
    return form, form.settle()


@blueprint.get("/figures")
@requires(READ)
def figures() -> ResponseReturnValue:
    form, asked = _asked()
    found = times.times(*asked) if asked else []
    page = render_template(
        "notices/figures.html",
        form=form,
        headings=times.headings(),
        rows=[times.row_of(each) for each in found],
        meanings=times.meanings(),
        told=form.told,
    )
    return page, 200 if asked else 422


@blueprint.get("/figures.xlsx")
@requires(READ)
def workbook() -> ResponseReturnValue:
    _form, asked = _asked()
    first, last = asked or abort(404)
    name = f"{_('Times of notices')} {first:%Y-%m} {last:%Y-%m}.xlsx"
    return attachment(times.as_workbook(times.times(first, last)), name, excel.MEDIA_TYPE)

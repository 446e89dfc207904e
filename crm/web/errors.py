"""Every fault as a clear page with the request's id; typed text stays in the browser."""

from __future__ import annotations

import structlog
from flask import Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from crm.errors import DomainError, NotEntitled, Stale
from crm.web.parts import asked_by_htmx

log = structlog.get_logger()


def set_up_errors(app: Flask) -> None:
    app.register_error_handler(DomainError, lambda error: _page(409, _("This cannot be done"), str(error)))
    app.register_error_handler(NotEntitled, lambda error: _page(403, _("Not allowed"), str(error)))
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _bug)


def _page(status: int, title: str, text: str) -> ResponseReturnValue:
    template = "errors/part.html" if asked_by_htmx() else "errors/page.html"
    page = render_template(template, status=status, title=title, text=text, request_id=g.get("request_id", ""))
    return page, status


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code == 401:
        return _to_login()
    texts = {
        400: (_("The request was not understood"), _("Go back, look at what was entered and send it again.")),
        403: (_("Not allowed"), _("Your role does not include this. Ask your supervisor or the administrator.")),
        404: (_("Not found"), _("It does not exist, or it belongs to an estate you do not see.")),
        405: (_("Not possible this way"), _("Open the page from the menu and try again.")),
        410: (_("Destroyed"), error.description or ""),
        413: (_("The file is too large"), _("Choose a smaller file.")),
    }
    title, text = texts.get(error.code or 500, (error.name, error.description or ""))
    return _page(error.code or 500, title, text)


def _to_login() -> ResponseReturnValue:
    if asked_by_htmx():
        return "", 401, {"HX-Redirect": url_for("auth.login")}
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.login", next=wanted))


def _expired(_error: CSRFError) -> ResponseReturnValue:
    title, text = _("The page was open for too long"), _("Go back, reload the page and send it again.")
    return _page(400, title, text)


def _stale(_error: StaleDataError) -> ResponseReturnValue:
    text = str(Stale())
    return _page(409, _("This cannot be done"), text)


def _database(error: OperationalError) -> ResponseReturnValue:
    log.error("database", request_id=g.get("request_id", ""), error=str(error.orig))
    g.actor = None  # the menu would ask the database again
    text = _("The database does not answer. Nothing was saved; try again in a moment.")
    return _page(503, _("Not available at the moment"), text)


def _bug(error: Exception) -> ResponseReturnValue:
    log.error("bug", request_id=g.get("request_id", ""), path=request.path, exc_info=error)
    text = _("Nothing was saved. Tell the administrator the number below.")
    return _page(500, _("Something went wrong on our side"), text)

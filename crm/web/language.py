"""Chinese first, English by a switch: the person's own choice, else the browser's, else Chinese."""

from __future__ import annotations

import os

from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel

from crm.web.places import TRANSLATIONS

LANGUAGES = {"zh_CN": "中文", "en": "English"}


def chosen_language() -> str:
    if getattr(g, "actor", None) and g.actor.user_id:
        return str(g.actor.locale)
    if not has_request_context():
        return os.environ.get("CRM_LANGUAGE", "zh_CN")
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return "en" if request.accept_languages.best_match(["zh", "en"], "zh") == "en" else "zh_CN"


def set_up_language(app: Flask) -> None:
    Babel(
        app,
        default_locale="zh_CN",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=chosen_language,
        timezone_selector=lambda: str(app.config["SETTINGS"].timezone),
    )

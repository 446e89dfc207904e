"""Chinese first, English by a switch: the person's own choice, else the browser's, else Chinese."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, LazyString, force_locale, get_locale
from markupsafe import Markup
from wtforms.i18n import messages_path

from crm.web.places import TRANSLATIONS

LANGUAGES = {"zh_CN": "中文", "en": "English"}
LOCALES = {name: Locale.parse(name) for name in LANGUAGES}
NAMES = {locale.language: name for name, locale in LOCALES.items()}


def kept(text: LazyString) -> str:
    """As the books have it: in Chinese, whoever enters it."""
    with force_locale("zh_CN"):
        return str(text)


def chosen_language() -> str:
    if getattr(g, "actor", None) and g.actor.user_id:
        return str(g.actor.locale)
    if not has_request_context():
        return os.environ.get("CRM_LANGUAGE", "zh_CN")
    if session.get("language") in LANGUAGES:
        return str(session["language"])
    return "en" if request.accept_languages.best_match(["zh", "en"], "zh") == "en" else "zh_CN"


def _locale() -> Locale:
    return LOCALES[chosen_language()]


class Catalogues(Domain):
    """Babel calls mainland Chinese zh_Hans_CN; its folder has the name everybody uses, zh_CN."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        name = NAMES[locale.language]
        if name not in self.cache:
            self.cache[name] = Translations.load(str(TRANSLATIONS), [name])
        catalogue: NullTranslations = self.cache[name]
        return catalogue


def words_of_forms() -> NullTranslations:
    """What WTForms says by itself; Flask-WTF would read its catalogue anew with each request."""
    locale = get_locale()
    return NullTranslations() if locale is None else _words_of_forms(str(locale))


@lru_cache
def _words_of_forms(locale: str) -> NullTranslations:
    return Translations.load(messages_path(), [locale], domain="wtforms")


def set_up_language(app: Flask) -> None:
    babel = Babel(
        app,
        default_locale="zh_CN",
        locale_selector=_locale,  # type: ignore[arg-type]  # it takes a locale as well, and then parses nothing
        timezone_selector=lambda: str(app.config["SETTINGS"].timezone),
    )
    babel.domain_instance = catalogues = Catalogues()

    def words(text: str, **values: Any) -> Markup:
        """As Jinja's own `_` has it, without its three calls for each of a page's hundred words."""
        said = Markup(catalogues.get_translations().gettext(text))  # noqa: S704 - our own catalogue
        return said % values if values or "%" in said else said

    app.jinja_env.globals["_"] = words

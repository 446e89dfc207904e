from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask import Flask

class LazyString(str): ...

class Babel:
    domain_instance: Domain
    def __init__(
        self,
        app: Flask,
        *,
        default_locale: str = ...,
        locale_selector: Callable[[], str] = ...,
        timezone_selector: Callable[[], str] = ...,
    ) -> None: ...

class Domain:
    cache: dict[str, NullTranslations]
    def get_translations(self) -> NullTranslations: ...

def gettext(text: str, **values: Any) -> str: ...
def lazy_gettext(text: str, **values: Any) -> LazyString: ...
def get_locale() -> Locale | None: ...
def to_user_timezone(moment: datetime) -> datetime: ...
def refresh() -> None: ...
def force_locale(locale: str) -> AbstractContextManager[None]: ...

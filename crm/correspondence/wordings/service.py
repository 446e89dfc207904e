"""Keeping the texts: added, changed, taken out of use, brought back. Papers keep the words they were made with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from crm.audit.log import differences, record
from crm.correspondence.wordings.events import WordingAdded, WordingChanged
from crm.correspondence.wordings.models import Wording, WordingKind
from crm.correspondence.wordings.placeholders import PLACEHOLDERS
from crm.correspondence.wordings.queries import namesake
from crm.correspondence.wordings.wording import fault_of
from crm.db import session
from crm.errors import DomainError


def add(kind: WordingKind, given: Mapping[str, str]) -> Wording:
    """`given`: name, subject and body. Raises `DomainError` for a name that is taken and a placeholder unknown."""
    _expect(kind, given)
    _refuse_taken(kind, given["name"])
    made = Wording(kind=kind, **given)
    session().add(made)
    session().flush()
    record(WordingAdded(wording_id=made.id, kind=kind.value, name=made.name))
    return made


def change(wording: Wording, given: Mapping[str, str]) -> None:
    _expect(wording.kind, given)
    if wording.active:
        _refuse_taken(wording.kind, given["name"], besides=wording.id)
    changes = differences(wording, given)
    for name, value in given.items():
        setattr(wording, name, value)
    _tell(wording, changes)


def retire(wording: Wording) -> None:
    if wording.active:
        wording.active = False
        _tell(wording, {"active": [True, False]})


def restore(wording: Wording) -> None:
    if not wording.active:
        _refuse_taken(wording.kind, wording.name)
        wording.active = True
        _tell(wording, {"active": [False, True]})


def _expect(kind: WordingKind, given: Mapping[str, str]) -> None:
    for text in (given["subject"], given["body"]):
        if fault := fault_of(text, PLACEHOLDERS[kind]):
            raise DomainError(fault)


def _refuse_taken(kind: WordingKind, name: str, besides: int = 0) -> None:
    other = namesake(kind, name)
    if other is not None and other.id != besides:
        raise DomainError(_("There is a wording called “%(name)s” already. Choose another name.", name=name))


def _tell(wording: Wording, changes: dict[str, list[Any]]) -> None:
    if changes:
        session().flush()
        record(WordingChanged(wording_id=wording.id, name=wording.name, changes=changes))

"""Many papers into one file: laid out in pieces by several runners, then put together.

A piece is some papers in one document: small enough for a runner's memory and for every runner to get its share.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any, TypeVar

from flask import current_app, g
from flask_babel import refresh

from crm.auth.actor import actor
from crm.db import session, unit_of_work
from crm.files import store
from crm.files.models import Upload
from crm.jobs.kinds import Plain, Step
from crm.web import pdf

PIECE = 16  # papers of one document: its fonts are cut once, and it takes some 45 MB while it is laid out
AT_ONCE = 8  # papers between two looks whether somebody asked for the end
Thing = TypeVar("Thing")


def in_pieces(ids: Sequence[int], size: int = 0) -> list[Plain]:
    size = size or PIECE
    return [{"ids": list(ids[start : start + size])} for start in range(0, len(ids), size)]


def as_asked(step: Step, locale: str = "") -> AbstractContextManager[Any]:
    """Under the address of whoever asked, and in their language if in no other."""
    g.actor = replace(g.actor, locale=locale or step.job_payload["locale"])
    refresh()
    return current_app.test_request_context(base_url=step.job_payload["root"])


def press(step: Step, things: Sequence[Thing], page: Callable[[Thing], str], style: Any) -> bytes:
    """One document of them all, counted as it grows; b"" of none. Whoever goes on begins anew and counts nothing
    twice."""
    laid: list[Any] = []
    counted = step.place.get("asked", 0)
    for start in range(0, len(things), AT_ONCE):
        laid += [pdf.laid_out(page(each), style) for each in things[start : start + AT_ONCE]]
        with step.unit(done=max(0, len(laid) - max(start, counted))):
            step.place = {"asked": max(len(laid), counted)}
    return pdf.bound(laid) if laid else b""


def kept(content: bytes, name: str, purpose: str, estate_id: int | None = None) -> int | None:
    """The upload's id; None of no content."""
    if not content:
        return None
    return store.keep(content, name, purpose=purpose, estate_id=estate_id or actor().estate_id).id


def joined(made: Sequence[Plain]) -> bytes:
    """One file of the pieces' `upload_id`s."""
    with unit_of_work(writes=False):
        contents = [store.read(session().get_one(Upload, each["upload_id"])) for each in made]
    return contents[0] if len(contents) == 1 else pdf.joined(contents)

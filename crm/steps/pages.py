"""One page for each step of a workflow: its form, its verb, its permission from the table."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.audit.queries import timeline
from crm.auth.permissions import requires
from crm.steps.forms import StepForm
from crm.steps.taking import Said, Steps
from crm.web.forms import attempt, form_page, hindered, is_current

Thing = TypeVar("Thing")
Act = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Page:
    """`act(thing, form)` carries out what the form says; `shows` are the thing's own columns the form changes."""

    form: type[StepForm]
    act: Act
    template: str = "_layout/form.html"
    shows: tuple[str, ...] = ()


def said(form: Any) -> Said:
    """What the form says, of the fields every step may have."""
    reason = form["reason"].data if "reason" in form else ""
    note = form["note"].data if "note" in form else ""
    return Said(reason=reason or "", note=note or "", key=form["key"].data or None)


def with_said(verb: Callable[[Any, Said], Any]) -> Act:
    return lambda thing, form: verb(thing, said(form))


class StepPages(Generic[Thing]):
    """`kind` names the thing in the log, `argument` its id in the addresses."""

    steps: Steps[Any, Any]
    kind: str
    argument: str
    pages: Mapping[str, Page]

    # What a feature says of its own

    def load(self, thing_id: int) -> Thing:
        raise NotImplementedError

    def back_to(self, thing: Thing) -> str:
        """The page that a step leads back to."""
        raise NotImplementedError

    def intro(self, thing: Thing) -> str:
        """What the step is about, in one line."""
        raise NotImplementedError

    def intro_of(self, form: Any, thing: Thing) -> str:
        """The same, where what the form was offered belongs to it."""
        return self.intro(thing)

    def offer(self, form: Any, thing: Thing, action: str) -> None:
        """Give the form's lists what can be chosen."""

    def is_sound(self, form: StepForm, thing: Any, action: str) -> bool:
        """Whether the form was opened on the thing's present state."""
        shows = self.pages[action].shows
        return is_current(form, thing, timeline(self.kind, thing.id), fields=shows or ("",))

    # What all have in common

    def add_to(self, blueprint: Blueprint) -> None:
        for name in self.pages:
            guarded = requires(self.steps.workflow[name].permission)(self._view(name))  # type: ignore[arg-type]
            blueprint.add_url_rule(f"/<int:{self.argument}>/{name}", name, guarded, methods=["GET", "POST"])

    def _view(self, action: str) -> Callable[..., ResponseReturnValue]:
        def view(**given: int) -> ResponseReturnValue:
            thing: Any = self.load(given[self.argument])
            return self._answer(thing, action)

        view.__name__ = action
        return view

    def _answer(self, thing: Any, action: str) -> ResponseReturnValue:
        page, title = self.pages[action], str(self.steps.workflow[action].title)
        form: Any = page.form(obj=_Present(thing, page.shows))
        self.offer(form, thing, action)
        form["key"].data = form["key"].data or secrets.token_hex(12)
        back, intro = self.back_to(thing), self.intro_of(form, thing)
        if form.is_submitted() and self.steps.is_repeat(thing, form["key"].data, action):
            return redirect(back)
        if self._is_right(form, thing, action) and attempt(form, page.act, thing, form):
            flash(_("%(number)s: %(step)s.", number=thing.number, step=title))
            return redirect(back)
        if form.is_submitted() and self.steps.find(form["key"].data):  # sent twice at once: the other one did it
            return redirect(back)
        button = {} if page.shows else {"button": title}  # what is changed is saved; any other step is named
        return form_page(form, title, back, page.template, intro=intro, thing=self.load(thing.id), **button)

    def _is_right(self, form: StepForm, thing: Any, action: str) -> bool:
        """Whether the form was sent whole, on the present state, for a step that is possible."""
        if hindered(form, self.steps.hindrance(thing, action)) or not form.validate_on_submit():
            return False
        return self.is_sound(form, thing, action)


class _Present:
    """What a form shows of the thing: its own facts where it changes them, else nothing."""

    def __init__(self, thing: Any, names: tuple[str, ...]) -> None:
        for name in ("version", *names):
            setattr(self, name, getattr(thing, name))

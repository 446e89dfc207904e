"""The pages of every history: the list, the upload, what was understood, the dry run, the result, what was refused.

A file is parsed between units of work: nobody who wants to write waits for the parser.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _

from crm.auth.confirmation import confirmed
from crm.auth.permissions import Permission, requires
from crm.db import unit_of_work
from crm.errors import DomainError
from crm.imports.histories import service
from crm.imports.histories.forms import HistoryForm, UploadForm, sent_words
from crm.imports.histories.listings import listing_of
from crm.imports.histories.queries import History, get_history
from crm.imports.histories.taking import TakingOver
from crm.imports.listings import TONES
from crm.imports.models import STATE_TITLES
from crm.lists import listing
from crm.properties.queries import estate_names, get_estate
from crm.web.application import own_units
from crm.web.forms import choices
from crm.workbooks.file import File, open_file
from crm.workbooks.refused import sent_back
from crm.workbooks.registers import sent_mapping, understood

SHOWN_REFUSALS = 500  # the workbook holds them all


class HistoryPages(Generic[History]):
    """`read`: who uploads and checks, `store`: who takes over; `word`: how the page names the selects for the file's
    words; `title` and `empty` of the list, `new_text` of its button, `done`: what is said at the end."""

    taking: TakingOver[History]
    blueprint: Blueprint
    read: Permission
    store: Permission
    form: type[HistoryForm] = HistoryForm
    word: str
    templates: str
    list_template = "_layout/list.html"
    title: LazyString
    empty: LazyString
    new_text: LazyString
    done: LazyString

    # What a feature says of its own

    def offered(self, run: History) -> list[tuple[str, str]]:
        """What a word of the file may mean: an id as text, its title."""
        raise NotImplementedError

    def fill(self, form: Any, run: History) -> None:
        """Show in the form what is not called as the import's column is."""

    def chosen(self, form: Any) -> dict[str, Any]:
        """The import's columns that the form sets."""
        return {}

    def result(self, run: History, told: dict[str, Any], titles: dict[str, str]) -> dict[str, Any]:
        """What the page shows of the kept result; `titles` of what was offered."""
        raise NotImplementedError

    # What all have in common

    def add(self) -> None:
        """To the blueprint, under `index`, `new`, `show`, `check`, `carry_out` and `refused`."""
        page = f"/<int:{self.argument}>"
        self._add("/", "index", self.read, self.index)
        self._add("/new", "new", self.read, self.new, methods=("GET", "POST"), units=True)
        self._add(page, "show", self.read, self.show)
        self._add(f"{page}/check", "check", self.read, self.check, methods=("POST",), units=True)
        self._add(f"{page}/run", "carry_out", self.store, self.carry_out, methods=("POST",), units=True)
        self._add(f"{page}/refused.xlsx", "refused", self.read, self.refused, units=True, password=True)

    def _add(
        self,
        rule: str,
        name: str,
        permission: Permission,
        act: Callable[..., ResponseReturnValue],
        *,
        methods: tuple[str, ...] = ("GET",),
        units: bool = False,
        password: bool = False,
    ) -> None:
        """`units`: it opens its own units of work; `password`: wants the own password."""

        def view(**given: int) -> ResponseReturnValue:
            return act(*given.values())

        view.__name__ = name
        inner: Any = own_units(view) if units else view
        self.blueprint.add_url_rule(
            rule, name, requires(permission)(confirmed(inner) if password else inner), methods=methods
        )

    @property
    def kind(self) -> type[History]:
        return self.taking.kind

    @property
    def argument(self) -> str:
        return f"{self.kind.__tablename__}_id"

    def _address(self, import_id: int) -> str:
        named: dict[str, Any] = {self.argument: import_id}
        return url_for(".show", **named)

    def listing(self) -> listing.Listing:
        page = f"{self.blueprint.name}.show"
        return listing_of(self.kind, title=str(self.title), empty=str(self.empty), page=page)

    def index(self) -> ResponseReturnValue:
        return listing.answer(self.listing(), self.list_template, new_url=url_for(".new"), new_text=str(self.new_text))

    def new(self) -> ResponseReturnValue:
        form = UploadForm(estate_id=request.args.get("estate_id", g.actor.estate_id, type=int))
        with unit_of_work(writes=False):
            form.estate_id.choices = choices(estate_names())
        if form.validate_on_submit() and (import_id := _uploaded(form, self.taking)):
            return redirect(self._address(import_id))
        with unit_of_work(writes=False):
            page = render_template(f"{self.templates}/new.html", form=form)
        return page, 422 if form.is_submitted() else 200

    def show(self, import_id: int) -> ResponseReturnValue:
        return self._page(get_history(self.kind, import_id))

    def _page(self, run: History, error: str = "") -> str:
        form, named = self.form(None, obj=run), getattr(run, self.taking.words)
        self.fill(form, run)
        offered = self.offered(run)
        return render_template(
            f"{self.templates}/show.html",
            run=run,
            file_name=run.upload.name,
            error=error,
            form=form,
            may_store=g.actor.may(self.store),
            state_title=STATE_TITLES[run.state],
            tone=TONES[run.state],
            pictures=understood(run.mapping),
            fields=self.taking.fields.fields.values(),
            named=named,
            unnamed=[name for name, choice in named.items() if not choice],
            offered=offered,
            result=self._result(run, dict(offered)),
        )

    def _result(self, run: History, titles: dict[str, str]) -> dict[str, Any] | None:
        return {**self.result(run, run.result, titles), **_refusals(run.result)} if run.result else None

    def check(self, import_id: int) -> ResponseReturnValue:
        """Take what the page sent, and say what would happen."""
        file = _kept(self.kind, import_id)
        try:
            if not self._corrected(import_id, file):
                flash(_("Say what the columns are: some that are needed were not found."), "warning")
                return redirect(self._address(import_id))
            with unit_of_work(writes=False):
                result = self.taking.drafted_of(get_history(self.kind, import_id), file).result()
            with unit_of_work():
                service.note_check(get_history(self.kind, import_id), result)
        except DomainError as refusal:
            return self._refused(import_id, refusal)
        return redirect(self._address(import_id))

    def _corrected(self, import_id: int, file: File) -> bool:
        form = self.form()
        with unit_of_work():
            run = get_history(self.kind, import_id)
            run.expect_version(form.version.data)
            said = sent_words(request.form, self.word)
            return self.taking.correct(run, file, sent_mapping(request.form), said, self.chosen(form))

    def carry_out(self, import_id: int) -> ResponseReturnValue:
        """A small file at once, a large one in the background."""
        file, form = _kept(self.kind, import_id), self.form()
        try:
            with unit_of_work():
                run = get_history(self.kind, import_id)
                run.expect_version(form.version.data)
                if run.rows > service.LARGE:
                    return redirect(url_for("jobs.show", job_id=self.taking.ask_carry_out(run, file).id))
                self.taking.carry_out(run, file)
        except DomainError as refusal:
            return self._refused(import_id, refusal)
        flash(str(self.done))
        return redirect(self._address(import_id))

    def _refused(self, import_id: int, refusal: DomainError) -> ResponseReturnValue:
        with unit_of_work(writes=False):
            return self._page(get_history(self.kind, import_id), str(refusal)), 422

    def refused(self, import_id: int) -> ResponseReturnValue:
        """Only the rows that want correcting, with the reason first, to send again."""
        file = _kept(self.kind, import_id)
        with unit_of_work():
            run = get_history(self.kind, import_id)
            if not run.result.get("refused"):
                raise DomainError(_("Nothing was refused."))
            self.taking.note_download(run)
            return sent_back(self.taking.blocks_of(run, file), run.result["refused"], file.name)


def _uploaded(form: UploadForm, taking: TakingOver[Any]) -> int | None:
    """The new import's id; None with the reason at the field when the file cannot be read."""
    content, name = form.file.data.read(), form.file.data.filename or ""
    try:
        file = open_file(content, name)
        with unit_of_work():
            import_id: int = taking.upload(file, get_estate(form.estate_id.data)).id
            return import_id
    except DomainError as refusal:
        form.file.errors = [str(refusal)]
        return None


def _kept(kind: type[History], import_id: int) -> File:
    """The import's file, read and parsed before the unit of work that uses it."""
    with unit_of_work(writes=False):
        content, name = service.file_of(get_history(kind, import_id))
    return open_file(content, name)


def _refusals(told: dict[str, Any]) -> dict[str, Any]:
    """Of a kept result, as far as the page shows them: what wants correcting, and what was there before."""
    return {
        "refused": told["refused"][:SHOWN_REFUSALS],
        "refused_count": len(told["refused"]),
        "standing_rows": told["standing_rows"][:SHOWN_REFUSALS],
        "standing_count": len(told["standing_rows"]),
    }

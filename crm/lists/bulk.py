"""Many rows at once: chosen, shown what would become of them, done only if nothing has changed since (decision 016).

Every step posts to the list itself. The chosen rows travel as a signed token, the preview as its digest; the last step
looks again and does what was shown, or nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any

from flask import abort, current_app, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Select, select

from crm.db import session
from crm.errors import DomainError
from crm.lists.asking import Asked
from crm.lists.description import BulkAction, Effect
from crm.web.forms import BaseForm

MOST = 5_000  # rows; a thousand changed units take about two seconds, most of it for the search
SHOWN = 100  # rows of the preview; the counts are of all
LONGEST_ID = 9  # digits, within the database's integers


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """`whole` means everything the filters leave; the ids are what that was when it was chosen."""

    ids: Sequence[int]
    whole: bool

    def token(self, asked: Asked) -> str:
        return _signer().dumps([asked.key, asked.address, self.whole, _steps(self.ids)])


@dataclass(frozen=True, kw_only=True)
class Preview:
    effects: Sequence[Effect]
    digest: str

    @property
    def changes(self) -> list[Effect]:
        return [effect for effect in self.effects if not effect.hindrance]

    @property
    def hindered(self) -> list[Effect]:
        return [effect for effect in self.effects if effect.hindrance]

    @property
    def alters(self) -> bool:
        """Whether any row becomes another; a print only takes them as they are."""
        return any(effect.old or effect.new for effect in self.effects)

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        """(old, new, how often), the most frequent first."""
        counted = Counter((effect.old, effect.new) for effect in self.changes)
        return [(old, new, count) for (old, new), count in counted.most_common()]

    @property
    def reasons(self) -> list[tuple[str, int]]:
        return Counter(effect.hindrance for effect in self.hindered).most_common()


def answer(asked: Asked) -> ResponseReturnValue:
    """The next page of the action that was posted: its form, its preview, or back to the list when it is done."""
    action = _action(asked)
    begun = "selection" not in request.form
    before = _ticked(asked) if begun else _chosen_before(asked)
    now = _still_there(asked, before)
    if not (before.ids or now.ids):
        flash(_("No row is chosen. Tick at least one, or choose all of the list."), "error")
        return redirect(_back())
    form = action.form(None) if begun else action.form()
    if begun and _asks(form):
        return _page("lists/action.html", asked, action, now, form=form)
    if not begun and not form.validate():
        return _page("lists/action.html", asked, action, now, form=form), 422
    preview = _previewed(action, now, form)
    if request.form.get("step") != "confirm":
        return _page("lists/preview.html", asked, action, now, form=form, preview=preview, since=[])
    if since := _since(before, now, preview):
        return _page("lists/preview.html", asked, action, now, form=form, preview=preview, since=since), 409
    return _done(action, form, preview)


def _action(asked: Asked) -> BulkAction:
    wanted = request.form.get("action", "")
    action = next((action for action in asked.listing.actions if action.name == wanted), None)
    if action is None:
        abort(400)
    return action if g.actor.may(action.permission) else abort(403)


def _ticked(asked: Asked) -> Selection:
    """What the list's page sent: the ticked rows, all of the page, or everything the filters leave."""
    scope = request.form.get("scope", "ticked")
    typed = request.form.get("seen", "").split(",") if scope == "page" else request.form.getlist("id")
    ids = sorted({int(text) for text in typed if text.isdecimal() and len(text) <= LONGEST_ID})
    return Selection(ids=_ids(asked.rows) if scope == "all" else ids, whole=scope == "all")


def _chosen_before(asked: Asked) -> Selection:
    try:
        key, address, whole, steps = _signer().loads(request.form["selection"])
    except BadSignature:
        abort(400)
    if (key, address) != (asked.key, asked.address):
        abort(400)
    return Selection(ids=list(accumulate(steps)), whole=whole)


def _still_there(asked: Asked, before: Selection) -> Selection:
    """The selection as it is now; rows of other estates were never in the list and fall out."""
    if len(before.ids) > MOST:
        raise DomainError(_("At most %(most)s rows can be changed at once. Narrow the list by a filter.", most=MOST))
    return replace(before, ids=_ids(asked.rows) if before.whole else _ids(asked.listing.query, before.ids))


def _ids(query: Select[*tuple[Any, ...]], among: Sequence[int] | None = None) -> list[int]:
    column = query.order_by(None).subquery().c.id
    wanted = select(column).order_by(column)
    return list(session().scalars(wanted if among is None else wanted.where(column.in_(among))))


def _asks(form: BaseForm) -> bool:
    return any(getattr(field.widget, "input_type", "") != "hidden" for field in form)


def _previewed(action: BulkAction, selection: Selection, form: BaseForm) -> Preview:
    effects = action.preview(selection.ids, form)
    told = [[astuple(effect) for effect in effects], {name: str(value) for name, value in _given(form).items()}]
    return Preview(effects=effects, digest=sha256(json.dumps(told).encode()).hexdigest())


def _given(form: BaseForm) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


def _since(before: Selection, now: Selection, preview: Preview) -> list[str]:
    """What has changed since the preview that is being confirmed; nothing means go on."""
    came, left = set(now.ids) - set(before.ids), set(before.ids) - set(now.ids)
    told = []
    if came:
        told.append(_("Rows that came to the list: %(count)s.", count=len(came)))
    if left:
        told.append(_("Rows that left the list: %(count)s.", count=len(left)))
    if not told and preview.digest != request.form.get("digest"):
        told.append(_("Somebody has changed some of these rows."))
    return told


def _done(action: BulkAction, form: BaseForm, preview: Preview) -> ResponseReturnValue:
    if preview.changes and (goes_on := action.apply([effect.id for effect in preview.changes], form)):
        return redirect(goes_on)
    flash(_("%(action)s: %(count)s rows changed.", action=action.title, count=f"{len(preview.changes):,}"))
    return redirect(_back())


def _page(template: str, asked: Asked, action: BulkAction, selection: Selection, **context: Any) -> str:
    return render_template(
        template,
        listing=asked.listing,
        action=action,
        count=len(selection.ids),
        selection=selection.token(asked),
        back=_back(),
        given=[(name, value) for name in _given(context["form"]) for value in request.form.getlist(name)],
        most_shown=SHOWN,
        **context,
    )


def _back() -> str:
    return request.full_path.rstrip("?")


def _steps(ids: Sequence[int]) -> list[int]:
    """Each id as its distance from the one before: neighbours, and there are many, pack to almost nothing."""
    return [following - before for before, following in pairwise([0, *ids])]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="list-selection")

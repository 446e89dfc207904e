"""Accounts: the list, one account, its facts, its roles, and the steps taken with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.admin import listings, log, queries
from crm.admin.forms import AccountForm, NewAccountForm, RolesForm, StepForm
from crm.admin.views.pages import P, account_tabs, blueprint, may
from crm.audit.queries import timeline
from crm.auth import accounts
from crm.auth.confirmation import confirmed
from crm.auth.models import User
from crm.auth.permissions import requires
from crm.auth.titles import ROLE_TITLES
from crm.db import session
from crm.lists import listing
from crm.properties.queries import estate_names
from crm.web.forms import attempt, choices, form_page, is_current

AnyForm = TypeVar("AnyForm", bound=AccountForm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something done to an account with one button, on a page that says first what it does."""

    act: Callable[[User], str | None]  # a one-time password, or nothing
    title: LazyString
    explanation: LazyString
    done: LazyString
    icon: str
    tone: str = "primary"


STEPS = {
    "activate": Step(
        act=accounts.activate,
        title=_l("Switch the account on"),
        explanation=_l("The person can sign in again, with the roles and estates the account has."),
        done=_l("The account is switched on."),
        icon="user-check",
    ),
    "deactivate": Step(
        act=accounts.deactivate,
        title=_l("Switch the account off"),
        explanation=_l("The person is signed out everywhere at once and cannot sign in. What they did stays."),
        done=_l("The account is switched off; its sessions have ended."),
        icon="lock",
        tone="danger",
    ),
    "reset_password": Step(
        act=accounts.reset_password,
        title=_l("Reset the password"),
        explanation=_l(
            "The person is signed out everywhere. A new password is shown once on the next page: hand it over; at "
            "the first log-in it has to be changed."
        ),
        done=_l("The password is reset."),
        icon="key",
    ),
    "reset_second_factor": Step(
        act=accounts.reset_second_factor,
        title=_l("Reset the second factor"),
        explanation=_l(
            "For a lost telephone. The person is signed out everywhere, signs in with the password alone and sets a "
            "new second factor up. Make sure first that it is really them."
        ),
        done=_l("The second factor is reset."),
        icon="shield",
        tone="danger",
    ),
    "end_sessions": Step(
        act=accounts.end_sessions,
        title=_l("End all sessions"),
        explanation=_l("The person is signed out on every device and can sign in again."),
        done=_l("The sessions have ended."),
        icon="logout",
    ),
}


@blueprint.get("/users")
@requires(P.user_read)
def users() -> ResponseReturnValue:
    new = url_for(".new_user") if may(P.user_edit) else None
    return listing.answer(
        listings.users(), "admin/list.html", tabs=account_tabs("users"), new_url=new, new_text=_("New account")
    )


@blueprint.get("/users/<int:user_id>")
@requires(P.user_read)
def user(user_id: int) -> ResponseReturnValue:
    return render_template("admin/user.html", **_whole(queries.get_user(user_id)))


def _whole(found: User) -> dict[str, Any]:
    names = estate_names()
    return {
        "user": found,
        "role_titles": [str(title) for role, title in ROLE_TITLES.items() if role in _roles_of(found)],
        "estates": None if found.all_estates else sorted(names[row.estate_id] for row in found.estates),
        "supervises": [department.name for department in queries.supervised_by(found.id)],
        "steps": _offered(found) if may(P.user_edit) else [],
        "may_edit": may(P.user_edit),
        "role_hindrance": accounts.hindrance(found, "change_roles"),
        "events": _happenings(found) if may(P.audit_read) else None,
    }


def _roles_of(found: User) -> set[Any]:
    return {row.role for row in found.roles}


def _offered(found: User) -> list[tuple[str, Step, str]]:
    """(name, step, why not); of switching on and off only the one that fits."""
    fitting = "activate" if not found.active else "deactivate"
    names = [name for name in STEPS if name not in ("activate", "deactivate") or name == fitting]
    return [(name, STEPS[name], accounts.hindrance(found, name)) for name in names]


def _happenings(found: User) -> list[dict[str, Any]]:
    return [
        {
            "at": entry.at,
            "title": log.title_of(entry.kind),
            "who": entry.actor,
            "url": url_for(".entry", entry_id=entry.id),
        }
        for entry in session().scalars(timeline("user", found.id, limit=15))
    ]


@blueprint.route("/users/new", methods=["GET", "POST"])
@requires(P.user_edit)
@confirmed
def new_user() -> ResponseReturnValue:
    form = _with_choices(NewAccountForm())
    if form.validate_on_submit() and (made := attempt(form, _open, form)):
        found, password = made
        return _handed_over(found, password, _("The account %(name)s is open.", name=found.username))
    return form_page(form, _("New account"), url_for(".users"), "admin/account.html")


def _open(form: NewAccountForm) -> tuple[User, str]:
    return accounts.open_account(
        form.username.data or "",
        form.full_name.data or "",
        form.roles.data or [],
        email=form.email.data or "",
        department_id=form.department_id.data,
        estate_ids=_estates_in(form),
        supervises=form.supervises.data or [],
    )


@blueprint.route("/users/<int:user_id>/edit", methods=["GET", "POST"])
@requires(P.user_edit)
@confirmed
def edit_user(user_id: int) -> ResponseReturnValue:
    found = queries.get_user(user_id)
    form, back = _with_choices(AccountForm(data=_present(found))), url_for(".user", user_id=found.id)
    history = timeline("user", found.id)
    if form.validate_on_submit() and is_current(form, found, history) and attempt(form, _change, found, form):
        flash(_("The account is saved."))
        return redirect(back)
    return form_page(form, _("Change the account"), back, "admin/account.html", intro=found.full_name)


def _change(found: User, form: AccountForm) -> None:
    accounts.change_account(
        found,
        full_name=form.full_name.data or "",
        email=form.email.data or "",
        department_id=form.department_id.data,
    )
    accounts.change_scope(found, _estates_in(form), estate_names())
    accounts.change_supervision(found, form.supervises.data or [])


def _present(found: User) -> dict[str, Any]:
    return {
        "version": found.version,
        "full_name": found.full_name,
        "email": found.email,
        "department_id": found.department_id,
        "all_estates": found.all_estates,
        "estates": [row.estate_id for row in found.estates],
        "supervises": [department.id for department in queries.supervised_by(found.id)],
    }


def _with_choices(form: AnyForm) -> AnyForm:
    """Nobody gives more estates than they see themselves."""
    departments = {row.id: row.name for row in queries.departments()}
    form.department_id.choices = choices(departments, _("None"))
    form.supervises.choices = choices(departments)
    form.estates.choices = choices(estate_names())
    if g.actor.estate_ids is not None:
        del form.all_estates
    return form


def _estates_in(form: AccountForm) -> list[int] | None:
    """The ticked estates; None means every one."""
    return None if "all_estates" in form and form.all_estates.data else form.estates.data or []


@blueprint.route("/users/<int:user_id>/roles", methods=["GET", "POST"])
@requires(P.user_edit)
@confirmed
def user_roles(user_id: int) -> ResponseReturnValue:
    found = queries.get_user(user_id)
    back = url_for(".user", user_id=found.id)
    form = RolesForm(data={"version": found.version, "roles": [row.role for row in found.roles]})
    history = timeline("user", found.id)
    if (
        form.validate_on_submit()
        and is_current(form, found, history)
        and attempt(form, accounts.change_roles, found, form.roles.data)
    ):
        flash(_("The roles are saved; they hold from the next page the person opens."))
        return redirect(back)
    return form_page(form, _("Change the roles"), back, intro=found.full_name)


@blueprint.route(
    "/users/<int:user_id>/<any(activate,deactivate,reset_password,reset_second_factor,end_sessions):step>",
    methods=["GET", "POST"],
)
@requires(P.user_edit)
@confirmed
def account_step(user_id: int, step: str) -> ResponseReturnValue:
    """What the button will do; sent, it does it."""
    found, taken = queries.get_user(user_id), STEPS[step]
    form = StepForm(data={"version": found.version})
    hindrance = accounts.hindrance(found, step)
    if not hindrance and form.validate_on_submit():
        found.expect_version(form.version.data)
        if password := taken.act(found):
            return _handed_over(found, password, str(taken.done))
        flash(str(taken.done))
        return redirect(url_for(".user", user_id=found.id))
    page = render_template("admin/step.html", user=found, step=taken, form=form, hindrance=hindrance)
    return page, 409 if hindrance and form.is_submitted() else 200


def _handed_over(found: User, password: str, done: str) -> str:
    """The only page that ever shows the one-time password."""
    return render_template("admin/password.html", user=found, password=password, done=done)

"""The steps of setting up: what each is for, and how far it is by the facts. Pure but for the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from crm.auth.permissions import Permission, RoleName
from crm.auth.titles import ROLE_TITLES
from crm.desk.start.queries import Facts
from crm.worktime.hours import OFFICE_HOURS

P, R = Permission, RoleName
NEEDED = (R.service_desk, R.dispatcher, R.cashier, R.billing_supervisor, R.archivist, R.general_manager)
BACKUP_AGES = timedelta(days=2)
CLOCK_STANDS = timedelta(minutes=10)  # without any task, the shortest of which run every few seconds


class State(StrEnum):
    done = "done"
    look = "look"  # it works, and somebody should look at it
    to_do = "to_do"


STATE_TITLES = {State.done: _l("Done"), State.look: _l("Worth a look"), State.to_do: _l("To do")}
TONES = {State.done: "green", State.look: "orange", State.to_do: "red"}
Verdict = tuple[State, str]  # how far, and the figures in words


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """All that the steps are judged by."""

    facts: Facts
    holders: Mapping[RoleName, set[int]]
    figures: int
    confirmed: int  # of the figures
    hours_confirmed: bool
    years_missing: tuple[int, ...]  # of the working calendar
    this_year: int
    mails: bool  # whether a mail server is set
    backed_up: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`permission` is what doing it takes; the page at `endpoint` asks for no more. "": it is done on the server."""

    name: str
    title: LazyString
    why: LazyString
    action: LazyString
    endpoint: str
    permission: Permission
    judge: Callable[[Ground], Verdict]
    arguments: Mapping[str, str] = field(default_factory=dict)


def _state(*, done: bool, begun: bool = False) -> State:
    return State.done if done else State.look if begun else State.to_do


def _estates(ground: Ground) -> Verdict:
    count, lacking = ground.facts.estates, ground.facts.nameless
    said = _("%(count)s estates", count=count)
    if lacking:
        said = _("%(count)s estates, %(lacking)s without company, address or telephone", count=count, lacking=lacking)
    return _state(done=count > 0 and not lacking, begun=0 < lacking < count), said


def _units(ground: Ground) -> Verdict:
    facts = ground.facts
    said = _("%(count)s units", count=f"{facts.units:,}")
    if facts.units and facts.unitless:
        said = _("%(count)s units, %(lacking)s estates without any", count=f"{facts.units:,}", lacking=facts.unitless)
    return _state(done=facts.units > 0 and not facts.unitless, begun=facts.units > 0), said


def _customers(ground: Ground) -> Verdict:
    count = ground.facts.customers
    return _state(done=count > 0), _("%(count)s customers", count=f"{count:,}")


def _charges(ground: Ground) -> Verdict:
    facts = ground.facts
    if not facts.estates:
        return State.to_do, _("no estate yet")
    if facts.priceless:
        return State.to_do, _("%(count)s estates without prices", count=facts.priceless)
    if facts.unpriced:
        return State.look, _("%(count)s charge items without a price", count=facts.unpriced)
    return State.done, _("every estate has prices")


def _people(ground: Ground) -> Verdict:
    empty = [str(ROLE_TITLES[role]) for role in NEEDED if not ground.holders.get(role)]
    if empty:
        return State.to_do, _("nobody yet: %(desks)s", desks=_listed(empty))
    return State.done, _("every desk has somebody")


def _pairs(ground: Ground) -> Verdict:
    held = ground.holders
    lacking = []
    if len(held.get(R.administrator, ())) < 2:
        lacking.append(_("a second administrator"))
    takers, signers = held.get(R.cashier, set()), held.get(R.billing_supervisor, set())
    if not takers or not signers or len(takers | signers) < 2:
        lacking.append(_("somebody who signs what another has cashed"))
    if lacking:
        return State.to_do, _("missing: %(whom)s", whom=_listed(lacking))
    return State.done, _("nobody is alone")


def _departments(ground: Ground) -> Verdict:
    count, led = ground.facts.departments, ground.facts.supervised
    said = _("%(led)s of %(count)s departments supervised", led=led, count=count)
    return _state(done=0 < count == led, begun=led > 0), said


def _custodian(ground: Ground) -> Verdict:
    count = ground.facts.custodians
    return _state(done=count > 0), _("%(count)s appointed", count=count)


def _calendar(ground: Ground) -> Verdict:
    if not ground.years_missing:
        return State.done, _("entered as published")
    years = _listed([str(year) for year in ground.years_missing])
    return _state(done=False, begun=ground.this_year not in ground.years_missing), _("missing: %(whom)s", whom=years)


def _hours(ground: Ground) -> Verdict:
    said = _("confirmed") if ground.hours_confirmed else _("as shipped, not confirmed")
    return _state(done=ground.hours_confirmed), said


def _checklists(ground: Ground) -> Verdict:
    count = ground.facts.unconfirmed
    return _state(done=not count), _("%(count)s to confirm", count=count) if count else _("confirmed")


def _figures(ground: Ground) -> Verdict:
    left = ground.figures - ground.confirmed
    said = _("%(left)s of %(count)s to confirm", left=left, count=ground.figures)
    return _state(done=not left, begun=True), said


def _wordings(ground: Ground) -> Verdict:
    facts = ground.facts
    said = _("%(count)s in use, %(changed)s made your own", count=facts.wordings, changed=facts.reworded)
    return _state(done=facts.reworded > 0, begun=facts.wordings > 0), said


def _dunning(ground: Ground) -> Verdict:
    count = ground.facts.undunned
    if not ground.facts.estates:
        return State.to_do, _("no estate yet")
    if count:
        return State.to_do, _("%(count)s estates without steps", count=count)
    return State.done, _("every estate has steps")


def _mail(ground: Ground) -> Verdict:
    said = _("a mail server is set") if ground.mails else _("no mail server: mails wait, paper works")
    return _state(done=ground.mails, begun=True), said


def _backup(ground: Ground) -> Verdict:
    if ground.backed_up is None:
        return State.to_do, _("never made")
    age = ground.now - ground.backed_up
    return _state(done=age <= BACKUP_AGES, begun=True), _("%(days)s days ago", days=age.days)


def _clock(ground: Ground) -> Verdict:
    last = ground.facts.last_run
    runs = last is not None and ground.now - last < CLOCK_STANDS
    return _state(done=runs), _("it runs") if runs else _("it stands still")


def _listed(words: list[str]) -> str:
    return "、".join(words)


PREMISES = (
    Step(
        name="estates",
        title=_l("Company and estates"),
        why=_l("Every paper carries the company's legal name, the address and the telephone of the estate's office."),
        action=_l("Enter estates"),
        endpoint="properties.estates",
        permission=P.property_edit,
        judge=_estates,
    ),
    Step(
        name="units",
        title=_l("Buildings and units"),
        why=_l("Your own workbook goes in as it is; nobody types units one by one."),
        action=_l("Import units"),
        endpoint="imports.new",
        permission=P.import_run,
        judge=_units,
    ),
    Step(
        name="customers",
        title=_l("Customers"),
        why=_l("Who lives where, and whom to call: the same workbook or another one brings them."),
        action=_l("Import customers"),
        endpoint="imports.new",
        permission=P.import_run,
        judge=_customers,
    ),
    Step(
        name="charges",
        title=_l("Charge items and prices"),
        why=_l("Bills are made from them; an estate without prices makes none."),
        action=_l("Enter prices"),
        endpoint="charges.index",
        permission=P.billing_price,
        judge=_charges,
    ),
)
PEOPLE = (
    Step(
        name="people",
        title=_l("Somebody for every desk"),
        why=_l("Calls, repairs, money and the archive each need somebody who may do it."),
        action=_l("Add accounts"),
        endpoint="admin.users",
        permission=P.user_edit,
        judge=_people,
    ),
    Step(
        name="pairs",
        title=_l("Two people for what takes two"),
        why=_l("Nobody changes the own roles, and whoever takes money does not sign the day's close."),
        action=_l("Give roles"),
        endpoint="admin.users",
        permission=P.user_edit,
        judge=_pairs,
    ),
    Step(
        name="departments",
        title=_l("Departments and who supervises them"),
        why=_l("A deputy general manager approves only for the departments supervised."),
        action=_l("Set departments"),
        endpoint="admin.departments",
        permission=P.user_edit,
        judge=_departments,
    ),
    Step(
        name="custodian",
        title=_l("A custodian of the archive"),
        why=_l("Only a custodian appointed by the general manager receives and numbers dossiers."),
        action=_l("Appoint a custodian"),
        endpoint="dossiers.custodians",
        permission=P.archive_appoint,
        judge=_custodian,
    ),
)
RULES = (
    Step(
        name="calendar",
        title=_l("Working calendar"),
        why=_l("Due days are reckoned by working days, with the holidays as published."),
        action=_l("Enter the calendar"),
        endpoint="worktime.index",
        permission=P.policy_edit,
        judge=_calendar,
    ),
    Step(
        name="hours",
        title=_l("Office hours"),
        why=_l("Times of service run in office hours; reminders wait for them."),
        action=_l("Confirm office hours"),
        endpoint="admin.figure",
        permission=P.policy_edit,
        judge=_hours,
        arguments={"figure_key": OFFICE_HOURS.key},
    ),
    Step(
        name="figures",
        title=_l("Figures of the company"),
        why=_l("Periods, rates and limits hold as shipped until the company has confirmed its own."),
        action=_l("Confirm figures"),
        endpoint="admin.figures",
        permission=P.policy_edit,
        judge=_figures,
    ),
    Step(
        name="checklists",
        title=_l("Checklists and policies of the archive"),
        why=_l("They say what a complete dossier holds; the general manager confirms them."),
        action=_l("Confirm checklists"),
        endpoint="dossiers.checklists",
        permission=P.archive_appoint,
        judge=_checklists,
    ),
    Step(
        name="wordings",
        title=_l("Wordings of letters and notices"),
        why=_l("They are sent in the company's name: read them and make them your own."),
        action=_l("Read the wordings"),
        endpoint="wordings.index",
        permission=P.notice_write,
        judge=_wordings,
    ),
    Step(
        name="dunning",
        title=_l("Steps for arrears and their letters"),
        why=_l("Without steps the monthly review recommends nothing, and no demand letter can be made."),
        action=_l("Set the steps"),
        endpoint="dunning.index",
        permission=P.arrears_approve,
        judge=_dunning,
    ),
)
SYSTEM = (
    Step(
        name="clock",
        title=_l("The clock"),
        why=_l("Reminders, planned maintenance and the nightly checks come from it."),
        action=_l("Look at the schedule"),
        endpoint="clock.index",
        permission=P.job_oversee,
        judge=_clock,
    ),
    Step(
        name="mail",
        title=_l("Mail"),
        why=_l("Letters and notices go out by mail too once CRM_SMTP_URL and CRM_MAIL_FROM are set on the server."),
        action=_l("Look at outgoing mail"),
        endpoint="outbox.index",
        permission=P.job_oversee,
        judge=_mail,
    ),
    Step(
        name="backup",
        title=_l("Backup"),
        why=_l("Run “crm backup” on the server every day, keep the file on another machine; “crm doctor” checks."),
        action=_l("On the server"),
        endpoint="",
        permission=P.job_oversee,
        judge=_backup,
    ),
)
GROUPS = (
    (_l("Premises and customers"), PREMISES),
    (_l("People"), PEOPLE),
    (_l("Rules"), RULES),
    (_l("System"), SYSTEM),
)

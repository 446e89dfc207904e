"""补充归档: registering a document that comes after filing, the slip, its confirmation or refusal."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from crm.archive.dossiers.models import Item, TemplateSlot
from crm.archive.dossiers.models.template import FORM_TITLES, Form
from crm.archive.dossiers.queries import sections_of
from crm.archive.dossiers.views.pages import nobody, sent, slot_choices
from crm.archive.handover import reports
from crm.archive.handover.forms import LateForm, ReasonForm, SignForm
from crm.archive.handover.late import LATE, Bringing
from crm.archive.handover.models import LATE_TITLES, LateFiling, LateState
from crm.archive.handover.path import PATH
from crm.archive.handover.queries.late import get_late_filing, get_late_signature, givers
from crm.archive.handover.queries.standing import get_upload, of_project
from crm.archive.handover.service import late as service
from crm.archive.handover.standing import Standing
from crm.archive.handover.views.pages import KEEP, READ, back, blueprint, kept, load, part_page
from crm.archive.handover.views.preparing import SCANS
from crm.archive.handover.views.signing import signing
from crm.auth.confirmation import confirmed_for_this
from crm.auth.permissions import requires
from crm.db import session
from crm.errors import DomainError
from crm.files.models import StoredFile
from crm.web.forms import BaseForm, attempt, choices, form_page

TONES = {"pending": "orange", "filed": "green", "declined": "red", "withdrawn": "grey"}


@blueprint.get("/of/<int:project_id>/late")
@requires(KEEP)
def register_late_of(project_id: int) -> ResponseReturnValue:
    """From the dossier's page, which knows its project alone."""
    handover = of_project(project_id)
    if handover is None:
        raise DomainError(_("This project has no hand-over, so there is no list that a supplement could go on."))
    return redirect(url_for(".register_late", handover_id=handover.id))


@blueprint.route("/<int:handover_id>/late/new", methods=["GET", "POST"])
@requires(KEEP)
@confirmed_for_this
def register_late(handover_id: int) -> ResponseReturnValue:
    standing = load(handover_id)
    PATH.expect(standing, "register_late")
    form, handover = LateForm(), standing.handover
    form.slot.choices = choices(slot_choices(sections_of(handover.dossier.template_id), "id"), empty=nobody())
    form.giver_id.choices = choices({0: _("Somebody from outside"), **givers(handover)})
    if form.validate_on_submit() and (filing := attempt(form, _registered, standing, form)):
        flash(_("Registered. It is filed once %(who)s has confirmed it.", who=filing.content["giver"]))
        return redirect(url_for(".late", filing_id=filing.id))
    return part_page(form, standing, str(PATH["register_late"].title), "handover/late_new.html")


def _registered(standing: Standing, form: LateForm) -> LateFiling:
    slot = session().get(TemplateSlot, int(form.slot.data))
    if slot is None:
        raise DomainError(_("Choose what document it is."))
    user_id = form.giver_id.data or None
    name = givers(standing.handover).get(user_id, "") if user_id else (form.giver.data or "").strip()
    upload = kept("file", SCANS)
    measured = session().get_one(StoredFile, upload.sha256).pages if upload else None
    bringing = Bringing(name=name, user_id=user_id, reason=form.reason.data or "")
    return service.register(standing, form.facts(slot, measured), bringing, request.remote_addr or "", upload)


@blueprint.get("/late/<int:filing_id>")
@requires(READ)
def late(filing_id: int) -> ResponseReturnValue:
    """The slip: what it says, who has signed, what one may do."""
    filing = get_late_filing(filing_id)
    standing = load(filing.handover_id)
    return render_template(
        "handover/late.html",
        filing=filing,
        said=filing.content,
        standing=standing,
        state=LATE_TITLES[filing.state],
        tone=TONES[filing.state],
        places=reports.late_places(filing),
        offered=_offered(standing, filing),
        form_title=FORM_TITLES[Form(filing.content["document"]["form"])],
        waits=_waits(filing),
    )


def _offered(standing: Standing, filing: LateFiling) -> list[str]:
    """An archivist's steps are for whoever could register one."""
    keeps = not PATH.hindrance(standing, "register_late")
    return [name for name in LATE.offered(filing, g.actor.permissions) if keeps or LATE[name].permission != KEEP]


def _waits(filing: LateFiling) -> str:
    """Whom it waits for, while it does."""
    if filing.state is not LateState.pending:
        return ""
    if filing.giver_id is None:
        return _("Print the slip and let %(who)s sign it in ink; then attach its scan.", who=filing.content["giver"])
    return _("It is filed once %(who)s has confirmed it.", who=filing.content["giver"])


@blueprint.route("/late/<int:filing_id>/confirm", methods=["GET", "POST"])
@requires(READ)
@confirmed_for_this
def confirm_late(filing_id: int) -> ResponseReturnValue:
    """The giver's signature."""
    return _signed(filing_id, "confirm", service.confirm)


@blueprint.route("/late/<int:filing_id>/attest", methods=["GET", "POST"])
@requires(KEEP)
@confirmed_for_this
def attest_late(filing_id: int) -> ResponseReturnValue:
    """The slip that somebody from outside signed in ink."""
    return _signed(filing_id, "attest", service.attest)


def _signed(filing_id: int, action: str, act: Callable[..., Item]) -> ResponseReturnValue:
    standing, filing = _loaded(filing_id)
    LATE.expect(filing, action)
    form = SignForm()
    if not form.is_submitted():
        form.seen.data = filing.hash
    if form.validate_on_submit() and (item := attempt(form, lambda: act(standing, filing, signing(form)))):
        return back(standing, _filed_as(item))
    return _page(form, filing, standing, str(LATE[action].title), "handover/late_sign.html")


def _filed_as(item: Item) -> str:
    return _(
        "Filed as %(code)s, pages %(first)d to %(last)d; a new version of the list is issued.",
        code=item.code,
        first=item.page_from,
        last=item.page_to,
    )


@blueprint.route("/late/<int:filing_id>/decline", methods=["GET", "POST"])
@requires(READ)
def decline_late(filing_id: int) -> ResponseReturnValue:
    return _refused(filing_id, "decline", service.decline)


@blueprint.route("/late/<int:filing_id>/withdraw", methods=["GET", "POST"])
@requires(KEEP)
def withdraw_late(filing_id: int) -> ResponseReturnValue:
    return _refused(filing_id, "withdraw", service.withdraw)


def _refused(filing_id: int, action: str, act: Callable[..., None]) -> ResponseReturnValue:
    standing, filing = _loaded(filing_id)
    LATE.expect(filing, action)
    form = ReasonForm()
    if not form.is_submitted():
        form.version.data = filing.version
    if form.validate_on_submit():
        filing.expect_version(form.version.data)
        if attempt(form, act, standing, filing, form.reason.data or ""):
            flash(_("Done: %(action)s.", action=LATE[action].title))
            return redirect(url_for(".late", filing_id=filing.id))
    return _page(form, filing, standing, str(LATE[action].title), "handover/step.html")


def _loaded(filing_id: int) -> tuple[Standing, LateFiling]:
    """The hand-over is locked first, then the slip is read as it stands."""
    standing = load(get_late_filing(filing_id).handover_id)
    return standing, next(each for each in standing.late if each.id == filing_id)


def _page(form: BaseForm, filing: LateFiling, standing: Standing, title: str, template: str) -> ResponseReturnValue:
    intro = f"{filing.content['number']} · {filing.content['document']['title']}"
    there = url_for(".late", filing_id=filing.id)
    return form_page(form, title, there, template, intro=intro, standing=standing, filing=filing)


@blueprint.get("/late/<int:filing_id>/document")
@requires(READ)
def late_document(filing_id: int) -> ResponseReturnValue:
    """The file that came with the document, as what it is."""
    filing = get_late_filing(filing_id)
    load(filing.handover_id)
    return sent(get_upload(filing.upload_id)) if filing.upload_id is not None else abort(404)


@blueprint.get("/late/<int:filing_id>/signatures/<part>/<what>")
@requires(READ)
def late_signature(filing_id: int, part: str, what: str) -> ResponseReturnValue:
    """`part` is giver or archivist, `what` drawing or scan."""
    filing = get_late_filing(filing_id)
    load(filing.handover_id)
    signature = get_late_signature(filing, part)
    upload_id = {"drawing": signature.drawing_id, "scan": signature.scan_id}.get(what) or abort(404)
    return sent(get_upload(upload_id))

"""The application: settings, database, the one list of blueprints."""

from __future__ import annotations

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from crm import models, wiring  # noqa: F401 - rows of one package point to tables of others
from crm.admin.files import blueprint as stored
from crm.admin.outbox import blueprint as outbox
from crm.admin.views import blueprint as admin
from crm.archive.credit.views import blueprint as credit
from crm.archive.disposal.views import blueprint as disposal
from crm.archive.dossiers.views import blueprint as dossiers
from crm.archive.dossiers.views import verify_blueprint as verify
from crm.archive.handover.views import blueprint as handover
from crm.archive.lending.views import blueprint as lending
from crm.archive.vault.counts.views import blueprint as vault_counts
from crm.archive.vault.incidents.views import blueprint as vault_incidents
from crm.archive.vault.start.views import blueprint as vault_start
from crm.archive.vault.views import blueprint as vault
from crm.archive.vault.vouchers.views import blueprint as vouchers
from crm.auth.views import blueprint as auth
from crm.auth.views import set_up_confirmation, set_up_login
from crm.billing.arrears.account.views import blueprint as arrears_account
from crm.billing.arrears.cases.views import blueprint as cases
from crm.billing.arrears.dunning.views import blueprint as dunning
from crm.billing.arrears.evidence.views import blueprint as evidence
from crm.billing.arrears.follow_up.views import blueprint as contacts
from crm.billing.arrears.letters.views import blueprint as letters
from crm.billing.arrears.limitation.views import blueprint as limitation
from crm.billing.arrears.promises.views import blueprints as promises
from crm.billing.arrears.reviews.views import blueprint as arrears
from crm.billing.cashier.views import blueprint as cashier
from crm.billing.charges.views import blueprint as charges
from crm.billing.collection.views import blueprint as collection
from crm.billing.deposits.views import blueprint as deposits
from crm.billing.importing.views import blueprint as feeimports
from crm.billing.latefees.views import blueprint as latefees
from crm.billing.ledger.views import blueprint as billing
from crm.billing.meters.views import blueprint as meters
from crm.billing.runs.views import blueprint as runs
from crm.billing.statements.views import blueprint as statements
from crm.billing.views import blueprint as books
from crm.calls.views import blueprint as calls
from crm.clock.views import blueprint as clock
from crm.complaints.blueprints import BLUEPRINTS as COMPLAINTS
from crm.correspondence.blueprints import BLUEPRINTS as CORRESPONDENCE
from crm.db import close_session, connect, open_session
from crm.desk.home.views import blueprint as desk
from crm.desk.start.views import blueprint as start
from crm.engineering.blueprints import BLUEPRINTS as ENGINEERING
from crm.files.types import LARGEST
from crm.files.views import blueprint as files
from crm.imports.views import blueprint as imports
from crm.jobs.broker import connect_broker
from crm.jobs.views import blueprint as jobs
from crm.lists.views import blueprint as lists
from crm.moves.blueprints import BLUEPRINTS as MOVES
from crm.notifications.views import blueprint as notifications
from crm.properties.views import blueprint as properties
from crm.renovations.blueprints import BLUEPRINTS as RENOVATIONS
from crm.repairs.blueprints import BLUEPRINTS as REPAIRS
from crm.review.reporting.views import blueprint as review_papers
from crm.review.sampling.views import blueprint as review_sampling
from crm.review.views import blueprint as review
from crm.schedule import connect_tasks
from crm.settings import Settings, read_settings
from crm.statistics.views import blueprint as statistics
from crm.tenants.views import blueprint as tenants
from crm.violations.blueprints import BLUEPRINTS as VIOLATIONS
from crm.web.application import Crm, name_request, refuse_nul, set_headers
from crm.web.errors import set_up_errors
from crm.web.language import set_up_language
from crm.web.places import STATIC, TEMPLATES
from crm.web.templating import set_up_templates
from crm.worktime.views import blueprint as worktime

BLUEPRINTS = (
    desk,
    start,
    auth,
    tenants,
    properties,
    imports,
    files,
    admin,
    notifications,
    outbox,
    stored,
    calls,
    jobs,
    clock,
    lists,
    worktime,
    dossiers,
    credit,
    handover,
    lending,
    vault_start,
    vault,
    vouchers,
    vault_counts,
    vault_incidents,
    disposal,
    verify,
    latefees,
    books,
    collection,
    feeimports,
    statements,
    billing,
    cashier,
    deposits,
    arrears,
    runs,
    charges,
    meters,
    cases,
    evidence,
    limitation,
    dunning,
    arrears_account,
    contacts,
    *promises,
    letters,
    *REPAIRS,
    *CORRESPONDENCE,
    *VIOLATIONS,
    *RENOVATIONS,
    *MOVES,
    *COMPLAINTS,
    *ENGINEERING,
    statistics,
    review,
    review_sampling,
    review_papers,
)


def create_app(settings: Settings | None = None) -> Flask:
    settings = settings or read_settings()
    app = Crm("crm", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    app.config.update(
        SETTINGS=settings,
        SECRET_KEY=settings.session_key,
        MAX_CONTENT_LENGTH=LARGEST + (1 << 20),
        PERMANENT_SESSION_LIFETIME=settings.absolute_limit,
        SESSION_COOKIE_NAME="yihu",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.behind_tls,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: nobody loses typed text to a clock
    )
    if settings.behind_tls:  # the proxy's word for who asks and how, else everybody shares its address
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    open_session.configure(bind=connect(settings.database_url))
    app.teardown_appcontext(close_session)
    app.before_request(name_request)
    app.before_request(refuse_nul)
    set_up_login(app)
    CSRFProtect(app)
    set_up_confirmation(app)
    app.after_request(set_headers)
    set_up_language(app)
    set_up_templates(app)
    set_up_errors(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    wiring.connect_packages(app)
    connect_tasks()
    connect_broker(app)
    return app

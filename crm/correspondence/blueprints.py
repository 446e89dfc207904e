"""The blueprints of letters and notices."""

from __future__ import annotations

from crm.correspondence.mailing.views import blueprint as mailing
from crm.correspondence.notices.views import blueprint as notices
from crm.correspondence.notices.views import links

BLUEPRINTS = (notices, links, mailing)

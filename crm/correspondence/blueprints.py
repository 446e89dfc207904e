"""Every page of letters and notices, for `crm.app`."""

from crm.correspondence.letters.views import blueprint as letters
from crm.correspondence.mailing.views import blueprint as mailing
from crm.correspondence.notices.views import blueprint as notices
from crm.correspondence.notices.views import links
from crm.correspondence.wordings.views import blueprint as wordings

BLUEPRINTS = (letters, wordings, notices, links, mailing)

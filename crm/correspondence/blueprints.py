"""Every page of letters, for `crm.app`."""

from crm.correspondence.letters.views import blueprint as letters
from crm.correspondence.wordings.views import blueprint as wordings

BLUEPRINTS = (letters, wordings)

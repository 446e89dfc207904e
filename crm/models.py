"""Every table of the product, so that migrations and tests see them all."""

from crm import numbering
from crm.audit import models as audit
from crm.auth import models as auth
from crm.db import Base
from crm.desk import models as desk
from crm.files import models as files
from crm.imports import models as imports
from crm.properties import models as properties
from crm.tenants import models as tenants

__all__ = ["Base", "audit", "auth", "desk", "files", "imports", "numbering", "properties", "tenants"]

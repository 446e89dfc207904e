"""A history of complaints from Excel or CSV. What every history import does is `crm.imports.histories`."""

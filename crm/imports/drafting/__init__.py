"""Sheets and the present state become a draft: everything an import would create, change, refuse and keep."""

"""Yihu (一户一档): one dossier per customer for property-management companies. `docs/` tells the rest."""

__version__ = "0.1.0"

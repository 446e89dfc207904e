"""The pages of the filing review; every module of this folder adds its own to the blueprint."""

from crm.review.views import findings, reviews
from crm.review.views.pages import blueprint

__all__ = ["blueprint", "findings", "reviews"]

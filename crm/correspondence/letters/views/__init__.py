"""The pages of the register of letters; the modules put them on the blueprint."""

from crm.correspondence.letters.views import entering, serving, show, steps, times
from crm.correspondence.letters.views.pages import blueprint

__all__ = ["blueprint", "entering", "serving", "show", "steps", "times"]

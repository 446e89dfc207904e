"""Stories that need a browser use the one of the browser tests."""

from tests.browser.conftest import address, chromium, enter, environment

__all__ = ["address", "chromium", "enter", "environment"]

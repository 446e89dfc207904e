"""Letters go to the mail server of the outbox's own tests."""

from tests.outbox.conftest import mail, post_office

__all__ = ["mail", "post_office"]

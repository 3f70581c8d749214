"""Sessions in the database that do not stand between a person and a page to read when the disk is full."""

import logging

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from tracker.full_disk import NotStored, is_full

log = logging.getLogger(__name__)


class SessionStore(DatabaseSessionStore):
    """A sign-in that cannot be stored is refused; a change to a session that exists is left out, with a line of log."""

    def save(self, must_create: bool = False) -> None:
        """As Django's; Django takes every failure to update for a session that somebody ended."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if not is_full(error.__context__):
                raise
            log.warning("a session was not updated: the disk is full")

    def delete(self, session_key: str | None = None) -> None:
        """As Django's; the browser forgets the session even where the server cannot."""
        try:
            super().delete(session_key)
        except NotStored:
            log.warning("a session that was ended stays until it expires: the disk is full")

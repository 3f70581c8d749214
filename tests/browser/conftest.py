"""A real browser on a real server: a page in which Alice has signed in, watched for blocked code and script errors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from tests.services import chromium
from tests.tracker import people

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page
    from pytest_django.live_server_helper import LiveServer
    from pytest_django.plugin import DjangoDbBlocker


@dataclass
class Watched:
    """A page and everything in it that went wrong on the way."""

    page: Page
    base: str
    wrong: list[str] = field(default_factory=list)

    def goto(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(self.base + path)

    def hear(self, message: ConsoleMessage) -> None:
        """Keep what the browser complains about; a refused form is an answer, not a fault."""
        if message.type == "error" and "status of 4" not in message.text:
            self.wrong.append(message.text)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    from playwright.sync_api import sync_playwright

    # Playwright keeps an event loop in this thread; the ORM is used here only between its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def lifted(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, str]]:
    """Triggers that were lifted so that the database could be emptied; all are back when the module ends."""
    triggers: dict[str, str] = {}
    yield triggers
    with django_db_blocker.unblock():
        put_back(triggers)


def put_back(triggers: dict[str, str]) -> None:
    """Make the lifted triggers again."""
    with connection.cursor() as cursor:
        for statement in triggers.values():
            cursor.execute(statement)
    triggers.clear()


@pytest.fixture
def site(lifted: dict[str, str], live_server: LiveServer) -> Iterator[LiveServer]:
    """The site on a port of its own. Trail and policies refuse to be deleted, also between tests: their triggers are
    lifted at the end of each (SQLite alone: PostgreSQL empties by TRUNCATE, which fires no row trigger).
    """
    put_back(lifted)
    yield live_server
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            lifted.update(dict(cursor.fetchall()))
            for name in lifted:
                cursor.execute(f"DROP TRIGGER {name}")


@pytest.fixture
def alice_at_work(browser: Browser, site: LiveServer) -> Iterator[Watched]:
    """Alice signed in; the test fails where a page tried inline or foreign code, or a script broke."""
    people.alice()
    people.policy_version()
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    watched = Watched(context.new_page(), site.url)
    watched.page.set_default_timeout(10_000)
    watched.page.on("console", watched.hear)
    watched.page.on("pageerror", lambda error: watched.wrong.append(str(error)))
    watched.goto("/sign-in/")
    watched.page.fill("#id_username", "alice")
    watched.page.fill("#id_password", "alice-test-password")
    watched.page.get_by_role("button", name="Sign in").click()
    watched.page.wait_for_url("**/queue/overdue/")
    yield watched
    context.close()
    assert watched.wrong == []

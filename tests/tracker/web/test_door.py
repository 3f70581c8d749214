"""The door, a person's own settings, and what every page keeps to: no inline code, nothing kept in a cache."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import URLPattern

from tests.tracker import people
from tests.tracker.web.conftest import planned
from tracker.models import CalendarFeed
from tracker.web.urls import urlpatterns

pytestmark = pytest.mark.django_db

#: What answers without a sign-in: the door, the file of a secret address, and what search engines ask for.
OPEN_TO_ALL = {"sign-in", "robots", "calendar-file"}


def test_the_door_opens_with_the_password_and_leads_inside_only(client: Client) -> None:
    people.alice()
    people.policy_version()
    wrong = client.post("/sign-in/", {"username": "alice", "password": "no"})
    assert wrong.status_code == 422
    assert "The name or the password is not right." in wrong.content.decode()
    good = {"username": "alice", "password": "alice-test-password"}
    assert client.post("/sign-in/?next=https://elsewhere.example/", good).headers["Location"] == "/"
    client.post("/sign-out/")
    assert client.post("/sign-in/", good | {"next": "/policies/"}).headers["Location"] == "/policies/"


@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: str(route.name))
def test_every_address_asks_for_a_sign_in_unless_it_is_listed(route: URLPattern, client: Client) -> None:
    path = "/" + re.sub(r"<(\w+):\w+>", lambda found: _SAMPLE[found[1]], str(route.pattern))
    answer = client.get(path)
    asked = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")
    assert asked is (route.name not in OPEN_TO_ALL)


_SAMPLE = {"slug": "overdue", "uuid": "00000000-0000-4000-8000-000000000000", "int": "1", "str": "x"}


def test_robots_may_fetch_calendars_alone(client: Client) -> None:
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nAllow: /calendar/\nDisallow: /\n"


def test_colours_and_keys_are_kept_on_the_machine(nurse: Client) -> None:
    people.policy_version()
    nurse.post("/preferences/", {"theme": "dark", "keys": "off"}, HTTP_REFERER="http://testserver/policies/")
    page = nurse.get("/policies/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page
    nurse.post("/preferences/", {"theme": "<script>"})
    assert 'data-theme="dark"' in nurse.get("/policies/").content.decode()


def test_no_page_holds_inline_code_or_styles_and_none_is_kept(nurse: Client) -> None:
    patient = planned()
    for path in (
        "/queue/overdue/",
        f"/patients/{patient.key}/",
        f"/patients/{patient.key}/why/imaging/",
        f"/patients/{patient.key}/record/lesion/",
        "/patients/",
        "/policies/",
        "/calendar/",
        "/questions/",
    ):
        answer = nurse.get(path)
        page = answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", page) == [], path
        assert re.findall(r"<script(?![^>]* src=)", page) == [], path
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert sorted(ids) == sorted(set(ids)), path


def test_errors_say_what_happened_and_what_to_do(nurse: Client) -> None:
    people.policy_version()
    assert "Nothing here" in nurse.get("/nowhere/").content.decode()
    refused = Client(enforce_csrf_checks=True).post("/sign-in/", {})
    assert refused.status_code == 403
    assert "Not allowed" in refused.content.decode()


def test_a_calendar_address_is_shown_once_and_ends_when_revoked(surgeon: Client, nurse: Client) -> None:
    people.policy_version()
    assert "belongs to a surgeon" in nurse.get("/calendar/").content.decode()
    nurse.post("/calendar/new/", {"level": "neutral"})
    assert CalendarFeed.objects.count() == 0
    shown = surgeon.post("/calendar/new/", {"level": "initials"}, follow=True).content.decode()
    address = re.search(r"http://localhost:8000(/calendar/[\w-]+\.ics)", shown)
    assert address is not None
    assert address[1] not in surgeon.get("/calendar/").content.decode()
    assert Client().get(address[1]).status_code == 200
    feed = CalendarFeed.objects.get()
    assert nurse.post(f"/calendar/{feed.pk}/revoke/").status_code == 404
    surgeon.post(f"/calendar/{feed.pk}/change/", {"level": "full"})
    surgeon.post(f"/calendar/{feed.pk}/revoke/")
    feed.refresh_from_db()
    assert (feed.level, feed.revoked_at is not None) == ("full", True)


def test_the_policy_page_shows_every_row_with_its_grade(nurse: Client) -> None:
    people.policy_version()
    page = nurse.get("/policies/").content.decode()
    for code in ("S1", "E1", "OV", "R3a", "C1", "P3", "N1", "D1", "B5", "A1"):
        assert f'id="row-{code}"' in page, code
    assert "8 / 12 / 13" in page
    assert "0 / 7 / 7" in page
    assert "Not approved: draft, not for clinical use" in page

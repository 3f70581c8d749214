"""Every page: no accessibility rule broken, nothing blocked by the content policy, never wider than the screen."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Watched
from tests.tracker import people
from tests.tracker.people import occasion
from tests.tracker.web.conftest import overdue, planned
from tracker import clock
from tracker.models import FollowUp, Patient
from tracker.services.records import open_symptom

pytestmark = [pytest.mark.needs("browser"), pytest.mark.django_db(transaction=True)]


def pages(patient: Patient) -> tuple[str, ...]:
    """One address of every kind, with a row open and an emergency on top."""
    row = FollowUp.objects.filter(patient=patient, closed_at__isnull=True, stream="imaging").get()
    key = f"/patients/{patient.key}/"
    return (
        "/queue/overdue/",
        f"/queue/overdue/?open={row.uid}&act=log_call",
        f"/queue/team/?open={row.uid}&act=book",
        "/queue/questions/",
        "/patients/",
        "/patients/?q=nobody",
        key,
        f"{key}history/",
        f"{key}why/imaging/",
        f"{key}record/study/",
        f"{key}record/lesion/",
        f"{key}record/symptom/",
        f"{key}record/therapy/",
        "/policies/",
        "/calendar/",
        "/questions/",
    )


def emergency() -> None:
    """Another patient with an open red flag: it stands on top of every queue."""
    flagged = people.patient(family_name="Osprey")
    open_symptom(
        flagged,
        kind="neuro",
        occurred_on=clock.today(),
        occasion=occasion(today=clock.today(), at=clock.now()),
    )


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_no_page_breaks_an_accessibility_rule(width: int, scheme: str, alice_at_work: Watched) -> None:
    from axe_playwright_python.sync_playwright import Axe

    patient = planned()
    emergency()
    page = alice_at_work.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    broken = {}
    for path in pages(patient):
        alice_at_work.goto(path)
        found = Axe().run(page).response["violations"]
        if found:
            broken[path] = [f"{rule['id']}: {[node['target'] for node in rule['nodes']][:4]}" for rule in found]
    assert broken == {}


@pytest.mark.parametrize("width", [320, 390, 900, 1280])
def test_no_page_scrolls_sideways(width: int, alice_at_work: Watched) -> None:
    patient = planned()
    emergency()
    for number in range(3):
        overdue(people.patient(number=f"RBX 90 000-{number}", family_name="Longworthy-Featherstonehaugh"))
    page = alice_at_work.page
    page.set_viewport_size({"width": width, "height": 800})
    wide = {}
    for path in pages(patient):
        alice_at_work.goto(path)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide[path] = over
    assert wide == {}


def test_the_door_breaks_no_accessibility_rule(alice_at_work: Watched) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = alice_at_work.page
    page.context.clear_cookies()
    alice_at_work.goto("/sign-in/")
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_text("You are not signed in").is_visible()
    assert Axe().run(page).response["violations"] == []

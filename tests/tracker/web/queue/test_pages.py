"""The queue page: who sees what, how a row opens, and how an act is answered, refused and taken back."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.tracker import people
from tests.tracker.people import occasion
from tests.tracker.web.conftest import ago, overdue, planned
from tracker import clock
from tracker.models import FollowUp, Study, User
from tracker.queries.queues.lists import follow_up_rows
from tracker.services.follow_ups import arranging as follow_ups
from tracker.services.records import open_symptom, record_status
from tracker.web.queue.row import place, row_view

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


def row_url(row: FollowUp, tail: str = "") -> str:
    return f"/queue/overdue/rows/{row.uid}/{tail}"


def queries(client: Client, url: str) -> int:
    """How many queries a page takes, once what a process keeps is kept."""
    client.get(url)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_front_door_leads_to_the_overdue_queue(nurse: Client) -> None:
    people.policy_version()
    assert nurse.get("/").headers["Location"] == "/queue/overdue/"


def test_a_row_answers_what_by_when_why_who_and_the_next_act(nurse: Client) -> None:
    patient = planned(number="RBX 4711")
    page = nurse.get("/queue/overdue/").content.decode()
    assert "Tamar Wren" in page
    assert "RBX 4711" in page
    assert "MRI whole spine" in page
    assert "SINS 8 at T12, not stabilised" in page
    assert "Local default" in page
    assert "past latest" in page
    assert "Alice Avocet" in page
    assert "Log call" in page
    assert f"/patients/{patient.key}/" in page
    assert page.count("DRAFT, not for clinical use.") == 1


def test_another_team_sees_nothing_and_every_address_of_a_row_is_absent(stranger: Client) -> None:
    row = overdue(people.patient())
    page = stranger.get("/queue/overdue/").content.decode()
    assert "Tamar Wren" not in page
    assert "Nothing is past its latest date" in page
    assert stranger.get(row_url(row), **HTMX).status_code == 404
    assert stranger.get(f"/follow-ups/{row.uid}/").status_code == 404
    for tail in ("book/", "take/", "undo/1/"):
        assert stranger.post(row_url(row, tail)).status_code == 404
    row.refresh_from_db()
    assert (row.state, row.owner) == ("open", None)


def test_unknown_queues_and_acts_do_not_exist(nurse: Client) -> None:
    row = overdue(people.patient())
    assert nurse.get("/queue/nowhere/").status_code == 404
    assert nurse.post(row_url(row, "explode/")).status_code == 404


def test_the_page_takes_the_same_queries_for_one_row_and_for_three(nurse: Client) -> None:
    overdue(people.patient())
    assert queries(nurse, "/queue/overdue/") == QUEUE_QUERIES
    for _ in range(2):
        overdue(people.patient())
    assert queries(nurse, "/queue/overdue/") == QUEUE_QUERIES


#: Session, person, teams, policy, the last night; keys of rows and emergencies, summary, rows, what stands beside
#: them, calls of the unwell, reasons, who has left or died; counts; choices of filters.
QUEUE_QUERIES = 19


def test_filters_stand_in_the_address_and_narrow_the_list(nurse: Client) -> None:
    overdue(people.patient(family_name="Osprey"))
    overdue(people.patient(family_name="Linnet"), stream="surgeon", urgency="urgent")
    page = nurse.get("/queue/overdue/?stream=surgeon&urgency=urgent").content.decode()
    assert "Linnet" in page
    assert "Osprey" not in page
    assert "Urgency: Urgent" in page
    nothing = nurse.get("/queue/overdue/?q=nobody").content.decode()
    assert "No row fits these filters" in nothing
    assert nurse.get("/queue/overdue/?stream=sideways&team=x&page=zz").status_code == 200


def test_fifty_rows_stand_on_a_page_and_links_lead_on(nurse: Client) -> None:
    for number in range(52):
        overdue(people.patient(number=f"RBX-{number:03}"))
    first = nurse.get("/queue/overdue/").content.decode()
    assert first.count('class="row"') == 50
    assert "Page 1 of 2, 52 rows" in first
    whole = nurse.get("/queue/overdue/?all=1").content.decode()
    assert whole.count('class="row"') == 52
    assert "Print this list" in whole
    second = nurse.get("/queue/overdue/?page=2").content.decode()
    assert second.count('class="row"') == 2


def test_a_row_opens_in_place_and_without_script(nurse: Client) -> None:
    planned()
    row = FollowUp.objects.get(stream="imaging", closed_at__isnull=True)
    part = nurse.get(row_url(row), **HTMX).content.decode()
    assert part.lstrip().startswith("<tbody")
    assert "gives the date" in part
    assert "01632 960 144" in part
    plain = nurse.get(row_url(row))
    assert plain.status_code == 302
    whole = nurse.get(plain.headers["Location"]).content.decode()
    assert "gives the date" in whole
    assert "<html" in whole


def test_every_act_of_a_row_has_its_form(nurse: Client) -> None:
    row = overdue(people.patient())
    for code in ("order", "book", "log_call", "take", "snooze", "cancel", "note"):
        part = nurse.get(row_url(row) + f"?act={code}", **HTMX).content.decode()
        assert f'action="{row_url(row, code + "/")}"' in part, code


def test_a_booking_is_answered_in_the_row_with_an_undo(nurse: Client) -> None:
    row = overdue(people.patient())
    day = clock.today() + timedelta(3)
    answer = nurse.post(
        row_url(row, "book/"),
        {"day": day.isoformat(), "hour": "10:20", "place": "Scanner 2", "seen": "0"},
        **HTMX,
    ).content.decode()
    row.refresh_from_db()
    assert (row.state, row.booked_on, row.booked_place) == ("booked", day, "Scanner 2")
    assert 'data-goes="next"' in answer
    assert "Scanner 2" in answer
    assert 'id="rail"' in answer
    undone = nurse.post(undo_url(answer), **HTMX).content.decode()
    row.refresh_from_db()
    assert row.state == "open"
    assert "Undone for Tamar Wren" in undone


def undo_url(answer: str) -> str:
    """The address of the undo, which stands in the toast and under the row alike."""
    (url,) = set(re.findall(r'"(/queue/[^"]+/undo/[^"]+)"', answer))
    return url


def test_an_undo_takes_back_what_it_names_and_a_second_press_nothing_else(nurse: Client) -> None:
    row = overdue(people.patient())
    nurse.post(row_url(row, "take/"), {"seen": "0"}, **HTMX)
    row.refresh_from_db()
    taken = row.owner
    day = clock.today() + timedelta(3)
    booking = {"day": day.isoformat(), "place": "Scanner 2"}
    answer = nurse.post(row_url(row, "book/"), booking, **HTMX).content.decode()
    nurse.post(undo_url(answer), **HTMX)
    twice = nurse.post(undo_url(answer), **HTMX).content.decode()
    row.refresh_from_db()
    assert "Not undone. It is taken back already." in twice
    assert (row.state, row.owner) == ("open", taken)
    assert taken is not None


def test_an_undo_of_an_act_that_is_not_the_newest_is_refused(nurse: Client) -> None:
    row = overdue(people.patient())
    answer = nurse.post(row_url(row, "take/"), {"seen": "0"}, **HTMX).content.decode()
    nurse.post(row_url(row, "note/"), {"text": "Rings on Friday"}, **HTMX)
    refused = nurse.post(undo_url(answer), **HTMX).content.decode()
    row.refresh_from_db()
    assert "Not undone. “Rings on Friday” was done since" in refused
    assert row.owner is not None


@pytest.mark.parametrize("answered", [False, True])
def test_a_booking_past_the_latest_day_is_said_once_and_each_key_stands_once(nurse: Client, answered: bool) -> None:
    row = overdue(people.patient(), state="booked", booked_on=clock.today() + timedelta(9), answered=answered)
    panel = nurse.get(row_url(row), **HTMX).content.decode().split('class="opened"')[1]
    assert panel.count("latest day") == 1
    assert ("Confirm" in panel) is not answered
    keys = re.findall(r"<kbd[^>]*>([A-Z])</kbd>", panel)
    assert keys
    assert len(keys) == len(set(keys))


def test_nobody_attends_after_a_death(nurse: Client) -> None:
    patient = planned()
    row = FollowUp.objects.get(patient=patient, stream="imaging", closed_at__isnull=True)
    FollowUp.objects.filter(pk=row.pk).update(state="booked", booked_on=clock.today() + timedelta(9))
    now = occasion(today=clock.today(), at=clock.now())
    record_status(patient, status="deceased", occurred_on=ago(1), death_source="relative", occasion=now)
    panel = nurse.get(row_url(row), **HTMX).content.decode()
    assert "Cancel booking" in panel
    assert "Attended" not in panel


def test_an_emergency_booked_too_late_is_rebooked_first(nurse: Client) -> None:
    patient = planned()
    now = occasion(today=clock.today(), at=clock.now())
    open_symptom(patient, kind="neuro", occurred_on=clock.today(), occasion=now)
    late = {"state": "booked", "booked_on": clock.today() + timedelta(9)}
    FollowUp.objects.filter(patient=patient, stream="imaging", closed_at__isnull=True).update(**late)
    page = nurse.get(f"/patients/{patient.key}/").content.decode()
    card = page.split('id="card-imaging"')[1].split("</section>")[0]
    assert "Confirm" in card
    assert re.findall(r'class="btn main" href="[^"]*act=(\w+)', card) == ["book"]


def test_without_script_an_act_ends_on_the_list_with_a_toast(nurse: Client) -> None:
    row = overdue(people.patient())
    answer = nurse.post(row_url(row, "take/"), {"seen": "0"}, follow=True)
    assert answer.redirect_chain == [(f"/queue/overdue/#row-{row.uid}", 302)]
    assert "Taken by Alice Avocet" in answer.content.decode()
    row.refresh_from_db()
    assert row.owner == people.alice()


def test_all_mistakes_come_at_once_and_nothing_typed_is_lost(nurse: Client) -> None:
    row = overdue(people.patient())
    wrong = {"day": "31/2/2027", "hour": "25:99", "place": "Scanner 2"}
    for extra in (HTMX, {}):
        answer = nurse.post(row_url(row, "book/"), wrong, **extra)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Two things need a change before this can be saved" in text
        assert "“31/2/2027” is not a day of the calendar." in text
        assert "This is not an hour." in text
        for typed in wrong.values():
            assert f'value="{typed}"' in text
    row.refresh_from_db()
    assert row.state == "open"


def test_a_refusal_of_the_verb_stands_at_its_field(nurse: Client) -> None:
    row = overdue(people.patient())
    yesterday = clock.today() - timedelta(1)
    answer = nurse.post(row_url(row, "book/"), {"day": yesterday.isoformat()}, **HTMX)
    assert answer.status_code == 422
    assert "has passed; expected" in answer.content.decode()


def test_an_act_on_a_stale_row_is_refused_with_who_and_what(nurse: Client, beth: User) -> None:
    row = overdue(people.patient())
    follow_ups.note(
        row,
        text="Spoke to the ward.",
        occasion=occasion(beth, today=clock.today(), at=clock.now()),
        seen=None,
    )
    answer = nurse.post(row_url(row, "note/"), {"text": "Mine", "seen": "0"}, **HTMX)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Beth Bittern" in text
    assert "Spoke to the ward." in text
    assert 'value="Mine"' in text


def test_a_call_is_logged_with_its_outcome(nurse: Client) -> None:
    row = overdue(people.patient())
    missing = nurse.post(row_url(row, "log_call/"), {}, **HTMX)
    assert "Choose one of the eight answers." in missing.content.decode()
    answer = nurse.post(row_url(row, "log_call/"), {"outcome": "no_answer"}, **HTMX)
    assert "Call saved for Tamar Wren" in answer.content.decode()
    row.refresh_from_db()
    assert row.last_contact == "No answer"


def test_an_administrator_without_a_team_sees_an_empty_queue(dana: User) -> None:
    from tests.tracker.web.conftest import signed_in

    overdue(people.patient())
    assert "Tamar" not in signed_in(dana).get("/queue/overdue/").content.decode()


def test_a_study_without_a_report_leads_to_its_form(nurse: Client) -> None:
    patient = planned()
    study = Study.objects.get(patient=patient)
    page = nurse.get("/queue/no-result/").content.decode()
    assert f"/patients/{patient.key}/studies/{study.pk}/report/" in page


@pytest.mark.parametrize(
    ("hours", "figure", "said"),
    [
        (0.5, "23 h 30 min", "left of 24 h"),
        (23.5, "30 min", "left of 24 h"),
        (27.2, "3 h 12 min", ""),
        (96.5, "3 days", ""),
    ],
)
def test_an_emergency_counts_hours_and_says_when_they_are_over(
    hours: float, figure: str, said: str, alice: User
) -> None:
    patient = people.patient()
    people.policy_version()
    now = clock.moment_at(clock.today(), time(9, 30))
    reported = clock.at_clinic(now - timedelta(hours=hours))
    open_symptom(
        patient,
        kind="neuro",
        occurred_on=clock.day_of(reported),
        hour=reported.time(),
        occasion=occasion(today=clock.today(), at=now),
    )
    row = next(row for row in follow_up_rows(alice, str(patient.key), now) if row.follow_up.stream == "imaging")
    standing = row_view(row, place("emergency", "both", "", now)).standing
    assert (standing.lead, standing.figure, standing.word) == ("" if said else "past the limit by", figure, said)


def test_an_administrator_without_a_team_begins_with_the_policy(client: Client, dana: User, alice: User) -> None:
    client.force_login(dana)
    assert client.get("/").headers["Location"] == "/policies/"
    client.force_login(alice)
    assert client.get("/").headers["Location"] == "/queue/overdue/"

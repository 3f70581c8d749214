"""Fills the disk that its argument names, on which the database lies, and uses the pages: see test_full_disk.py."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import django


def fill(file: Path) -> None:
    """Write until nothing more is taken."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(b"." * 4096):
            pass


def check(filler: Path) -> None:
    """Read every kind of page, try to write in every way, and go on once there is room."""
    from django.db import connection
    from django.test import Client

    from tests.tracker import people
    from tests.tracker.web.conftest import planned, signed_in
    from tracker import clock, full_disk
    from tracker.models import AuditEvent, FollowUp, FollowUpEvent, Symptom

    def said(answer: Any, status: int) -> bool:
        return answer.status_code == status and full_disk.SENTENCE in answer.content.decode()

    patient = planned()
    nurse = signed_in(people.alice())
    row = f"/queue/overdue/rows/{FollowUp.objects.get(patient=patient, state='open', stream='imaging').uid}/note/"
    note = {"text": "Kept", "seen": str(FollowUpEvent.objects.latest("pk").pk)}
    connection.close()
    full_disk.keep_readable()
    fill(filler)
    counted = [model.objects.count() for model in (AuditEvent, FollowUpEvent, Symptom)]
    for page in ("queue/overdue/", f"patients/{patient.key}/", f"patients/{patient.key}/why/imaging/", "policies/"):
        assert said(nurse.get(f"/{page}"), 200), page
    for _ in range(2):
        assert said(nurse.post(row, note, HTTP_HX_REQUEST="true"), 409)
        symptom = {"kind": "neuro", "occurred_on": clock.today().isoformat(), "detail": "Left leg weak"}
        assert said(nurse.post(f"/patients/{patient.key}/record/symptom/", symptom), 422)
        assert said(Client().post("/sign-in/", {"username": "alice", "password": "alice-test-password"}), 503)
    assert counted == [model.objects.count() for model in (AuditEvent, FollowUpEvent, Symptom)]
    filler.unlink()
    answer = nurse.post(row, note)
    assert answer.status_code == 302, answer.content.decode()
    assert FollowUpEvent.objects.count() == counted[1] + 1


if __name__ == "__main__":
    django.setup()
    check(Path(sys.argv[1]) / "filler")

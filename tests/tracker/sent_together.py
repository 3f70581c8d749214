"""A process of its own that sends one form from several threads at once, and prints what came of it as JSON."""

from __future__ import annotations

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

SENDERS = 4


def main() -> None:
    """One form of one person, sent by as many threads, each with a connection of its own."""
    from django.db import connection
    from django.test import Client

    from tests.tracker import people
    from tracker.models import SentForm, Visit

    people.policy_version()
    patient, alice = people.patient(), people.alice()
    client = Client(SERVER_NAME="localhost")
    client.force_login(alice)
    address = f"/patients/{patient.key}/record/visit/"
    key = re.findall(r'name="form_key" value="([0-9a-f]{32})"', client.get(address).content.decode())[-1]
    typed = {"occurred_on": "today", "kind": "nurse", "form_key": key}
    together = Barrier(SENDERS)

    def send(_: int) -> int:
        own = Client(SERVER_NAME="localhost")
        own.cookies = client.cookies
        together.wait()
        try:
            return own.post(address, typed).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(send, range(SENDERS)))
    print(json.dumps({"answers": answers, "visits": Visit.objects.count(), "forms": SentForm.objects.count()}))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    main()

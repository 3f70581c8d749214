"""Log lines carry keys: no addresses, no secrets, nothing that a database quotes from a row."""

import logging
import secrets

import pytest

from tracker.logs import KeysOnly, LineFormatter


def line(message: str, *arguments: object) -> str:
    record = logging.LogRecord("tracker", logging.INFO, __file__, 1, message, arguments, None)
    KeysOnly().filter(record)
    return LineFormatter().format(record)


@pytest.mark.parametrize("turn", range(20))
def test_the_secret_of_a_feed_does_not_reach_a_log(turn: int) -> None:
    token = secrets.token_urlsafe(32)
    assert line("Not Found: %s", f"/calendar/{token}.ics").endswith("Not Found: /calendar/(secret).ics")


def test_mail_addresses_do_not_reach_a_log() -> None:
    assert line("refused: %s", "ada.byron@example.org").endswith("refused: (address)")


def test_what_the_database_quotes_does_not_reach_a_log() -> None:
    try:
        raise ValueError("duplicate key\nDETAIL:  Key (number)=(943 476 5919) already exists.")
    except ValueError as error:
        text = LineFormatter().formatException((type(error), error, error.__traceback__))
    assert "943" not in text
    assert "DETAIL: (hidden)" in text


def test_keys_stay_readable() -> None:
    key = "7f9c1b1e-5f0e-4b8e-9f44-0d6c2f4f8a11"
    assert line("patient %s planned by celery@host", key).endswith(f"patient {key} planned by celery@host")

"""What log lines may carry: keys, never names, addresses or secrets."""

import logging
import re

# In the order they are applied: what PostgreSQL quotes from a row, mail addresses, secrets in addresses of feeds
# (long, with digits and capitals; the ids of tasks and the names in a traceback are not hidden).
HIDDEN = (
    (re.compile(r"(DETAIL:\s).*"), r"\1(hidden)"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "(address)"),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{32,}", re.ASCII), "(secret)"),
)


def keys_only(text: str) -> str:
    """Hide what must not stand in a log."""
    for pattern, instead in HIDDEN:
        text = pattern.sub(instead, text)
    return text


class KeysOnly(logging.Filter):
    """Hide personal text and secrets in the message of a record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the message; every record passes."""
        record.msg, record.args = keys_only(record.getMessage()), None
        return True


class LineFormatter(logging.Formatter):
    """One line per record, and tracebacks that hide the same."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        """Format a traceback without what a database quotes from a row."""
        return keys_only(super().formatException(ei))  # type: ignore[arg-type]

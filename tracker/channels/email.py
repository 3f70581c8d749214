"""E-mail through Django's configured backend: console or files by default, SMTP by setting.

SMTP can accept a message and break before its answer arrives. Opening the connection is separate from sending, so that
only a break in the middle of sending is uncertain.
"""

from __future__ import annotations

import contextlib
import smtplib

from django.core.mail import EmailMessage, get_connection

from tracker.channels.channel import Message, Outcome
from tracker.models import Patient, User

#: SMTP answers from 500 on are final; 4xx ask to come again.
PERMANENT = 500


class EmailChannel:
    """One e-mail to one address; plain SMTP takes no key, so what is uncertain is parked for a person."""

    name = "email"
    word = "E-mail"
    idempotent = False

    def address(self, person: Patient | User) -> str:
        """The e-mail address of a patient or a member of staff."""
        return person.email

    def reachable(self, person: Patient | User) -> bool:
        """Whether an address is known."""
        return bool(self.address(person))

    def send(self, message: Message) -> Outcome:
        """Send one e-mail. The key travels as Message-ID so that a person can find it at the provider."""
        connection = get_connection()
        try:
            connection.open()
        except (smtplib.SMTPException, OSError) as error:
            return Outcome("failed", f"no connection: {type(error).__name__}")
        mail = EmailMessage(
            message.subject,
            message.body,
            to=[message.address],
            connection=connection,
            headers={"Message-ID": f"<{message.key}@reminders.invalid>", "Auto-Submitted": "auto-generated"},
        )
        try:
            sent = mail.send()
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            final = any(code >= PERMANENT for code in codes)
            return Outcome("refused" if final else "failed", f"recipient refused: {codes}")
        except smtplib.SMTPResponseException as error:
            # The server answered, and the answer was no: nothing was taken.
            return Outcome("refused" if error.smtp_code >= PERMANENT else "failed", f"answer {error.smtp_code}")
        except (smtplib.SMTPException, OSError) as error:
            return Outcome("uncertain", f"broken while sending: {type(error).__name__}")
        except ValueError as error:
            return Outcome("refused", f"address cannot be used: {type(error).__name__}")
        finally:
            _close(connection)
        return Outcome("accepted" if sent else "failed")


def _close(connection: object) -> None:
    """Leave the server; what goes wrong now changes nothing about the message."""
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.close()  # type: ignore[attr-defined]

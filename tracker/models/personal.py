"""Which fields identify a person: listed per model, and a test fails on a field that nobody has classified."""

from __future__ import annotations

from tracker.kinds import KINDS

#: Fields that identify a patient or a member of staff, by model name; those of a kind of fact stand in its entry.
PERSONAL: dict[str, frozenset[str]] = {
    "User": frozenset({"username", "first_name", "last_name", "email", "display_name", "password", "last_login"}),
    "Patient": frozenset(
        {
            "number",
            "family_name",
            "given_name",
            "birth_on",
            "birth_precision",
            "phone",
            "wrong_phone",
            "wrong_phone_on",
            "email",
            "best_hour",
            "oncologist",
            "source_key",
            "deceased_on",
            "last_known_alive_on",
            "last_known_alive_source",
            "death_source",
        }
    ),
    "Fact": frozenset({"source_key", "entered_in_error_reason"}),
    "FollowUp": frozenset({"booked_place", "snooze_reason", "outcome_reason", "last_contact"}),
    "FollowUpEvent": frozenset({"text", "before"}),
    "Task": frozenset({"text", "note"}),
    "Question": frozenset({"place", "value", "text", "proposal", "answer", "reason", "source_key"}),
    "ImportRun": frozenset({"report"}),
    "AuditEvent": frozenset({"changes"}),
    "SentForm": frozenset({"answer"}),
    "Delivery": frozenset({"detail", "provider_id"}),
    "Team": frozenset({"phone"}),
    **{kind.model.rpartition(".")[2]: frozenset(kind.personal) for kind in KINDS},
}

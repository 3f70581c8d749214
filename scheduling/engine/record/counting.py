"""Which studies count: those that show what they were done for (clinical dossier 3.6a)."""

from __future__ import annotations

from scheduling.engine.vocabulary import StudyKind

#: Examinations of the body: the spine is on their images, and not always read.
OF_THE_BODY = frozenset({StudyKind.CT_SYSTEMIC, StudyKind.PET_CT, StudyKind.BONE_SCAN})

#: Why a study counts for nothing, as a person reads it.
NOT_COUNTED = {"not_diagnostic": "its images show nothing", "spine_not_read": "the spine was not read on it"}


def why_not_counted(kind: str, quality: str, spine_read: str) -> str:
    """A code of `NOT_COUNTED`; "" for a study that counts, as it does where neither is known.

    `quality` and `spine_read` are the record's words. An examination that was broken off clears nobody.
    """
    if quality == "not":
        return "not_diagnostic"
    return "spine_not_read" if spine_read == "not_read" and kind in OF_THE_BODY else ""

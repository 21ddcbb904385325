"""Peaks on the desk, so that a waveform is drawn without waiting for the store."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from pipeline.desk.database import Desk
from pipeline.desk.queries import query
from pipeline.domain import Call
from pipeline.peaks import Peaks
from pipeline.playback import Playback
from pipeline.store import Store


def read_peaks(connection: Connection, recording_sha256: str) -> Peaks | None:
    """Return the peaks that the desk keeps of a recording; None if it keeps none."""
    found = connection.execute(query("peaks"), {"sha256": recording_sha256}).scalar()
    return None if found is None else Peaks.model_validate_json(found)


def keep_peaks(connection: Connection, peaks: Mapping[str, Peaks]) -> None:
    """Keep peaks by SHA-256 of the recording; leaves alone what is kept."""
    if peaks:
        connection.execute(
            query("keep_peaks"),
            [
                {"sha256": sha256, "body": found.model_dump_json()}
                for sha256, found in peaks.items()
            ],
        )


def peaks_for(desk: Desk, store: Store, playback: Playback, call: Call) -> Peaks:
    """Return a call's peaks from the desk, else from the store, else from its recording.

    The store has them since the call was transcribed, unless that was by a callqa that made none.
    What was found is kept on the desk; the store is only read.

    Raises:
        RecordingError, PrerequisiteError, InputError: As ``Playback.peaks``.
        StoreError: The store or the desk cannot be read.
    """
    with desk.reading() as connection:
        found = read_peaks(connection, call.recording_sha256)
    if found is None:
        found = store.read_peaks(call.recording_sha256) or playback.peaks(call)
        with desk.writing() as connection:
            keep_peaks(connection, {call.recording_sha256: found})
    return found

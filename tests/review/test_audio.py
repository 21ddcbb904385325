"""Sound and waveforms in the review app: for those who may see the call, and nobody else."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from models.sound_reader import PyAVSoundReader
from pipeline.desk import Desk
from pipeline.desk.copying import copy_new
from pipeline.domain import Call, CallMetadata
from pipeline.keys import sha256_of
from pipeline.peaks import pack
from pipeline.settings import Settings
from pipeline.store import Store
from review.services import Services
from tests.review.conftest import ClientAs
from tests.sounds import encoded, tone
from tests.stored import evaluation_of, score_call, transcript_of

AUDIO = "/calls/c1/audio"
PEAKS = "/calls/c1/peaks"


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, sound=PyAVSoundReader(60))


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recordings" / "c1.wav"
    path.parent.mkdir()
    path.write_bytes(encoded(tone(2, 440), "wav", "pcm_mulaw").read())
    return path


@pytest.fixture
def call(recording: Path, store: Store, desk: Desk, settings: Settings) -> Call:
    """A call of Dana Fox in the team North, in the store and on the desk."""
    return scored("c1", recording, store, desk, settings)


def scored(call_id: str, recording: Path, store: Store, desk: Desk, settings: Settings) -> Call:
    content = recording.read_bytes()
    made = Call(
        call_id=call_id,
        recording_sha256=sha256_of(io.BytesIO(content)),
        source=str(recording),
        size_bytes=len(content),
        metadata=CallMetadata(agent="Dana Fox", team="North"),
    )
    score_call(store, made, evaluation_of(made))
    copy_new(desk, store, settings)
    return made


def listened(desk: Desk) -> list[tuple[str, str]]:
    with desk.reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT actor, subject FROM audit_log WHERE action = 'call.listened'"
        )
        return [(actor, subject) for actor, subject in found]


def test_a_reviewer_hears_a_call_in_ranges_and_that_is_written_down(
    call: Call, client_as: ClientAs, desk: Desk
) -> None:
    reviewer = client_as("reviewer")
    whole = reviewer.get(AUDIO)
    part = reviewer.get(AUDIO, headers={"Range": "bytes=4-99"})
    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/flac"
    assert whole.headers["cache-control"] == "private, no-store"
    assert whole.content.startswith(b"fLaC")
    assert (part.status_code, part.content) == (206, whole.content[4:100])
    assert "content-encoding" not in part.headers
    assert listened(desk) == [("reviewer", "call:c1")] * 2


def test_asking_whether_there_is_sound_is_not_listening(
    call: Call, client_as: ClientAs, desk: Desk
) -> None:
    assert client_as("reviewer").head(AUDIO).status_code == 200
    assert listened(desk) == []


def test_the_waveform_is_drawn_from_what_was_stored(
    call: Call, store: Store, client_as: ClientAs
) -> None:
    store.write_peaks({call.recording_sha256: pack([[1.0, 0.0], [0.25, 1.0]], 2.0)})
    answer = client_as("reviewer").get(PEAKS)
    assert answer.headers["cache-control"] == "private, no-store"
    drawn = answer.json()
    assert drawn["peaks"] == [[1.0, 0.0], [pytest.approx(0.25, abs=0.005), 1.0]]
    assert (drawn["duration_s"], drawn["peaks_per_s"]) == (2.0, 1.0)


def test_a_call_from_before_there_were_peaks_is_drawn_from_its_recording(
    call: Call, recording: Path, client_as: ClientAs
) -> None:
    reviewer = client_as("reviewer")
    drawn = reviewer.get(PEAKS).json()
    assert [len(channel) for channel in drawn["peaks"]] == [40]
    recording.unlink()
    assert reviewer.get(PEAKS).json() == drawn


@pytest.mark.parametrize("path", [AUDIO, PEAKS])
def test_nobody_hears_anything_without_a_login(call: Call, stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code in (303, 401)
    assert b"fLaC" not in answer.content


@pytest.mark.parametrize("path", [AUDIO, PEAKS])
@pytest.mark.parametrize(
    ("role", "fields"),
    [
        ("reviewer", {"teams": ("South",)}),
        ("lead", {"teams": ("South",)}),
        ("agent", {"agent": "Somebody Else"}),
        ("agent", {"agent": "Dana Fox"}),
    ],
    ids=["other team", "lead of another team", "another agent", "own call, not released"],
)
def test_a_call_that_one_may_not_see_is_as_good_as_none(
    call: Call, client_as: ClientAs, desk: Desk, path: str, role: str, fields: Mapping[str, Any]
) -> None:
    browser = client_as(role, **fields)
    refused, missing = browser.get(path), browser.get(path.replace("c1", "c2"))
    assert refused.status_code == missing.status_code == 404
    assert listened(desk) == []


@pytest.mark.parametrize(
    "call_id",
    ["../../../etc/passwd", "..", "/etc/passwd", "c1/../c1", "c1.wav", "%", "c1\0", "' OR 1=1 --"],
)
def test_an_id_is_never_a_path(call: Call, client_as: ClientAs, call_id: str) -> None:
    answer = client_as("admin").get(f"/calls/{quote(call_id, safe='')}/audio")
    assert answer.status_code in (303, 404, 405)
    assert b"root:" not in answer.content and b"fLaC" not in answer.content


def test_an_id_with_signs_of_its_own_is_found(
    recording: Path, store: Store, desk: Desk, settings: Settings, client_as: ClientAs
) -> None:
    scored("Grüße & 50 % <b>", recording, store, desk, settings)
    answer = client_as("reviewer").get(f"/calls/{quote('Grüße & 50 % <b>', safe='')}/audio")
    assert answer.status_code == 200


def test_a_written_call_has_no_sound(
    store: Store, desk: Desk, settings: Settings, client_as: ClientAs
) -> None:
    chat = Call(call_id="c1", recording_sha256="b" * 64, source="/chats/c1.json", size_bytes=9)
    written = transcript_of(chat).model_copy(update={"source": "text"})
    store.write_transcript(chat, written)
    score_call(store, chat, evaluation_of(chat))
    copy_new(desk, store, settings)
    for path in (AUDIO, PEAKS):
        answer = client_as("reviewer").get(path, headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert "written, not spoken" in answer.text


def test_whose_recording_is_gone_is_told_where_it_was_unless_an_agent(
    call: Call, recording: Path, client_as: ClientAs, desk: Desk
) -> None:
    recording.unlink()
    answer = client_as("lead").get(AUDIO, headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert "no longer at" in answer.text and str(recording) in answer.text
    with desk.writing() as connection:
        connection.exec_driver_sql("INSERT INTO releases VALUES ('r', 'c1', 't', 'lead')")
    told = client_as("agent").get(AUDIO, headers={"Accept": "application/json"})
    assert told.status_code == 404
    assert "Tell your lead" in told.text and str(recording.parent) not in told.text
    assert listened(desk) == []


def test_an_agent_hears_an_own_call_once_a_review_of_it_was_released(
    call: Call, client_as: ClientAs, desk: Desk
) -> None:
    agent = client_as("agent")
    assert agent.get(AUDIO).status_code == 404
    with desk.writing() as connection:
        connection.exec_driver_sql("INSERT INTO releases VALUES ('r', 'c1', 't', 'lead')")
    assert agent.get(AUDIO).status_code == 200

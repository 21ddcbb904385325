"""Written calls of every form become turns with roles; what is no transcript is refused by line."""

from __future__ import annotations

import io
import json

import pytest
from pydantic import JsonValue

from pipeline.domain import Call, CallMetadata, PlannedInput, Role, Transcript
from pipeline.errors import TranscriptError
from pipeline.transcripts import read_transcript, role_of

TALK: list[JsonValue] = [
    {"role": "system", "text": "Calls may be recorded."},
    {"role": "agent", "text": "Good morning, this is Dana, how can I help you today?"},
    {"role": "customer", "text": "My bill is wrong. [hold] It really is far too high."},
]


def read(
    content: str | bytes,
    name: str = "c1.txt",
    *,
    position: int | None = None,
    metadata: CallMetadata | None = None,
) -> tuple[Call, Transcript]:
    planned = PlannedInput(
        source=f"/calls/{name}",
        call_id="c1",
        kind="transcript",
        position=position,
        metadata=metadata or CallMetadata(),
    )
    data = content.encode() if isinstance(content, str) else content
    return read_transcript(planned, io.BytesIO(data))


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(turn.role.value, turn.text) for turn in transcript.turns]


def times(transcript: Transcript) -> list[tuple[float | None, float | None]]:
    return [(turn.start_s, turn.end_s) for turn in transcript.turns]


def test_json_keeps_every_turn_and_every_other_key() -> None:
    value = {"call_id": "x", "turns": TALK, "domain": "telecoms", "metadata": {"agent": "Dana"}}
    call, transcript = read(json.dumps(value), "c1.json")
    assert said(transcript) == [
        (turn["role"], turn["text"]) for turn in TALK if isinstance(turn, dict)
    ]
    assert [turn.index for turn in transcript.turns] == [0, 1, 2]
    assert call.metadata == CallMetadata(agent="Dana", extra={"domain": "telecoms"})
    assert (call.call_id, call.source, call.size_bytes) == (
        "c1",
        "/calls/c1.json",
        len(json.dumps(value)),
    )
    assert (transcript.source, transcript.asr_model, transcript.language) == ("text", "text", "en")
    assert call.recording_sha256 == transcript.recording_sha256


def test_json_times_are_kept() -> None:
    turns = [
        {"role": "agent", "text": "Hi", "start_s": 1, "end_s": 2.5},
        {"role": "caller", "text": ""},
    ]
    _, transcript = read(json.dumps({"turns": turns}), "c1.json")
    assert times(transcript) == [(1.0, 2.5), (None, None)]
    assert transcript.duration_s == 2.5
    assert transcript.turns[1].role is Role.CUSTOMER


def test_a_line_of_jsonl_is_read_at_its_position() -> None:
    lines = [json.dumps({"call_id": f"x{n}", "turns": TALK[:n]}) for n in (1, 2, 3)]
    content = "\n".join(lines)
    _, transcript = read(content, "c1.jsonl", position=content.index(lines[1]))
    assert len(transcript.turns) == 2


def test_a_manifest_wins_over_the_file() -> None:
    value: JsonValue = {"turns": TALK, "agent": "Dana", "team": "North", "shop": "Ulm"}
    told = CallMetadata(agent="Eli", extra={"shop": "Bonn"})
    call, _ = read(json.dumps(value), "c1.json", metadata=told)
    assert (call.metadata.agent, call.metadata.team) == ("Eli", "North")
    assert call.metadata.extra == {"shop": "Bonn"}


def test_metadata_does_not_make_another_call_but_words_and_ids_do() -> None:
    def key(**changes: JsonValue) -> str:
        return read(json.dumps({"call_id": "x", "turns": TALK, **changes}), "c.json")[1].key

    assert key() == key(agent="Dana") == key(metadata={"csat": 3})
    assert len({key(), key(call_id="y"), key(turns=TALK[:2])}) == 3


def test_a_copy_of_a_text_under_another_name_is_the_same_recording() -> None:
    one, _ = read("Agent: Hi\nCustomer: Hello", "c1.txt")
    other, _ = read("agent: Hi\r\n\r\ncaller: Hello\n", "c2.txt")
    assert one.recording_sha256 == other.recording_sha256


def test_stated_language_counts_and_is_not_guessed() -> None:
    _, transcript = read("Agent: Good morning", metadata=CallMetadata(language="de"))
    assert (transcript.language, transcript.language_probability) == ("de", None)
    assert read("Agent: Hi")[1].language is None


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", r"the file, line 1: not JSON"),
        (b'{"turns":\n [}', r"the file, line 2: not JSON"),
        (b"\xff\xfe", "not in UTF-8"),
        (b"[]", "found a list; save one call per file"),
        (b"3", "found a single value"),
        (b'{"text": "hi"}', "found no list of turns"),
        (b'{"turns": ["hi"]}', "turn 0: expected an object"),
        (b'{"turns": [{"role": "agent"}]}', 'turn 0: expected "text" as text'),
        (b'{"turns": [{"role": 3, "text": ""}]}', 'turn 0: expected "role" as text'),
        (b'{"turns": [{"role":"a","text":"","start_s":"1"}]}', "start_s as a number of seconds"),
        (b'{"turns": [{"role":"a","text":"","start_s":-1}]}', "must not be negative"),
        (b'{"turns": [{"role":"a","text":"","start_s":2,"end_s":1}]}', "end_s must not be before"),
        (b'{"turns": [{"role":"a","text":"\\ud800"}]}', "half of a character"),
        (b'{"turns": [], "metadata": 1}', '"metadata" as an object'),
        (b'{"turns": [], "csat": "good"}', "csat must be a number"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_json_that_is_no_call_is_refused_with_its_place(content: bytes, says: str) -> None:
    with pytest.raises(TranscriptError, match=says):
        read(content, "c1.json")


def test_a_broken_jsonl_line_is_named_by_its_number_without_its_text() -> None:
    content = '{"turns": []}\n\n{"turns": [{"role": "agent", "text": 7, "note": "secret"}]}'
    with pytest.raises(TranscriptError, match=r"^line 3: this line, turn 0: expected") as caught:
        read(content, "c1.jsonl", position=content.index("\n\n") + 2)
    assert "secret" not in str(caught.value)


def test_webvtt_takes_speakers_from_voices_and_joins_broken_sentences() -> None:
    _, transcript = read(
        "WEBVTT\n\nNOTE made by hand\n\n1\n00:01.250 --> 00:02.500\n<v Agent>Good morning &amp;\n\n"
        "00:02.600 --> 00:03.000 align:start\n<v Agent><i>welcome</i></v>\n\n"
        "00:03.500 --> 00:04.000\n<v.loud Caller>Hello</v>\n<v Agent>Yes?</v>\n\n"
        "01:00:20.000 --> 01:00:21.000\n<v Agent>Thanks for holding.\n",
        "c1.vtt",
    )
    assert said(transcript) == [
        ("agent", "Good morning & welcome"),
        ("customer", "Hello"),
        ("agent", "Yes?"),
        ("agent", "Thanks for holding."),
    ]
    assert times(transcript)[0] == (1.25, 3.0)
    assert transcript.duration_s == 3621.0


def test_srt_takes_speakers_from_labels() -> None:
    _, transcript = read(
        "1\r\n00:00:01,250 --> 00:00:03,000\r\nAgent: Hi,\r\nnote: it is late\r\n\r\n"
        "2\r\n00:00:04,000 --> 00:00:05,000\r\n- CUSTOMER: Yes\r\n",
        "c1.srt",
    )
    assert said(transcript) == [("agent", "Hi, note: it is late"), ("customer", "Yes")]


def test_captions_without_speakers_stay_apart_and_unknown() -> None:
    _, transcript = read(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n\n00:02.000 --> 00:03.000\nHello\n", "c1.vtt"
    )
    assert said(transcript) == [("unknown", "Hi"), ("unknown", "Hello")]


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        ("00:01.000 --> 00:02.000\nHi\n", "c1.vtt", 'line 1: expected "WEBVTT"'),
        ("WEBVTT\n\n00:01.000 --> soon\nHi\n", "c1.vtt", "line 3: expected times such as"),
        ("WEBVTT\n", "c1.vtt", "holds no captions"),
        ("Agent: hi", "c1.srt", "the file"),
        ("", "c1.srt", "the file"),
    ],
)
def test_captions_that_are_none_are_refused(content: str, name: str, says: str) -> None:
    with pytest.raises(TranscriptError, match=says):
        read(content, name)


def test_plain_text_goes_on_over_lines_and_keeps_stage_directions() -> None:
    _, transcript = read(
        "System: Welcome.\n\nAgent: One moment. [hold]\n  Thank you for holding.\n"
        "Note: he sounded: tired\nCustomer:fine\nhttps://example.org/x\n"
    )
    assert said(transcript) == [
        ("system", "Welcome."),
        ("agent", "One moment. [hold] Thank you for holding. Note: he sounded: tired"),
        ("customer", "fine https://example.org/x"),
    ]


@pytest.mark.parametrize(
    ("line", "start_s"),
    [
        ("[0:07] Agent: Hi", 7.0),
        ("(00:01:02.5) Agent: Hi", 62.5),
        ("1:02 - Agent 2: Hi", 62.0),
        ("[12.5s] Rep: Hi", 12.5),
        ("Agent (0:07): Hi", 7.0),
        ("Agent [00:00:07]: Hi", 7.0),
        ("Agent: Hi", None),
        ("[10:32 AM] Agent: Hi", None),
        ("[14:32:05] Agent: Hi", None),
        ("2026-03-02 14:32:05 Agent: Hi", None),
    ],
)
def test_times_in_front_of_plain_turns_are_read_where_they_are_offsets(
    line: str, start_s: float | None
) -> None:
    _, transcript = read(line)
    assert said(transcript) == [("agent", "Hi")]
    assert transcript.turns[0].start_s == start_s


def test_names_are_unknown_unless_metadata_states_them() -> None:
    text = "Dana: Good morning\nMr Smith: Hello\nDana: How can I help?"
    assert [role for role, _ in said(read(text)[1])] == ["unknown"] * 3
    told = CallMetadata(agent="Dana Reed", extra={"customer_name": "Mr Smith"})
    _, transcript = read(text, metadata=told)
    assert [role for role, _ in said(transcript)] == ["agent", "customer", "agent"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("hello there\nAgent: hi", "line 1: expected turns such as"),
        (b"Agent: hi\nCustomer: caf\xe9", "line 2: not UTF-8"),
    ],
)
def test_text_that_is_no_call_is_refused(content: str | bytes, says: str) -> None:
    with pytest.raises(TranscriptError, match=says):
        read(content)


def test_utf16_with_its_mark_is_read() -> None:
    assert said(read("Agent: café".encode("utf-16"))[1]) == [("agent", "café")]


@pytest.mark.parametrize(
    ("label", "role"),
    [
        ("Agent", Role.AGENT),
        ("ADVISOR 2", Role.AGENT),
        ("Support Rep", Role.AGENT),
        ("customer_service_representative", Role.AGENT),
        ("Agent (Dana)", Role.AGENT),
        ("caller", Role.CUSTOMER),
        ("Client #1", Role.CUSTOMER),
        ("IVR", Role.SYSTEM),
        ("Chat-Bot", Role.SYSTEM),
        ("Speaker 1", Role.UNKNOWN),
        ("Agentur", Role.UNKNOWN),
        ("", Role.UNKNOWN),
    ],
)
def test_what_people_call_the_roles_is_understood(label: str, role: Role) -> None:
    assert role_of(label, CallMetadata()) is role

"""A batch is planned the same way every time, and what cannot be read is in it with its reason."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest

from pipeline.domain import PlannedInput
from pipeline.errors import InputError, ManifestError
from pipeline.sources import open_source, plan

CALL = {"call_id": "chat-7", "turns": [{"role": "agent", "text": "Hello"}]}


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """A folder with recordings at two depths and other files."""
    folder = tmp_path / "calls"
    (folder / "may" / ".trash").mkdir(parents=True)
    for name in ("b.wav", "a.FLAC", "may/c.mp3", "may/d.opus"):
        (folder / name).write_bytes(b"sound")
    for name in ("notes.txt", "chat.json", "may/report.pdf", ".hidden.wav", "may/.trash/e.wav"):
        (folder / name).write_bytes(b"{}")
    return folder


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder that anyone may enter, and no rights of an administrator."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(user)
    shutil.rmtree(folder)


def names(inputs: tuple[PlannedInput, ...]) -> list[str]:
    return [Path(item.source).name for item in inputs]


def problem(item: PlannedInput) -> str:
    assert item.problem is not None
    return item.problem


def test_a_folder_is_searched_in_depth_for_recordings_only(calls: Path) -> None:
    planned = plan([str(calls)])
    assert names(planned.inputs) == ["a.FLAC", "b.wav", "c.mp3", "d.opus"]
    assert [item.call_id for item in planned.inputs] == ["a", "b", "c", "d"]
    assert {item.kind for item in planned.inputs} == {"recording"}
    assert all(Path(item.source).is_absolute() for item in planned.inputs)
    assert planned.skipped == {"txt": 1, "json": 1, "pdf": 1}


def test_transcripts_count_when_named_or_matched(calls: Path) -> None:
    (calls / "chat.json").write_text(json.dumps(CALL), encoding="utf-8")
    by_name = plan([str(calls / "chat.json"), str(calls / "notes.txt")])
    by_glob = plan([str(calls / "*.[jt]*")])
    assert [(item.call_id, item.kind) for item in by_name.inputs] == [
        ("chat-7", "transcript"),
        ("notes", "transcript"),
    ]
    assert by_glob.inputs == by_name.inputs


def test_a_glob_may_match_folders_and_go_deep(calls: Path) -> None:
    assert names(plan([str(calls / "**" / "*.mp3")]).inputs) == ["c.mp3"]
    assert names(plan([str(calls / "m*")]).inputs) == ["c.mp3", "d.opus"]


def test_a_file_whose_name_looks_like_a_glob_is_that_file(calls: Path) -> None:
    (calls / "b[1].wav").write_bytes(b"sound")
    assert names(plan([str(calls / "b[1].wav")]).inputs) == ["b[1].wav"]


def test_a_file_named_twice_is_planned_once(calls: Path) -> None:
    planned = plan([str(calls / "b.wav"), str(calls), f"{calls}/may/../b.wav"])
    assert names(planned.inputs) == ["b.wav", "a.FLAC", "c.mp3", "d.opus"]


def test_nothing_found_says_what_was_looked_for(calls: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file or folder .*lost.wav"):
        plan([str(calls / "lost.wav")])
    with pytest.raises(InputError, match=r"Nothing matches .*\*\.ogg"):
        plan([str(calls / "*.ogg")])
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.vtt").touch()
    with pytest.raises(InputError, match=r"No recordings in .*texts \(looked for au, flac.*glob"):
        plan([str(tmp_path / "texts")])
    with pytest.raises(InputError, match="name a file, a folder or a glob"):
        plan([])


def test_what_is_missing_among_others_is_reported_with_them(calls: Path) -> None:
    planned = plan([str(calls / "lost.wav"), str(calls / "b.wav")])
    assert names(planned.inputs) == ["b.wav", "lost.wav"]
    assert problem(planned.inputs[1]).startswith("There is no file or folder")


def test_the_same_call_id_in_another_file_is_a_problem_of_the_second(calls: Path) -> None:
    (calls / "may" / "b.mp3").write_bytes(b"other")
    first, second = (item for item in plan([str(calls)]).inputs if item.call_id == "b")
    assert first.problem is None
    assert problem(second).startswith(f"Its call id is taken by {calls / 'b.wav'} in the same")


def test_odd_names_are_call_ids_like_any_other(tmp_path: Path) -> None:
    for name in ('it\'s "odd"; x.wav', "two\nlines.wav", "a::b.wav", "50%#?.wav"):
        (tmp_path / name).write_bytes(b"sound")
    planned = plan([str(tmp_path)])
    assert {item.call_id for item in planned.inputs} == {
        'it\'s "odd"; x',
        "two\nlines",
        "a::b",
        "50%#?",
    }
    for item in planned.inputs:
        with open_source(item) as stream:
            assert stream.read() == b"sound"


def test_a_name_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    (tmp_path / "good.wav").touch()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav")).touch()
    broken, good = plan([str(tmp_path)]).inputs
    assert broken.call_id == r"caf\xe9"
    assert "not in UTF-8" in problem(broken)
    assert good.problem is None


def test_folders_and_files_without_permission_are_reported(unprivileged: Path) -> None:
    (unprivileged / "inner" / "closed").mkdir(parents=True)
    (unprivileged / "good.wav").touch()
    (unprivileged / "secret.wav").touch(mode=0o000)
    (unprivileged / "inner" / "closed").chmod(0o000)
    try:
        planned = plan([str(unprivileged)])
        alone = plan([str(unprivileged / "inner" / "closed")])
        within = plan([str(unprivileged / "inner" / "closed" / "a.wav"), str(unprivileged)])
    finally:
        (unprivileged / "inner" / "closed").chmod(0o700)
    problems = {Path(item.source).name: item.problem for item in planned.inputs}
    assert problems == {
        "good.wav": None,
        "closed": "This folder cannot be read: permission denied.",
        "secret.wav": "No permission to read it.",
    }
    assert [item.problem for item in alone.inputs] == [problems["closed"]]
    assert problem(within.inputs[-1])


def test_links_to_nothing_and_pipes_are_reported(tmp_path: Path) -> None:
    (tmp_path / "a.wav").symlink_to(tmp_path / "lost.wav")
    os.mkfifo(tmp_path / "b.wav")
    (tmp_path / "loop").symlink_to(tmp_path)
    link, pipe = plan([str(tmp_path)]).inputs
    assert problem(link) == "It is a link to something that is not there."
    assert problem(pipe) == "It is not a regular file."


def test_a_jsonl_file_is_one_call_per_line_by_position(tmp_path: Path) -> None:
    second = {**CALL, "call_id": "chät"}
    lines = [json.dumps(CALL), "", json.dumps(second, ensure_ascii=False), '{"turns": []}']
    path = tmp_path / "chats.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    planned = plan([str(path)])
    assert [item.call_id for item in planned.inputs] == ["chat-7", "chät", "chats-4"]
    with open_source(planned.inputs[1]) as stream:
        stream.seek(planned.inputs[1].position or 0)
        assert json.loads(stream.readline()) == second


def test_a_malformed_line_is_named_and_the_others_are_planned(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    path.write_bytes(json.dumps(CALL).encode() + b'\n{"call_id": \n[1]\n\xff\n')
    good, broken, no_call, no_text = plan([str(path)]).inputs
    assert good.problem is None
    assert problem(broken).startswith("Line 2 is not JSON: expecting value")
    assert problem(no_call).startswith("Line 3 is not a call")
    assert problem(no_text) == "Line 4 is not JSON: not in UTF-8."


def test_a_call_id_that_comes_back_in_a_jsonl_file_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    path.write_text(f"{json.dumps(CALL)}\n{json.dumps(CALL)}\n", encoding="utf-8")
    assert "taken by an earlier line" in problem(plan([str(path)]).inputs[1])


def test_urls_are_listed_and_opened_like_folders() -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe({"/bucket/may/a.wav": b"sound", "/bucket/b.wav": b"", "/bucket/c.txt": b""})
    planned = plan(["memory://bucket"])
    assert [item.source for item in planned.inputs] == [
        "memory:///bucket/b.wav",
        "memory:///bucket/may/a.wav",
    ]
    with open_source(planned.inputs[1]) as stream:
        assert stream.read() == b"sound"
    assert names(plan(["memory://bucket/*/a.wav"]).inputs) == ["a.wav"]


def test_file_urls_are_paths(calls: Path) -> None:
    assert plan([f"file://{calls}"]).inputs == plan([str(calls)]).inputs


def test_an_unknown_kind_of_url_is_said() -> None:
    with pytest.raises(InputError, match="cannot read gopher:// addresses"):
        plan(["gopher://calls/a.wav"])


def test_a_manifest_names_files_relative_to_itself_and_tells_about_them(calls: Path) -> None:
    manifest = calls / "calls.csv"
    manifest.write_text(
        "Recording,call_id,agent,team,queue,started_at,direction,language,csat,external_id,shop\n"
        "may/c.mp3,call-1,Dana,North,billing,2026-03-02T09:30:00,inbound,EN,4.5,X1,Ulm\n"
        "b.wav,,,,,,,,,,\n",
        encoding="utf-8-sig",
    )
    first, second = plan([], str(manifest)).inputs
    assert (first.source, first.call_id) == (str(calls / "may" / "c.mp3"), "call-1")
    told = first.metadata
    assert (told.agent, told.team, told.queue, told.direction) == (
        "Dana",
        "North",
        "billing",
        "inbound",
    )
    assert told.started_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert (told.language, told.csat, told.external_id) == ("en", 4.5, "X1")
    assert told.extra == {"shop": "Ulm"}
    assert (second.call_id, second.metadata.agent) == ("b", None)


def test_a_manifest_beside_sources_adds_to_them_by_path_or_by_call_id(calls: Path) -> None:
    manifest = calls / "calls.json"
    rows = [{"path": "b.wav", "agent": "Dana"}, {"call_id": "c", "agent": "Eli", "size": {"x": 1}}]
    manifest.write_text(json.dumps({"calls": rows}), encoding="utf-8")
    planned = plan([str(calls)], str(manifest))
    agents = {item.call_id: item.metadata.agent for item in planned.inputs}
    assert agents == {"a": None, "b": "Dana", "c": "Eli", "d": None}
    assert planned.inputs[2].metadata.extra == {"size": {"x": 1}}


def test_rows_that_cannot_be_used_are_reported_and_the_others_go_on(calls: Path) -> None:
    manifest = calls / "calls.csv"
    manifest.write_text(
        "path;call_id;started_at;csat\n"
        "lost.wav;;;\n"
        "b.wav;;yesterday;\n"
        "a.FLAC;;;many\n"
        ";;2026-01-01;\n"
        ";nobody;;\n"
        "may/c.mp3;;2026-01-01;5\n",
        encoding="utf-8",
    )
    *broken, good = plan([], str(manifest)).inputs
    assert [problem(item) for item in broken] == [
        f"There is no file {calls / 'lost.wav'} (row 1 of calls.csv).",
        "row 2 of calls.csv: started_at must be a date and time such as "
        "2026-03-02T09:30:00+01:00, not 'yesterday'",
        "row 3 of calls.csv: csat must be a number, not 'many'",
        "row 4 of calls.csv names no recording: fill in its path",
        "row 5 of calls.csv has no path, and no source has the call id it names.",
    ]
    assert good.problem is None and good.metadata.csat == 5


def test_one_file_under_two_ids_is_left_to_the_duplicate_check(calls: Path) -> None:
    manifest = calls / "calls.csv"
    manifest.write_text("path,call_id\nb.wav,one\nb.wav,two\n", encoding="utf-8")
    assert [item.call_id for item in plan([], str(manifest)).inputs] == ["one", "two"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("m.csv", b"agent,team\nDana,North\n", "line 1: expected a column path.*found agent, team"),
        ("m.csv", b"", "found nothing"),
        ("m.csv", b"path,agent\n", "names no calls"),
        ("m.csv", b"path,agent\na.wav,Dana,North\n", "line 2: 3 values for 2 columns"),
        ("m.csv", b'path,agent\na.wav,"Dana\n', "not CSV"),
        ("m.csv", b"path,agent\na.wav,Zo\xeb\n", "line 2: not UTF-8"),
        ("m.json", b'{"a": 1}', "expected a list of objects"),
        ("m.json", b'[{"path": "a.wav"},\n {"path" 1}]', r"line 2: not JSON"),
        ("m.json", b"[1]", "entry 1: expected an object"),
        ("m.json", b'[{"path": "\\ud800"}]', "half of a character"),
        ("m.jsonl", b'{"path": "a.wav"}\n{"csat": NaN}\n', "line 2: not JSON .*NaN"),
    ],
)
def test_a_malformed_manifest_is_refused_with_its_place(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ManifestError, match=f"{name}.*{says}"):
        plan([], str(tmp_path / name))


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"lost.csv cannot be read: no such file"):
        plan([], str(tmp_path / "lost.csv"))

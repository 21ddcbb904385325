from __future__ import annotations

from pathlib import Path

import av

from pipeline.sources import plan

EXAMPLES = Path(__file__).parents[2] / "examples"
MANIFEST = str(EXAMPLES / "manifest.csv")


def test_the_manifest_names_every_bundled_call_and_nothing_else() -> None:
    planned = {Path(found.source).resolve() for found in plan([], MANIFEST).inputs}
    assert planned == {path.resolve() for path in (EXAMPLES / "calls").iterdir()}


def test_the_bundled_calls_can_be_planned_with_all_that_is_known_of_them() -> None:
    inputs = plan([], MANIFEST).inputs
    assert len({found.call_id for found in inputs}) == len(inputs) == 8
    for found in inputs:
        assert found.problem is None
        assert found.metadata.agent and found.metadata.team and found.metadata.queue
        assert found.metadata.started_at is not None


def test_naming_the_folder_and_the_manifest_gives_the_same_calls() -> None:
    by_manifest = {found.call_id: found.metadata for found in plan([], MANIFEST).inputs}
    by_folder = plan([str(EXAMPLES / "calls")], MANIFEST).inputs
    assert {found.call_id: found.metadata for found in by_folder} == by_manifest


def test_there_are_short_calls_with_two_channels_with_one_and_without_sound() -> None:
    channels: dict[str, int] = {}
    for path in (EXAMPLES / "calls").glob("*.flac"):
        with av.open(path) as container:
            stream = container.streams.audio[0]
            channels[path.stem] = stream.channels
            assert container.duration is not None
            assert container.duration / av.time_base < 140
    assert sorted(channels.values()) == [1, 1, 2, 2, 2, 2, 2]
    assert (EXAMPLES / "calls" / "d1-09.json").is_file()


def test_the_page_about_the_bundled_calls_lists_each() -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert not [path.stem for path in (EXAMPLES / "calls").iterdir() if path.stem not in page]

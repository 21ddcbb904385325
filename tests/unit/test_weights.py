from __future__ import annotations

from pathlib import Path

import pytest

from models.weights import find_asset, load_assets, require, status, verify
from pipeline.errors import PrerequisiteError
from tests.tiny_weights import CONFIG, MODEL, TinyAsset, sha256


@pytest.fixture
def tiny(tmp_path: Path) -> TinyAsset:
    return TinyAsset(tmp_path)


def test_every_asset_that_ships_has_a_source_a_licence_and_checksums() -> None:
    for asset in load_assets():
        assert asset.source and asset.revision and asset.licence and asset.role
        for file in asset.files:
            assert len(file.sha256) == 64 and file.size_bytes > 0
            assert file.parts or not asset.carriers


def test_every_asset_that_ships_can_be_had_without_a_hub() -> None:
    for asset in load_assets():
        assert asset.carriers, asset.name
        assert all(len(carrier.sha256) == 64 for carrier in asset.carriers)


def test_no_asset_that_ships_is_a_pickle_at_rest() -> None:
    kept = {Path(file.kept).suffix for asset in load_assets() for file in asset.files}
    assert kept.isdisjoint({".pt", ".pth", ".ckpt", ".pkl", ".pickle"})


def test_asset_names_are_unique() -> None:
    names = [asset.name for asset in load_assets()]
    assert len(names) == len(set(names))


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(PrerequisiteError, match=r"'whisper-huge'.*whisper-base"):
        find_asset("whisper-huge")


def test_a_damaged_catalogue_is_named(tmp_path: Path) -> None:
    damaged = tmp_path / "weights.toml"
    damaged.write_text("[[asset]]\nname = 3\n", encoding="utf-8")
    with pytest.raises(PrerequisiteError, match=r"weights\.toml is damaged"):
        load_assets(damaged)


def test_require_returns_the_folder_of_a_whole_asset(tiny: TinyAsset) -> None:
    tiny.put(tiny.folder)
    assert require(tiny.root, "tiny", tiny.catalogue) == tiny.folder


def test_require_says_which_command_gets_what_is_missing(tiny: TinyAsset) -> None:
    with pytest.raises(
        PrerequisiteError, match=r"model\.bin missing.*callqa weights fetch tiny"
    ) as caught:
        require(tiny.root, "tiny", tiny.catalogue)
    assert str(tiny.folder) in str(caught.value)


def test_require_refuses_a_file_that_was_cut_off(tiny: TinyAsset) -> None:
    tiny.put(tiny.folder, model=MODEL[:100])
    with pytest.raises(PrerequisiteError, match=r"has 100 bytes, expected 32000"):
        require(tiny.root, "tiny", tiny.catalogue)


def test_status_gives_path_and_checksum_of_the_same_file_once_it_is_there(tiny: TinyAsset) -> None:
    (before,) = status(tiny.root, tiny.catalogue)
    assert (before.state, before.path) == ("missing", None)

    tiny.put(tiny.folder)
    (after,) = status(tiny.root, tiny.catalogue)

    assert after.state == "ready"
    assert after.path is not None
    assert sha256(Path(after.path).read_bytes()) == after.sha256
    assert after.size_bytes == len(MODEL) + len(CONFIG)


def test_the_listing_names_what_others_rely_on(tiny: TinyAsset) -> None:
    (listed,) = status(tiny.root, tiny.catalogue)
    keys = set(listed.model_dump(mode="json"))
    assert {"name", "role", "source", "licence", "sha256", "path"} <= keys


def test_verify_finds_one_changed_byte_that_require_does_not_look_for(tiny: TinyAsset) -> None:
    tiny.put(tiny.folder, model=b"W" + MODEL[1:])
    assert require(tiny.root, "tiny", tiny.catalogue) == tiny.folder

    (found,) = verify(tiny.root, ["tiny"], tiny.catalogue)

    assert (found.state, found.path) == ("damaged", None)
    assert f"expected {sha256(MODEL)}" in str(found.files[0].problem)

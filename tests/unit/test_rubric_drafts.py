"""A rubric written in the browser becomes a version that scoring finds, and never changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from flows.wiring import read_rubric, with_rubric_fixed
from pipeline.desk import Desk
from pipeline.desk.rubric_drafts import (
    Publication,
    begin_draft,
    discard_draft,
    open_drafts,
    post_publications,
    publications,
    publish,
    read_draft,
    save_draft,
)
from pipeline.errors import InputError, RubricError, StoreBusyError, StoreError
from pipeline.rubric import bundled_rubric_path
from pipeline.rubric_names import RubricName, stored_name
from pipeline.rubric_yaml import rubric_yaml
from pipeline.settings import Settings
from pipeline.store import Store
from tests.builders import AT, criterion, rubric

ALWAYS: dict[str, JsonValue] = {"cases": [{"verdict": "pass", "because": "It always is."}]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(f"sqlite:///{tmp_path / 'store.desk'}")
    yield opened
    opened.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store.duckdb"), wait_s=0.2)


def yaml(version: int, name: str = "desk", question: str = "Was it done?") -> str:
    asked = criterion(rule=ALWAYS).model_copy(update={"question": question})
    return rubric_yaml(rubric(asked, id=name, version=version))


def published(
    desk: Desk, content: str, highest: int | None = None, reason: str = "Clearer words"
) -> Publication:
    with desk.writing() as connection:
        draft_id = begin_draft(connection, "desk", None, content, "lea")
        draft = read_draft(connection, draft_id)
        assert draft is not None
        return publish(connection, draft, reason, "lea", highest)


def test_a_draft_keeps_what_was_typed_right_or_wrong(desk: Desk) -> None:
    with desk.writing() as connection:
        draft_id = begin_draft(connection, "desk", 1, "id: [", "lea")
        save_draft(connection, draft_id, "id: desk\nversion: x", "desk2")
    with desk.reading() as connection:
        (draft,) = open_drafts(connection)
    assert (draft.content, draft.rubric, draft.based_on) == ("id: desk\nversion: x", "desk2", 1)


def test_a_published_draft_says_who_when_and_why_and_can_no_longer_change(desk: Desk) -> None:
    made = published(desk, yaml(1))
    with desk.reading() as connection:
        (kept,) = publications(connection)
        assert open_drafts(connection) == ()
    assert kept == made
    assert (kept.rubric, kept.version, kept.published_by) == ("desk", 1, "lea")
    assert kept.reason == "Clearer words"


def test_a_draft_is_published_once(desk: Desk) -> None:
    with desk.writing() as connection:
        draft_id = begin_draft(connection, "desk", None, yaml(1), "lea")
        draft = read_draft(connection, draft_id)
        assert draft is not None
        publish(connection, draft, "first", "lea", None)
    with desk.writing() as connection:
        with pytest.raises(InputError, match="above 1"):
            publish(connection, draft, "again", "lea", None)
        with pytest.raises(InputError, match="published or discarded"):
            save_draft(connection, draft_id, yaml(2), "desk")
        with pytest.raises(InputError, match="published or discarded"):
            discard_draft(connection, draft_id)


@pytest.mark.parametrize(
    ("content", "highest", "reason", "told"),
    [
        (yaml(2), 2, "why", "version above 2, found 2"),
        (yaml(2), None, "  ", "expected a reason"),
        ("id: desk", None, "why", "version"),
    ],
)
def test_what_cannot_be_published_is_said(
    desk: Desk, content: str, highest: int | None, reason: str, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        published(desk, content, highest, reason)
    with desk.reading() as connection:
        assert publications(connection) == ()


def test_versions_published_before_count_too(desk: Desk) -> None:
    published(desk, yaml(3))
    with pytest.raises(InputError, match="version: 4"):
        published(desk, yaml(3, question="Other words?"))
    assert published(desk, yaml(1, name="other")).rubric == "other"


def test_a_text_longer_than_any_rubric_is_refused(desk: Desk) -> None:
    with desk.writing() as connection, pytest.raises(InputError, match="characters"):
        begin_draft(connection, "desk", None, "x" * 600_000, "lea")


def test_scoring_finds_a_published_version_by_name(desk: Desk, store: Store) -> None:
    published(desk, yaml(1))
    newest = published(desk, yaml(2, question="Was it done well?"))
    assert post_publications(desk, store) == 2
    assert post_publications(desk, store) == 0
    with desk.reading() as connection:
        assert all(item.posted_at and not item.problem for item in publications(connection))
    for name, question in (("desk@1", "Was it done?"), ("desk", "Was it done well?")):
        found = read_rubric(Settings(store=store.url, rubric=Path(name)))
        assert found.criteria[0].question == question
    assert found.sha256 == newest.sha256


def test_a_batch_keeps_the_version_it_began_with(desk: Desk, store: Store) -> None:
    published(desk, yaml(1))
    post_publications(desk, store)
    fixed = with_rubric_fixed(Settings(store=store.url, rubric=Path("desk")))
    published(desk, yaml(2))
    post_publications(desk, store)
    assert read_rubric(fixed).version == 1
    assert with_rubric_fixed(fixed) == fixed
    plain = Settings(rubric=bundled_rubric_path())
    assert with_rubric_fixed(plain) is plain


def test_a_rubric_that_is_nowhere_is_said_with_what_there_is(desk: Desk, store: Store) -> None:
    with pytest.raises(RubricError, match=r"rubrics in the store: none"):
        read_rubric(Settings(store=store.url, rubric=Path("desk")))
    published(desk, yaml(2))
    post_publications(desk, store)
    for name in ("desk@1", "other", "desk@99999999"):
        with pytest.raises(RubricError, match=r"found neither .*desk@2"):
            read_rubric(Settings(store=store.url, rubric=Path(name)))


def test_a_file_that_is_there_is_meant_whatever_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert stored_name(Path("support")) == RubricName("support", None)
    assert stored_name(Path("support@12")) == RubricName("support", 12)
    for other in ("support.yaml", "a/support", "support@0", "support@", "Support", "my-rubric"):
        assert stored_name(Path(other)) is None
    Path("support").mkdir()
    assert stored_name(Path("support")) == RubricName("support", None)
    Path("support").rmdir()
    Path("support").write_text(yaml(5, name="support"), encoding="utf-8")
    assert stored_name(Path("support")) is None
    assert read_rubric(Settings(rubric=Path("support"))).version == 5


def test_what_the_store_has_otherwise_is_noted_and_holds_nothing_up(
    desk: Desk, store: Store
) -> None:
    other = rubric(criterion(), id="desk", version=1)
    store.write_rubric(other, AT)
    published(desk, yaml(1))
    published(desk, yaml(2))
    assert post_publications(desk, store) == 1
    with desk.reading() as connection:
        newer, older = publications(connection)
    assert newer.posted_at is not None
    assert "other content" in (older.problem or "")
    assert post_publications(desk, store) == 0
    assert store.read_rubric("desk", 1) == other


def test_a_busy_store_gets_it_later(desk: Desk, tmp_path: Path) -> None:
    class Busy(Store):
        def write_rubric(self, *_: object) -> None:
            raise StoreBusyError("in use")

    published(desk, yaml(1))
    with pytest.raises(StoreBusyError):
        post_publications(desk, Busy(str(tmp_path / "s.duckdb")))
    assert post_publications(desk, Store(str(tmp_path / "s.duckdb"))) == 1


def test_the_store_says_which_versions_it_has(store: Store) -> None:
    assert store.rubric_versions() == ()
    made = rubric(version=2)
    store.write_rubric(made, AT)
    store.write_rubric(made, AT)
    (version,) = store.rubric_versions()
    assert (version.rubric, version.version, version.evaluations) == ("test", 2, 0)
    with pytest.raises(StoreError, match="other content"):
        store.write_rubric(rubric(criterion(), version=2), AT)

"""Which adapter stands behind each port, made once per process and only when needed.

Making an engine is cheap: it reads names and versions, enough to know the keys of a batch that has
been done before. Weights are loaded at the first use.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.rubric import Rubric
from pipeline.settings import Settings

if TYPE_CHECKING:
    from models.judge import HeadJudge
    from models.sound_reader import PyAVSoundReader
    from models.transcriber import WhisperTranscriber
    from pipeline.store import Store


class Engines:
    """The transcriber, the judge, the store and the rubric that one set of settings asks for."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def transcriber(self) -> WhisperTranscriber:
        """Return the adapter that turns sound into turns; its weights are not loaded yet.

        Raises:
            PrerequisiteError: Its weights are not there; names the command that fetches them.
        """
        from models.transcriber import build_transcriber

        return build_transcriber(self.settings)

    def load_transcriber(self) -> None:
        """Load the recogniser's weights now, so that the time it takes can be told apart."""
        _ = self.transcriber.recogniser

    @cached_property
    def judge(self) -> HeadJudge:
        """Return the adapter that turns turns into verdicts; its weights are not loaded yet.

        Raises:
            PrerequisiteError: Its weights are not there; names the command that fetches them.
        """
        from models.judge import build_judge

        return build_judge(self.settings)

    def load_judge(self) -> None:
        """Load the judge's weights now, so that the time it takes can be told apart."""
        self.judge.load()

    @cached_property
    def store(self) -> Store:
        """Return the store; it is opened only for each unit of work."""
        return open_store(self.settings)

    @cached_property
    def rubric(self) -> Rubric:
        """Return the rubric to judge by.

        Raises:
            RubricError: It is invalid; the message names file and line.
        """
        return read_rubric(self.settings)


@lru_cache(maxsize=4)
def engines(settings: Settings) -> Engines:
    """Return the engines for these settings: the same ones for the same settings."""
    return Engines(settings)


def open_store(settings: Settings) -> Store:
    """Return the store that the settings name; it is made at the first write.

    Raises:
        StoreError: It is not a store of ours, or newer than this version.
    """
    from pipeline.store import Store

    return Store(settings.store, settings.store_wait_s)


def sound_reader(settings: Settings) -> PyAVSoundReader:
    """Return what makes recordings visible and playable in a browser; it needs no weights."""
    from models.sound_reader import build_sound_reader

    return build_sound_reader(settings)


def read_rubric(settings: Settings) -> Rubric:
    """Return the rubric that the settings name, in a file or in the store, else the bundled one.

    Raises:
        RubricError: It is invalid, or nowhere; the message names file and line, or what there is.
    """
    from pipeline.rubric import bundled_rubric_path, load_rubric
    from pipeline.rubric_names import stored_name, stored_rubric

    name = stored_name(settings.rubric)
    if name is not None:
        return stored_rubric(open_store(settings), name)
    return load_rubric(settings.rubric or bundled_rubric_path())


def with_rubric_fixed(settings: Settings) -> Settings:
    """Return settings that name the version of a rubric in the store that is the newest now.

    All shards of a batch are judged by one version, whatever is published meanwhile.

    Raises:
        RubricError: It is nowhere.
    """
    from pipeline.rubric_names import stored_name

    if stored_name(settings.rubric) is None:
        return settings
    rubric = read_rubric(settings)
    return settings.model_copy(update={"rubric": Path(f"{rubric.id}@{rubric.version}")})

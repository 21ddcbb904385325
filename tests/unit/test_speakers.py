from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from models.decoding import SAMPLE_RATE_HZ
from models.diarization import SpeakerEvidence, Stretch, cluster, cut
from models.passages import HeardWord
from models.segmentation import WINDOW_S, LocalSpeakers
from models.speakers import speakers_of
from models.speech import Region

FRAMES = 589


def word(text: str, start_s: float, end_s: float) -> HeardWord:
    return HeardWord(text, 0, start_s, end_s, 0.9)


def evidence(start_s: float, end_s: float, first: float) -> SpeakerEvidence:
    """Return a stretch in which the first of two speakers talks with a probability."""
    logs = np.log(np.array([first, 1 - first], dtype=np.float32))
    return SpeakerEvidence(Stretch(start_s, end_s, 0, 0), logs)


def window(start_s: float, *spans: tuple[int, float, float]) -> LocalSpeakers:
    """Return local speakers who talk from and to a second within the window."""
    activity = np.zeros((FRAMES, 3), dtype=np.float32)
    for local, begin_s, end_s in spans:
        first, last = (round(s / WINDOW_S * FRAMES) for s in (begin_s, end_s))
        activity[first:last, local] = 1
    return LocalSpeakers(start_s, activity)


def test_each_word_goes_to_the_speaker_of_its_stretch() -> None:
    words = [word("your", 0.0, 0.3), word("name?", 0.3, 0.6), word("Ann", 1.2, 1.5)]
    assert speakers_of(words, [evidence(0, 0.7, 0.99), evidence(1.1, 1.6, 0.01)]) == [0, 0, 1]


def test_weak_evidence_does_not_change_the_speaker_inside_a_sentence() -> None:
    words = [word("can", 0.0, 0.3), word("you", 0.3, 0.6), word("help", 0.6, 0.9)]
    heard = [evidence(0, 0.3, 0.99), evidence(0.3, 0.6, 0.3), evidence(0.6, 0.9, 0.99)]
    assert speakers_of(words, heard) == [0, 0, 0]


def test_the_same_evidence_does_after_a_full_stop_and_a_pause() -> None:
    words = [word("right.", 0.0, 0.3), word("yes.", 0.8, 1.1), word("good", 1.6, 1.9)]
    heard = [evidence(0, 0.3, 0.99), evidence(0.8, 1.1, 0.15), evidence(1.6, 1.9, 0.99)]
    assert speakers_of(words, heard) == [0, 1, 0]


def test_words_without_any_evidence_have_one_speaker() -> None:
    assert speakers_of([word("hello", 0, 1)], []) == [0]
    assert speakers_of([], []) == []


def test_speech_is_cut_where_the_local_speaker_changes() -> None:
    region = Region(0, 0, 6 * SAMPLE_RATE_HZ)
    stretches = list(cut(region, [window(0, (0, 0, 2.5), (2, 2.5, 6))]))
    assert [stretch.local for stretch in stretches] == [0, 2]
    assert abs(stretches[0].end_s - 2.5) < 0.05


def test_stretches_cover_a_region_without_gap_or_overlap() -> None:
    windows = [window(5.0 * at, (0, 0, 4), (1, 4, 10)) for at in range(7)]
    region = Region(0, int(1.3 * SAMPLE_RATE_HZ), int(38.2 * SAMPLE_RATE_HZ))
    stretches = list(cut(region, windows))
    assert stretches[0].start_s == 1.3
    assert stretches[-1].end_s == 38.2
    for before, after in pairwise(stretches):
        assert before.end_s == after.start_s
        assert before.length_s > 0


def test_two_groups_of_voices_are_two_speakers_and_one_group_is_one() -> None:
    random = np.random.default_rng(0)

    def voices(direction: int, count: int) -> npt.NDArray[np.float32]:
        raw = random.standard_normal((count, 256)) * 0.02
        raw[:, direction] += 1
        unit = raw / np.linalg.norm(raw, axis=1, keepdims=True)
        return np.asarray(unit, dtype=np.float32)

    lengths = np.ones(12, dtype=np.float32)
    assert len(cluster(np.concatenate([voices(0, 9), voices(1, 3)]), lengths)) == 2
    assert len(cluster(voices(0, 12), lengths)) == 1
    assert len(cluster(np.zeros((0, 256), np.float32), np.zeros(0, np.float32))) == 1

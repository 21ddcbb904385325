"""The customer's sentiment on other people's data: labels by people, never trained on.

    python -m benchmarks.outside --tweets FILE --maia FILE [--out FILE]

The shipped heads read tweets to airlines (CrowdFlower, CC BY-NC-SA 4.0, labelled by crowd workers)
as a customer's only turn, and the customers of support chats (MAIA-DQE, CC BY-ND 4.0, labelled by
annotators, translated from German by a machine) in the course of their chat. Neither comes with
callqa, nor does any text from them: only figures are written, to benchmarks/results/outside.json.

MAIA labels sentences, so every sentence is a turn here. Happiness counts as positive;
disappointment, frustration, anger and anxiety as negative; confusion and neutral as neutral.
Empathy is what it calls a customer's thanks and good wishes, so it counts as positive, as thanks
do in our own labels; figures without these rows stand beside.
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks.bootstrap import Interval, interval
from benchmarks.confusion import confusion, macro_f1
from benchmarks.counterfactuals.outcomes import TurnMemory
from benchmarks.stamp import Stamp, stamp
from models.encoder import load_encoder
from models.judge import HeadJudge
from models.trained import bundled_heads, heads_version, load_trained
from models.training.labelled import data_sha256, read_labelled
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record, Role, Sentiment, Transcript, Turn
from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.settings import Settings

HERE = Path(__file__).parent
EMOTIONS = (
    "empathy",
    "happiness",
    "neutral",
    "disappointment",
    "confusion",
    "frustration",
    "anger",
    "anxiety",
)
"""By MAIA's number."""
MAPPED = {
    "empathy": Sentiment.POSITIVE,
    "happiness": Sentiment.POSITIVE,
    "neutral": Sentiment.NEUTRAL,
    "confusion": Sentiment.NEUTRAL,
    "disappointment": Sentiment.NEGATIVE,
    "frustration": Sentiment.NEGATIVE,
    "anger": Sentiment.NEGATIVE,
    "anxiety": Sentiment.NEGATIVE,
}
NOT_SPOKEN = re.compile(r"https?://\S+|@\w+|#(?=\w)")
"""Links, handles and hash signs: what a tweet has and speech has not."""
DRAWS = 200
"""Bootstrap samples: thousands of tweets make more of them slow and no wider."""


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled customer turn."""

    index: int
    label: Sentiment
    detail: str
    """The label as the data have it."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A tweet, or a chat."""

    turns: tuple[Turn, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A label, and what two classifiers and the words' vector say."""

    row: Row
    shipped: Sentiment
    reference: Sentiment

    def pair(self) -> tuple[Sentiment, Sentiment]:
        """Return label and the shipped classifier's answer."""
        return self.row.label, self.shipped


class Scores(Record):
    """One classifier on one set."""

    macro_f1: float
    accuracy: float
    kappa: float


class OutsideFigures(Record):
    """The shipped classifier on one set, and two references."""

    conversations: int
    turns: int
    labels: Mapping[str, int]
    shipped: Scores
    macro_f1_interval: Interval
    """Drawn by conversation."""
    confusion: Mapping[str, Mapping[str, int]]
    said_by_detail: Mapping[str, Mapping[str, int]]
    """By label as the data have it, what was said."""
    commonest: Scores
    """Saying the set's commonest label every time."""
    mean_vector: Scores
    """A logistic regression on the turn's own vector, trained on our labelled customer turns."""


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    heads: str
    trained_on_sha256: str
    tweets_sha256: str
    maia_sha256: str
    tweets: OutsideFigures
    tweets_as_if_spoken: OutsideFigures
    """Without links, handles and hash signs."""
    chats: OutsideFigures
    chats_without_empathy: OutsideFigures


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tweets", type=Path, required=True)
    parser.add_argument("--maia", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "outside.json")
    args = parser.parse_args()
    reader = Reader(args.data)
    chats = reader.read(list(maia(args.maia)))
    report = Report(
        stamp=stamp("torch", "transformers", "scikit-learn", "numpy"),
        heads=heads_version(bundled_heads()),
        trained_on_sha256=data_sha256(args.data),
        tweets_sha256=hashlib.sha256(args.tweets.read_bytes()).hexdigest(),
        maia_sha256=hashlib.sha256(args.maia.read_bytes()).hexdigest(),
        tweets=figures(reader.read(list(tweets(args.tweets)))),
        tweets_as_if_spoken=figures(reader.read(list(tweets(args.tweets, spoken=True)))),
        chats=figures(chats),
        chats_without_empathy=figures(
            [[said for said in chat if said.row.detail != "empathy"] for chat in chats]
        ),
    )
    show(report)
    args.out.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")


def tweets(path: Path, *, spoken: bool = False) -> Iterator[Conversation]:
    """Yield each tweet as a call of one customer turn; ``spoken`` takes out what speech has not."""
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        text = html.unescape(entry["text"])
        if spoken:
            text = " ".join(NOT_SPOKEN.sub(" ", text).split())
        label = Sentiment(entry["sentiment"])
        turn = Turn(index=0, role=Role.CUSTOMER, text=text)
        yield Conversation((turn,), (Row(0, label, str(label)),))


def maia(path: Path) -> Iterator[Conversation]:
    """Yield each chat with a turn per sentence, all in English; only customers have labels."""
    for chat in json.loads(path.read_text(encoding="utf-8")):
        turns: list[Turn] = []
        rows: list[Row] = []
        for entry in chat["turns"]:
            of_customer = entry["floor"] == "inbound"
            role = Role.CUSTOMER if of_customer else Role.AGENT
            sentences = entry["text_mt" if of_customer else "text_src"]
            for sentence, emotion in zip(sentences, entry["Emotion"], strict=True):
                if of_customer:
                    detail = EMOTIONS[emotion]
                    rows.append(Row(len(turns), MAPPED[detail], detail))
                turns.append(Turn(index=len(turns), role=role, text=sentence))
        yield Conversation(tuple(turns), tuple(rows))


class Reader:
    """The shipped judge, and the reference beside it."""

    def __init__(self, data: Path) -> None:
        """Load both; the reference is trained here.

        Args:
            data: Our labelled calls.
        """
        from sklearn.linear_model import LogisticRegression

        settings = Settings()
        self._encoder = TurnMemory(load_encoder(settings.weights))
        self._rubric = load_rubric(bundled_rubric_path())
        self._judge = HeadJudge(
            self._encoder,
            load_trained(bundled_heads()),
            heads_version(bundled_heads()),
            settings.low_asr_confidence,
        )
        texts, labels = own_turns(data)
        self._reference = LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)
        self._reference.fit(self._encoder.encode(texts), labels)

    def read(self, conversations: Sequence[Conversation]) -> list[list[Said]]:
        """Return what is said of the labelled turns, by conversation."""
        self._encoder.encode([turn.text for c in conversations for turn in c.turns])
        found = []
        for conversation in conversations:
            shipped = self._shipped(conversation.turns)
            own = [conversation.turns[row.index].text for row in conversation.rows]
            guesses = self._reference.predict(self._encoder.encode(own)) if own else np.array([])
            found.append(
                [
                    Said(row, shipped[row.index], Sentiment(guess))
                    for row, guess in zip(conversation.rows, guesses, strict=True)
                ]
            )
        return found

    def _shipped(self, turns: tuple[Turn, ...]) -> Mapping[int, Sentiment]:
        transcript = Transcript(
            key="outside",
            recording_sha256="outside",
            source="text",
            asr_model="text",
            settings_hash="",
            language="en",
            turns=turns,
        )
        judgement = self._judge.judge(self._rubric, transcript)
        return {turn.turn: turn.sentiment for turn in judgement.turns if turn.sentiment is not None}


def own_turns(data: Path) -> tuple[list[str], list[str]]:
    """Return the texts and sentiments of the customer turns in our own labelled calls."""
    mark = "sentiment="
    pairs = [
        (turn.text, label.removeprefix(mark))
        for call in read_labelled(data)
        for turn, labels in zip(call.turns, call.turn_labels, strict=True)
        for label in labels
        if label.startswith(mark)
    ]
    return [text for text, _ in pairs], [label for _, label in pairs]


def figures(found: Sequence[Sequence[Said]]) -> OutsideFigures:
    """Return the figures of one set."""
    everything = [said for conversation in found for said in conversation]
    truth = [said.row.label for said in everything]
    commonest = Counter(truth).most_common(1)[0][0]
    by_detail: dict[str, Counter[str]] = {}
    for said in everything:
        by_detail.setdefault(said.row.detail, Counter())[str(said.shipped)] += 1
    f1 = interval(
        [[said.pair() for said in conversation] for conversation in found],
        lambda drawn: macro_f1([pair for conversation in drawn for pair in conversation]),
        draws=DRAWS,
    )
    if f1 is None:
        raise ValueError("no labelled turns")
    return OutsideFigures(
        conversations=len(found),
        turns=len(everything),
        labels={str(label): count for label, count in sorted(Counter(truth).items())},
        shipped=scores([said.pair() for said in everything]),
        macro_f1_interval=f1,
        confusion=confusion([said.pair() for said in everything]),
        said_by_detail={name: dict(sorted(said.items())) for name, said in by_detail.items()},
        commonest=scores([(label, commonest) for label in truth]),
        mean_vector=scores([(said.row.label, said.reference) for said in everything]),
    )


def scores(pairs: Sequence[tuple[Sentiment, Sentiment]]) -> Scores:
    """Return the three figures of some labels and answers, at least one."""
    # Kappa asks only which labels are the same; that these are no verdicts is nothing to it.
    kappa = cohens_kappa([Pair(*pair) for pair in cast("Sequence[Pair]", pairs)])
    return Scores(
        macro_f1=round(macro_f1(pairs) or 0.0, 3),
        accuracy=round(sum(label is said for label, said in pairs) / len(pairs), 3),
        kappa=round(kappa or 0.0, 3),
    )


def show(report: Report) -> None:
    """Print the table."""
    print(f"{'set':24} turns  {'':18} macro F1 accuracy  kappa")
    sets = (
        "tweets",
        "tweets_as_if_spoken",
        "chats",
        "chats_without_empathy",
    )
    for name in sets:
        own: OutsideFigures = getattr(report, name)
        for who in ("shipped", "mean_vector", "commonest"):
            found: Scores = getattr(own, who)
            print(
                f"{name:24} {own.turns:5}  {who:18} {found.macro_f1:8.3f} "
                f"{found.accuracy:8.3f} {found.kappa:6.3f}"
            )
        print(f"  {own.confusion}")


if __name__ == "__main__":
    main()

"""Tables and sentences of model cards: where a model comes from, turns, words, the checklist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from accuracy_tables import number, percent, table, with_interval
from card_tables import NO_PERSON

from benchmarks.outside import OutsideFigures
from benchmarks.outside import Report as OutsideReport
from benchmarks.report import Report
from models.card_facts import ModelFacts
from models.moves import MOVE_NAMES
from pipeline.domain import Role
from tests.behaviour.cases import Case, Kind

KINDS: Mapping[Kind, str] = {
    "MFT": "of plain calls",
    "INV": "of changes without meaning",
    "DIR": "of changes with meaning",
}
"""Kinds of cases, in the words of a table's head."""
AS_ANOTHER = "as "
"""How reasons begin in known_failures.yaml that only point to another case."""
UNEXPLAINED = "not looked into yet"


def facts_table(own: ModelFacts) -> str:
    """Return where a model comes from and which it is."""
    rows = [
        ("used for", own.role),
        ("version", f"`{own.version}`"),
        ("file", f"`{own.file}`"),
        ("SHA-256 of the file", f"`{own.sha256}`"),
        ("source", _source(own.source)),
        *([("revision", f"`{own.revision}`")] if own.revision else []),
        ("licence", own.licence),
        ("learned from", own.trained_on),
        ("labels", own.labels),
    ]
    return table(("", ""), rows)


def _source(source: str) -> str:
    if source.startswith("hf:"):
        name = source.removeprefix("hf:")
        return f"[{name}](https://huggingface.co/{name})"
    return f"<{source}>" if source.startswith("https:") else source


def checklist(cases: Sequence[Case], known: Mapping[str, str]) -> str:
    """Return how many cases fail, by what is asked."""
    names = list(dict.fromkeys(case.criterion for case in cases))
    rows = []
    for name in names:
        own = [case for case in cases if case.criterion == name]
        failed = [case for case in own if case.id in known]
        kinds = Counter(case.kind for case in failed)
        by_kind = [f"{kinds[kind]} of {sum(c.kind == kind for c in own)}" for kind in KINDS]
        rows.append([f"`{name}`", str(len(own)), str(len(failed)), *by_kind])
    failed_all = sum(case.id in known for case in cases)
    rows.append(["**all**", str(len(cases)), f"**{failed_all}**", "", "", ""])
    head = ("asked about", "cases", "known to fail", *KINDS.values())
    return (
        f"{table(head, rows)}\n\nCases and what is expected are a language model's, not people's."
    )


def failures(name: str, cases: Sequence[Case], known: Mapping[str, str]) -> str:
    """Return what is known to go wrong with one criterion, or with sentiment."""
    own = [case for case in cases if case.criterion == name]
    failed = [case.id for case in own if case.id in known]
    told = f"Checklist: {len(failed)} of {len(own)} cases are known to fail"
    reasons = [
        f"- {case_id.partition('/')[2]}: {known[case_id]}"
        for case_id in failed
        if not known[case_id].startswith((AS_ANOTHER, UNEXPLAINED))
    ]
    if not reasons:
        return f"{told} ([how to read it](../../tests/behaviour/README.md))."
    return f"{told}, among them:\n\n" + "\n".join(reasons)


def labels_table(labels: Mapping[Role, Sequence[str]]) -> str:
    """Return how many labels the turn classifier has, by role and kind."""
    rows = []
    for role, names in labels.items():
        moves = sum(name in MOVE_NAMES for name in names)
        moods = sum(name.startswith("sentiment=") for name in names)
        rows.append([str(role), str(moves), str(len(names) - moves - moods), str(moods)])
    return table(("turns of the", "moves", "grounds of verdicts", "sentiments"), rows)


def sentiment(report: Report) -> str:
    """Return figures of customer turns on our own calls."""
    own = report.sentiment
    head = ("turns", "right", "always the commonest", "macro F1", "kappa (95%)", "second reading")
    row = [
        str(own.turns),
        percent(own.accuracy),
        percent(own.commonest_accuracy),
        number(own.macro_f1),
        with_interval(own.kappa),
        number(own.annotator_kappa),
    ]
    return f"{table(head, [row])}\n\n{NO_PERSON}"


def outside(report: OutsideReport, version: str) -> str:
    """Return figures of customer turns that people labelled."""
    sets: tuple[tuple[str, OutsideFigures], ...] = (
        ("tweets", report.tweets),
        ("tweets without links, names and hash signs", report.tweets_as_if_spoken),
        ("chats, sentence by sentence", report.chats),
        ("the same without thanks and good wishes", report.chats_without_empathy),
    )
    head = ("what", "turns", "right", "always the commonest", "macro F1 (95%)",
            "macro F1, mean vector", "kappa")  # fmt: skip
    rows = [
        [
            title,
            str(own.turns),
            percent(own.shipped.accuracy),
            percent(own.commonest.accuracy),
            with_interval(own.macro_f1_interval),
            number(own.mean_vector.macro_f1),
            number(own.shipped.kappa),
        ]
        for title, own in sets
    ]
    which = "" if report.heads == version else f"**Older heads were measured: `{report.heads}`.** "
    found = "; ".join(f"{title}: {_recalls(own)}" for title, own in (sets[0], sets[2]))
    return (
        f"{table(head, rows)}\n\nOf turns that people called negative, neutral and positive, it "
        f"calls them so: {found}. {which}Measured at commit "
        f"`{report.stamp.commit[:7]}` ([outside.json](../../benchmarks/results/outside.json))."
    )


def _recalls(own: OutsideFigures) -> str:
    order = ("negative", "neutral", "positive")
    shares = [own.confusion[label].get(label, 0) / own.labels[label] for label in order]
    return ", ".join(percent(part) for part in shares)


def rules(found: Mapping[str, Any]) -> str:
    """Return how far rules get with labelled moves."""
    parts = (
        f"{number(found[part]['mean_kappa'])} on {found[part]['calls']} {which}"
        for part, which in (("train", "calls that they were written with"), ("dev", "other calls"))
    )
    return (
        f"With labelled moves, the bundled rubric's rules alone reach a mean kappa of "
        f"{' and '.join(parts)} ([rules.json](../../benchmarks/results/rules.json)). Labels by a "
        "language model, not by people."
    )


def words(found: Mapping[str, Any]) -> str:
    """Return word errors and speed."""
    recordings = found["recordings"]
    return (
        f"{len(recordings)} telephone recordings of {found['recordings_s'] / 60:.0f} minutes, most "
        f"of them synthetic voices, {found['reference_words']} words, {found['model']}: word error "
        f"rate {found['callqa_wer']:.3f} (plain faster-whisper with its defaults "
        f"{found['plain_wer']:.3f}), in {found['callqa_wall_s']:.0f} seconds against "
        f"{found['plain_wall_s']:.0f} on {found['threads']} threads. They were looked at while "
        "callqa's constants were chosen ([asr.json](../../benchmarks/results/asr.json))."
    )

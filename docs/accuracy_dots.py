"""Pictures of docs/accuracy.md that compare: kappa with intervals, written and heard, learning."""

from __future__ import annotations

from collections.abc import Mapping

from accuracy_drawing import INK, JUDGE, POOLED, READER, SHADE, panel, picture, words

from benchmarks.bootstrap import Interval
from benchmarks.curve import CurveReport
from benchmarks.listening import ListeningFigures
from benchmarks.report import Report


def kappa(report: Report, source: str) -> None:
    """Draw agreement with the labels, criterion by criterion, beside the references."""
    own, others = report.nothing_withheld, report.references
    names = [*own.criteria, "mean"]
    places = [*range(len(own.criteria)), len(own.criteria) + 0.5]
    series: tuple[tuple[str, str, str, Mapping[str, Interval], Interval, float], ...] = (
        (
            "callqa",
            JUDGE,
            "o",
            {n: f.kappa_all for n, f in own.criteria.items()},
            own.mean.kappa_all,
            -0.16,
        ),
        (
            "averaged embeddings",
            POOLED,
            "D",
            others.mean_pooled.kappa_all,
            others.mean_pooled.mean_kappa_all,
            0.16,
        ),
    )
    with picture("kappa", source, 7.6, 4.8) as figure:
        axes = panel(figure)
        for title, colour, mark, by_name, mean, shift in series:
            for place, found in zip(places, [*by_name.values(), mean], strict=True):
                axes.plot([found.low, found.high], [place + shift] * 2, color=colour, lw=1.6)
                axes.plot(
                    found.value,
                    place + shift,
                    mark,
                    color=colour,
                    ms=6.5,
                    label=title if place == 0 else None,
                )
        reader = others.second_annotator
        ceiling = [f.value for f in [*reader.kappa_all.values(), reader.mean_kappa_all]]
        axes.plot(ceiling, places, "|", color=READER, ms=15, mew=2.4, label="second reading")
        axes.axvline(0, color=INK, lw=1)
        axes.text(0.008, -0.72, "commonest verdict", fontsize=8.5, va="center")
        axes.axhline(len(own.criteria) - 0.25, color=SHADE, lw=0.8)
        axes.set_yticks(places, [words(name) for name in names])
        axes.set_ylim(places[-1] + 0.6, -1.05)
        lowest = min(found.low for found in others.mean_pooled.kappa_all.values())
        axes.set_xlim(min(0, lowest) - 0.02, 1.03)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("Cohen's kappa with the labels (bars: 95% interval over calls)")
        axes.legend(loc="upper center", bbox_to_anchor=(0.45, 1.1), ncol=3, columnspacing=1.6)


def parts(report: Report, source: str) -> None:
    """Draw mean kappa for kinds of calls and for altered texts."""
    third = ("shortest third", "middle third", "longest third")
    lengths = zip(third, report.breakdown.by_length, strict=True)
    groups: list[list[tuple[str, Interval]]] = [
        [(f"{title}, to {own.most_words} words", own.figures.kappa_all) for title, own in lengths],
        [
            (
                f"written cleanly ({report.breakdown.clean.calls} calls)",
                report.breakdown.clean.kappa_all,
            ),
            (
                f"written with noise ({report.breakdown.noisy.calls} calls)",
                report.breakdown.noisy.kappa_all,
            ),
        ],
        [(text, own.figures.kappa_all) for text, own in report.altered.items()],
    ]
    with picture("parts", source, 7.6, 4.0) as figure:
        axes = panel(figure)
        places, names, lows, place = [], [], [0.4], 0.0
        for group in groups:
            for name, found in group:
                axes.plot([found.low, found.high], [place, place], color=JUDGE, lw=1.6)
                axes.plot(found.value, place, "o", color=JUDGE, ms=6.5)
                axes.text(found.high + 0.008, place, f"{found.value:.2f}", va="center", fontsize=9)
                places.append(place)
                names.append(name)
                lows.append(found.low - 0.02)
                place += 1
            place += 0.6
        axes.set_yticks(places, names)
        axes.set_ylim(place - 1, -0.7)
        axes.set_xlim(min(lows), 1.0)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("mean kappa of nine criteria (bars: 95% interval over calls)")


def heard(found: ListeningFigures, source: str) -> None:
    """Draw how many calls were judged as labelled, from the written call and from the recording."""
    with picture("heard", source, 7.6, 3.9) as figure:
        axes = panel(figure)
        for place, own in enumerate(found.criteria.values()):
            axes.plot(
                [own.right_written, own.right_heard], [place] * 2, color=SHADE, lw=4, zorder=1
            )
            axes.plot(
                own.right_written,
                place - 0.13,
                "o",
                color=JUDGE,
                ms=8,
                label=None if place else "from the written call",
            )
            axes.plot(
                own.right_heard,
                place + 0.13,
                "s",
                color=POOLED,
                ms=7,
                label=None if place else "from what Whisper heard",
            )
        axes.set_yticks(range(len(found.criteria)), [words(name) for name in found.criteria])
        axes.set_ylim(len(found.criteria) - 0.4, -0.6)
        axes.set_xlim(-0.3, found.recordings + 0.3)
        axes.set_xticks(range(0, found.recordings + 1, 2))
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(f"verdicts as labelled, of {found.recordings} recordings")
        axes.legend(loc="upper center", bbox_to_anchor=(0.4, 1.14), ncol=2)


def learning(curve: CurveReport, source: str) -> None:
    """Draw mean kappa against the number of training calls."""
    with picture("learning", source, 6.0, 3.3) as figure:
        axes = panel(figure)
        at = [point.training_calls for point in curve.points]
        found = [point.kappa_all for point in curve.points]
        axes.fill_between(
            at, [k.low for k in found], [k.high for k in found], color=JUDGE, alpha=0.15, lw=0
        )
        axes.plot(at, [k.value for k in found], "o-", color=JUDGE, lw=2, ms=7)
        for x, k in zip(at, found, strict=True):
            axes.annotate(
                f"{k.value:.2f}",
                (x, k.value),
                (0, 9),
                textcoords="offset points",
                ha="center",
                weight="bold",
            )
        axes.set_xlim(0, max(at) * 1.06)
        axes.set_ylim(min(0.5, *(k.low - 0.02 for k in found)), 1.0)
        axes.set_xlabel("labelled calls learned from")
        axes.set_ylabel("mean kappa of nine criteria")
        axes.grid()

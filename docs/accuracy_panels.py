"""Pictures of docs/accuracy.md that count: wrong verdicts, reliability, what is taken for what."""

from __future__ import annotations

from itertools import compress

from accuracy_drawing import BLUES, INK, JUDGE, SHADE, panel, picture, words
from matplotlib.axes import Axes

from benchmarks.report import Report
from benchmarks.risk import RiskCurve

VERDICTS = ("pass", "partial", "fail", "not_applicable")
SHORT = {"pass": "pass", "partial": "partial", "fail": "fail", "not_applicable": "n/a"}
LINED_FROM = 10
"""Bins of fewer verdicts stand alone: a line would follow their chance."""


def risk(report: Report, source: str) -> None:
    """Draw the error rate against what is withheld: all criteria together, then each one."""
    curves = report.risk
    with picture("risk", source, 7.6, 3.4) as figure:
        axes = panel(figure)
        _curve(axes, curves.pooled, JUDGE, 2.4)
        for share, error in ((0, curves.pooled.error), (15, curves.pooled.error_15_withheld)):
            axes.plot(share, 100 * error, "o", color=JUDGE, ms=7)
            axes.annotate(
                f"{100 * error:.1f}%",
                (share, 100 * error),
                (7, 6),
                textcoords="offset points",
                weight="bold",
            )
        axes.axhline(100 * curves.pooled.error, color=SHADE, lw=1.2, ls="--")
        axes.text(
            50,
            100 * curves.pooled.error,
            "if probabilities said nothing ",
            ha="right",
            va="bottom",
            fontsize=8.5,
        )
        axes.set_ylim(0, 100 * curves.pooled.error * 1.3)
        axes.set_xlim(-1, 51)
        axes.set_xlabel("least probable verdicts withheld (%)")
        axes.set_ylabel("wrong among the rest (%)")
        axes.grid()
    most = max(curve.error for curve in curves.criteria.values())
    with picture("risk_criteria", source, 7.6, 5.6) as figure:
        for index, (name, curve) in enumerate(curves.criteria.items(), start=1):
            axes = panel(figure, 3, 3, index)
            _curve(axes, curves.pooled, SHADE, 2)
            _curve(axes, curve, JUDGE, 2.2)
            axes.set_title(words(name))
            axes.set_ylim(0, 100 * most * 1.1)
            axes.set_xticks([0, 15, 30, 50])
            axes.grid()
        figure.supxlabel("least probable verdicts withheld (%)", fontsize=10)
        figure.supylabel("wrong among the rest (%); grey: all criteria", fontsize=10)


def reliability(report: Report, source: str) -> None:
    """Draw how often verdicts were right against how probable they were said to be."""
    found = report.reliability
    with picture("reliability", source, 5.4, 4.9) as figure:
        axes = panel(figure)
        axes.plot([0, 100], [0, 100], color=SHADE, lw=1.4, ls="--")
        at = [100 * own.mean_probability for own in found.bins]
        right = [100 * own.share_right for own in found.bins]
        many = [own.verdicts >= LINED_FROM for own in found.bins]
        axes.plot(list(compress(at, many)), list(compress(right, many)), color=JUDGE, lw=1.6)
        sizes = [30 + 900 * own.verdicts / found.verdicts for own in found.bins]
        axes.scatter(at, right, s=sizes, color=JUDGE, zorder=3)
        for x, y, own, size in zip(at, right, found.bins, sizes, strict=True):
            axes.annotate(
                str(own.verdicts),
                (x, y),
                (-8 - size**0.5 / 2, 7 + size**0.5 / 2),
                textcoords="offset points",
                fontsize=8.5,
                ha="center",
                va="center",
            )
        axes.text(5, 42, "right as often as said", fontsize=8.5)
        axes.set_xlim(0, 105)
        axes.set_ylim(-2, 105)
        axes.set_aspect("equal")
        axes.set_xlabel("probability that callqa gave (%)")
        axes.set_ylabel("verdicts that were right (%); numbers: verdicts")
        axes.grid()


def confusion(report: Report, source: str) -> None:
    """Draw for each criterion which label was judged what."""
    with picture("confusion", source, 7.6, 8.2) as figure:
        for index, (name, own) in enumerate(report.nothing_withheld.criteria.items(), start=1):
            given = {verdict for row in own.confusion.values() for verdict in row}
            said = [verdict for verdict in VERDICTS if verdict in given | set(own.confusion)]
            axes = panel(figure, 3, 3, index)
            table = [[own.confusion.get(label, {}).get(v, 0) for v in said] for label in said]
            _matrix(axes, table, [SHORT[v] for v in said], words(name))
        figure.supxlabel("judged by callqa", fontsize=10)
        figure.supylabel("labelled", fontsize=10)


def sentiment(report: Report, source: str) -> None:
    """Draw which sentiment of customer turns was judged what."""
    table = report.sentiment.confusion
    names = ["negative", "neutral", "positive"]
    with picture("sentiment", source, 3.6, 3.3) as figure:
        counts = [[table[label].get(said, 0) for said in names] for label in names]
        axes = panel(figure)
        _matrix(axes, counts, names, "")
        axes.set_xlabel("judged by callqa")
        axes.set_ylabel("labelled")


def _curve(axes: Axes, curve: RiskCurve, colour: str, width: float) -> None:
    at = [100 * point.withheld for point in curve.points]
    axes.plot(at, [100 * point.error for point in curve.points], color=colour, lw=width)


def _matrix(axes: Axes, table: list[list[int]], names: list[str], title: str) -> None:
    """Draw counts, shaded by their share of the row."""
    shares = [[count / max(1, sum(row)) for count in row] for row in table]
    axes.imshow(shares, cmap=BLUES, vmin=0, vmax=1.25, aspect="equal")
    for y, row in enumerate(table):
        for x, count in enumerate(row):
            light = shares[y][x] > 0.6
            axes.text(
                x,
                y,
                str(count) if count else "·",
                ha="center",
                va="center",
                fontsize=10,
                color="white" if light else INK,
            )
    axes.set_xticks(range(len(names)), names, fontsize=9)
    axes.set_yticks(range(len(names)), names, fontsize=9)
    axes.spines[:].set_visible(False)
    axes.set_title(title)

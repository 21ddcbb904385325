"""The tables of docs/accuracy.md, from what ``benchmarks.criteria`` measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.bootstrap import Interval
from benchmarks.breakdown import PartFigures
from benchmarks.curve import CurveReport
from benchmarks.listening import ListeningFigures, ListeningReport
from benchmarks.report import Report
from benchmarks.risk import RiskCurve
from benchmarks.verdicts import CriterionFigures, JudgeFigures


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def percent(share: float | None, places: int = 0) -> str:
    """Return a share as people read it; a dash if there is none."""
    return "-" if share is None else f"{share:.{places}%}"


def number(value: float | None) -> str:
    """Return a figure to two places; a dash if there is none."""
    return "-" if value is None else f"{value:.2f}"


def with_interval(found: Interval | None) -> str:
    """Return a figure with its 95 % interval."""
    return "-" if found is None else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def criteria_table(report: Report) -> str:
    """Return agreement, fails and evidence by criterion, nothing withheld, beside references."""
    own, others = report.nothing_withheld, report.references
    head = ("criterion", "kappa (95%)", "averaged embeddings", "second reading", "macro F1",
            "right", "fails found", "fail right", "fails", "evidence")  # fmt: skip
    rows = [
        [
            f"`{name}`",
            with_interval(f.kappa_all),
            number(others.mean_pooled.kappa_all[name].value),
            number(others.second_annotator.kappa_all[name].value),
            number(f.macro_f1),
            percent(f.accuracy),
            percent(f.fail_recall),
            percent(f.fail_precision),
            str(f.fails),
            percent(f.evidence_hit),
        ]
        for name, f in own.criteria.items()
    ]
    mean = own.mean
    rows.append(
        [
            "**mean**",
            f"**{with_interval(mean.kappa_all)}**",
            number(others.mean_pooled.mean_kappa_all.value),
            number(others.second_annotator.mean_kappa_all.value),
            number(mean.macro_f1),
            percent(mean.accuracy),
            percent(mean.fail_recall),
            percent(mean.fail_precision),
            str(sum(f.fails for f in own.criteria.values())),
            percent(mean.evidence_hit),
        ]
    )
    return table(head, rows)


def folds_table(report: Report) -> str:
    """Return mean kappa by held-out group."""
    mean = report.nothing_withheld.mean
    groups = mean.kappa_all_by_fold
    head = ("", *groups, "standard deviation")
    values = [number(value) for value in groups.values()]
    trained = [str(report.training_calls[group]) for group in groups]
    return table(
        head,
        [
            ["mean kappa", *values, number(mean.spread_over_folds)],
            ["calls learned from", *trained, ""],
        ],
    )


def shipped_table(report: Report) -> str:
    """Return what the shipped thresholds do, criterion by criterion."""
    head = ("criterion", "judged", "right when judged", "right without withholding", "kappa (95%)",
            "kappa, withheld = wrong", "fails found", "fail right")  # fmt: skip

    def cells(name: str, own: CriterionFigures, all_judged: CriterionFigures) -> list[str]:
        return [
            f"`{name}`",
            percent(own.coverage),
            percent(own.accuracy),
            percent(all_judged.accuracy),
            with_interval(own.kappa),
            number(own.kappa_all.value),
            percent(own.fail_recall),
            percent(own.fail_precision),
        ]

    complete: JudgeFigures = report.nothing_withheld
    rows = [cells(n, f, complete.criteria[n]) for n, f in report.shipped.criteria.items()]
    mean = report.shipped.mean
    rows.append(
        [
            "**mean**",
            percent(mean.coverage),
            percent(mean.accuracy),
            percent(complete.mean.accuracy),
            with_interval(mean.kappa),
            number(mean.kappa_all.value),
            percent(mean.fail_recall),
            percent(mean.fail_precision),
        ]
    )
    return table(head, rows)


def risk_table(report: Report) -> str:
    """Return error rates with nothing and with some withheld."""
    shares = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
    head = ("wrong among the rest", *(f"{share:.0%}" for share in shares),
            "AURC", "best possible")  # fmt: skip

    def cells(name: str, curve: RiskCurve) -> list[str]:
        by_share = {point.withheld: point.error for point in curve.points}
        errors = [percent(by_share[share], 1) for share in shares]
        return [name, *errors, f"{curve.aurc:.3f}", f"{curve.aurc_best:.3f}"]

    rows = [cells("**all criteria**", report.risk.pooled)]
    rows += [cells(f"`{name}`", curve) for name, curve in report.risk.criteria.items()]
    return table(head, rows)


def calibration_table(report: Report) -> str:
    """Return the bins of the reliability picture."""
    head = ("probability given", "verdicts", "mean probability", "right")
    rows = [
        [
            f"{100 * own.low:.0f} to {100 * own.high:.0f}%",
            str(own.verdicts),
            percent(own.mean_probability),
            percent(own.share_right),
        ]
        for own in report.reliability.bins
    ]
    return table(head, rows)


def parts_table(report: Report) -> str:
    """Return kinds of calls and altered texts."""
    head = ("calls", "number", "word errors", "kappa (95%)", "wrong",
            "judged as shipped", "wrong as shipped")  # fmt: skip

    def cells(title: str, own: PartFigures, word_errors: str = "") -> list[str]:
        return [
            title,
            str(own.calls),
            word_errors,
            with_interval(own.kappa_all),
            percent(own.error, 1),
            percent(own.shipped_coverage),
            percent(own.shipped_error, 1),
        ]

    rows = [
        cells(f"{part.least_words} to {part.most_words} words", part.figures)
        for part in report.breakdown.by_length
    ]
    rows.append(cells("written cleanly", report.breakdown.clean))
    rows.append(cells("written with noise", report.breakdown.noisy))
    rows += [
        cells(f"all, {text}", own.figures, percent(own.word_error_rate, 1))
        for text, own in report.altered.items()
    ]
    return table(head, rows)


def listening_table(found: ListeningReport) -> str:
    """Return written against heard, in sum."""
    head = ("recordings", "number", "word errors", "verdicts", "the same", "right, written",
            "right, heard", "kappa, written", "kappa, heard")  # fmt: skip

    def cells(title: str, own: ListeningFigures) -> list[str]:
        return [
            title,
            str(own.recordings),
            percent(own.word_error_rate, 1),
            str(own.verdicts),
            str(own.same),
            str(own.written.right),
            str(own.heard.right),
            number(own.written.kappa_pooled),
            number(own.heard.kappa_pooled),
        ]

    rows = [cells("a channel per speaker", found.two_channels)]
    if found.one_channel is not None:
        rows.append(cells("one channel for both", found.one_channel))
    rows.append(cells("all", found.all))
    return table(head, rows)


def differences_table(found: ListeningReport) -> str:
    """Return every verdict that differs."""
    head = ("recording", "criterion", "label", "as written", "as heard", "")
    rows = [
        [
            d.recording,
            f"`{d.criterion}`",
            *(verdict.replace("_", " ") for verdict in (d.label, d.written, d.heard)),
            d.outcome,
        ]
        for d in found.differences
    ]
    return table(head, rows)


def sentiment_table(report: Report) -> str:
    """Return the figures of customer turns."""
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
    return table(head, [row])


def learning_table(curve: CurveReport) -> str:
    """Return the learning curve."""
    head = ("share of the training calls", "calls", "kappa (95%)", "wrong")
    rows = [
        [
            percent(point.share),
            f"{point.training_calls:.0f}",
            with_interval(point.kappa_all),
            percent(point.error, 1),
        ]
        for point in curve.points
    ]
    return table(head, rows)

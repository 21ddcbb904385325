"""Tables and sentences of model cards, each from one source: verdicts and their thresholds."""

from __future__ import annotations

from accuracy_tables import number, percent, table, with_interval
from make_fairness import share

from benchmarks.counterfactual import Report as FlipsReport
from benchmarks.listening import ListeningFigures
from benchmarks.report import Report
from models.in_force import InForce
from models.probability import ProbabilityFit
from models.trained import Made

NO_PERSON = "Labels by a language model, not by people; whole groups of domains left out."
SHOWN = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.3, 0.1)
"""Coverages of the curve that a card shows: nineteen would not fit a page."""


def measured(report: Report, made: Made | None) -> str:
    """Return what was measured when, and whether the shipped heads learned the same."""
    if made is None:
        same = "what the shipped heads learned from, they do not say"
    elif made.data_sha256 != report.data_sha256:
        same = f"**other data** than the shipped heads learned from, `{made.data_sha256[:12]}`"
    elif report.rubric_sha256[:12] not in made.rubric:
        same = "the data that the shipped heads learned from, but **another rubric**"
    else:
        same = "data and rubric are those that the shipped heads learned from"
    learned = ", ".join(f"{n} for {group}" for group, n in report.training_calls.items())
    return (
        f"{NO_PERSON} {report.calls} written calls in {len(report.training_calls)} groups; calls "
        f"learned from: {learned}. Data `{report.data_sha256[:12]}`: {same}. Measured at commit "
        f"`{report.stamp.commit[:7]}` on {report.stamp.measured_at:%Y-%m-%d} "
        "([criteria.json](../../benchmarks/results/criteria.json))."
    )


def figures(report: Report) -> str:
    """Return all criteria in one table, nothing withheld."""
    own, others = report.nothing_withheld, report.references
    head = ("criterion", "kappa (95%)", "second reading", "averaged embeddings", "recall",
            "precision", "evidence", "ECE")  # fmt: skip
    rows = [
        [
            f"`{name}`",
            with_interval(f.kappa_all),
            number(others.second_annotator.kappa_all[name].value),
            number(others.mean_pooled.kappa_all[name].value),
            percent(f.fail_recall),
            percent(f.fail_precision),
            percent(f.evidence_hit),
            f"{f.calibration_error:.3f}",
        ]
        for name, f in own.criteria.items()
    ]
    mean = own.mean
    rows.append(
        [
            "**mean**",
            f"**{with_interval(mean.kappa_all)}**",
            number(others.second_annotator.mean_kappa_all.value),
            number(others.mean_pooled.mean_kappa_all.value),
            percent(mean.fail_recall),
            percent(mean.fail_precision),
            percent(mean.evidence_hit),
            f"{mean.calibration_error:.3f}",
        ]
    )
    folds = ", ".join(f"{group} {number(k)}" for group, k in mean.kappa_all_by_fold.items())
    return (
        f"{table(head, rows)}\n\nMean kappa by group left out: {folds}. *Second reading*: another "
        "reading of the same calls by a language model. *Averaged embeddings*: a simple rival. "
        "*Evidence*: of right verdicts that rest on words, how many show a turn that was labelled "
        "as the reason. *ECE*: expected calibration error."
    )


def withholding(report: Report) -> str:
    """Return what is left wrong when verdicts are withheld, and what the shipped thresholds do."""
    risk, mean = report.risk.pooled, report.shipped.mean
    return (
        f"Of all verdicts {percent(risk.error, 1)} are wrong if none is withheld, and "
        f"{percent(risk.error_15_withheld, 1)} of the rest if the least probable 15% are. At the "
        f"stated error of {percent(report.stated_error)} that was set in this run, thresholds from "
        f"each fold's training calls withheld {percent(1 - mean.coverage, 1)}; of the others "
        f"{percent(mean.accuracy)} were right. {NO_PERSON}"
    )


def heard(report: Report) -> str:
    """Return verdicts on recordings as written and as Whisper heard them."""
    found = report.listening
    if found is None:
        return (
            "**Missing: nothing was heard in this run.** `python -m benchmarks.heard` comes first."
        )
    every = found.all
    head = ("recordings", "number", "word errors", "verdicts", "the same", "right, written",
            "right, heard")  # fmt: skip
    rows = [_heard_row("a channel per speaker", found.two_channels)]
    if found.one_channel is not None:
        rows.append(_heard_row("one channel for both", found.one_channel))
    return (
        f"{every.recordings} recordings of synthetic voices over a simulated telephone line, heard "
        f"by {', '.join(found.asr_models)}: too few to say how often things go wrong. Labels by a "
        f"language model, not by people.\n\n{table(head, rows)}"
    )


def _heard_row(title: str, own: ListeningFigures) -> list[str]:
    return [
        title,
        str(own.recordings),
        percent(own.word_error_rate, 1),
        str(own.verdicts),
        str(own.same),
        str(own.written.right),
        str(own.heard.right),
    ]


def altered(report: Report) -> str:
    """Return kinds of calls and altered texts."""
    parts = report.breakdown
    rows = [(f"{p.least_words} to {p.most_words} words", p.figures) for p in parts.by_length]
    rows += [("written cleanly", parts.clean), ("written with noise", parts.noisy)]
    rows += [(f"all, {text}", own.figures) for text, own in report.altered.items()]
    cells = [[title, str(p.calls), with_interval(p.kappa_all), percent(p.error, 1)]
             for title, p in rows]  # fmt: skip
    return f"{table(('calls', 'number', 'kappa (95%)', 'wrong'), cells)}\n\n{NO_PERSON}"


def flips(report: FlipsReport) -> str:
    """Return how often verdicts flip, by kind of change."""
    rows = [*report.kinds, report.everything, report.neutral]
    cells = [
        [f"**{row.kind}**" if row is report.everything else row.kind, str(row.calls),
         share(row.flip_rate)]
        for row in rows
    ]  # fmt: skip
    return f"{table(('change', 'calls', 'verdicts that flip'), cells)}\n\n{_flips_from(report)}"


def sentiment_flips(report: FlipsReport) -> str:
    """Return how often customer turns flip, by kind of change."""
    rows = [*report.kinds, report.everything, report.neutral]
    cells = [[row.kind, str(row.calls), share(row.sentiment_flip_rate)] for row in rows]
    return (
        f"{table(('change', 'calls', 'customer turns that flip'), cells)}\n\n{_flips_from(report)}"
    )


def _flips_from(report: FlipsReport) -> str:
    return (
        f"{report.counterfactuals} changed calls; aim under {percent(report.aim)}. The judge was "
        f"{report.judge}. Data `{report.data_sha256[:12]}`, measured at commit "
        f"`{report.stamp.commit[:7]}` "
        "([counterfactual.json](../../benchmarks/results/counterfactual.json))."
    )


def criterion_figures(name: str, report: Report) -> list[tuple[str, str]]:
    """Return the rows of one criterion's table."""
    own, shipped = report.nothing_withheld.criteria[name], report.shipped.criteria[name]
    risk = report.risk.criteria[name]
    rows = [
        ("kappa, nothing withheld (95%)", with_interval(own.kappa_all)),
        ("right, nothing withheld", f"{percent(own.accuracy)} of {own.calls} calls"),
        ("fails found (recall)", f"{percent(own.fail_recall)} of {own.fails}"),
        ("fail right (precision)", percent(own.fail_precision)),
        ("evidence", percent(own.evidence_hit)),
        ("expected calibration error", f"{own.calibration_error:.3f}"),
        ("wrong if the least probable 15% are withheld", percent(risk.error_15_withheld, 1)),
        (
            f"judged at a stated error of {percent(report.stated_error)}",
            f"{percent(shipped.coverage)}; right of these: {percent(shipped.accuracy)}",
        ),
    ]
    if report.listening is not None:
        every = report.listening.all
        own_heard = every.criteria[name]
        rows.append(
            (
                f"right of {every.recordings} recordings",
                f"{own_heard.right_written} as written, {own_heard.right_heard} as heard",
            )
        )
    return rows


def criterion_flips(name: str, report: FlipsReport) -> str:
    """Return how often one criterion's verdicts flip."""
    most = max(report.kinds, key=lambda row: row.by_criterion[name])
    return (
        f"{report.everything.by_criterion[name]:.1%}; most, {most.kind}: "
        f"{most.by_criterion[name]:.1%}; neutral edits {report.neutral.by_criterion[name]:.1%}"
    )


def threshold(own: InForce, stated_error: float) -> str:
    """Return what the default setting withholds of one criterion."""
    told = f"At the default stated error of {percent(stated_error)} "
    if own.judged_by != "head":
        return f"{told}this head decides nothing: the bundled rubric asks something else by now."
    if own.threshold == 0:
        return (
            f"{told}**nothing is withheld**: {percent(own.wrong, 1)} were wrong on training calls."
        )
    if own.threshold >= 1:
        return f"{told}**every verdict is withheld**: even the surest were wrong more often."
    withheld = None if own.withheld is None else own.withheld.least
    return (
        f"{told}verdicts are **withheld under {own.threshold:.2f}**: on training calls "
        f"{percent(withheld)} of them, and of the others {percent(own.wrong, 1)} were wrong."
    )


def risk_table(fit: ProbabilityFit) -> str:
    """Return error against coverage as it is kept in the file."""
    if not fit.risk:
        return "The file holds no curve of error against coverage."
    near = [min(fit.risk, key=lambda point: abs(point.coverage - wanted)) for wanted in SHOWN]
    points = list(dict.fromkeys(near))
    return table(
        ("withheld under", *(f"{p.threshold:.2f}" if p.threshold else "–" for p in points)),  # noqa: RUF001
        [
            ("judged", *(percent(p.coverage) for p in points)),
            ("wrong", *(percent(p.error, 1) for p in points)),
        ],
    )

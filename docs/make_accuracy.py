"""Write the figures and pictures of docs/accuracy.md from what ``benchmarks.criteria`` measured.

Run: make docs. Words are written by hand; what stands between marks is not. A test compares page
and pictures with benchmarks/results.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from accuracy_tables import (
    calibration_table,
    criteria_table,
    differences_table,
    folds_table,
    learning_table,
    listening_table,
    number,
    parts_table,
    percent,
    risk_table,
    sentiment_table,
    shipped_table,
    with_interval,
)
from filling import filled

from benchmarks.curve import CurveReport
from benchmarks.report import Report

DOCS = Path(__file__).parent
PAGE = DOCS / "accuracy.md"
RESULTS = DOCS.parent / "benchmarks" / "results"
MEASURED = RESULTS / "criteria.json"
CURVE = RESULTS / "learning_curve.json"
HEARD = "![Verdicts as labelled, written and heard](images/accuracy_heard.svg)"
LEARNING = "![Mean kappa against labelled calls](images/accuracy_learning.svg)"
OTHER_JUDGES = "Measured before, with other judges or labels than the rest of this page."
NOT_MEASURED = "Not measured in this run."


def figures(report: Report, curve: CurveReport | None) -> Mapping[str, str]:
    """Return what stands between each pair of marks, by the name of the marks."""
    heard = report.listening
    return {
        "in_short": in_short(report),
        "criteria": criteria_table(report),
        "gain": f"Above averaged embeddings, on the same calls, by a mean kappa of "
        f"{with_interval(report.references.gain_on_mean_pooled)}.",
        "folds": folds_table(report),
        "risk": risk_table(report),
        "shipped": f"Stated error in this run: {percent(report.stated_error)}.\n\n"
        f"{shipped_table(report)}",
        "reliability": reliability(report),
        "sentiment": sentiment_table(report),
        "parts": parts_table(report),
        "listening": NOT_MEASURED if heard is None else f"{HEARD}\n\n{listening_table(heard)}",
        "differences": NOT_MEASURED if heard is None else differences_table(heard),
        "learning": NOT_MEASURED if curve is None else learning(report, curve),
        "measured": f"Measured at commit `{report.stamp.commit[:7]}` on "
        f"{report.stamp.measured_at:%Y-%m-%d}, data `{report.data_sha256[:12]}`. "
        f"{report.stamp.machine}, {report.threads} thread: {report.calls_per_second:.1f} written "
        "calls judged a second.",
    }


def in_short(report: Report) -> str:
    """Return the figures that a QA lead asks for first."""
    own, shipped = report.nothing_withheld.mean, report.shipped.mean
    others, risk = report.references, report.risk.pooled
    lines = [
        f"**{percent(own.accuracy)} of its verdicts are as labelled** when it judges every "
        f"criterion of every call. Agreement beyond chance, the mean kappa of nine criteria, is "
        f"{with_interval(own.kappa_all)}; a second reading by a language model reaches "
        f"{number(others.second_annotator.mean_kappa_all.value)}, averaged sentence embeddings "
        f"{number(others.mean_pooled.mean_kappa_all.value)}, always the commonest verdict 0.",
        f"**Of 100 labelled fails it finds {100 * (own.fail_recall or 0):.0f}**, and of 100 fails "
        f"that it names {100 * (own.fail_precision or 0):.0f} are labelled so (means of the "
        f"criteria, which differ).",
        f"**It knows where it is unsure.** With nothing withheld {percent(risk.error, 1)} of all "
        f"verdicts are wrong; without the least probable 15% of them "
        f"{percent(risk.error_15_withheld, 1)} of the rest. As shipped it withholds "
        f"{percent(1 - shipped.coverage, 1)}, and {percent(shipped.accuracy)} of the rest are "
        f"right.",
        f"**Its evidence can be checked.** Where a right verdict rests on words, it shows a turn "
        f"that was labelled as the reason in {percent(own.evidence_hit)} of the cases.",
    ]
    criterion, worst = min(
        report.nothing_withheld.criteria.items(), key=lambda found: found[1].kappa_all.value
    )
    lengths = report.breakdown.by_length
    third = min(lengths, key=lambda part: part.figures.kappa_all.value)
    lines.append(
        f"**It is weakest** on `{criterion}` (kappa {with_interval(worst.kappa_all)}) and, of the "
        f"thirds by length, on calls of {third.least_words} to {third.most_words} words (mean "
        f"kappa {with_interval(third.figures.kappa_all)})."
    )
    if report.listening is not None:
        every = report.listening.all
        lines.append(
            f"**Listening costs some of it.** Whisper gets {percent(every.word_error_rate)} of the "
            f"words of {every.recordings} synthetic recordings wrong; "
            f"{every.verdicts - every.same} of {every.verdicts} verdicts are then not what they "
            f"were from the written call, and {every.heard.right} instead of "
            f"{every.written.right} are as labelled."
        )
    return "\n".join(f"- {line}" for line in lines)


def reliability(report: Report) -> str:
    """Return the calibration errors in words, and the bins."""
    own = report.reliability
    return (
        f"Over all {own.verdicts} verdicts the expected calibration error is "
        f"{own.calibration_error:.3f}; perfect probabilities would show {own.by_chance:.3f} on so "
        f"few verdicts. The mean of the nine criteria, each on its own, is "
        f"{report.nothing_withheld.mean.calibration_error:.3f}. Probable on average: "
        f"{percent(own.mean_probability, 1)}; right: {percent(own.share_right, 1)}.\n\n"
        f"{calibration_table(report)}"
    )


def learning(report: Report, curve: CurveReport) -> str:
    """Return the learning curve, and whether it is of the same judges."""
    note = () if curve.judges == report.judges else (OTHER_JUDGES,)
    return "\n\n".join([LEARNING, *note, learning_table(curve)])


def read() -> tuple[Report, CurveReport | None]:
    """Return what was measured."""
    report = Report.model_validate_json(MEASURED.read_text(encoding="utf-8"))
    if not CURVE.is_file():
        return report, None
    return report, CurveReport.model_validate_json(CURVE.read_text(encoding="utf-8"))


def draw(report: Report, curve: CurveReport | None) -> None:
    """Draw every picture anew."""
    import accuracy_dots as dots
    import accuracy_panels as panels

    source = MEASURED.read_text(encoding="utf-8")
    dots.kappa(report, source)
    dots.parts(report, source)
    panels.risk(report, source)
    panels.reliability(report, source)
    panels.confusion(report, source)
    panels.sentiment(report, source)
    if report.listening is not None:
        dots.heard(report.listening.all, source)
    if curve is not None:
        dots.learning(curve, CURVE.read_text(encoding="utf-8"))


def main() -> None:
    """Write figures, draw pictures."""
    report, curve = read()
    written = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(filled(written, figures(report, curve)), encoding="utf-8")
    draw(report, curve)


if __name__ == "__main__":
    main()

"""Write the tables and pictures of docs/fairness.md from what was measured.

Run: make docs. The words around the tables are written by hand; what stands between marks is not.
A test compares the page with what this module writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from filling import filled

from benchmarks.bootstrap import Interval
from benchmarks.counterfactual import Report
from benchmarks.counterfactuals.figures import OTHERS, Contrast, Flips
from benchmarks.counterfactuals.found import RESULTS as NAMES_RESULTS
from benchmarks.counterfactuals.found import Report as NamesReport
from benchmarks.counterfactuals.people import origins
from benchmarks.counterfactuals.places import places
from benchmarks.counterfactuals.variants import NEUTRAL, POLITENESS
from benchmarks.counterfactuals.wording import wordings

DOCS = Path(__file__).parent
PAGE = DOCS / "fairness.md"
RESULTS = DOCS.parent / "benchmarks" / "results" / "counterfactual.json"
PICTURE = DOCS / "images" / "fairness_flips.svg"
GROUPS = {*origins(), *places().regions, *wordings()} - set(POLITENESS)
"""Written with capitals."""
INK, SHADE, AIMED = "#30475e", "#c9d6df", "#b03a2e"


def report() -> Report:
    """Return what was measured."""
    return Report.model_validate_json(RESULTS.read_text(encoding="utf-8"))


def parts(measured: Report) -> Mapping[str, str]:
    """Return what stands between each pair of marks, by the name of the marks."""
    return {
        "summary": summary(measured),
        "kinds": table([*measured.kinds, measured.everything, measured.neutral]),
        "criteria": criteria_table(measured),
        "groups": table([row for row in measured.groups if row.kind != NEUTRAL]),
        "neutral": table([row for row in measured.groups if row.kind == NEUTRAL]),
        "contrasts": contrast_table(measured.contrasts),
        "names": names(),
    }


def summary(measured: Report) -> str:
    """Return the main figures in words."""
    worst = max(
        (row for row in measured.groups if row.kind != NEUTRAL), key=lambda r: r.flip_rate.value
    )
    name, kind = max(
        ((name, kind) for kind in measured.kinds for name in kind.by_criterion),
        key=lambda found: found[1].by_criterion[found[0]],
    )
    single = [c for c in measured.contrasts if c.first != OTHERS]
    widest = max(single, key=lambda c: abs(c.fail_difference.value))
    leaning = [r for r in measured.groups if r.kind != NEUTRAL and clear(r.fail_change)]
    listed = "; ".join(f"{r.kind}, {plain(r.group)} ({signed(r.fail_change)})" for r in leaning)
    return "\n".join(
        [
            f"- {measured.calls} calls, {measured.counterfactuals} counterfactuals of them, "
            f"{measured.everything.changed_turns} changed turns.",
            f"- **Flips: {measured.mean_flip_rate:.1%}** of verdicts (mean over the kinds of "
            f"change; aim: under {measured.aim:.0%}). All counterfactuals counted alike: "
            f"{share(measured.everything.flip_rate)}.",
            f"- **Noise: {share(measured.neutral.flip_rate)}** flips from neutral edits.",
            f"- {measured.everything.withheld_share:.0%} of the flips are verdicts that were "
            "given before and withheld after, or the other way round; the others are two "
            "different verdicts.",
            f"- Most flips in one group: {worst.kind}, {plain(worst.group)}, "
            f"{share(worst.flip_rate)}. Most in one criterion: `{name}` under another {kind.kind}, "
            f"{kind.by_criterion[name]:.1%}.",
            f"- Share of fails, after less before, over everything: "
            f"{signed(measured.everything.fail_change)}.",
            f"- Groups whose share of fails moves clearly (the interval leaves out zero): "
            f"{len(leaning)} of {sum(r.kind != NEUTRAL for r in measured.groups)}"
            + (f": {listed}." if leaning else "."),
            f"- Women's names against men's and 13 origins against English ones: "
            f"{sum(clear(c.fail_difference) for c in single)} of {len(single)} intervals of fails "
            f"leave out zero (about {len(single) / 20:.0f} would by chance); the widest gap is "
            f"{signed(widest.fail_difference)}: {widest.kind}, {plain(widest.first)} against "
            f"{plain(widest.second)}. "
            + " ".join(
                f"All 13 together, {c.kind}: fails {signed(c.fail_difference)}, passes "
                f"{signed(c.pass_difference)}."
                for c in measured.contrasts
                if c.first == OTHERS
            ),
            f"- Customer's sentiment: {share(measured.everything.sentiment_flip_rate)} of turns "
            f"flip, mean change {points(measured.everything.sentiment_change)} on a scale from "
            "-1 to 1.",
        ]
    )


def table(rows: Sequence[Flips]) -> str:
    """Return one line per kind or group."""
    lines = [
        "| change | group | calls | turns changed | flips | fails, after less before | "
        "passes, after less before | sentiment turns flipped | sentiment, mean change |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for row in rows:
        mark = "**" if row.kind != NEUTRAL and clear(row.fail_change) else ""
        lines.append(
            f"| {row.kind} | {plain(row.group)} | {row.calls} | {row.changed_turns} | "
            f"{share(row.flip_rate)} | {mark}{signed(row.fail_change)}{mark} | "
            f"{signed(row.pass_change)} | {share(row.sentiment_flip_rate)} | "
            f"{points(row.sentiment_change)} |"
        )
    return "\n".join(lines)


def criteria_table(measured: Report) -> str:
    """Return flip rates by kind and criterion."""
    rows = [*measured.kinds, measured.neutral]
    heads = " | ".join(plain(row.kind) for row in rows)
    lines = [f"| criterion | {heads} |", "|---|" + "--:|" * len(rows)]
    for name in measured.everything.by_criterion:
        cells = " | ".join(f"{row.by_criterion[name]:.1%}" for row in rows)
        lines.append(f"| `{name}` | {cells} |")
    return "\n".join(lines)


def contrast_table(rows: Sequence[Contrast]) -> str:
    """Return groups against one another."""
    lines = [
        "| whose name | first | against | calls | fails, first less second | "
        "passes, first less second | criterion with the widest gap in passes | "
        "sentiment, first less second |",
        "|---|---|---|--:|--:|--:|---|--:|",
    ]
    for row in rows:
        mark = "**" if clear(row.fail_difference) else ""
        name, gap = max(row.pass_difference_by_criterion.items(), key=lambda i: abs(i[1].value))
        lines.append(
            f"| {row.kind.removesuffix(' name')} | {plain(row.first)} | {plain(row.second)} | "
            f"{row.calls} | {mark}{signed(row.fail_difference)}{mark} | "
            f"{signed(row.pass_difference)} | `{name}` {signed(gap)} | "
            f"{points(row.sentiment_difference)} |"
        )
    return "\n".join(lines)


def names() -> str:
    """Return how many names spaCy finds by itself, in words."""
    found = NamesReport.model_validate_json(NAMES_RESULTS.read_text(encoding="utf-8"))
    return (
        f"Of {found.mentions} mentions of agents and customers by name, spaCy's small English "
        f"model takes {found.found_as_person:.0%} for people by itself, and "
        f"{found.found_as_anything:.0%} for anything at all; "
        f"{found.persons_right:.0%} of what it takes for people are these people. "
        "So every call was read, and the list completed by hand."
    )


def share(found: Interval | None) -> str:
    """Return a share in percent with its interval."""
    if found is None:
        return "–"  # noqa: RUF001
    return f"{found.value:.1%} ({found.low:.1%} to {found.high:.1%})"


def signed(found: Interval) -> str:
    """Return a change of a share in percentage points, with its interval."""
    low, high = (f"{100 * end:+.1f}" for end in (found.low, found.high))
    return f"{100 * found.value:+.1f} ({low} to {high})"


def points(found: Interval | None) -> str:
    """Return a change on the scale of sentiment, with its interval."""
    if found is None:
        return "–"  # noqa: RUF001
    return f"{found.value:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def clear(found: Interval) -> bool:
    """Return whether the interval leaves out zero."""
    return found.low > 0 or found.high < 0


def plain(name: str) -> str:
    """Return a group's name for people."""
    if name not in GROUPS:
        return name
    return name.replace("_", " ").title().replace("Us", "US")


def draw(measured: Report, path: Path = PICTURE) -> None:
    """Draw flips and changes of fails for every group."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "callqa", "svg.fonttype": "none", "font.size": 8})
    import matplotlib.pyplot as plt

    rows = [row for row in measured.groups if row.kind != NEUTRAL][::-1]
    labels = [f"{row.kind}: {plain(row.group)}" for row in rows]
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 0.17 * len(rows) + 1.2), sharey=True, layout="constrained"
    )
    noise = measured.neutral.flip_rate
    left.axvspan(100 * noise.low, 100 * noise.high, color=SHADE, label="neutral edits")
    left.axvline(100 * measured.aim, color=AIMED, linestyle=":", label="aim")
    _bars(left, rows, lambda row: row.flip_rate)
    left.set_yticks(range(len(rows)), labels)
    left.set_xlabel("verdicts flipped, %")
    left.set_xlim(left=0)
    left.legend(loc="lower right", frameon=False)
    own = measured.neutral.fail_change
    right.axvspan(100 * own.low, 100 * own.high, color=SHADE)
    right.axvline(0, color=AIMED, linewidth=0.8)
    _bars(right, rows, lambda row: row.fail_change)
    right.set_xlabel("share of fails, after less before, percentage points")
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_ylim(-0.7, len(rows) - 0.3)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _bars(axes: object, rows: Sequence[Flips], figure_of: Callable[[Flips], Interval]) -> None:
    found = [figure_of(row) for row in rows]
    axes.errorbar(  # type: ignore[attr-defined]
        [100 * f.value for f in found],
        range(len(rows)),
        xerr=[
            [100 * (f.value - f.low) for f in found],
            [100 * (f.high - f.value) for f in found],
        ],
        fmt="o",
        markersize=3,
        linewidth=0.9,
        color=INK,
    )


def main() -> None:
    """Write tables and picture."""
    measured = report()
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(filled(page, parts(measured)), encoding="utf-8")
    draw(measured)


if __name__ == "__main__":
    main()

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pipeline.relating import line, sums
from review.charts.dots import Entry, Reference, bar_chart, dot_chart
from review.charts.figures import Point, in_words, percent, points, signed
from review.charts.grids import SHADES, Cell, HeatRow, confusion_matrix, heat_map, shade_of
from review.charts.lines import Axis, Series, line_chart, small_multiples, sparkline
from review.charts.scale import Scale, spread, ticks
from review.charts.scatter import Bin, Dot, reliability, scatter
from review.charts.strips import Lane, Stretch, strip_chart
from review.charts.svg import About
from review.charts.table import Chart, Link

SVG = "{http://www.w3.org/2000/svg}"
STYLES = Path(__file__).parents[2] / "review/static/charts.css"
NASTY = "<script>alert('1')</script> & \"Ana\""
ABOUT = About("score-chart", f"Score of {NASTY}", f"It rose, says {NASTY}")
WEEKS = ("W1", NASTY, "W3")
KNOWN = Series(NASTY, (Point(60.0, 50.0, 70.0, 9), None, Point(80.0, 71.0, 89.0, 12)))
OTHER = Series("team", (Point(65.0), Point(66.0), Point(67.0)))
SCORE = Axis("mean score", points, 0.0, 100.0)
SHARE = Axis("share passed", percent, 0.0, 1.0)
ENTRIES = (Entry(NASTY, Point(0.4, 0.3, 0.5, 20)), Entry("closing", None, "not enough (3 of 20)"))
ROWS = (
    HeatRow(NASTY, (Cell(0.2, 40), None), "/agents/a%2Fb"),
    HeatRow("ben", (Cell(0.9, 2), Cell(1.0, 30))),
)
LANES = (Lane(NASTY, "agent", (Stretch(0.0, 4.0), Stretch(9.0, 12.0))), Lane("hold", "hold", ()))
X, Y = [1.0, 2.0, 3.0, 4.0, 5.0], [40.0, 55.0, 50.0, 80.0, 90.0]
DOTS = [Dot(x, y, count) for count, (x, y) in enumerate(zip(X, Y, strict=True), start=1)]

CHARTS: dict[str, Callable[[], Chart]] = {
    "lines": lambda: line_chart(ABOUT, "week", WEEKS, [KNOWN, OTHER], SCORE),
    "small": lambda: small_multiples(ABOUT, "week", WEEKS, [KNOWN, OTHER] * 3, SCORE),
    "spark": lambda: sparkline(ABOUT, WEEKS, KNOWN, SCORE),
    "dots": lambda: dot_chart(ABOUT, "criterion", ENTRIES, SHARE, Reference(NASTY, 0.5)),
    "bars": lambda: bar_chart(ABOUT, "agent", ENTRIES, SHARE),
    "heat": lambda: heat_map(ABOUT, "agent", ("greeting", NASTY), ROWS),
    "matrix": lambda: confusion_matrix(ABOUT, NASTY, "ann", ("pass", "fail"), ((9, 1), (0, 0))),
    "scatter": lambda: scatter(ABOUT, DOTS, Axis("CSAT"), SCORE, line(sums(X, Y))),
    "reliability": lambda: reliability(ABOUT, [Bin(0.7, Point(0.6, 0.5, 0.7, 80))]),
    "strip": lambda: strip_chart(ABOUT, 12.0, LANES),
    "no lines": lambda: line_chart(ABOUT, "week", (), [], SCORE),
    "no dots": lambda: dot_chart(ABOUT, "criterion", (), SHARE),
    "no heat": lambda: heat_map(ABOUT, "agent", (), ()),
    "no scatter": lambda: scatter(ABOUT, [], Axis("CSAT"), SCORE, None),
    "no call": lambda: strip_chart(ABOUT, 0.0, ()),
}


@pytest.fixture(params=CHARTS)
def chart(request: pytest.FixtureRequest) -> Chart:
    return CHARTS[request.param]()


def test_a_chart_is_one_image_with_a_name_and_a_description(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    assert root.get("aria-labelledby") == "score-chart-title score-chart-desc"
    named, described = root[0], root[1]
    assert (named.tag, named.get("id"), named.text) == (
        f"{SVG}title",
        "score-chart-title",
        ABOUT.title,
    )
    assert (described.get("id"), described.text) == ("score-chart-desc", ABOUT.summary)


def test_words_stay_words_and_nothing_needs_an_inline_style(chart: Chart) -> None:
    assert "<script" not in chart.svg
    for element in ET.fromstring(chart.svg).iter():
        assert "style" not in element.attrib and element.tag != f"{SVG}style"
        assert not [name for name in element.attrib if name.startswith("on")]


def test_every_place_is_a_number_inside_the_picture(chart: Chart) -> None:
    root = ET.fromstring(chart.svg)
    width, height = (float(value) for value in root.attrib["viewBox"].split()[2:])
    for element in root.iter():
        for name in ("x", "x1", "x2", "cx"):
            assert -20 <= float(element.get(name, 0)) <= width
        for name in ("y", "y1", "y2", "cy"):
            assert -20 <= float(element.get(name, 0)) <= height
        for name in ("width", "height", "r"):
            assert float(element.get(name, 1)) >= 0
        assert not re.search("nan|inf", element.get("d", ""))


def test_a_chart_comes_with_its_numbers_as_a_table(chart: Chart) -> None:
    assert chart.table.caption == ABOUT.title
    assert {len(row) for row in chart.table.rows} <= {len(chart.table.head)}


def test_every_class_of_a_mark_has_a_colour_of_its_own(chart: Chart) -> None:
    styles = STYLES.read_text(encoding="utf-8")
    marks = re.findall(r'class="([^"]+)"', chart.svg)
    used = {name for names in marks for name in names.split()}
    plain = {"chart", "mark", "dot", "legend", "amount", "stretch", "cell", "panel-name"}
    plain |= {f"on-{shade}" for shade in range(SHADES)}
    for name in used - plain:
        assert name.startswith("chart-") or f".{name}" in styles, name


def test_series_are_told_apart_by_shape_and_dash_without_colour() -> None:
    svg = line_chart(ABOUT, "week", WEEKS, [KNOWN, OTHER], SCORE).svg
    assert "<circle" in svg and "<rect" in svg
    assert re.search(r"\.line\.series-2 \{ stroke-dasharray", STYLES.read_text(encoding="utf-8"))


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    svg = line_chart(ABOUT, "week", WEEKS, [KNOWN], SCORE).svg
    line_of = re.search(r'<path d="([^"]+)" class="line', svg)
    assert line_of and line_of[1].count("M") == 2
    assert svg.count('class="band') == 1


def test_the_table_of_lines_has_values_with_their_intervals_and_dashes() -> None:
    table = line_chart(ABOUT, "week", WEEKS, [KNOWN, OTHER], SCORE).table
    assert table.head == ("week", NASTY, "team")
    assert table.rows[0] == ("W1", "60.0 (50.0 to 70.0)", "65.0")
    assert table.rows[1] == (NASTY, "\N{EN DASH}", "66.0")


def test_a_row_without_support_says_so_instead_of_a_figure() -> None:
    chart = dot_chart(ABOUT, "criterion", ENTRIES, SHARE)
    assert "not enough (3 of 20)" in chart.svg
    assert chart.table.rows[1] == ("closing", "\N{EN DASH}", "", "not enough (3 of 20)")
    assert chart.table.rows[0] == (NASTY, "40 %", "30 % to 50 %", "20")


def test_low_shares_are_dark_and_few_calls_are_pale_in_brackets() -> None:
    chart = heat_map(ABOUT, "agent", ("greeting", "closing"), ROWS)
    assert f"shade-{shade_of(0.8)}" in chart.svg
    assert "(90 %)" in chart.svg and "shade-weak" in chart.svg
    assert chart.table.rows[0][0] == Link(NASTY, "/agents/a%2Fb")
    assert chart.table.rows[0][1:] == ("20 % of 40", "\N{EN DASH}")


def test_shades_cover_all_shares() -> None:
    assert [shade_of(share) for share in (-0.1, 0.0, 0.5, 1.0, 1.1)] == [0, 0, 3, 6, 6]


def test_equal_verdicts_are_framed_in_the_matrix() -> None:
    chart = confusion_matrix(ABOUT, "machine", "ann", ("pass", "fail"), ((9, 1), (2, 8)))
    assert chart.svg.count("framed") == 2
    assert chart.table.rows == (("pass", "9", "1"), ("fail", "2", "8"))


def test_the_area_of_a_dot_grows_with_its_calls() -> None:
    svg = scatter(ABOUT, [Dot(1, 50, 1), Dot(2, 60, 100)], Axis("CSAT"), SCORE).svg
    few, many = sorted(float(r) for r in re.findall(r' r="([\d.]+)"', svg))
    assert many > 3 * few


def test_the_strip_tells_how_long_each_spoke() -> None:
    table = strip_chart(ABOUT, 12.0, LANES).table
    assert table.rows == (
        (NASTY, "2", "0:07", "58 %", "0:04"),
        ("hold", "0", "0:00", "0 %", "0:00"),
    )


@pytest.mark.parametrize(
    ("low", "high", "known"),
    [
        (0.0, 100.0, (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)),
        (0.0, 1.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (-0.13, 0.31, (-0.1, 0.0, 0.1, 0.2, 0.3)),
        (5.0, 5.0, (5.0,)),
    ],
)
def test_ticks_are_round(low: float, high: float, known: tuple[float, ...]) -> None:
    assert ticks(low, high) == pytest.approx(known)


def test_a_scale_keeps_values_on_the_picture() -> None:
    scale = Scale(0.0, 10.0, 100.0, 0.0)
    assert [scale(value) for value in (-5, 0, 5, 10, 50)] == [100, 100, 50, 0, 0]
    assert spread([3.0, 3.0]).low < spread([3.0, 3.0]).high


def test_differences_have_their_sign() -> None:
    assert signed(percent)(0.12) == "+12 %"
    assert signed(percent)(-0.12) == "\N{MINUS SIGN}12 %"
    assert signed(percent)(0.001) == "0 %"
    assert percent(-0.001) == "0 %"
    assert in_words(Point(0.5, 0.4, 0.6), percent) == "50 % (40 % to 60 %)"
    assert in_words(None, percent) == "\N{EN DASH}"

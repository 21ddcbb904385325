"""One look for the pictures of docs/accuracy.md: colours, sizes, and how a picture is stored."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

IMAGES = Path(__file__).parent / "images"
JUDGE, POOLED, READER, INK, SHADE = "#1f5fa8", "#d98324", "#3c7d4e", "#22303c", "#c3ccd4"
"""The judge, the mean-pooled reference, the second reading, text, and what stays behind."""
BLUES = "Blues"
LOOK: dict[Any, object] = {  # Any: matplotlib types its keys one by one
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.edgecolor": SHADE,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": "#e6eaee",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "callqa",
}


@contextmanager
def picture(name: str, source: str, width_in: float, height_in: float) -> Iterator[Figure]:
    """Give an empty figure to draw on; store it as docs/images/accuracy_NAME.svg.

    Args:
        name: Of the picture.
        source: What it is drawn from; its hash is stored in the picture, so that a test can tell
            whether it is out of date.
        width_in: Inches.
        height_in: Inches.
    """
    mpl.use("svg")
    with mpl.rc_context(LOOK):
        figure = plt.figure(figsize=(width_in, height_in), layout="constrained")
        yield figure
        path = image(name)
        path.parent.mkdir(exist_ok=True)
        figure.savefig(path, metadata={"Date": None, "Description": digest(source)})
        plt.close(figure)
    drawn = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"[ \t]+$", "", drawn, flags=re.MULTILINE), encoding="utf-8")


def image(name: str) -> Path:
    """Return where a picture is stored."""
    return IMAGES / f"accuracy_{name}.svg"


def digest(source: str) -> str:
    """Return the hash that tells what a picture was drawn from."""
    return hashlib.sha256(source.encode()).hexdigest()


def panel(figure: Figure, rows: int = 1, columns: int = 1, index: int = 1) -> Axes:
    """Return one panel of the figure."""
    axes: Axes = figure.add_subplot(rows, columns, index)
    return axes


def words(criterion: str) -> str:
    """Return a criterion's id as people read it."""
    return criterion.replace("_", " ")

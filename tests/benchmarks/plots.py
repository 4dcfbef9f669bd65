"""The plots of the benchmarks, as PNG files that read well on light and dark pages."""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

INCHES = (7.2, 4.2)
DOTS_PER_INCH = 150
OURS, THEIRS = "#2563eb", "#6b7280"


def plot_trainings(rows: list[dict[str, Any]], path: Path) -> None:
    """Plot misread test images against seconds of training, both on logarithmic axes.

    Args:
        rows: of ``training.measure_trainings``.
        path: the PNG file to write.
    """
    figure, axes = pyplot.subplots(figsize=INCHES, dpi=DOTS_PER_INCH)
    for row in rows:
        is_ours = row["name"].startswith("`")
        color = OURS if is_ours else THEIRS
        misread = 100 * (1 - row["accuracy"])
        low, high = (100 * (1 - share) for share in reversed(row["accuracy_range"]))
        axes.errorbar(
            [row["seconds"]], [misread], yerr=[[misread - low], [high - misread]],
            xerr=[[row["seconds"] - row["seconds_range"][0]],
                  [row["seconds_range"][1] - row["seconds"]]],
            fmt="o", color=color, capsize=3,
        )  # fmt: skip
        axes.annotate(
            row["name"].strip("`"),
            (row["seconds"], misread),
            xytext=(8, -15 if is_ours else 8),  # of two near ones both can be read
            textcoords="offset points",
            color=color,
        )
    axes.set(xscale="log", yscale="log")
    axes.set_xlabel("seconds of training on two cores (median; bars: least to most)")
    axes.set_ylabel("MNIST test images misread, %")
    axes.set_xlim(right=axes.get_xlim()[1] * 6)  # room for the last name
    _save(figure, path)


def plot_sizes(sizes: dict[str, list[dict[str, float]]], path: Path) -> None:
    """Plot seconds of training against the number of images and of parameters.

    Args:
        sizes: of ``training.measure_sizes``.
        path: the PNG file to write.
    """
    figure, both = pyplot.subplots(1, 2, figsize=INCHES, dpi=DOTS_PER_INCH)
    for axes, (name, rows) in zip(both, sizes.items(), strict=True):
        fixed = "parameters" if name == "images" else "images"
        axes.plot([row[name] for row in rows], [row["seconds"] for row in rows], "o-", color=OURS)
        axes.set(xscale="log", yscale="log")
        axes.set_xlabel(f"{name} ({rows[0][fixed]:,.0f} {fixed})")
        axes.set_ylabel("seconds for one epoch")
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))  # 20k
        axes.yaxis.set_major_formatter("{x:g}")
        axes.tick_params(axis="x", labelsize=8)
        axes.grid(alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)

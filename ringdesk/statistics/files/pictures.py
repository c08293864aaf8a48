"""The chart of a report as PNG, by matplotlib. Colours after Okabe and Ito (jfly.uni-koeln.de/color), with dashes and marks of their own,
so that nobody needs the colours to tell lines apart.

Only in the process that renders: matplotlib is large, and not made for several threads."""

import io
import itertools
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

import matplotlib as mpl
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from ringdesk.statistics.files.charting import Panel, Plot, Series
from ringdesk.statistics.files.wording import NOTHING, Wording, plain

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9")
DASHES: tuple[Any, ...] = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1.5, 2)), (0, (1, 1)), "-")
MARKS = ("o", "s", "^", "D", "v", "x")
HATCHES = ("", "////", "....", "xxxx", "----", "\\\\\\\\")
BEFORE = "#8a929a"
INK, FAINT, RULE = "#1c2127", "#5b6570", "#d9dee3"
HEAT = LinearSegmentedColormap.from_list(
    "heat", ["#f3f8fc", "#9ecae1", "#3182bd", "#08306b"]
)  # one hue, darker is more: read without colours
STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "text.color": INK,
    "axes.labelcolor": FAINT,
    "axes.edgecolor": RULE,
    "axes.titlesize": 10,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "text.parse_math": False,  # a name with dollar signs is a name
    "hatch.linewidth": 0.6,
    "axes.unicode_minus": True,
}
TICKS = 5
CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)
"""Seconds between ticks: as clocks are divided."""
FEW = 40  # points of a line that are marked each


def png(
    plot: Plot, words: Wording, *, title: str = "", subtitle: str = "", width: float = 10.0, highest: float = 12.0, dpi: int = 150
) -> bytes:
    """`width` and `highest` in inches. Without a title it is a part of a page that has one."""
    with mpl.rc_context(STYLE | {"font.size": 9.5 if title else 8, "axes.titlesize": 10 if title else 8.5}):
        figure = Figure(figsize=(width, min(highest, _height(plot, width)) + (0.75 if title else 0)), dpi=dpi, facecolor="white")
        FigureCanvasAgg(figure)
        figure.set_layout_engine("constrained", rect=(0.005, 0.005, 0.99, _below_title(figure, title)))
        if title:
            figure.text(0.012, 1 - 0.14 / figure.get_figheight(), plain(title, 80), fontsize=14, fontweight="bold", va="top")
            figure.text(0.012, 1 - 0.45 / figure.get_figheight(), plain(subtitle, 130), fontsize=9, color=FAINT, va="top")
        _draw(figure, plot, words)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": "Ringdesk", "Title": plain(title)})
    return out.getvalue()


def _below_title(figure: Figure, title: str) -> float:
    return 0.99 - (0.75 / figure.get_figheight() if title else 0)


def _height(plot: Plot, width: float) -> float:
    if plot.empty:
        return 2.0
    match plot.kind:
        case "figures":
            return 1.25 * -(-len(plot.panels) // 4)
        case "matrix":
            return max(2.2, 0.34 * len(plot.rows) + 1.1)
        case "bar" | "stacked" if not plot.times:
            return max(2.2, 0.34 * len(plot.categories) + 1.0)
        case _:
            return width * (0.36 if len(plot.panels) == 1 else 0.52)


def _draw(figure: Figure, plot: Plot, words: Wording) -> None:
    if plot.empty and plot.kind != "figures":
        axes = figure.subplots()
        axes.set_axis_off()
        axes.text(0.5, 0.5, "Nothing to show in this period", ha="center", va="center", fontsize=12, color=FAINT, transform=axes.transAxes)
        return
    drawer: Callable[[Figure, Plot, Wording], None] = {
        "figures": _figures,
        "matrix": _matrix,
    }.get(plot.kind, _upright if plot.times or plot.kind == "histogram" else _lying)
    drawer(figure, plot, words)
    if plot.note:
        figure.supxlabel(plot.note, fontsize=8, color=FAINT, x=0.99, ha="right")


def _upright(figure: Figure, plot: Plot, words: Wording) -> None:
    """Time or steps across."""
    ratios = [3, 2][: len(plot.panels)]
    drawn = figure.subplots(len(plot.panels), 1, sharex=True, squeeze=False, height_ratios=ratios)[:, 0]
    for axes, panel in zip(drawn, plot.panels, strict=True):
        across = _moments(plot.times) if plot.times else [float(at) for at in range(len(plot.categories))]
        _frame(axes, panel, words)
        if plot.kind == "line":
            _lines(axes, panel, across)
        else:
            _columns(axes, panel, across, stacked=plot.kind == "stacked")
        _from_nothing(axes, panel)
        _legend(axes, panel)
    last = drawn[-1]
    if plot.times:
        _clock(last, plot.times[0].tzinfo)
    else:
        step = -(-len(plot.categories) // 16)
        last.set_xticks(range(0, len(plot.categories), step), plot.categories[::step], rotation=30 if step > 1 else 0)
        last.set_xlabel(plot.axes[0])


def _moments(times: list[datetime]) -> list[float]:
    numbers: list[float] = dates.date2num(times).tolist()
    return numbers


def _clock(axes: Axes, zone: tzinfo | None) -> None:
    """Ticks at whole hours, days or months of the zone, each said as shortly as can be."""
    locator = dates.AutoDateLocator(tz=zone, minticks=3, maxticks=10)
    axes.xaxis.set_major_locator(locator)
    formats = ["%Y", "%b %Y", "%-d %b", "%H:%M", "%H:%M", "%S"]
    offsets = ["", "%Y", "%b %Y", "%a %-d %b %Y", "%a %-d %b %Y", "%a %-d %b %Y"]
    zeros = ["", "%b\n%Y", "%-d %b", "%a %-d %b", "%H:%M", "%H:%M"]
    shortest = dates.ConciseDateFormatter(locator, tz=zone, formats=formats, zero_formats=zeros, offset_formats=offsets)
    axes.xaxis.set_major_formatter(shortest)


def _lines(axes: Axes, panel: Panel, across: list[float]) -> None:
    ours = 0
    for series in panel.series:
        values = [float("nan") if value is None else value for value in series.values]
        if series.before:
            axes.plot(across, values, color=BEFORE, linestyle=(0, (2, 2)), linewidth=1.3, zorder=2)
            continue
        marker = MARKS[ours % len(MARKS)] if len(across) <= FEW else None
        axes.plot(
            across, values, color=COLOURS[ours % len(COLOURS)], linestyle=DASHES[ours % len(DASHES)], linewidth=1.8,
            marker=marker, markersize=4, zorder=3,
        )  # fmt: skip
        ours += 1


def _columns(axes: Axes, panel: Panel, across: list[float], *, stacked: bool) -> None:
    gap = min((after - before for before, after in itertools.pairwise(across)), default=1.0)
    width = gap * 0.84 / (1 if stacked else len(panel.series))
    floor = [0.0] * len(across)
    for number, series in enumerate(panel.series):
        values = [value or 0.0 for value in series.values]
        at = across if stacked else [x + (number - (len(panel.series) - 1) / 2) * width for x in across]
        axes.bar(at, values, width, bottom=floor if stacked else None, **_fill(series, number), zorder=3)
        floor = [below + value for below, value in zip(floor, values, strict=True)]


def _lying(figure: Figure, plot: Plot, words: Wording) -> None:
    """Bars from left to right beside names, the largest on top."""
    drawn = figure.subplots(1, len(plot.panels), sharey=True, squeeze=False)[0]
    places = list(range(len(plot.categories)))
    for axes, panel in zip(drawn, plot.panels, strict=True):
        _frame(axes, panel, words, across=True)
        thick = 0.78 / (1 if plot.kind == "stacked" else len(panel.series))
        floor = [0.0] * len(places)
        for number, series in enumerate(panel.series):
            values = [value or 0.0 for value in series.values]
            if plot.kind == "stacked":
                axes.barh(places, values, thick, left=floor, **_fill(series, number), zorder=3)
                floor = [below + value for below, value in zip(floor, values, strict=True)]
                continue
            at = [place + (number - (len(panel.series) - 1) / 2) * thick for place in places]
            bars = axes.barh(at, values, thick, **_fill(series, number), zorder=3)
            labels = [NOTHING if value is None else words.value(value, panel.unit) for value in series.values]
            axes.bar_label(bars, labels, padding=3, fontsize="small", color=FAINT)
        if plot.kind != "stacked":
            axes.margins(x=0.14)
        _from_nothing(axes, panel, across=True)
        axes.set_yticks(places, plot.categories)
        axes.set_ylim(len(places) - 0.4, -0.6)
        _legend(axes, panel)


def _fill(series: Series, number: int) -> dict[str, Any]:
    if series.before:
        return {"color": "#c9cfd5", "edgecolor": BEFORE, "linewidth": 0.5}
    return {"color": COLOURS[number % len(COLOURS)], "hatch": HATCHES[number % len(HATCHES)], "edgecolor": "white", "linewidth": 0.5}


def _matrix(figure: Figure, plot: Plot, words: Wording) -> None:
    panel = plot.panels[0]
    axes = figure.subplots()
    cells = [[float("nan") if value is None else value for value in series.values] for series in panel.series]
    top = max((value for series in panel.series for value in series.values if value is not None), default=1) or 1
    image = axes.imshow(cells, cmap=HEAT, aspect="auto", vmin=0, vmax=top)
    axes.set_xticks(range(len(plot.categories)), plot.categories)
    if max((len(name) for name in plot.categories), default=0) > 4:
        for tick in axes.get_xticklabels():
            tick.set(rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(plot.rows)), plot.rows)
    axes.set_xlabel(plot.axes[0])
    axes.set_ylabel(plot.axes[1])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_title(panel.title, loc="left")
    for y, series in enumerate(panel.series):
        for x, value in enumerate(series.values):
            if value is not None and (value or len(plot.categories) <= 24):
                text = words.value(value, panel.unit)
                if len(text) <= 6:
                    axes.text(x, y, text, ha="center", va="center", fontsize=7, color="white" if value > top * 0.55 else INK)
    bar = figure.colorbar(image, ax=axes, fraction=0.03, pad=0.01, format=_axis(panel.unit, words))
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_major_locator(_ticks(panel.unit))


def _figures(figure: Figure, plot: Plot, words: Wording) -> None:
    count = len(plot.panels)
    if not count:
        figure.text(0.5, 0.5, "Nothing to show in this period", ha="center", va="center", fontsize=12, color=FAINT)
        return
    across = min(4, count)
    drawn: list[Axes] = figure.subplots(-(-count // across), across, squeeze=False).flatten().tolist()
    for axes in drawn:
        axes.set_axis_off()
    for axes, panel in zip(drawn, plot.panels, strict=False):
        value = panel.series[0].values[0]
        axes.text(0.02, 0.92, plain(panel.title, 30), fontsize=9, color=FAINT, va="top", transform=axes.transAxes)
        axes.text(0.02, 0.62, words.value(value, panel.unit), fontsize=20, fontweight="bold", va="top", transform=axes.transAxes)
        if len(panel.series) > 1:
            before = panel.series[1].values[0]
            told = f"{words.value(before, panel.unit)} before  {words.change(value, before, panel.unit)}"
            axes.text(0.02, 0.16, told, fontsize=8.5, color=FAINT, va="top", transform=axes.transAxes)


def _frame(axes: Axes, panel: Panel, words: Wording, *, across: bool = False) -> None:
    axis = axes.xaxis if across else axes.yaxis
    axis.set_major_formatter(_axis(panel.unit, words))
    axis.set_major_locator(_ticks(panel.unit))
    axes.grid(axis="x" if across else "y", color=RULE, linewidth=0.7, zorder=0)
    axes.spines[["top", "right", "bottom" if across else "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    axes.set_title(panel.title + _unit(panel.unit), loc="left")


def _from_nothing(axes: Axes, panel: Panel, *, across: bool = False) -> None:
    """Axes begin at nothing, so that a small change does not look like a large one; shares end at their whole."""
    (axes.set_xlim if across else axes.set_ylim)(0, None)
    values = [value for series in panel.series for value in series.values if value is not None]
    if panel.unit == "seconds" and values:
        step = next((step for step in CLOCK if step * TICKS >= max(values)), CLOCK[-1] * -(-int(max(values)) // (CLOCK[-1] * TICKS)))
        (axes.xaxis if across else axes.yaxis).set_major_locator(MultipleLocator(step))
    if panel.unit == "share" and values and 0.5 < max(values) <= 1:
        (axes.set_xlim if across else axes.set_ylim)(0, 1.15 if across else 1.02)


def _unit(unit: str) -> str:
    return {"seconds": " (h:mm:ss)", "share": " (%)", "per_hour": " (per hour)", "erlangs": " (erlangs)"}.get(unit, "")


def _axis(unit: str, words: Wording) -> FuncFormatter:
    if unit == "share":
        return FuncFormatter(lambda value, _: f"{words.number(value * 100, 0)}%")
    if unit == "seconds":
        return FuncFormatter(lambda value, _: words.value(value, unit))
    return FuncFormatter(lambda value, _: words.number(value, 0 if float(value).is_integer() else 1))


def _ticks(unit: str) -> MaxNLocator:
    return MaxNLocator(nbins=TICKS, steps=[1, 2, 2.5, 5, 10], integer=unit in ("count", "seconds"))


def _legend(axes: Axes, panel: Panel) -> None:
    """Where there is more than one; it says what the title would. The names are set afterwards, since matplotlib leaves out one that
    begins with an underscore."""
    if len(panel.series) < 2:
        return
    handles: list[Any] = [*axes.lines] or [container[0] for container in axes.containers]
    legend = axes.legend(
        handles, [f"series {number}" for number in range(len(handles))], loc="lower left", bbox_to_anchor=(-0.01, 1), ncols=4,
        frameon=False, fontsize="small", borderaxespad=0.1, handlelength=2.4, columnspacing=1.4,
    )  # fmt: skip
    for text, series in zip(legend.get_texts(), panel.series, strict=True):
        text.set_text(series.label)
    if all(series.label in panel.title or series.before for series in panel.series):
        axes.set_title("", loc="left")
    else:
        axes.set_title(panel.title + _unit(panel.unit), loc="left", pad=8 + 14 * -(-len(panel.series) // 4))

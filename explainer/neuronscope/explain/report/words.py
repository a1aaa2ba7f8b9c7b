"""How numbers and names of the report are said, the same in a terminal and on a page: values in, text out. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from neuronscope.explain.report.nouns import (
    Average,
    Comparison,
    ExplainerReport,
    ExplanationReport,
    Interval,
    RunCost,
    TotalCost,
)

NOTHING = "-"
BASELINE_NAMES = {"lookup": "token lookup", "shuffled": "shuffled explanation"}
_SCORE_NAMES = {
    "correlation": "correlation, top and random",
    "correlation_top": "correlation, top only",
    "correlation_random": "correlation, random only",
    "explained_variance": "explained variance (uncentred)",
    "r_squared": "R squared (centred)",
    "absolute_deviation_explained": "absolute deviation explained",
    "detection_auc": "detection, AUC",
    "fuzzing_auc": "fuzzing, AUC",
}


def score_name(name: str) -> str:
    """``detection_balanced_accuracy`` as "detection, balanced accuracy"."""
    if name in _SCORE_NAMES:
        return _SCORE_NAMES[name]
    return name.replace("_", ", ", 1).replace("_", " ") if name.startswith(("detection_", "fuzzing_")) else name


def number(value: float | None, *, signed: bool = False) -> str:
    """Three decimals, as the published scores have; what is undefined is a dash."""
    if value is None:
        return NOTHING
    said = f"{value:+.3f}" if signed else f"{value:.3f}"
    return said.lstrip("+-") if float(said) == 0 else said


def interval(ends: Interval | None, *, signed: bool = False) -> str:
    """``0.041 to 0.163``."""
    return NOTHING if ends is None else f"{number(ends[0], signed=signed)} to {number(ends[1], signed=signed)}"


def share(part: int, whole: int) -> str:
    """``12 of 40 (30%)``."""
    return f"{part:,} of {whole:,} ({percent(part, whole)})" if whole else NOTHING


def percent(part: int, whole: int) -> str:
    """Whole percents; what is not none or all is never said to be."""
    if not whole:
        return NOTHING
    rounded = round(100 * part / whole)
    if rounded == 0 and part:
        return "<1%"
    return ">99%" if rounded == 100 and part < whole else f"{rounded}%"


def count(value: int, noun: str) -> str:
    """``1 unit``, ``2 units``."""
    return f"{value:,} {noun}{'' if value == 1 else 's'}"


def listed(names: Sequence[object], *, most: int = 12) -> str:
    """``2, 9, 16``; the rest of a long list as how many they are."""
    shown = ", ".join(map(str, names[:most]))
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def short_names(report: ExplanationReport) -> list[str]:
    """``1 pairs``: what each explainer is called once its label was read."""
    return [f"{place} {_short(one)}" for place, one in enumerate(report.explainers, start=1)]


def _short(one: ExplainerReport) -> str:
    if one.explainer is None:
        return one.author or "unknown author"
    return {"tokens": "token lookup", "person": "a person"}.get(one.explainer, one.explainer)


def layers(report: ExplanationReport) -> str:
    """``layers 2, 9, 16``, or ``layer 3``."""
    whole = report.layers
    if len(whole) > 2 and whole == list(range(whole[0], whole[-1] + 1)):
        return f"layers {whole[0]} to {whole[-1]}"
    return f"{'layer' if len(whole) == 1 else 'layers'} {listed(whole)}"


def average(one: Average) -> str:
    """``0.101 (0.041 to 0.163)``."""
    return number(one.mean) if one.mean_interval is None else f"{number(one.mean)} ({interval(one.mean_interval)})"


def reference(report: ExplanationReport) -> str:
    """What others published, and that it is no comparison."""
    points = "; ".join(f"{point.name} {point.value:g}" for point in report.reference)
    return (
        f"Published reference points: {report.reference[0].about}: {points}. They are of other units and other models, "
        "for orientation and not for comparison."
    )


def difference(one: Comparison) -> str:
    """``+0.051 (+0.002 to +0.101)``, or why there is none."""
    if one.difference is None:
        return one.reason or NOTHING
    ends = "" if one.interval is None else f" ({interval(one.interval, signed=True)})"
    return f"{number(one.difference, signed=True)}{ends}"


def dollars(cost: RunCost | TotalCost) -> str:
    """``$1.23``; small sums with the digits that they need."""
    if cost.cost is None:
        return "not known"
    return f"${cost.cost:,.2f}" if cost.cost >= 1 or cost.cost == 0 else f"${cost.cost:.2g}"


def duration(seconds: float) -> str:
    """``48 s``, ``3 min 20 s``, ``2 h 5 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"

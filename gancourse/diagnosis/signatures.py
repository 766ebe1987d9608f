"""Signatures: which metrics a fault moves, which way, and how surely. Light, so that `gancourse read` is quick.

A metric has moved where it lies outside the range it had in healthy runs. A fault's signature is what it moved the
same way in each of a few runs. Ranges and signatures come from some seeds of the lab's record, and are counted on
others: how often a fault is found by its signature, and how often a healthy run is taken for ill.
"""

from collections import Counter
from functools import cached_property

import numpy as np

from gancourse import GancourseError
from gancourse.evaluation.metric import Metric
from gancourse.evaluation.suites import FACE_METRICS, FACES, LABELLED, POINT_METRICS
from gancourse.history import LOGITS
from gancourse.runs.record import committed, read_record

RECORD = "diagnosis"
HEALTHY = "healthy"
MARGIN = 0.5  # of the healthy range's width, on either side of it
LEAST = 0.02  # of the largest healthy value: half the width that a range has at least
SHARE = 0.75  # of a signature that must have moved for it to be found

_DIGITS, _FACES = LABELLED.metrics, FACES.metrics

# What the lab knows of a run: its log's numbers, how far the weights have come, and the suites' metrics of its samples.
LOGGED = (
    Metric("d_loss", "D's loss"),
    Metric("g_loss", "G's loss"),
    Metric("real_score", "D's score of real images"),
    Metric("fake_score", "D's score of fakes"),
    Metric("d_swing", "change of D's loss from step to step"),
    Metric("g_swing", "change of G's loss from step to step"),
)
WEIGHTS = (
    Metric("d_moved", "how far D's weights have come"),
    Metric("g_moved", "how far G's weights have come"),
)
METRICS = {
    **{metric.key: metric for metric in (*LOGGED, *WEIGHTS)},
    "auc_training_held_out": _FACES["discriminator.auc_training_held_out"],
    "agreement": _DIGITS["agreement"],
    "spread_ratio": _FACES["spread_ratio"],
    **{name: _DIGITS[f"features.{name}"] for name in ("frechet", "precision", "recall")},
    **{metric.key: metric for metric in FACE_METRICS},
    "memorisation_ratio": _FACES["memorisation.ratio"],
    **{metric.key: metric for metric in POINT_METRICS},
}
IN_LOG = tuple(metric.key for metric in LOGGED)


def log_metrics(columns: dict, by_step: bool = True) -> dict[str, float]:
    """The metrics that the end of a training log gives.

    Parameters
    ----------
    columns : dict of ndarray, (N,)
        d_loss, g_loss, real_score, fake_score, as far as the log has them; others are ignored. With D's logits instead
        of scores the losses are of another game than the lab's, and give no measures.
    by_step : bool
        One entry a step. The change from step to step is not to be had of means over an epoch.

    Returns
    -------
    dict
        Means over the last tenth of the entries, at least ten, and the mean absolute change between two steps there.
    """
    if columns.keys() & set(LOGITS[2:]):
        return {}
    count = len(next(iter(columns.values())))
    last = slice(-max(10, -(-count // 10)), None)
    found = {name: float(columns[name][last].mean()) for name in IN_LOG[:4] if name in columns}
    for loss, swing in (("d_loss", "d_swing"), ("g_loss", "g_swing")):
        if by_step and loss in columns and count > 1:
            found[swing] = float(np.abs(np.diff(columns[loss][last])).mean())
    return found


def healthy_range(values, margin: float = MARGIN) -> tuple[float, float]:
    """From the least to the largest of healthy runs' values, and `margin` times the width more on either side.

    Values that hardly differ would make a range that nothing fits: it is at least 2 % of the largest wide on either
    side of the middle.
    """
    values = np.asarray(values, float)
    if not len(values) or not np.isfinite(values).all():
        raise GancourseError("a healthy range needs finite values of at least one run")
    low, high = values.min(), values.max()
    half = max((high - low) * (0.5 + margin), LEAST * np.abs(values).max())
    return float((low + high) / 2 - half), float((low + high) / 2 + half)


def signs(values: dict, ranges: dict) -> dict[str, int]:
    """For each metric that has a range: -1 below it, 1 above it, 0 inside; what is not finite counts as above."""
    moved = {}
    for name in values.keys() & ranges.keys():
        low, high = ranges[name]
        value = values[name]
        moved[name] = 1 if not np.isfinite(value) or value > high else -1 if value < low else 0
    return {name: moved[name] for name in METRICS if name in moved}


def signature(runs: list[dict[str, int]]) -> dict[str, int]:
    """What moved, and the same way, in every one of the runs, given as their `signs`."""
    return {
        name: way
        for name, way in runs[0].items()
        if way and all(run.get(name) == way for run in runs)
    }


def match(moved: dict[str, int], known: dict[str, int]) -> float:
    """The share of a signature that has moved its way, 0 to 1; 0 for an empty signature."""
    return sum(moved.get(name) == way for name, way in known.items()) / len(known) if known else 0.0


def profile(runs: list[dict[str, int]]) -> dict[str, float]:
    """The mean of each metric's sign over runs, -1 to 1."""
    return {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}


def unlikeness(moved: dict[str, int], known: dict[str, float]) -> float:
    """The mean absolute difference of a run's signs from a profile: 0 if they are the same, 2 if all are opposite.

    Over the measures that both have: a run with another objective than the lab's has none of its losses and scores.
    """
    shared = [name for name in known if name in moved]
    return float(np.mean([abs(moved[name] - known[name]) for name in shared]))


class Lab:
    """The lab's record: every run's metrics, split into seeds that set thresholds and seeds that are counted.

    Parameters
    ----------
    record : dict
        As `studies/diagnosis.py` writes it; by default the committed one.
    """

    def __init__(self, record: dict | None = None):
        self.record = read_record(committed(RECORD)) if record is None else record
        self.faults = self.record["faults"]
        self.systems = tuple(self.record["systems"])

    def title(self, arm: str) -> str:
        """What a diagnosis calls a fault, or HEALTHY."""
        return HEALTHY if arm == HEALTHY else self.faults[arm]["title"]

    def runs(self, arm: str, system: str, counted: bool) -> list[dict]:
        """The runs of a fault, or of HEALTHY, of the seeds that are counted or of those that set thresholds."""
        return [
            run
            for run in self.record["runs"]
            if (run["arm"], run["system"], run["counted"]) == (arm, system, counted)
        ]

    @cached_property
    def ranges(self) -> dict[str, dict[str, tuple[float, float]]]:
        """For each system and metric the healthy range."""
        return {system: self._ranges(system) for system in self.systems}

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """The metrics that the record's runs have; the suites may have gained others since."""
        measured = set().union(*self.ranges.values())
        return {name: metric for name, metric in METRICS.items() if name in measured}

    @cached_property
    def log_ranges(self) -> dict[str, tuple[float, float]]:
        """For a log of which nothing is known, from the lowest end of the systems' ranges to the highest."""
        every = self.ranges.values()
        return {
            name: (min(each[name][0] for each in every), max(each[name][1] for each in every))
            for name in IN_LOG
        }

    @cached_property
    def signatures(self) -> dict[str, dict[str, int]]:
        """For each fault what it moves, and which way, in all runs that set it."""
        return {name: signature(self._setting(name)) for name in self.faults}

    @cached_property
    def profiles(self) -> dict[str, dict[str, float]]:
        """For each fault the mean of each metric's sign over the same runs."""
        return {name: profile(self._setting(name)) for name in self.faults}

    def _setting(self, name: str) -> list[dict[str, int]]:
        return [self.signs(run) for run in self.runs(name, self.faults[name]["system"], False)]

    def signs(self, run: dict) -> dict[str, int]:
        """What has moved in one run of the record."""
        return signs(run["metrics"], self.ranges[run["system"]])

    def found(self, system: str, values: dict) -> dict[str, float]:
        """The faults of `system` whose signature is found, and how unlike their profile the run is; the likest first.

        Only faults that do harm: a change that moves a loss and leaves the samples as they are is no illness.
        """
        moved = signs(values, self.ranges[system])
        unlike = {
            name: unlikeness(moved, self.profiles[name])
            for name, fault in self.faults.items()
            if fault["system"] == system
            and self.harmful[name]
            and match(moved, self.signatures[name]) >= SHARE
        }
        return dict(sorted(unlike.items(), key=lambda item: item[1]))

    @cached_property
    def harm(self) -> dict[str, dict[str, int]]:
        """For each fault the metrics of the samples that got worse, and in how many of the counted runs."""
        return {
            name: dict(
                Counter(
                    metric
                    for run in self.runs(name, fault["system"], True)
                    for metric, way in self.signs(run).items()
                    if way and way == -METRICS[metric].better
                ).most_common()
            )
            for name, fault in self.faults.items()
        }

    @cached_property
    def harmful(self) -> dict[str, bool]:
        """Whether a fault made some metric of the samples worse in each of the runs that set the thresholds."""
        return {
            name: any(way == -METRICS[metric].better for metric, way in known.items())
            for name, known in self.signatures.items()
        }

    def counts(self) -> dict[str, dict]:
        """For each fault, of how many counted runs: samples worse, signature found, and named first."""
        table = {}
        for name, fault in self.faults.items():
            runs = self.runs(name, fault["system"], True)
            named = [list(self.found(run["system"], run["metrics"])) for run in runs]
            worst = max(self.harm[name].values(), default=0)
            table[name] = {
                "runs": len(runs),
                "worse": worst,
                "found": sum(name in each for each in named),
                "named": sum(each[:1] == [name] for each in named),
            }
        return table

    def false_alarms(self) -> dict[str, tuple[int, int]]:
        """For each system: healthy counted runs in which some signature is found, and how many there are."""
        return {
            system: (
                sum(bool(self.found(system, run["metrics"])) for run in runs),
                len(runs),
            )
            for system in self.systems
            for runs in [self.runs(HEALTHY, system, True)]
        }

    @cached_property
    def logs(self) -> list[tuple[str, dict[str, int]]]:
        """Of each counted run its arm, and what a reader of its log alone sees moved."""
        return [
            (run["arm"], signs(run["metrics"], self.log_ranges))
            for run in self.record["runs"]
            if run["counted"]
        ]

    def like(self, values: dict) -> dict:
        """Which of the lab's counted runs have a log like this one.

        Parameters
        ----------
        values : dict
            Of `log_metrics`; at least one of them.

        Returns
        -------
        dict
            moved: what lies outside the healthy ranges of all three systems, and which way. alike: the runs whose log
            differs from it in the fewest metrics, a Counter by fault or HEALTHY. differing: in how many those
            differ, 0 where they moved in just the same way.
        """
        moved = signs(values, self.log_ranges)
        return {"moved": moved} | _most_alike(moved, self.logs)

    @cached_property
    def log_names(self) -> list[tuple[str, str]]:
        """For each counted run its arm, and the arm that its log alone suggests when the other runs are asked."""
        names = []
        for i, (arm, moved) in enumerate(self.logs):
            others = self.logs[:i] + self.logs[i + 1 :]
            names.append((arm, rank(_most_alike(moved, others)["alike"], others)[0]))
        return names

    @cached_property
    def log_accuracy(self) -> tuple[int, int]:
        """Of how many counted runs the log alone suggests the right arm, and how many there are."""
        return sum(arm == named for arm, named in self.log_names), len(self.log_names)

    def _ranges(self, system: str) -> dict[str, tuple[float, float]]:
        runs = [run["metrics"] for run in self.runs(HEALTHY, system, False)]
        return {name: healthy_range([run[name] for run in runs]) for name in runs[0]}


def rank(alike: Counter, logs) -> list[str]:
    """The arms of runs that look alike: first the one with the largest share of its own runs among them, then by
    their number, so that where nothing tells them apart the healthy runs come first."""
    total = Counter(arm for arm, _ in logs)
    return sorted(alike, key=lambda arm: (-alike[arm] / total[arm], -alike[arm]))


def _most_alike(moved: dict[str, int], logs) -> dict:
    """Of (arm, signs) those that differ from `moved` in the fewest of its metrics."""
    differing = [sum(other[name] != way for name, way in moved.items()) for _, other in logs]
    least = min(differing)
    alike = Counter(arm for (arm, _), each in zip(logs, differing, strict=True) if each == least)
    return {"alike": alike, "differing": least}

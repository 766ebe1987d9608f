"""Signatures: which metrics a fault moves, in which direction, and how reliably.

A metric has moved if it lies outside its range in healthy runs. A fault's signature is what it moved in the same
direction in each of a few runs. Ranges and signatures come from some seeds of the committed record and are tested on
others: how often a fault is found by its signature, and how often a healthy run is taken for a faulty one. The module
needs no framework, so `gancourse read` starts quickly.
"""

from collections import Counter
from functools import cached_property

import numpy as np

from gancourse import GancourseError
from gancourse.diagnosis.effects import Effect, effect
from gancourse.diagnosis.likeness import HEALTHY, most_alike, rank
from gancourse.evaluation.metric import Metric
from gancourse.evaluation.suites import FACE_METRICS, FACES, LABELLED, POINT_METRICS
from gancourse.history import LOGITS
from gancourse.runs.record import committed, read_record

RECORD = "diagnosis"
MARGIN = 0.5  # added on either side of the healthy range, as a share of its width
LEAST = 0.02  # the smallest half-width of a range, as a share of the largest healthy value
SHARE = 0.75  # the share of a signature that must have moved for it to be found

_DIGITS, _FACES = LABELLED.metrics, FACES.metrics

# What is measured of a run: the numbers in its log, how far the weights have moved, the suites' metrics of its samples.
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
        d_loss, g_loss, real_score and fake_score, as far as the log has them; others are ignored. A log with D's logits
        instead of scores comes from another objective than the record's, and gives no metrics.
    by_step : bool
        Whether there is one entry per step. Means over an epoch do not show the change from step to step.

    Returns
    -------
    dict of float
        Means over the last tenth of the entries (at least ten), and the mean absolute change between two steps there.
    """
    if columns.keys() & set(LOGITS[2:]):
        return {}
    count = len(next(iter(columns.values())))
    last = slice(-max(10, -(-count // 10)), None)
    means = {name: float(columns[name][last].mean()) for name in IN_LOG[:4] if name in columns}
    swings = {}
    for loss, swing in (("d_loss", "d_swing"), ("g_loss", "g_swing")):
        if by_step and loss in columns and count > 1:
            swings[swing] = float(np.abs(np.diff(columns[loss][last])).mean())
    return means | swings


def healthy_range(values, margin: float = MARGIN) -> tuple[float, float]:
    """The smallest to the largest of healthy runs' values, widened on either side by `margin` times the width.

    Values that hardly differ would make a range that nothing fits, so it reaches at least 2 % of the largest absolute
    value to either side of its middle.

    Parameters
    ----------
    values : sequence of float
        One metric's values in healthy runs.
    margin : float
        How much is added on either side, as a share of the width.

    Returns
    -------
    tuple of float
        The two ends of the range.

    Raises
    ------
    GancourseError
        If there are no values, or if one of them is not finite.
    """
    values = np.asarray(values, float)
    if not len(values) or not np.isfinite(values).all():
        raise GancourseError("a healthy range needs finite values of at least one run")
    low, high = values.min(), values.max()
    half = max((high - low) * (0.5 + margin), LEAST * np.abs(values).max())
    return float((low + high) / 2 - half), float((low + high) / 2 + half)


def signs(values: dict, ranges: dict) -> dict[str, int]:
    """For each metric that has a range: -1 below it, 1 above it, 0 inside; a value that is not finite counts as above.

    Parameters
    ----------
    values : dict of float
        A run's metrics.
    ranges : dict of tuple
        The healthy range of each metric.
    """
    moved = {}
    for name in values.keys() & ranges.keys():
        low, high = ranges[name]
        value = values[name]
        moved[name] = 1 if not np.isfinite(value) or value > high else -1 if value < low else 0
    return {name: moved[name] for name in METRICS if name in moved}


def signature(runs: list[dict[str, int]]) -> dict[str, int]:
    """What moved in the same direction in every run; each run is given by its `signs`."""
    return {
        name: way
        for name, way in runs[0].items()
        if way and all(run.get(name) == way for run in runs)
    }


def match(moved: dict[str, int], expected: dict[str, int]) -> float:
    """The share of a signature that has moved in its direction, 0 to 1; 0 for an empty signature.

    Parameters
    ----------
    moved : dict of int
        A run's `signs`.
    expected : dict of int
        The signature.
    """
    if not expected:
        return 0.0
    hits = sum(moved.get(name) == way for name, way in expected.items())
    return hits / len(expected)


def profile(runs: list[dict[str, int]]) -> dict[str, float]:
    """The mean of each metric's sign over runs, -1 to 1; each run is given by its `signs`."""
    return {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}


def unlikeness(moved: dict[str, int], expected: dict[str, float]) -> float:
    """The mean absolute difference of a run's signs from a profile: 0 if they are the same, 2 if all are opposite.

    Only metrics that both have count: a run with another objective than the record's has none of its losses and scores.

    Parameters
    ----------
    moved : dict of int
        A run's `signs`.
    expected : dict of float
        The profile.
    """
    shared = [name for name in expected if name in moved]
    return float(np.mean([abs(moved[name] - expected[name]) for name in shared]))


class Diagnosis:
    """A record of healthy and faulty runs, split into seeds that set thresholds and seeds that are counted.

    Parameters
    ----------
    record : dict, optional
        A record as `studies/diagnosis.py` writes it; by default the committed one.
    """

    def __init__(self, record: dict | None = None):
        self.record = read_record(committed(RECORD)) if record is None else record
        self.faults = self.record["faults"]
        self.systems = tuple(self.record["systems"])

    def title(self, arm: str) -> str:
        """The title of a fault, or HEALTHY for the arm of that name."""
        return HEALTHY if arm == HEALTHY else self.faults[arm]["title"]

    def runs(self, arm: str, system: str, counted: bool) -> list[dict]:
        """The runs of an arm: those with the seeds that are counted, or those with the seeds that set thresholds.

        Parameters
        ----------
        arm : str
            The name of a fault, or HEALTHY.
        system : str
            The name of a system.
        counted : bool
            Whether to return the counted runs.
        """
        return [
            run
            for run in self.record["runs"]
            if (run["arm"], run["system"], run["counted"]) == (arm, system, counted)
        ]

    @cached_property
    def ranges(self) -> dict[str, dict[str, tuple[float, float]]]:
        """The healthy range of each metric, for each system."""
        return {system: self._ranges(system) for system in self.systems}

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """The metrics that the record's runs have; the suites may have gained others since."""
        measured = set().union(*self.ranges.values())
        return {name: metric for name, metric in METRICS.items() if name in measured}

    @cached_property
    def log_ranges(self) -> dict[str, tuple[float, float]]:
        """The ranges for a log whose system is unknown: each reaches over the ranges of all systems."""
        systems = self.ranges.values()
        return {
            name: (min(s[name][0] for s in systems), max(s[name][1] for s in systems))
            for name in IN_LOG
        }

    @cached_property
    def signatures(self) -> dict[str, dict[str, int]]:
        """The signature of each fault."""
        return {name: signature(self._setting_signs(name)) for name in self.faults}

    @cached_property
    def profiles(self) -> dict[str, dict[str, float]]:
        """The profile of each fault, over the runs that set its signature."""
        return {name: profile(self._setting_signs(name)) for name in self.faults}

    def _setting_signs(self, name: str) -> list[dict[str, int]]:
        """The signs of the runs that set a fault's signature."""
        return [self.signs(run) for run in self.runs(name, self.faults[name]["system"], False)]

    def signs(self, run: dict) -> dict[str, int]:
        """The signs of one run of the record, by its system's ranges."""
        return signs(run["metrics"], self.ranges[run["system"]])

    def matches(self, system: str, values: dict) -> dict[str, float]:
        """The faults whose signature a run shows, and how unlike their profile it is; the most similar fault first.

        Only faults that do harm count: a change that moves a loss and leaves the samples as they are is not one.

        Parameters
        ----------
        system : str
            The run's system; only its faults are looked for.
        values : dict of float
            The run's metrics.
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
        """For each fault, the metrics of the samples that got worse and in how many of the counted runs they did."""
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
        """Whether a fault made some metric of the samples worse in each of the runs that set its signature."""
        return {
            name: any(way == -METRICS[metric].better for metric, way in signature.items())
            for name, signature in self.signatures.items()
        }

    def counts(self) -> dict[str, dict]:
        """For each fault: the number of counted runs, and of those with worse samples, with it found, named first."""
        table = {}
        for name, fault in self.faults.items():
            runs = self.runs(name, fault["system"], True)
            matches = [list(self.matches(run["system"], run["metrics"])) for run in runs]
            worst = max(self.harm[name].values(), default=0)
            table[name] = {
                "runs": len(runs),
                "worse": worst,
                "found": sum(name in matching for matching in matches),
                "named": sum(matching[:1] == [name] for matching in matches),
            }
        return table

    def false_alarms(self) -> dict[str, tuple[int, int]]:
        """For each system: in how many healthy counted runs some signature is found, and how many runs there are."""
        return {
            system: (
                sum(bool(self.matches(system, run["metrics"])) for run in runs),
                len(runs),
            )
            for system in self.systems
            for runs in [self.runs(HEALTHY, system, True)]
        }

    @cached_property
    def logs(self) -> list[tuple[str, dict[str, int]]]:
        """The arm of each counted run, and the signs that its log alone shows."""
        return [
            (run["arm"], signs(run["metrics"], self.log_ranges))
            for run in self.record["runs"]
            if run["counted"]
        ]

    def like(self, values: dict) -> dict:
        """Which of the counted runs have a log like this one.

        Parameters
        ----------
        values : dict of float
            The log's metrics, as `log_metrics` gives them; at least one of them.

        Returns
        -------
        dict
            moved: the log's signs, by the ranges over all three systems. alike: a Counter, by arm, of the runs whose
            logs differ from this one in the fewest metrics. differing: in how many metrics those differ, 0 if they all
            moved in the same direction.
        """
        moved = signs(values, self.log_ranges)
        return {"moved": moved} | most_alike(moved, self.logs)

    @cached_property
    def log_names(self) -> list[tuple[str, str]]:
        """The arm of each counted run, and the arm that its log alone suggests, judged by all other runs."""
        names = []
        for i, (arm, moved) in enumerate(self.logs):
            others = self.logs[:i] + self.logs[i + 1 :]
            names.append((arm, rank(most_alike(moved, others)["alike"], others)[0]))
        return names

    @cached_property
    def log_accuracy(self) -> tuple[int, int]:
        """For how many counted runs the log alone suggests the right arm, and how many there are."""
        return sum(arm == named for arm, named in self.log_names), len(self.log_names)

    def split_anew(self, rng: np.random.Generator) -> "Diagnosis":
        """The same runs with another choice of which half of each arm is counted."""
        groups: dict[tuple[str, str], list[dict]] = {}
        for run in self.record["runs"]:
            groups.setdefault((run["arm"], run["system"]), []).append(run)
        runs = []
        for group in groups.values():
            counted = set(rng.permutation(len(group))[: sum(run["counted"] for run in group)])
            runs += [run | {"counted": number in counted} for number, run in enumerate(group)]
        return Diagnosis(self.record | {"runs": runs})

    def effects(self, arm: str) -> dict[str, Effect]:
        """What a fault does to each metric of the samples: all of its runs against all healthy runs of its system."""
        system = self.faults[arm]["system"]
        ill, healthy = (
            [
                run["metrics"]
                for counted in (False, True)
                for run in self.runs(name, system, counted)
            ]
            for name in (arm, HEALTHY)
        )
        return {
            name: effect([run[name] for run in ill], [run[name] for run in healthy])
            for name, metric in self.metrics.items()
            if metric.better and name in self.ranges[system]
        }

    def _ranges(self, system: str) -> dict[str, tuple[float, float]]:
        runs = [run["metrics"] for run in self.runs(HEALTHY, system, False)]
        return {name: healthy_range([run[name] for run in runs]) for name in runs[0]}

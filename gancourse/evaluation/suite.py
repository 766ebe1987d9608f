"""A suite: parts, each with the metrics that are taken together; it measures samples, and shows what it measured."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gancourse import GancourseError
from gancourse.evaluation.metric import Metric
from gancourse.evaluation.samples import Samples


@dataclass(frozen=True)
class Part:
    """Metrics that are taken together, because they share what they are taken with.

    Attributes
    ----------
    name : str
        The name of their card within the suite's card; empty if they stand in the suite's card itself.
    title : str
        What the command calls it.
    metrics : tuple of Metric
        Their keys are places in the part's card.
    measure : function
        From `Samples` to the part's card.
    applies : function
        From `Samples` to whether the part has anything to say of them.
    needs : str
        The package that it cannot do without, if any. Where that is missing, the suite leaves the part out and says so.
    of_run : bool
        Whether it takes the run itself, with D. A published run has none: its card keeps what it was published with.
    on_request : bool
        Whether it is only taken when asked for by its name.
    """

    name: str
    title: str
    metrics: tuple[Metric, ...]
    measure: Callable[[Samples], dict]
    applies: Callable[[Samples], bool] = lambda samples: True
    needs: str = ""
    of_run: bool = False
    on_request: bool = False

    @property
    def missing(self) -> bool:
        """Whether the package that it needs is not installed."""
        try:
            return bool(self.needs) and not importlib.import_module(self.needs)
        except ImportError:
            return True


@dataclass(frozen=True)
class Suite:
    """The metrics that apply to one kind of data.

    Attributes
    ----------
    name : str
        The kind of data, as `DatasetSpec.suite` names it.
    parts : tuple of Part
        The parts, in the order in which the command shows them.
    most : int or None
        The most samples that are measured: more would change little and cost minutes.
    a_class : int
        The fewest samples of each class that it needs.
    """

    name: str
    parts: tuple[Part, ...]
    most: int | None = None
    a_class: int = 0

    @property
    def metrics(self) -> dict[str, Metric]:
        """Every metric by its place in the suite's card."""
        return {
            f"{part.name}.{metric.key}".lstrip("."): metric
            for part in self.parts
            for metric in part.metrics
        }

    def count(self, wanted: int, classes: int) -> int:
        """How many samples to draw where `wanted` are asked for.

        Raises
        ------
        GancourseError
            Too few of each class.
        """
        if wanted < self.a_class * classes:
            raise GancourseError(
                f"{wanted} samples are too few: the spread within {classes} classes needs {self.a_class} of each"
            )
        return min(wanted, self.most or wanted)

    def measure(self, samples: Samples, requested: Sequence[str] = (), earlier=None) -> dict:
        """Every metric of the suite that applies to these samples.

        Parameters
        ----------
        samples : Samples
            What is measured.
        requested : sequence of str
            Names of parts that are only taken on request.
        earlier : dict, optional
            The card of the same run from before. Of a published run it keeps what only the run itself could tell, if
            the samples are the same.

        Returns
        -------
        dict
            The values, with cards within it for the parts that have a name; settings, of the suite and of the
            parts without a name; left_out, where a package is missing: each part that was left out, and what it needs.
            Ready for JSON.
        """
        earlier = earlier or {}
        same = earlier.get("settings", {}).get("noise_seed") == samples.seed
        card, left_out = {}, {}
        settings = {"data": samples.trained_on, "noise_seed": samples.seed, "ema": samples.ema}
        for part in self.parts:
            if part.on_request and part.name not in requested:
                continue
            if not part.applies(samples):
                if part.of_run and samples.logits is None and same and part.name in earlier:
                    card[part.name] = earlier[part.name]
            elif part.missing:
                left_out[part.title] = part.needs
            elif part.name:
                card[part.name] = part.measure(samples)
            else:
                values = part.measure(samples)
                settings = values.pop("settings") | settings
                card |= values
        return card | {"settings": settings} | ({"left_out": left_out} if left_out else {})

    def lines(self, card: dict) -> list[str]:
        """A card as text: for each metric that it has its value and what real data have."""
        shown = [_conditions(card["settings"])]
        for part in self.parts:
            inner = card.get(part.name, {}) if part.name else card
            lines = [
                metric.line(inner) for metric in part.metrics if metric.value(inner) is not None
            ]
            if part.name and lines:
                extractor = inner.get("settings", {}).get("extractor")
                shown.append(f"{part.title}{f': {extractor}' if extractor else ''}")
                lines = [f"  {line}" for line in lines]
            shown += lines
        for title, package in card.get("left_out", {}).items():
            shown.append(f"left out: {title} (needs {package}: pip install {package})")
        return shown


def _conditions(settings: dict) -> str:
    weights = "the average of the weights" if settings["ema"] else "the weights as they are"
    return f"{settings['samples']:,} samples, drawn with {weights} and noise of seed {settings['noise_seed']}"

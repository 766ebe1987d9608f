"""A metric as a card, a table and the command show it: where it stands in the card, and how to read it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """One metric: its place in a card, and what must be known to read its value.

    Attributes
    ----------
    key : str
        Its place in the card: a name, or names joined by dots where it lies in a card within the card.
    title : str
        What a table calls it.
    unit : str
        What a value of 1 means, such as "standard deviations"; empty for a share, a ratio or a square of features.
    better : {1, -1, 0}
        1 if higher is better, -1 if lower is, 0 if it says nothing about the samples' quality.
    floor : str, float or None
        What real data have: a place in the card, or the value itself; None where there is none.
    form : str
        The format of a number.
    of : function or None
        How it is taken: from (`Reference`, images) to float, or to a dict of floats, such as a value for each size,
        whose mean then counts. None where it is taken together with others.
    digits : int
        Digits after the point that a card keeps of what `of` gives.
    settings : str
        What `of` was set to, for the card; results with other settings are not compared.
    """

    key: str
    title: str
    unit: str = ""
    better: int = 0
    floor: str | float | None = None
    form: str = ".3f"
    of: Callable | None = None
    digits: int = 3
    settings: str = ""

    def value(self, card: dict):
        """Its value in a card, or None if the card does not have it."""
        return look_up(card, self.key)

    def floor_value(self, card: dict):
        """What real data have, by a card that has this metric; None where that is not known."""
        return look_up(card, self.floor) if isinstance(self.floor, str) else self.floor

    def line(self, card: dict) -> str:
        """One line on its value in a card and its floor, as "sliced Wasserstein distance 5.66, real data 2.34".

        Beside the value stand its standard deviation and its values by level, if the card has them.
        """
        unit = f" {self.unit}" if self.unit else ""
        text = f"{self.title:<40}{self._shown(self.value(card))}{unit}"
        std, levels = (look_up(card, f"{self.key}_{what}") for what in ("std", "by_level"))
        if std is not None:
            text += f" ± {std:.2g}"
        if levels is not None:
            text += f" ({self._shown(levels)})"
        floor = self.floor_value(card)
        return text if floor is None else f"{text}, real data {self._shown(floor)}"

    def _shown(self, value) -> str:
        if isinstance(value, dict):
            return ", ".join(f"{name}: {self._shown(part)}" for name, part in value.items())
        if isinstance(value, list):
            return ", ".join(map(self._shown, value)) or "none"
        return value if isinstance(value, str) else format(value, self.form)


def look_up(card: dict, place: str):
    """What stands at "a.b.c" in a card of cards, or None."""
    for name in place.split("."):
        if not isinstance(card, dict) or name not in card:
            return None
        card = card[name]
    return card

"""A result: metrics, together with the settings that they were measured with.

A distance of features is a number about images, extractor, resizing, number of images and seed at once, and changes
with each of them. So a result carries its settings, and two results are compared only where these are the same.
"""

from dataclasses import dataclass

from gancourse import GancourseError


@dataclass(frozen=True)
class Result:
    """Metrics, and the settings that they were measured with.

    Attributes
    ----------
    values : dict of str to float
        The value of each metric, by its key.
    settings : dict
        Everything that the values depend on, as JSON holds it.
    """

    values: dict[str, float]
    settings: dict

    def as_dict(self) -> dict:
        """The card for a record: the values, and "settings". Ready for JSON."""
        return {**self.values, "settings": dict(self.settings)}

    @classmethod
    def of(cls, card: dict) -> "Result":
        """The result in a card: its numbers, and its settings. Lists, texts and cards within it are left out.

        Raises
        ------
        GancourseError
            A card without settings: nothing can be compared with it.
        """
        if not isinstance(card.get("settings"), dict):
            raise GancourseError(
                "this card has no settings, so it does not say how it was measured: measure it again"
            )
        values = {
            name: float(value)
            for name, value in card.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        }
        return cls(values, dict(card["settings"]))

    def against(self, other: "Result", but=()) -> dict[str, float]:
        """How much higher `other` is, in each metric that both have.

        Parameters
        ----------
        other : Result
            What is compared with this one.
        but : sequence of str
            Settings that differ on purpose, as ("ema",) does where weights and their moving average are compared.

        Raises
        ------
        GancourseError
            Other settings differ, each named with both values; a name in `but` that is not a setting; no common metric.
        """
        but = (but,) if isinstance(but, str) else but  # ("ema") is not a tuple
        only_one_has = self.values.keys() ^ other.values.keys()  # its settings are not compared
        names = [name for name in self.settings | other.settings if name not in only_one_has]
        unknown = [name for name in but if name not in names]
        if unknown:
            raise GancourseError(
                f"no setting is called {', '.join(map(repr, unknown))}; there are: {', '.join(names)}"
            )
        pairs = {
            name: [result.settings.get(name, "not stated") for result in (self, other)]
            for name in names
            if name not in but
        }
        differing = [
            f"{name} {_shown(ours)} against {_shown(theirs)}"
            for name, (ours, theirs) in pairs.items()
            if ours != theirs
        ]
        if differing:
            raise GancourseError(
                f"not comparable: {'; '.join(differing)}. Measure both alike, or name in `but` what differs on purpose"
            )
        shared = [name for name in self.values if name in other.values]
        if not shared:
            raise GancourseError("not comparable: the two results have no metric in common")
        return {name: other.values[name] - self.values[name] for name in shared}


def _shown(value) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def values(card: dict) -> dict:
    """What a card says, without the settings it was measured with: for a study, whose settings stand in its record."""
    return {key: value for key, value in card.items() if key != "settings"}

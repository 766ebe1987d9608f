"""Four tries for each game of `studies.face_cures`: learning rates, and for penalised ones the penalty's weight.

    python -m studies.face_rates book/records/face-rates --data FOLDER_OF_ANIME_FACES

Anime faces of 32 × 32, the time of 833 plain steps, one seed that the games do not use. The try whose
samples have the smallest Fréchet distance to held-out faces is chosen.
"""

from studies.face_cures import GAMES, FaceCures, recipe_of

RATES = [{"lr": rate, "lr_d": rate} for rate in (2e-4, 5e-4, 1e-3, 2e-3)]
WEIGHTED = [
    {"lr": rate, "lr_d": rate, "penalty": weight} for rate in (5e-4, 2e-3) for weight in (0.1, 1.0)
]
TRIES = {game: WEIGHTED if "penalty_every" in changes else RATES for game, changes in GAMES.items()}


class FaceRates(FaceCures):
    """One try of one game per arm."""

    arms = {
        f"{game}, try {number}": {"game": game, "changes": changes}
        for game, tries in TRIES.items()
        for number, changes in enumerate(tries, 1)
    }
    seeds = None
    columns = 0
    plain_steps = 833

    def seeds_of(self, arm: str):
        return [100]

    def recipe(self, arm: str):
        return recipe_of(self.arms[arm]["game"], self.plain_steps, self.arms[arm]["changes"])

    def end(self, samples) -> dict:
        return {}

    def tell(self, record: dict) -> None:
        for name, arm in record["arms"].items():
            print(f"{name:<34} {last_distance(arm):.3f}")

    def body(self, results) -> dict:
        """Each try with its distance, and the best of each game's."""
        body = super().body(results)
        chosen = {}
        for arm in sorted(body["arms"].values(), key=last_distance, reverse=True):
            chosen[arm["game"]] = arm["changes"]  # the nearest try comes last
        return body | {"chosen": chosen}


def last_distance(arm: dict) -> float:
    """The distance at the end of a try."""
    return arm["runs"][0]["looks"][-1]["frechet"]


if __name__ == "__main__":
    FaceRates.main()

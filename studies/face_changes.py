"""What makes G's loss turn round at every step, what does a lazy R1 lose, would BatchNorm do better at lower rates?

    python -m studies.face_changes book/records/face-changes --data FOLDER_OF_ANIME_FACES

One change at a time on anime faces of 32 × 32, three seeds. The networks are those of `studies.face_cures`, all at a
rate of 0.002 with Adam's second beta at 0.99, for 800 steps, whatever they cost. The last two arms are that study's
game with BatchNorm, at lower rates. "turns" is the share of steps in the second half of a run at which G's loss turns
round.
"""

from gancourse import recipes
from studies.face_cures import BASE, GAMES, PLAIN_STEPS, FaceCures

STEPS = 800
RATES = {"lr": 2e-3, "lr_d": 2e-3, "beta1": 0.5, "beta2": 0.99}
PLAIN = {"d_norm": "none"}
R1 = PLAIN | {"objective": "non-saturating-r1", "penalty_every": 4}
RACE = GAMES["BatchNorm"] | {"steps": PLAIN_STEPS}


class FaceChanges(FaceCures):
    """One choice per arm."""

    arms = {
        name: {"changes": changes}
        for name, changes in {
            "BatchNorm": {},
            "BatchNorm, beta1 0": {"beta1": 0.0},
            "BatchNorm, D a quarter as fast": {"lr_d": 5e-4},
            "no norm": PLAIN,
            "no norm, beta1 0": PLAIN | {"beta1": 0.0},
            "no norm, R1": R1,
            "no norm, R1, beta1 0": R1 | {"beta1": 0.0},
            "no norm, R1 each step": R1 | {"penalty_every": 1},
            "no norm, R1 every 16": R1 | {"penalty_every": 16},
            "no norm, R1 on a quarter": R1 | {"penalty_every": 1, "penalty_share": 0.25},
            "spectral norm": {"d_norm": "spectral"},
            "BatchNorm, rate 0.001, in full": RACE | {"lr": 1e-3, "lr_d": 1e-3},
            "BatchNorm, rate 0.0005, in full": RACE | {"lr": 5e-4, "lr_d": 5e-4},
        }.items()
    }
    columns = 0
    plain_steps = STEPS

    def recipe(self, arm: str):
        own = BASE | RATES | {"steps": STEPS} | self.arms[arm]["changes"]
        return recipes.recipe("anime_dcgan", "full", own)

    def end(self, samples) -> dict:
        return {}

    def tell(self, record: dict) -> None:
        for name, arm in record["arms"].items():
            runs = ((run["turns"], run["looks"][-1]["frechet"]) for run in arm["runs"])
            print(f"{name:<32}", *runs)


if __name__ == "__main__":
    FaceChanges.main()

"""What makes G's loss turn round at every step, what does a lazy R1 lose, and how much of a game is in its optimiser?

    python -m studies.face_changes book/records/face-changes --data FOLDER_OF_ANIME_FACES

One change at a time on anime faces of 32 × 32, three seeds. The networks are those of `studies.face_cures`, all at a
rate of 0.002 with Adam's second beta at 0.99, for 800 steps, whatever they cost. The arms "in full" are that study's
games with as many steps as there: BatchNorm at lower rates, both games without a penalty under R1's betas, and R1 at
each step and at every 16th. "turns" is the share of steps in the second half of a run at which G's loss turns round.
"""

from gancourse import recipes
from studies.face_cures import BASE, GAMES, PLAIN_STEPS, FaceCures, steps_of

STEPS = 800
RATES = {"lr": 2e-3, "lr_d": 2e-3, "beta1": 0.5, "beta2": 0.99}
PLAIN = {"d_norm": "none"}
R1 = PLAIN | {"objective": "non-saturating-r1", "penalty_every": 4}
RACE = GAMES["BatchNorm"] | {"steps": PLAIN_STEPS}
R1_STEPS = steps_of("R1", PLAIN_STEPS)
BETAS = {key: GAMES["R1"][key] for key in ("beta1", "beta2")}


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
            "no norm, R1 each step, beta1 0": R1 | {"beta1": 0.0, "penalty_every": 1},
            "no norm, R1 every 16, beta1 0": R1 | {"beta1": 0.0, "penalty_every": 16},
            "no norm, R1 on a quarter, beta1 0": R1
            | {"beta1": 0.0, "penalty_every": 1, "penalty_share": 0.25},
            "spectral norm, beta1 0": {"d_norm": "spectral", "beta1": 0.0},
            "BatchNorm, rate 0.001, in full": RACE | {"lr": 1e-3, "lr_d": 1e-3},
            "BatchNorm, rate 0.0005, in full": RACE | {"lr": 5e-4, "lr_d": 5e-4},
            "BatchNorm, R1's betas, in full": RACE | BETAS,
            "R1, each step, in full": GAMES["R1"] | {"penalty_every": 1, "steps": R1_STEPS},
            "R1, every 16, in full": GAMES["R1"] | {"penalty_every": 16, "steps": R1_STEPS},
            "no norm, R1's betas, in full": PLAIN
            | BETAS
            | {"steps": steps_of("no norm", PLAIN_STEPS)},
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

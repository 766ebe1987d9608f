"""A study that is stopped goes on where it was; its record is complete; any file system takes what it keeps."""

import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gancourse import GancourseError, pictures
from gancourse.runs import committed, read_record
from studies.study import Study, file_name

ROOT = Path(__file__).parents[2]
RUNS = [("one: the first", 0), ("two / others", 0), ("one: the first", 1), ("two / others", 1)]


class Tiny(Study):
    """What is measured is a number of the arm and the seed."""

    arms = {"one: the first": {"changes": {"lr": 1}}, "two / others": {"changes": {}}}
    seeds = 2
    columns = 3
    rate = 0.1
    measured: list = []
    stop_at = None

    def settings(self, arm, seed):
        return {"rate": self.rate}

    def measure(self, arm, seed):
        if (arm, seed) == self.stop_at:
            raise KeyboardInterrupt
        self.measured.append((arm, seed))
        grey = np.full((3, 4, 4, 1), 0.2 if arm.startswith("one") else 0.6)
        return {"seed": seed, "number": len(arm) + seed * self.rate, "samples": grey.tolist()}

    def head(self):
        return {"recipe_name": "none"}


@pytest.fixture
def tiny(monkeypatch):
    monkeypatch.setattr(Tiny, "measured", [])
    return Tiny


def test_a_record_has_every_arm_and_seed_and_a_row_of_samples_each(tmp_path, tiny):
    record = tiny().run(tmp_path / "out")
    assert tiny.measured == RUNS
    assert record == read_record(tmp_path / "out")
    assert record["command"] == "python -m studies.test_study FOLDER --seeds 2"
    assert record["recipe_name"] == "none" and record["versions"]["numpy"]
    assert record["arms"] == {
        "one: the first": {
            "changes": {"lr": 1},
            "runs": [{"seed": 0, "number": 14.0}, {"seed": 1, "number": 14.1}],
        },
        "two / others": {
            "changes": {},
            "runs": [{"seed": 0, "number": 12.0}, {"seed": 1, "number": 12.1}],
        },
    }
    grid = np.asarray(Image.open(tmp_path / "out" / "generated.png"))
    assert grid.shape == (2 * 6 + 2, 3 * 6 + 2) and set(np.unique(grid)) == {0, 51, 153}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("stop_at", RUNS)
def test_a_study_that_was_stopped_measures_only_what_is_missing(
    tmp_path, tiny, monkeypatch, stop_at
):
    whole = tiny().run(tmp_path / "whole")
    tiny.measured.clear()
    monkeypatch.setattr(tiny, "stop_at", stop_at)
    with pytest.raises(KeyboardInterrupt):
        tiny().run(tmp_path / "out")
    assert not (tmp_path / "out").exists() and tiny.measured == RUNS[: RUNS.index(stop_at)]
    monkeypatch.setattr(tiny, "stop_at", None)
    record = tiny().run(tmp_path / "out")
    assert tiny.measured == RUNS  # each of them once
    assert record == whole


def test_what_was_saved_with_other_settings_is_refused(tmp_path, tiny, monkeypatch):
    monkeypatch.setattr(tiny, "stop_at", RUNS[2])
    with pytest.raises(KeyboardInterrupt):
        tiny().run(tmp_path / "out")
    monkeypatch.setattr(tiny, "rate", 0.2)
    with pytest.raises(GancourseError, match=r"other settings or data: delete .*out\.kept"):
        tiny().run(tmp_path / "out")


def test_a_folder_of_other_things_is_refused_before_anything_is_measured(tmp_path, tiny):
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(GancourseError, match=r"something else \(thesis\.txt\)"):
        tiny().run(tmp_path)
    assert not tiny.measured


def test_the_command_takes_seeds_and_arms(tmp_path, tiny, capsys):
    tiny.main([str(tmp_path / "out"), "--seeds", "1", "--arms", "two / others"])
    record = read_record(tmp_path / "out")
    assert tiny.measured == [("two / others", 0)] and list(record["arms"]) == ["two / others"]
    assert record["command"].endswith("FOLDER --seeds 1 --arms 'two / others'")
    with pytest.raises(SystemExit):
        tiny.main([str(tmp_path / "out"), "--arms", "three"])
    assert "invalid choice" in capsys.readouterr().err


def test_arms_that_the_others_are_compared_with_are_always_measured(tiny, monkeypatch):
    monkeypatch.setattr(tiny, "always", ("one: the first",))
    assert list(tiny(arms=["two / others"]).arms) == list(tiny.arms)


def test_runs_in_several_processes_give_the_same_record(tmp_path, tiny):
    """By a script, as a study is started; one process an arm and seed writes no shared list."""
    lines = (
        Path(__file__)
        .read_text(encoding="utf-8")
        .partition("\nclass Tiny")[2]
        .partition("\n\n@pytest")[0]
    )
    script = f"import numpy as np\nfrom studies.study import Study\n\n\nclass Tiny{lines}\n\n"
    script += "    processes = 2\n\nif __name__ == '__main__':\n    Tiny.main()\n"
    (tmp_path / "tiny.py").write_text(script)
    subprocess.run(
        [sys.executable, tmp_path / "tiny.py", tmp_path / "out"], check=True, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True,
    )  # fmt: skip
    there = read_record(tmp_path / "out")
    assert there["arms"] == tiny().run(tmp_path / "here")["arms"]


def test_names_of_kept_results_differ_and_hold_nothing_that_windows_refuses():
    arms = [
        "a: b",
        "a/ b",
        "a\\ b",
        'a" b',
        "a* b",
        "a? b",
        "a< b",
        "a> b",
        "a| b",
        "a%3A b",
        "a b.",
        "[0, 1]",
    ]
    names = [file_name(arm, 0) for arm in arms]
    assert len(set(names)) == len(names)
    assert not [name for name in names if re.search(r'[<>:"/\\|?*\x00-\x1f]', name)]
    assert file_name("refined, real images in [0, 1]", 2) == "refined, real images in [0, 1]-2.json"


STUDIES = {
    "anime_dcgan-average": ("anime_average", "AnimeAverage"),
    "anime_dcgan-choices": ("anime_choices", "AnimeChoices"),
    "celeba_dcgan-overfitting": ("overfitting", "Overfitting"),
    "celeba_dcgan-pairs": ("celeba_pairs", "CelebaPairs"),
    "celeba_dcgan-refinements": ("celeba_refinements", "CelebaRefinements"),
    "face-changes": ("face_changes", "FaceChanges"),
    "face-cures-anime": ("face_cures", "FaceCures"),
    "face-cures-celeba": ("face_cures", "FaceCures"),
    "face-rates": ("face_rates", "FaceRates"),
    "mnist_cgan-ablation": ("mnist_ablation", "MnistAblation"),
    "mnist_cgan-mistakes": ("mnist_mistakes", "MnistMistakes"),
    "mode-coverage": ("mode_coverage", "ModeCoverage"),
    "sequential_faces-shuffled": ("shuffled_pixels", "ShuffledPixels"),
}
OPTIONS = {"face-cures-celeba": {"faces": "celeba"}}


@pytest.mark.parametrize("folder", STUDIES)
def test_a_committed_record_has_the_arms_and_seeds_of_its_study(folder):
    module, name = STUDIES[folder]
    study = getattr(importlib.import_module(f"studies.{module}"), name)(**OPTIONS.get(folder, {}))
    record = read_record(committed(folder))
    arms = {
        arm: {key: about[key] for key in about if key != "runs"}
        for arm, about in record["arms"].items()
    }
    assert arms == json.loads(json.dumps(study.arms)) and list(arms) == list(study.arms)
    for arm, about in record["arms"].items():
        assert [run["seed"] for run in about["runs"]] == list(study.seeds_of(arm))
    assert record["command"] == study.command


def test_face_detectors_are_asked_about_each_tile_of_a_picture(tmp_path):
    from studies.face_detectors import RECORDS, tiles

    images = np.random.default_rng(0).integers(0, 256, (100, 8, 8, 3), dtype=np.uint8)
    Image.fromarray(pictures.tile(images / 255, 10)).save(tmp_path / "generated.png")
    assert (tiles(tmp_path / "generated.png", 8) == images).all()
    record = read_record(committed("face-detectors"))
    assert list(record["records"]) == list(RECORDS)
    for name, each in record["records"].items():
        share = each["generated"] / each["real"]
        assert share >= 0.9 if name.startswith("best_faces") else share < 0.9, name


def test_games_get_equal_time_and_the_best_of_their_tries():
    from studies.face_cures import BASE, GAMES, cost_of, steps_of
    from studies.face_rates import TRIES

    timed = read_record(committed("step-costs"))
    costs = timed["sizes"]["32"]
    assert timed["base"].items() <= BASE.items()
    for game, changes in GAMES.items():  # what is trained is what was timed, but for the betas
        trained = {key: changes[key] for key in changes if key not in ("beta1", "beta2")}
        assert timed["arms"][cost_of(game)]["changes"] == trained
    assert steps_of("BatchNorm", 2000) == 2000
    assert steps_of("R1", 2000) == round(2000 / costs["R1, every 4"]["ratio"])
    tries, race = read_record(committed("face-rates")), read_record(committed("face-cures-anime"))
    assert tries["chosen"].keys() == GAMES.keys() == TRIES.keys()
    for game, chosen in tries["chosen"].items():
        distances = [
            about["runs"][0]["looks"][-1]["frechet"]
            for about in tries["arms"].values()
            if about["game"] == game
        ]
        assert len(distances) == 4 and TRIES[game][int(np.argmin(distances))] == chosen
        recipe = race["recipes"][game]
        assert recipe.items() >= (GAMES[game] | chosen).items()
        assert recipe["steps"] == steps_of(game, race["plain_steps"])


def test_turns_of_a_swing_of_noise_and_of_a_ramp():
    from studies.face_cures import turns

    assert turns([0, 1] * 50) == 1 and turns(range(100)) == 0
    noise = np.random.default_rng(0).standard_normal(20_000)
    assert turns(noise) == pytest.approx(2 / 3, abs=0.01)


def test_stacked_digits_are_read_as_the_numbers_that_they_spell():
    from gancourse import data
    from studies.mode_coverage import StackedBatches, counted, read_stacks

    digits = data.load("digits", "test")
    chosen = np.random.default_rng(0).integers(len(digits.images), size=(200, 3))
    stacks = digits.images[chosen].reshape(200, -1) / 255
    spelled, sure = read_stacks(stacks)
    truth = digits.labels[chosen] @ [100, 10, 1]
    assert (spelled == truth)[sure].mean() > 0.9 and sure.mean() > 0.8
    batch, labels = next(StackedBatches(digits.images, 2500, seed=0))
    assert batch.shape == (2500, 192) and labels is None and -1 <= batch.min() <= batch.max() <= 1
    assert counted("digits", batch.numpy())["touched"] > 800


def test_the_diagnosis_record_has_the_runs_of_its_study():
    from studies.diagnosis import FAULTS, DiagnosisStudy, halves

    record, study = read_record(committed("diagnosis")), DiagnosisStudy()
    runs = [
        (about["arm"], about["system"], seed, seed in halves(about["arm"])[1])
        for arm, about in study.arms.items()
        for seed in study.seeds_of(arm)
    ]
    assert runs == [
        (run["arm"], run["system"], run["seed"], run["counted"]) for run in record["runs"]
    ]
    assert list(record["faults"]) == list(FAULTS) and record["command"] == study.command

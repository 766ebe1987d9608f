import json
import re

import numpy as np
import pytest
from PIL import Image

from gancourse import GancourseError
from gancourse.runs import PUBLISHED, check_replaceable, committed, read_record, write_record

COMMITTED = sorted(path.parent for path in committed("speed").parent.glob("*/record.json"))


def test_write_and_read(tmp_path):
    record = {
        "name": "é",
        "curves": {"d_loss": [1.0, 2.5, 3.0], "nested": [[1, 2], [3]], "text": ["x  y"]},
        "note": "see [ a   b ] here",
        "empty": [],
        "words": ["a b"],
    }
    path = write_record(tmp_path / "new", record)
    assert read_record(tmp_path / "new") == record
    assert '"d_loss": [1.0, 2.5, 3.0]' in path.read_text()


def test_missing_and_damaged(tmp_path):
    with pytest.raises(GancourseError, match="no record at"):
        read_record(tmp_path)
    (tmp_path / "record.json").write_text("{")
    with pytest.raises(GancourseError, match="is damaged"):
        read_record(tmp_path)
    with pytest.raises(
        GancourseError, match=r"no committed record is called 'x'; there are: .*mnist_cgan-full"
    ):
        committed("x")


@pytest.mark.parametrize("folder", COMMITTED, ids=lambda path: path.name)
def test_committed_records_are_small_and_hold_no_real_image(folder):
    assert {path.name for path in folder.iterdir()} <= PUBLISHED
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5e6
    text = (folder / "record.json").read_text()
    assert not re.search(r'"/\w+/', text), "a path of one machine"


def evaluation_of(name):
    return read_record(committed(name))["evaluation"]


def test_full_scale_results_hold_what_the_course_promises():
    corrected, best = evaluation_of("mnist_cgan-full"), evaluation_of("mnist_cgan-best")
    for card in (corrected, best):
        assert card["settings"]["samples"] == 10_000
        assert card["settings"]["classifier"]["test_accuracy"] >= 0.985
        assert card["within_class_std_ratio"] >= 0.85
    assert corrected["agreement"] >= 0.97 and best["agreement"] >= 0.985


def test_published_weights_draw_the_published_grid():
    """The committed generator is the one that made the committed picture (seed 0, ten rows), but for float16."""
    from gancourse import figures, runs

    folder = committed("mnist_cgan-best")
    run = runs.open_run(folder)
    drawn = figures.tile(run.gan.sample(np.tile(np.arange(10), 10), seed=0), columns=10)
    published = np.asarray(Image.open(folder / "generated.png"))
    assert np.mean(abs(drawn.astype(int) - published) > 8) < 0.001


def test_the_study_of_mistakes_has_every_arm_and_seed():
    study = json.loads((committed("mnist_cgan-mistakes") / "record.json").read_text())
    assert len(study["arms"]) == 7
    assert all(
        [run["seed"] for run in arm["runs"]] == [0, 1, 2, 3, 4] for arm in study["arms"].values()
    )


def test_only_a_record_is_replaced(tmp_path):
    check_replaceable(tmp_path / "new")
    (tmp_path / "record.json").write_text("{}")
    check_replaceable(tmp_path)
    (tmp_path / "thesis.txt").write_text("three years of work")
    with pytest.raises(GancourseError, match=r"something else \(thesis\.txt\)"):
        check_replaceable(tmp_path)


def test_the_overfitting_record_says_what_chapter_4_says():
    """Each claim of the text that follows from the record, with room for another part of CelebA."""
    arms = read_record(committed("celeba_dcgan-overfitting"))["arms"]

    def values(arm, step, key="auc_training_held_out"):
        runs = arms[arm]["runs"]
        assert len(runs) == 3
        return [next(at for at in run["looks"] if at["step"] == step)[key] for run in runs]

    for name, arm in arms.items():
        assert all(0.45 < auc < 0.55 for auc in values(name, 30)), "nothing learned by heart yet"
        early = np.mean([run["first_100_steps"][20:30] for run in arm["runs"]])
        assert early > (0.98 if arm["dropout"] == "without dropout" else 0.9), "and winning"
        assert min(values(name, 30, "auc_held_out_fake")) > 0.99
    for faces in (500, 2000, 7500):
        with_, without = (
            values(f"{faces} faces, {kind} dropout", 1200) for kind in ("with", "without")
        )
        assert max(with_) < min(without), "dropout helps, in every seed"
    plain = [
        np.mean(values(f"{faces} faces, without dropout", 1200)) for faces in (500, 2000, 7500)
    ]
    assert plain[0] > 0.98 and plain[0] > plain[1] > plain[2] > 0.55


def test_a_shuffle_costs_a_dense_pair_nothing():
    arms = read_record(committed("sequential_faces-shuffled"))["arms"]
    means = {
        name: np.mean([run["sliced_wasserstein"] for run in arm["runs"]])
        for name, arm in arms.items()
    }
    dense, convolutional = "Dense G, Dense D", "convolutional G, convolutional D"
    assert means[f"{dense}, shuffled"] < 1.1 * means[f"{dense}, in order"]
    assert means[f"{convolutional}, in order"] < 0.8 * means[f"{dense}, in order"]
    assert means[f"{convolutional}, shuffled"] > 3 * means[f"{dense}, shuffled"]


def test_the_ladder_says_what_chapter_4_says():
    arms = read_record(committed("celeba_dcgan-refinements"))["arms"]

    def distances(name):
        return [run["eigenface_frechet"] for run in arms[name]["runs"]]

    rungs = ("simple pair", "deeper pair", "+ dropout", "+ BatchNorm", "refined: both")
    others = [
        value for rung in rungs if rung != "+ BatchNorm" for value in distances(f"{rung}, lr 0.002")
    ]
    assert max(distances("+ BatchNorm, lr 0.002")) < min(others)
    for rate in (0.0002, 0.002):
        pairs = zip(
            distances(f"+ BatchNorm, lr {rate}"),
            distances(f"refined: both, lr {rate}"),
            strict=True,
        )
        assert all(without < with_ for without, with_ in pairs)
    for name in ("simple pair, lr 0.02", "refined: both, lr 0.02"):
        for run in arms[name]["runs"]:
            assert run["mean_of_last_200"]["d_accuracy"] > 0.8, "D wins"
            noise = arms["random generator"]["runs"][0]["sliced_wasserstein"]
            assert run["sliced_wasserstein"] > 0.6 * noise
    unit, tanh = (
        [run["sliced_wasserstein"] for run in arms[name]["runs"]]
        for name in ("refined, real images in [0, 1]", "refined: both, lr 0.0002")
    )
    assert np.mean(unit) > 2 * np.mean(tanh)
    assert all(run["correlation"]["losses"] > 0 for run in arms["simple pair, lr 0.02"]["runs"])


def test_the_long_run_on_celeba_is_past_the_random_generator():
    record = read_record(committed("celeba_dcgan-full"))
    assert record["parameters"] == {"generator": 8_328_003, "discriminator": 706_977}
    assert record["data"]["name"] == "celeba" and record["recipe"]["size"] == 64
    assert record["images_seen"] == 32 * record["steps"] and record["steps"] >= 800
    card, arms = record["evaluation"], read_record(committed("celeba_dcgan-refinements"))
    noise = arms["arms"]["random generator"]["runs"][0]
    assert card["sliced_wasserstein"] < 0.5 * noise["sliced_wasserstein"]
    assert card["eigenface_frechet"] < noise["eigenface_frechet"]
    assert card["discriminator"]["auc_held_out_fake"] > 0.5

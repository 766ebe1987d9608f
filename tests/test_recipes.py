from statistics import mean

import pytest

from gancourse import GancourseError, recipes
from gancourse.runs import committed, read_record


def test_reduced_is_embedded_and_the_others_are_the_reports_size():
    assert recipes.recipe("mnist_cgan", "reduced").data == "digits"
    full = recipes.recipe("mnist_cgan", "full")
    assert (full.data, full.latent, full.g_widths, full.d_widths) == (
        "mnist",
        784,
        (256, 512, 1024),
        (1024, 512, 256),
    )


def test_changes_are_typed_from_text():
    changed = recipes.recipe(
        "mnist_cgan", "full", {"lr": "0.02", "g_widths": "8,16", "noise": "recycled"}
    )
    assert (changed.lr, changed.g_widths, changed.noise) == (0.02, (8, 16), "recycled")
    base = recipes.recipe("mnist_cgan", "full")
    assert recipes.changes_from(base, changed) == {
        "lr": 0.02,
        "g_widths": (8, 16),
        "noise": "recycled",
    }


@pytest.mark.parametrize(
    ("name", "budget", "changes", "message"),
    [
        ("mnist", "full", {}, "no recipe is called 'mnist'; there are: mnist_cgan"),
        ("mnist_cgan", "big", {}, "no budget is called 'big'"),
        (
            "mnist_cgan",
            "full",
            {"learning_rate": "1"},
            "no field 'learning_rate'; there are: lr, ",
        ),
        ("mnist_cgan", "full", {"lr": "fast"}, r"lr='fast': must be like 0\.0005"),
        ("mnist_cgan", "full", {"noise": "old"}, "noise='old': must be one of fresh, recycled"),
        ("mnist_cgan", "full", {"steps": "0"}, "steps=0: must be from 1 to"),
        ("mnist_cgan", "full", {"g_widths": ""}, "g_widths is empty"),
        ("mnist_cgan", "full", {"data": "celeba"}, "data='celeba': must be one of digits, mnist"),
        ("celeba_dcgan", "full", {"size": "30"}, "size=30: must be one of 16, 32, 64"),
        ("celeba_dcgan", "full", {"batchnorm": "no"}, "batchnorm='no': must be like True"),
        ("celeba_dcgan", "reduced", {"data": "celeba"}, "trains on embedded data only"),
    ],
)
def test_bad_recipes_are_named(name, budget, changes, message):
    with pytest.raises(GancourseError, match=message):
        recipes.recipe(name, budget, changes)


def test_epochs_become_steps_and_steps_replace_epochs():
    full = recipes.recipe("anime_dcgan", "full")
    assert (full.batch, full.epochs, full.lr, full.beta1, full.beta2) == (128, 40, 2e-4, 0.5, 0.999)
    assert recipes.fixed_steps(full, 36_700).steps == 40 * 286, "the last, smaller batch is dropped"
    assert recipes.fixed_steps(full, 100).steps == 40, "at least one batch an epoch"
    counted = recipes.recipe("anime_dcgan", "full", {"steps": "7"})
    assert (counted.steps, counted.epochs) == (7, 0)
    assert recipes.fixed_steps(counted, 36_700) == counted
    mnist = recipes.recipe("mnist_cgan", "full")
    assert recipes.fixed_steps(mnist, 60_000) == mnist, "who counts in steps is left alone"


def test_text_is_read_as_the_fields_type():
    changes = {"dropout": "0.1,0.2", "d_widths": "8,16", "batchnorm": "false", "ema": "0.5"}
    changed = recipes.recipe("celeba_dcgan", "full", changes)
    assert changed.dropout == (0.1, 0.2) and changed.d_widths == (8, 16)
    assert changed.batchnorm is False and changed.ema == 0.5
    assert recipes.recipe("celeba_dcgan", "full", {"dropout": ""}).dropout == ()


@pytest.mark.parametrize("budget", ["reduced", "colab", "full"])
def test_the_best_faces_are_trained_as_the_game_that_won_the_race(budget):
    race = read_record(committed("face-cures-anime"))
    ends = {
        game: mean(run["card"]["frechet"] for run in arm["runs"])
        for game, arm in race["arms"].items()
    }
    winner, best = (
        race["recipes"][min(ends, key=ends.__getitem__)],
        recipes.recipe("best_faces", budget),
    )
    game = ("architecture", "d_norm", "objective", "penalty", "penalty_every")
    for field in (*game, "beta1", "beta2", "lr", "lr_d"):
        assert getattr(best, field) == winner[field], field

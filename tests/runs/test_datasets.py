"""A data set that is one entry in the catalogue can be trained on and is evaluated, with no other line."""

import pytest
from PIL import Image

from gancourse import GancourseError, recipes, runs


def test_a_recipe_takes_another_set_with_classes(fashion_folder, tmp_path):
    changes = {"data": "fashion-mnist", "steps": "20", "g_widths": "16", "d_widths": "16"}
    recipe = recipes.recipe("mnist_cgan", "full", changes)
    folder = tmp_path / "run"
    runs.train_recipe("mnist_cgan", "full", recipe, 0, folder, path=fashion_folder)
    with Image.open(folder / "generated-images-0020.png") as grid:
        assert grid.size == (10 * 30 + 2, 8 * 30 + 2), "a column for each class"

    card = runs.evaluate(runs.open_run(folder), samples=40, path=fashion_folder)
    about = card["settings"]["classifier"]
    assert about["data"] == "fashion-mnist" and about["test_accuracy"] > 0.9
    assert len(card["agreement_by_class"]) == 10 and card["settings"]["samples"] == 40
    assert runs.read_record(folder)["data"]["name"] == "fashion-mnist"


def test_the_recipes_offer_the_sets_that_their_networks_draw():
    for name in ("digits", "mnist", "fashion-mnist"):
        assert recipes.recipe("mnist_cgan", "full", {"data": name}).data == name
    with pytest.raises(GancourseError, match=r"data='cifar-10': must be one of digits, mnist, fa"):
        recipes.recipe("mnist_cgan", "full", {"data": "cifar-10"})
    with pytest.raises(GancourseError, match=r"data='cifar-10': must be one of faceworld-photo"):
        recipes.recipe("anime_dcgan", "full", {"data": "cifar-10"})
    with pytest.raises(GancourseError, match="embedded data only, not on fashion-mnist"):
        recipes.recipe("mnist_cgan", "reduced", {"data": "fashion-mnist"})

"""Opening a run's folder."""

from dataclasses import asdict

import pytest

from gancourse import GancourseError, recipes
from gancourse.runs import open_run, write_record


def test_a_folder_of_an_earlier_version_says_so(tmp_path):
    recipe = asdict(recipes.recipe("mnist_cgan", "reduced"))
    recipe["g_loss"] = recipe.pop("objective")  # its name in version 0.1.0
    data = {"name": "digits", "classes": 10, "size": 8}
    old = {"recipe_name": "mnist_cgan", "budget": "reduced", "recipe": recipe, "seed": 0, "data": data}  # fmt: skip
    write_record(tmp_path, old)
    with pytest.raises(GancourseError, match=r"do not fit this version of gancourse .*g_loss"):
        open_run(tmp_path)

"""A chapter with a GPU and nothing prepared: what it fetches and says, and what it does where it cannot."""

import sys
import types

import numpy as np
import pytest
from PIL import Image

from gancourse import GancourseError, data, recipes, runtime


@pytest.fixture
def kaggle(monkeypatch, tmp_path):
    """A stand-in for kagglehub, which delivers 40 faces for every handle, or fails; it keeps what it was asked for."""
    monkeypatch.delenv("GANCOURSE_BUDGET")
    folder = tmp_path / "delivered"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(40):
        pixels = rng.integers(0, 256, (24, 20, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:03}.png")
    asked = []

    def dataset_download(handle):
        asked.append(handle)
        if stand_in.broken:
            raise ConnectionError("no network\nand more lines")
        return str(folder)

    stand_in = types.SimpleNamespace(dataset_download=dataset_download, broken=False, asked=asked)
    monkeypatch.setitem(sys.modules, "kagglehub", stand_in)
    return stand_in


def test_without_a_gpu_nothing_is_fetched(kaggle, capsys):
    budget, recipe = recipes.ready("celeba_dcgan", gpu=False)
    assert budget == "reduced" and recipe == recipes.recipe("celeba_dcgan", "reduced")
    assert not kaggle.asked and not capsys.readouterr().out


def test_with_a_gpu_the_real_faces_are_fetched_once_and_the_size_is_said_first(kaggle, capsys):
    for _ in range(2):
        budget, recipe = recipes.ready("celeba_dcgan", gpu=True)
        assert budget == "colab" and recipe.count == 20_000
        faces = data.load(recipe.data, "train", **recipes.data_options(recipe))
        assert len(faces) == 36 and faces.images.shape[1:] == (64, 64, 3)
    assert len(kaggle.asked) == 1
    out = capsys.readouterr().out
    assert out.startswith("celeba: fetched from Kaggle") and "MB)" in out and out.count("\n") == 1


def test_where_they_cannot_be_had_the_chapter_goes_on_with_embedded_ones(kaggle, capsys):
    kaggle.broken = True
    budget, recipe = recipes.ready("anime_dcgan", gpu=True)
    assert budget == "reduced" and recipe.data == "faceworld-anime"
    out = capsys.readouterr().out
    assert "anime is not to be had here, so this chapter goes on with the reduced budget" in out
    assert "no network" in out and "gancourse data anime --from FOLDER" in out, "and how to get it"


def test_the_message_names_the_preparation_that_the_chapter_looks_for(kaggle, tmp_path, capsys):
    """What it says to do, done: then the chapter finds its faces, with Kaggle as far away as before."""
    kaggle.broken = True
    assert recipes.ready("celeba_dcgan", gpu=True)[0] == "reduced"
    assert "`gancourse data celeba --count 20000 --from FOLDER`" in capsys.readouterr().out
    data.prepare("celeba", tmp_path / "delivered", count=20_000)
    budget, recipe = recipes.ready("celeba_dcgan", gpu=True)
    assert budget == "colab" and recipe.count == 20_000


def test_a_set_that_is_prepared_whole_is_taken_whole(kaggle, tmp_path):
    kaggle.broken = True
    data.prepare("celeba", tmp_path / "delivered")
    budget, recipe = recipes.ready("celeba_dcgan", gpu=True)
    assert budget == "colab" and recipe == recipes.recipe("celeba_dcgan", "colab", {"count": 0})
    assert len(data.load(recipe.data, "train", **recipes.data_options(recipe))) == 36


def test_drawn_faces_in_place_of_a_part_of_a_set():
    recipe = recipes.recipe("celeba_dcgan", "colab", {"data": "faceworld-photo", "size": 32})
    assert recipe.count and len(data.load(recipe.data, **recipes.data_options(recipe))) == 4000


def test_the_same_without_kagglehub_or_with_the_budget_asked_for(kaggle, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "kagglehub", None)  # importing it fails
    monkeypatch.setenv("GANCOURSE_BUDGET", "full")
    assert recipes.ready("photo_cartoon")[0] == "reduced"
    assert "pip install kagglehub" in capsys.readouterr().out


def test_what_was_misspelt_is_an_error_and_no_reason_to_go_on(kaggle, monkeypatch):
    monkeypatch.setenv("GANCOURSE_BUDGET", "collab")
    with pytest.raises(GancourseError, match="no budget is called 'collab'"):
        recipes.ready("celeba_dcgan")
    with pytest.raises(GancourseError, match="no recipe is called 'celebs'"):
        monkeypatch.setenv("GANCOURSE_BUDGET", "colab")
        recipes.ready("celebs")


def test_the_chapters_ask_for_what_their_framework_has(kaggle, monkeypatch):
    monkeypatch.setattr(runtime, "has_gpu", lambda: False)
    assert recipes.ready("mnist_cgan")[0] == "reduced"

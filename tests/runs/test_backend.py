"""Both frameworks meet the one protocol that runs know: by its signatures, and in a run with each."""

import importlib
import inspect

import numpy as np
import pytest

from gancourse import GancourseError, data, recipes
from gancourse.runs import Backend, backend_of

FRAMEWORKS = ("torch", "keras")
SMALL = {
    "torch": recipes.recipe("mnist_cgan", "reduced", {"g_widths": (8,), "d_widths": (8,)}),
    "keras": recipes.recipe(
        "sequential_faces",
        "reduced",
        {"size": 16, "g_widths": (4,), "d_widths": (4,), "latent": 5, "batch": 8, "ema": 0.5},
    ),
}
FUNCTIONS = [name for name, each in vars(Backend).items() if inspect.isfunction(each)]
FUNCTIONS = [name for name in FUNCTIONS if not name.startswith("_")]


def arguments(function) -> list[tuple]:
    """Name, kind and default of each argument but `self`, which a module's functions do not have."""
    each = inspect.signature(function).parameters.values()
    return [(one.name, one.kind, one.default) for one in each if one.name != "self"]


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_backend_has_what_the_protocol_names(framework):
    module = importlib.import_module(f"gancourse.{framework}_gan.backend")
    assert len(FUNCTIONS) >= 6
    for name in FUNCTIONS:
        assert arguments(getattr(module, name)) == arguments(getattr(Backend, name)), name
    assert all(isinstance(getattr(module, name), str) for name in Backend.__annotations__)
    assert backend_of(SMALL[framework]) is module


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_train_sample_and_restore(framework, tmp_path):
    """A run that is stopped and resumed, then its checkpoint and its published weights, draw the same samples."""
    recipe = SMALL[framework]
    backend = backend_of(recipe)
    sizes = {"size": recipe.size} if framework == "keras" else {}
    images = data.load(recipe.data, "train", **sizes)
    about = {"classes": images.classes, "size": images.images.shape[1]}
    path, identity = tmp_path / backend.CHECKPOINT, {"of": "this test"}
    settings = {"checkpoint": path, "checkpoint_every": 2, "identity": identity}

    def stop(done):
        calls.append(done)
        if done == 3 and len(calls) == 4:
            raise KeyboardInterrupt

    calls, begun = [], []
    steps = type(recipe)(**vars(recipe) | {"steps": 4})
    gan = backend.build(steps, about, 1)
    described = backend.describe(gan)
    assert {"device", "precision", "parameters"} <= described.keys()
    assert all(described["parameters"][network] > 0 for network in ("generator", "discriminator"))
    with pytest.raises(KeyboardInterrupt):
        backend.train(gan, images, 1, every=1, callback=stop, **settings)
    gan = backend.build(steps, about, 2)  # the checkpoint brings every weight
    history = backend.train(
        gan, images, 1, every=1, callback=stop, started=lambda: begun.append(1), **settings
    )
    assert calls == [0, 1, 2, 3, 3, 4] and begun == [1]
    assert len(history.values) == 4 and np.isfinite(history.values).all()

    drawn = backend.sample(gan, 6, images.classes, 7)
    assert drawn.shape == (6, *images.images.shape[1:]) and 0 <= drawn.min() <= drawn.max() <= 1
    plain = backend.sample(gan, 6, images.classes, 7, averaged=False)
    assert not np.array_equal(drawn, plain)
    restored = backend.restore(tmp_path, steps, about, 1)
    assert np.array_equal(backend.sample(restored, 6, images.classes, 7), drawn)
    assert np.array_equal(backend.sample(restored, 6, images.classes, 7, averaged=False), plain)

    (tmp_path / "published").mkdir()
    backend.save_weights(gan, tmp_path / "published")
    assert [each.name for each in (tmp_path / "published").iterdir()] == [backend.WEIGHTS]
    published = backend.restore(tmp_path / "published", steps, about, 1)
    assert np.allclose(backend.sample(published, 6, images.classes, 7), drawn, atol=0.01)
    with pytest.raises(GancourseError, match="no checkpoint"):
        backend.restore(tmp_path / "nothing", steps, about, 1)

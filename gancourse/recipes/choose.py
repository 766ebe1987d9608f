"""Recipes by name and budget, and changes to them."""

from dataclasses import asdict, fields, replace
from typing import Any

from gancourse import GancourseError, data, runtime
from gancourse.data import dataset_spec
from gancourse.recipes import celeba_dcgan, face_dcgan, mnist_cgan, sequential_faces
from gancourse.runtime import BUDGETS

RECIPES: dict[str, dict[str, Any]] = {
    "mnist_cgan": mnist_cgan.BUDGETS,
    "sequential_faces": sequential_faces.BUDGETS,
    "celeba_dcgan": celeba_dcgan.BUDGETS,
    "anime_dcgan": face_dcgan.ANIME,
    "photo_cartoon": face_dcgan.PHOTO_CARTOON,
    "best_faces": face_dcgan.BEST,
}


def recipe(name: str, budget: str, changes: dict | None = None):
    """The recipe called `name` under `budget`, with `changes` to its fields.

    Values given as text (from the command line) are read as the field's type: "0.002", "256,512,1024".

    Raises
    ------
    GancourseError
        Unknown recipe, budget or field; a value that is not of the field's type or not allowed.
    """
    if name not in RECIPES:
        raise GancourseError(f"no recipe is called {name!r}; there are: {', '.join(RECIPES)}")
    if budget not in BUDGETS:
        raise GancourseError(f"no budget is called {budget!r}; there are: {', '.join(BUDGETS)}")
    base = RECIPES[name][budget]
    names = [field.name for field in fields(base)]
    for key in changes or {}:
        if key not in names:
            raise GancourseError(f"{name} has no field {key!r}; there are: {', '.join(names)}")
    typed = {key: _typed(key, value, getattr(base, key)) for key, value in (changes or {}).items()}
    if "steps" in typed and "epochs" in names:
        typed.setdefault("epochs", 0)  # who counts in steps does not count in epochs
    changed = replace(base, **typed)
    if budget == "reduced" and not dataset_spec(changed.data).bundled:
        raise GancourseError(
            f"the reduced budget trains on embedded data only, not on {changed.data}: choose --budget full"
        )
    return changed


def data_options(recipe) -> dict:
    """What `data.load` is told of a recipe beside its data's name: size, fit and count, where they can be chosen."""
    spec = dataset_spec(recipe.data)
    if not spec.resizable:
        return {}
    # drawn faces have no files to count: a recipe whose data were changed to them need not say so twice
    return {"size": recipe.size, "fit": recipe.fit, "count": 0 if spec.bundled else recipe.count}


def ready(name: str, gpu: bool | None = None):
    """The budget and the recipe that a chapter can start with here and now, so that no reader is stuck.

    The budget is `runtime.budget`'s. The data of its recipe are fetched and prepared if they are not here yet; a recipe
    for a part of a set takes the whole where only that is prepared. Where they cannot be had, a message says why, and
    the chapter goes on with the embedded data of the reduced budget.

    Parameters
    ----------
    name : str
        The recipe's name.
    gpu : bool, optional
        Whether the framework that is going to train computes on a GPU; default: what `runtime.has_gpu` says.

    Returns
    -------
    tuple
        The budget's name and the recipe.

    Raises
    ------
    GancourseError
        If there is no such recipe or budget.
    """
    budget = runtime.budget(gpu=gpu)
    chosen = recipe(name, budget)
    if budget == "reduced":
        return budget, chosen
    options = data_options(chosen)
    if options.get("count"):
        part, whole = (
            data.is_prepared(chosen.data, **options | more) for more in ({}, {"count": 0})
        )
        chosen = replace(chosen, count=0) if whole and not part else chosen
    try:
        data.load(chosen.data, **data_options(chosen))
    except GancourseError as error:
        print(
            f"{chosen.data} is not to be had here, so this chapter goes on with the reduced budget and embedded data. "
            f"The reason: {error}"
        )
        return "reduced", recipe(name, "reduced")
    return budget, chosen


def fixed_steps(recipe, count: int):
    """`recipe` with its `steps` worked out for `count` training images, where it counts in epochs."""
    epochs = getattr(recipe, "epochs", 0)
    return replace(recipe, steps=epochs * max(1, count // recipe.batch)) if epochs else recipe


def changes_from(base, changed) -> dict:
    """The fields in which `changed` differs from `base`, with the changed values."""
    return {key: value for key, value in asdict(changed).items() if value != asdict(base)[key]}


def _typed(key, value, default):
    if not isinstance(value, str) or isinstance(default, str):
        return value
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[value.lower()]
        if isinstance(default, tuple):
            return tuple(type(default[0])(part) for part in value.split(",") if part)
        return type(default)(value)
    except (KeyError, ValueError):
        raise GancourseError(f"{key}={value!r}: must be like {default!r}") from None

"""One frozen dataclass for each family of models: data, sizes, objective, optimiser; and its three budgets."""

from gancourse.recipes.base import Recipe, Training
from gancourse.recipes.celeba_dcgan import CelebaDCGAN
from gancourse.recipes.choose import (
    RECIPES,
    changes_from,
    data_options,
    fixed_steps,
    ready,
    recipe,
)
from gancourse.recipes.face_dcgan import FaceDCGAN
from gancourse.recipes.faces import FACE_SIZES, Faces
from gancourse.recipes.mnist_cgan import MnistCGAN
from gancourse.recipes.sequential_faces import SequentialFaces

__all__ = [
    "FACE_SIZES",
    "RECIPES",
    "CelebaDCGAN",
    "FaceDCGAN",
    "Faces",
    "MnistCGAN",
    "Recipe",
    "SequentialFaces",
    "Training",
    "changes_from",
    "data_options",
    "fixed_steps",
    "ready",
    "recipe",
]

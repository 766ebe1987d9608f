"""Data sets as uint8 arrays: `load(name)` gives an `ImageSet`, from what is on the machine or from a download."""

from gancourse.data.catalog import CATALOG, dataset_spec
from gancourse.data.image_set import ImageSet
from gancourse.data.load import is_prepared, load, preparations, prepare, prepared_folder
from gancourse.data.spec import DatasetSpec

__all__ = [
    "CATALOG",
    "DatasetSpec",
    "ImageSet",
    "dataset_spec",
    "is_prepared",
    "load",
    "preparations",
    "prepare",
    "prepared_folder",
]

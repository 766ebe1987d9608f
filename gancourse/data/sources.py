"""Where each data set comes from: files, mirrors, checksums, and its terms."""

import hashlib
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pooch

from gancourse import GancourseError
from gancourse.files import cache_dir


@dataclass(frozen=True)
class Source:
    """What there is to know of a data set before fetching it.

    Attributes
    ----------
    title, count, licence, cite : str
        For the list that `gancourse data` prints.
    files : dict of str to str
        File name to md5, of a set that is published as files.
    mirrors : tuple of str
        Addresses ending in "/", tried in this order.
    handles : tuple of str
        Kaggle's names for a set that is published as a folder of images, tried in this order.
    places : dict
        Subfolder to (split, label), for a folder of images that has them.
    faces : bool
        Whether `load` takes a size.
    megabytes : float
        What a download costs; 0 if nobody says.
    """

    title: str
    count: str
    licence: str
    cite: str
    files: dict[str, str] = field(default_factory=dict)
    mirrors: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    places: dict[str, tuple[str, int]] | None = None
    faces: bool = False
    megabytes: float = 0.0

    @property
    def embedded(self) -> bool:
        return not (self.files or self.handles)


SOURCES = {
    "digits": Source(
        title="scikit-learn's handwritten digits",
        count="1,797 images, 8 × 8 grey, 10 classes",
        licence="CC BY 4.0",
        cite="Alpaydin and Kaynak, UCI Machine Learning Repository, 1998",
    ),
    "mnist": Source(
        title="MNIST handwritten digits",
        count="60,000 + 10,000 images, 28 × 28 grey, 10 classes",
        licence="CC BY-SA 3.0",
        cite="LeCun, Bottou, Bengio and Haffner, Proceedings of the IEEE 86(11), 1998",
        files={
            "train-images-idx3-ubyte.gz": "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "train-labels-idx1-ubyte.gz": "d53e105ee54ea40749a09fcbcd1e9432",
            "t10k-images-idx3-ubyte.gz": "9fb629c4189551a2d022fa330f9573f3",
            "t10k-labels-idx1-ubyte.gz": "ec29112dd5afa0611ce80d1b7f02629c",
        },
        mirrors=(  # the original host answers 403
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
        ),
        megabytes=11.6,
    ),
    **{
        f"faceworld-{style}": Source(
            title=f"faces drawn by a program, {what}",
            count="4,000 + 1,000 images, any size, attributes known",
            licence="MIT, as this course",
            cite="gancourse.data.faceworld",
            faces=True,
        )
        for style, what in (
            ("photo", "shaded like photographs"),
            ("anime", "in anime style"),
            ("cartoon", "in cartoon style"),
        )
    },
    "faceworld-photo2cartoon": Source(
        title="faces drawn by a program, half as photographs, half as cartoons, unpaired",
        count="4,000 + 1,000 images, any size, labels 0 photo and 1 cartoon, attributes known",
        licence="MIT, as this course",
        cite="gancourse.data.faceworld",
        faces=True,
    ),
    "celeba": Source(
        title="CelebA, aligned photographs of celebrities",
        count="202,599 images, 178 × 218 colour",
        licence="non-commercial research only",
        cite="Liu, Luo, Wang and Tang, Deep Learning Face Attributes in the Wild, ICCV 2015",
        handles=("jessicali9530/celeba-dataset",),
        faces=True,
        megabytes=1443,
    ),
    "anime": Source(
        title="anime faces",
        count="about 63,500 or 21,551 images, by source; colour",
        licence="none stated: crawled artwork",
        cite="Kaggle, see the handles",
        handles=("splcher/animefacedataset", "soumikrakshit/anime-faces"),
        faces=True,
    ),
    "photo2cartoon": Source(
        title="photographs and drawn faces, unpaired",
        count="four folders, labels 0 photo and 1 cartoon",
        licence="photographs as CelebA; none stated for the drawings",
        cite="Kaggle, see the handles",
        handles=("srrrrr/photo2cartoon", "arnaud58/photo2cartoon"),
        places={
            "trainA": ("train", 0),
            "trainB": ("train", 1),
            "testA": ("test", 0),
            "testB": ("test", 1),
        },
        faces=True,
    ),
}


def source(name: str) -> Source:
    """The source called `name`; a GancourseError that lists the known names if there is none."""
    if name not in SOURCES:
        raise GancourseError(f"no data set is called {name!r}; there are: {', '.join(SOURCES)}")
    return SOURCES[name]


def locate(name: str, path=None) -> list[Path]:
    """Paths of the files of `name`, in the order of its `files`, each with its checksum verified.

    Looked for in `path`; without one in `GANCOURSE_DATA` (its subfolder `name`, or itself), else downloaded into
    the cache. A file of a folder the reader named is never replaced by a download: a wrong one is an error.

    Raises
    ------
    GancourseError
        If a file is missing from the folder, has a wrong checksum, or no mirror delivers it.
    """
    here = source(name)
    folder = _named(name, path)
    if folder is None:
        return [_download(name, file) for file in here.files]
    if not folder.is_dir():
        raise GancourseError(
            f"no folder {folder}: {name} needs a folder with {', '.join(here.files)}"
        )
    return [_verified(folder / file, md5) for file, md5 in here.files.items()]


def locate_folder(name: str, path=None) -> Path:
    """The folder or zip with the images of `name`: `path`, else `GANCOURSE_DATA` as for `locate`, else from Kaggle.

    Raises
    ------
    GancourseError
        If `GANCOURSE_DATA` holds other sets and not this one; if Kaggle does not deliver.
    """
    folder = _named(name, path)
    if folder is None:
        return _download_folder(name)
    others = [other for other in SOURCES if other != name and _inside(folder, other)]
    if path is None and others:  # else another set's images would be taken for this one's
        raise GancourseError(
            f"GANCOURSE_DATA={folder} has {', '.join(others)} and no folder {name}. {_by_hand(name)}"
        )
    return folder


def _named(name: str, path) -> Path | None:
    """The place that the reader named for `name`."""
    if path is not None:
        return Path(path)
    if root := os.environ.get("GANCOURSE_DATA"):
        return _inside(Path(root), name) or Path(root)
    return None


def _inside(root: Path, name: str) -> Path | None:
    """The folder or zip called `name` in `root`."""
    places = (root / name, root / f"{name}.zip")
    return next((place for place in places if place.exists()), None)


def _verified(path: Path, md5: str) -> Path:
    if not path.is_file():
        raise GancourseError(
            f"{path.name} is missing from {path.parent}: put it there, or name another folder"
        )
    found = hashlib.md5(path.read_bytes()).hexdigest()
    if found != md5:
        raise GancourseError(
            f"{path} has the wrong checksum (md5 {found}, should be {md5}): it is damaged or another file"
        )
    return path


def _download(name: str, file: str) -> Path:
    here, folder = SOURCES[name], cache_dir() / "downloads" / name
    failures = []
    for mirror in here.mirrors:
        try:
            return Path(
                pooch.retrieve(
                    mirror + file,
                    known_hash=f"md5:{here.files[file]}",
                    fname=file,
                    path=folder,
                    progressbar=sys.stderr.isatty(),
                )
            )
        except (
            Exception
        ) as error:  # requests, urllib3, OSError and pooch's ValueError all mean: try the next one
            failures.append(f"  {mirror}{file}: {_first_line(error)}")
    raise GancourseError(
        f"{name} could not be downloaded:\n" + "\n".join(failures) + f"\n{_by_hand(name)}"
    )


def _download_folder(name: str) -> Path:
    try:
        import kagglehub
    except ModuleNotFoundError:
        raise GancourseError(
            f"{name} is not on this machine, and fetching it needs a package: pip install kagglehub.\n{_by_hand(name)}"
        ) from None
    failures = []
    for handle in SOURCES[name].handles:
        try:
            return Path(kagglehub.dataset_download(handle))
        except Exception as error:  # no network, no such handle, terms not accepted: try the next
            failures.append(f"  {handle}: {_first_line(error)}")
    raise GancourseError(
        f"{name} could not be downloaded from Kaggle:\n"
        + "\n".join(failures)
        + f"\n{_by_hand(name)}"
    )


def _by_hand(name: str) -> str:
    """What to fetch, what it costs, where to put it."""
    here = SOURCES[name]
    if here.files:
        what, where = ", ".join(here.files), "Put them into one folder and run"
        cost = f" ({here.megabytes:g} MB together)"
    else:
        what = " or ".join(f"https://www.kaggle.com/datasets/{each}" for each in here.handles)
        where = "Then run"
        cost = f" ({here.megabytes:,.0f} MB)" if here.megabytes else ""
    return (
        f"On a machine that can, fetch {what}{cost}. {where} `gancourse data {name} --from FOLDER`, or set "
        f"GANCOURSE_DATA to it{'' if here.files else ' (FOLDER may be the zip)'}. The embedded data need no download: "
        "GANCOURSE_BUDGET=reduced"
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:160]

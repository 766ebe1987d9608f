"""Where each data set comes from: files, mirrors, checksums, and its terms."""

import hashlib
import os
import sys
from dataclasses import dataclass
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
        File name to md5; empty for data that a package on this machine already holds.
    mirrors : tuple of str
        Addresses ending in "/", tried in this order.
    megabytes : float
        What a download costs.
    """

    title: str
    count: str
    licence: str
    cite: str
    files: dict[str, str]
    mirrors: tuple[str, ...] = ()
    megabytes: float = 0.0

    @property
    def embedded(self) -> bool:
        return not self.files


SOURCES = {
    "digits": Source(
        title="scikit-learn's handwritten digits",
        count="1,797 images, 8 × 8 grey, 10 classes",
        licence="CC BY 4.0",
        cite="Alpaydin and Kaynak, UCI Machine Learning Repository, 1998",
        files={},
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
}


def source(name: str) -> Source:
    """The source called `name`; a GancourseError that lists the known names if there is none."""
    if name not in SOURCES:
        raise GancourseError(f"no data set is called {name!r}; there are: {', '.join(SOURCES)}")
    return SOURCES[name]


def locate(name: str, path=None) -> list[Path]:
    """Paths of the files of `name`, in the order of its `files`, each with its checksum verified.

    Looked for in `path`; without one in `GANCOURSE_DATA` (itself or its subfolder `name`), else downloaded into
    the cache. A file of a folder the reader named is never replaced by a download: a wrong one is an error.

    Raises
    ------
    GancourseError
        If a file is missing from the folder, has a wrong checksum, or no mirror delivers it.
    """
    here = source(name)
    if path is None and (root := os.environ.get("GANCOURSE_DATA")):
        path = Path(root) / name if (Path(root) / name).is_dir() else Path(root)
    if path is None:
        return [_download(name, file) for file in here.files]

    folder = Path(path)
    if not folder.is_dir():
        raise GancourseError(
            f"no folder {folder}: {name} needs a folder with {', '.join(here.files)}"
        )
    return [_verified(folder / file, md5) for file, md5 in here.files.items()]


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
            failures.append(
                f"  {mirror}{file}: {(str(error) or type(error).__name__).splitlines()[0][:160]}"
            )
    raise GancourseError(
        f"{name} could not be downloaded:\n"
        + "\n".join(failures)
        + "\nOn a machine that can, fetch "
        f"{', '.join(here.files)} ({here.megabytes:g} MB together). Put them into one folder and run "
        f"`gancourse data {name} --from FOLDER`, or set GANCOURSE_DATA to it. The embedded data need no download: "
        "GANCOURSE_BUDGET=reduced"
    )

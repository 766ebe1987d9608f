"""In how many generated faces does an independent detector find a face, and in how many real ones of the same size?

    python -m venv detectors && detectors/bin/pip install "pillow<11" animeface faceie
    python -m studies.face_detectors book/records/face-detectors --detectors detectors/bin/python \\
        --data anime=FOLDER celeba=FOLDER photo2cartoon=FOLDER

Asked are the hundred faces of each record's picture, none of them chosen, and a hundred held-out ones. `animeface`
looks for drawn faces, the MTCNN of `faceie` for photographed ones (a probability above 0.9). Both were made for larger
pictures than ours, so each picture is enlarged to several sizes, and one with a face at any of them counts.
The detectors need an older Pillow than the course, so they run in an environment of their own, with the lines below
`DETECT`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from gancourse import GancourseError, data, runtime
from gancourse.runs import check_replaceable, committed, read_record, write_record

# The record, the real faces to compare with, and the detector. Photographs and cartoons are both in the third set.
RECORDS = {
    "sequential_faces-full": ("celeba", "photo"),
    "celeba_dcgan-full": ("celeba", "photo"),
    "anime_dcgan-32": ("anime", "drawn"),
    "anime_dcgan-64": ("anime", "drawn"),
    "photo_cartoon-32": ("photo2cartoon", "either"),
    "photo_cartoon-64": ("photo2cartoon", "either"),
    "best_faces-anime": ("anime", "drawn"),
    "best_faces-celeba": ("celeba", "photo"),
}
COUNT, PADDING, COLUMNS = 100, 2, 10  # of the records' pictures

DETECT = """
import json, sys
import animeface, numpy as np
from faceie.mtcnn import detect_faces
from PIL import Image

def drawn(picture):
    sizes = (96, 112, 128, 144)
    return any(animeface.detect(picture.resize((size, size), Image.BICUBIC)) for size in sizes)

def photo(picture):
    found = (detect_faces(picture.resize((size, size), Image.BICUBIC)) for size in (64, 128))
    return any((faces.probabilities > 0.9).any() for faces in found)

KINDS = {"drawn": drawn, "photo": photo, "either": lambda each: drawn(each) or photo(each)}
arrays = np.load(sys.argv[1])
found = {}
for key in arrays:
    kind = KINDS[key.split("|")[0]]
    found[key] = float(np.mean([bool(kind(Image.fromarray(each))) for each in arrays[key]]))
print(json.dumps(found))
"""


def tiles(picture: Path, side: int) -> np.ndarray:
    """The images of a record's picture, uint8 (COUNT, side, side, 3)."""
    pixels, step = np.asarray(Image.open(picture).convert("RGB")), side + PADDING
    starts = [
        (PADDING + row * step, PADDING + column * step)
        for row, column in np.ndindex(COUNT // COLUMNS, COLUMNS)
    ]
    return np.stack([pixels[y : y + side, x : x + side] for y, x in starts])


def measure(detectors: Path, folders: dict[str, Path]) -> dict:
    """For each record the shares of generated and of real faces in which a face is found."""
    asked = {}
    for name, (source, kind) in RECORDS.items():
        side = read_record(committed(name))["recipe"]["size"]
        real = data.load(source, "test", folders.get(source), size=side).images
        chosen = np.random.default_rng(0).permutation(len(real))[:COUNT]
        asked[f"{kind}|{name}|generated"] = tiles(committed(name) / "generated.png", side)
        asked[f"{kind}|{name}|real"] = real[chosen]
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "asked.npz"
        np.savez(path, **asked)
        done = subprocess.run(
            [detectors, "-c", DETECT, path], capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise GancourseError(f"the detectors failed in {detectors}: {done.stderr.strip()[-500:]}")
    shares = json.loads(done.stdout.splitlines()[-1])
    return {
        name: {"detector": kind}
        | {of: shares[f"{kind}|{name}|{of}"] for of in ("generated", "real")}
        for name, (_, kind) in RECORDS.items()
    }


def folder_of(text: str) -> tuple[str, Path]:
    """NAME=FOLDER as a pair."""
    name, _, folder = text.partition("=")
    return name, Path(folder)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the record's folder")
    parser.add_argument("--detectors", type=Path, required=True, help="Python with the detectors")
    parser.add_argument("--data", type=folder_of, nargs="+", default=[], help="NAME=FOLDER")
    options = parser.parse_args()
    try:
        check_replaceable(options.out)
        shares = measure(options.detectors, dict(options.data))
        options.out.mkdir(parents=True, exist_ok=True)
        record = {
            "command": "python -m studies.face_detectors FOLDER --detectors PYTHON --data NAME=FOLDER ...",
            "images": COUNT,
            "versions": runtime.versions(),
            "records": shares,
        }
        write_record(options.out, record)
    except GancourseError as error:
        sys.exit(f"{parser.prog}: {error}")
    for name, each in shares.items():
        print(
            f"{name:<24} {each['generated']:.2f} of the generated, {each['real']:.2f} of the real"
        )


if __name__ == "__main__":
    main()

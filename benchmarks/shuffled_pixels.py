"""What a Dense pair loses when all images have their pixels in one other order, and what a convolutional pair loses.

    python benchmarks/shuffled_pixels.py book/records/sequential_faces-shuffled    # ten minutes on two cores

Embedded faces, the reduced recipes of chapters 03 and 04. Samples of the shuffled runs are put back into order before
they are judged, so that all four arms are compared with the same held-out faces.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from gancourse import data, evaluation, figures, recipes, runtime
from gancourse.files import atomic
from gancourse.keras_gan import build, engine, train
from gancourse.runs import check_replaceable, write_record

# Both pairs see 38,400 images; the chapter's own convolutional run is a little shorter.
PAIRS = {
    "Dense": ("sequential_faces", {}),
    "convolutional": ("celeba_dcgan", {"steps": 2400}),
}
SAMPLES = 1000
KEPT = ("distance", "distance_by_level", "floor", "layout", "layout_floor", "spread_ratio")


def measure(pair: str, shuffled: bool, seed: int) -> tuple[dict, np.ndarray]:
    """Train one arm with one seed: its card, and its first twelve samples."""
    recipe = recipes.recipe(PAIRS[pair][0], "reduced", PAIRS[pair][1])
    faces = data.load(recipe.data, "train", size=recipe.size).images
    held_out = data.load(recipe.data, "test", size=recipe.size).images
    places = recipe.size**2
    order = np.random.default_rng(seed).permutation(places) if shuffled else np.arange(places)
    images = faces.reshape(len(faces), places, 3)[:, order].reshape(faces.shape)
    gan = build(recipe, seed)
    history = train(gan, images, seed=seed)
    drawn = gan.sample(SAMPLES, seed=1000 + seed)
    drawn = drawn.reshape(SAMPLES, places, 3)[:, np.argsort(order)].reshape(drawn.shape)
    card = evaluation.face_card(drawn, held_out)
    about = {key: card[key] for key in KEPT}
    return {"seed": seed, **about, "seconds": round(history.seconds)}, drawn[:12]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, help="the record's folder")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    check_replaceable(arguments.out)
    started = time.perf_counter()
    arms, shown = {}, []
    jobs = [
        (pair, kind, seed)
        for pair in PAIRS
        for kind in ("faces", "shuffled")
        for seed in range(arguments.seeds)
    ]
    for pair, kind, seed in tqdm(jobs, disable=None):
        run, drawn = measure(pair, kind == "shuffled", seed)
        arms.setdefault(f"{pair}, {kind}", {"runs": []})["runs"].append(run)
        if seed == 0:
            shown.append(drawn)
    with atomic(arguments.out, folder=True) as scratch:
        grid = Image.fromarray(figures.tile(np.concatenate(shown), 12))
        grid.resize((2 * grid.width, 2 * grid.height), Image.Resampling.NEAREST).save(
            scratch / "generated.png"
        )
        write_record(
            scratch,
            {
                "command": f"python benchmarks/shuffled_pixels.py FOLDER --seeds {arguments.seeds}",
                "data": {
                    "name": "faceworld-photo",
                    "fingerprint": data.load("faceworld-photo", size=32).fingerprint,
                },
                "recipe_name": "sequential_faces and celeba_dcgan",
                "budget": "reduced",
                "samples": SAMPLES // 2,
                "versions": runtime.versions(),
                "device": engine.describe_device(),
                "seconds": round(time.perf_counter() - started),
                "arms": arms,
            },
        )


if __name__ == "__main__":
    main()

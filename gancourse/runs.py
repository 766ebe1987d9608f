"""A run folder: train a recipe into it, take it up again, sample from it, judge it.

record.json  losses.npy  log.txt  checkpoint.pt or .npz  generated-images-0001.png ...

The recipe says whether PyTorch or Keras does it; only that one is imported.
"""

import importlib
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from gancourse import GancourseError, data, evaluation, figures, logs, records, runtime
from gancourse.files import atomic, remove_unfinished, write_text
from gancourse.history import History
from gancourse.recipes import RECIPES, Recipe, changes_from, fixed_steps

GRIDS = 40  # sample grids saved along a run
SAMPLES = 10_000  # judged by default
FACES = 2_000  # drawn at most, where faces are judged: more would change little and cost minutes
OF_THE_RUN = ("without_ema", "discriminator", "memorisation")  # not to be had of a published run
MEASURED = ("steps", "images_seen", "seconds", "curves", "evaluation")  # of a complete run


@dataclass
class Run:
    """A finished or interrupted run, opened for sampling.

    Attributes
    ----------
    folder : Path
    record : dict
    recipe : gancourse.recipes.Recipe
    gan : GAN
        Of `torch_gan` or `keras_gan`.
    """

    folder: Path
    record: dict
    recipe: Recipe
    gan: object

    def draw(self, count: int, seed: int = 0) -> np.ndarray:
        """`count` images, float (count, H, W, C) in [0, 1]; of the classes in turn, where there are any."""
        return _side(self.recipe).draw(self.gan, count, self.record["data"]["classes"], seed)


def train_recipe(
    name: str,
    budget: str,
    recipe,
    seed: int,
    folder,
    path=None,
    resume=False,
    checkpoint_every=1000,
) -> History:
    """Train `recipe` into `folder`.

    Parameters
    ----------
    name, budget : str
        Of the recipe, for the record.
    recipe : gancourse.recipes.Recipe
    seed : int
        Of the weights, the noise and the shuffling.
    folder : path-like
        A new or empty folder; with `resume` one that an interrupted run has left.
    path : path-like, optional
        Where the data lie, see `gancourse.data.load`.
    resume : bool
        Go on from the folder's checkpoint; the result is the one that an uninterrupted run would have had.

    Raises
    ------
    GancourseError
        A folder that already holds a run (without `resume`) or none (with it); bad data; a failed write.
    """
    folder = Path(folder)
    side = _side(recipe)
    checkpoint = folder / side.CHECKPOINT
    if folder.is_dir():
        remove_unfinished(folder)
    if resume and not checkpoint.exists():
        raise GancourseError(f"nothing to resume: there is no checkpoint in {folder}")
    if not resume and folder.is_dir() and any(folder.iterdir()):
        raise GancourseError(
            f"{folder} is not empty: resume the run in it (--resume) or choose another folder (--out)"
        )

    dataset = _load(recipe, recipe.split, path)
    about_data = {
        "name": dataset.name,
        "split": dataset.split,
        "count": len(dataset),
        "classes": dataset.classes,
        "size": dataset.images.shape[1],
        "fingerprint": dataset.fingerprint,
    }
    if len(dataset) < recipe.batch:
        raise GancourseError(
            f"{dataset.name} has {len(dataset)} images, fewer than one batch of {recipe.batch}"
        )
    changes = changes_from(RECIPES[name][budget], recipe)
    recipe = fixed_steps(recipe, len(dataset))
    per_epoch = len(dataset) // recipe.batch
    gan = side.build(recipe, about_data, seed)
    record = {
        "recipe_name": name,
        "budget": budget,
        "recipe": asdict(recipe),
        "changes": changes,
        "grid_every": _grid_every(recipe, per_epoch),
        "seed": seed,
        "data": about_data,
        "versions": runtime.versions(),
        **side.describe(gan),
    }
    if resume and (folder / "record.json").exists():
        # where it began, and what was measured of it, if it was complete and is not prolonged now
        earlier = records.read(folder)
        if earlier.get("steps") != recipe.steps:
            earlier = {key: value for key, value in earlier.items() if key not in MEASURED}
        record |= earlier | {key: record[key] for key in ("budget", "recipe", "changes")}
    else:
        records.write(folder, record)
    every = record["grid_every"]  # the first run's: a prolonged one has more grids, as far apart

    def save_grid(done):
        columns = _columns(recipe, about_data, 8)
        images = side.draw(gan, 8 * columns, dataset.classes, 0)
        _save_png(folder / f"generated-images-{done // every:04d}.png", images, columns)

    history = side.run(
        gan,
        dataset,
        seed,
        started=lambda: records.write(folder, record),
        every=every,
        callback=save_grid,
        checkpoint=checkpoint,
        checkpoint_every=checkpoint_every,
        identity={"recipe_name": name, "seed": seed, "data": about_data["fingerprint"]},
    )

    with atomic(folder / "losses.npy") as scratch:
        np.save(scratch, history.values)
    write_text(folder / "log.txt", logs.write(history, per_epoch))
    record |= {
        "steps": len(history.values),
        "images_seen": int(history["images_seen"][-1]),
        "seconds": round(history.seconds, 1),
        "curves": history.curves(),
    }
    records.write(folder, record)
    return history


def open_run(folder) -> Run:
    """Open a run's folder to sample from: its generator at the last checkpoint, or as published with a record."""
    folder = Path(folder)
    record = records.read(folder)
    if "seed" not in record:
        raise GancourseError(
            f"{folder} holds the record of a comparison, not of one run: there is nothing to sample"
        )
    try:
        fields = record["recipe"].items()
        kind = type(RECIPES[record["recipe_name"]][record["budget"]])
        recipe = kind(**{key: tuple(v) if isinstance(v, list) else v for key, v in fields})
        gan = _side(recipe).restore(folder, recipe, record["data"], record["seed"])
    except GancourseError:
        raise
    except (KeyError, TypeError, AttributeError, RuntimeError, ValueError) as error:
        raise GancourseError(
            f"the record and the weights in {folder} do not make a run of this version ({error})"
        ) from error
    return Run(folder, record, recipe, gan)


def evaluate(
    run: Run, samples: int = SAMPLES, seed: int = 0, path=None, inception: bool = False
) -> dict:
    """Judge images of a run against held-out real ones, and write the score card into the run's record.

    Digits are judged by their labels, as many of each class. Faces, of which at most FACES are drawn, are judged by
    their distance to as many real ones as half of those held out, by what D knows, by the nearest training faces,
    where there are two domains by which of them they belong to, and where the attributes are known by counting them.

    Both are judged by features, too: digits by those of the judge, faces by those of random convolutions, and by
    Inception's on request, which needs a network.

    Returns
    -------
    dict
        `gancourse.evaluation.score_card` or `face_card`, with the seed and whether averaged weights drew the samples.
        features: `feature_card` on as many samples as half of the real images; features_floor: the same of one half
        against the other. inception and inception_floor likewise.
    """
    real = _load(run.recipe, "test", path)
    extractors = {"inception": evaluation.inception()} if inception else {}
    if not _of_faces(run.recipe):
        if samples < 2 * real.classes:
            raise GancourseError(
                f"{samples} samples are too few: the spread within {real.classes} classes needs two of each"
            )
        judge = evaluation.digit_judge(run.recipe.data, path)
        labels, drawn = np.arange(samples) % real.classes, run.draw(samples, seed)
        card = evaluation.score_card(drawn, labels, judge, real)
        extractors["features"] = evaluation.judge_features(judge)
    else:
        drawn = run.draw(min(samples, FACES), seed)
        card = _judge_faces(run, real, drawn, seed, path)
        extractors["features"] = evaluation.random_convolutions(run.recipe.size)
    for name, extract in extractors.items():
        cards = _feature_cards(run, extract, real, drawn, seed)
        card |= dict(zip((name, f"{name}_floor"), cards, strict=True))
    card |= {"noise_seed": seed, "ema": bool(run.recipe.ema)}
    run.record["evaluation"] = card
    records.write(run.folder, run.record)
    return card


def _feature_cards(run: Run, extract, real, drawn, seed: int) -> tuple[dict, dict]:
    """The samples against one half of the real images, and the other half against it: as many of each."""
    count = min(len(drawn), len(real) // 2)
    order = np.random.default_rng(0).permutation(len(real))
    known, others = (
        extract(real.images[rows], seed=0) for rows in (order[:count], order[count : 2 * count])
    )
    fakes = extract(drawn[:count], seed=seed, batchnorm="evaluation", ema=bool(run.recipe.ema))
    about = {"images": real.fingerprint, "size": real.images.shape[1]}
    cards = []
    for each in (fakes, others):
        result = evaluation.feature_card(known, each)
        values = {name: float(f"{value:.4g}") for name, value in result.values.items()}
        cards.append(evaluation.Result(values, about | result.settings).as_dict())
    return cards[0], cards[1]


def _judge_faces(run: Run, real, drawn, seed: int, path) -> dict:
    """The card of a run on faces: distances, spread; domains, where there are two; attributes, where they are known;
    and what only the run itself knows.

    A published run has neither D nor the generator without its average; their cards are those it was published with.
    """
    side, recipe = _side(run.recipe), run.recipe
    # The other half of the real images gives the floor.
    count = min(len(drawn), len(real) // 2)
    card = evaluation.face_card(drawn[:count], real.images)
    known = _load(recipe, "train", path)
    if real.labels is not None:
        judge = evaluation.domain_judge(
            recipe.data, recipe.size, recipe.fit, train=known, test=real
        )
        labels = np.arange(len(drawn)) % real.classes if _conditional(recipe) else None
        card["domains"] = evaluation.domain_card(drawn, judge, real, labels)
    if real.attributes is not None:
        judge = evaluation.attribute_judge(known, real)
        card["attributes"] = evaluation.attribute_card(drawn, judge, real)
    if not (run.folder / side.CHECKPOINT).exists():
        earlier = run.record.get("evaluation") or {}
        if earlier.get("noise_seed") != seed:  # those were of other samples
            return card
        return card | {key: earlier[key] for key in OF_THE_RUN if key in earlier}
    if recipe.ema:
        plain = side.draw(run.gan, count, run.record["data"]["classes"], seed, averaged=False)
        card["without_ema"] = {
            key: value
            for key, value in evaluation.face_card(plain, real.images).items()
            if key in ("distance", "layout", "spread_ratio")
        }
    if recipe.split == "train" and known.fingerprint == run.record["data"]["fingerprint"]:
        card["discriminator"] = _judge_discriminator(run, known, real, drawn)
        card["memorisation"] = evaluation.memorisation_card(drawn, known.images, real.images)
    return card


def _judge_discriminator(run: Run, known, held_out, drawn) -> dict:
    """D's card: its logits on training faces, on held-out faces, and on fakes."""
    rows = np.sort(np.random.default_rng(0).permutation(len(known))[: len(held_out)])
    images = known.images[rows], held_out.images, drawn
    if not _conditional(run.recipe):
        return evaluation.discriminator_card(*map(run.gan.logits, images))
    labels = known.labels[rows], held_out.labels, np.arange(len(drawn)) % known.classes
    return evaluation.discriminator_card(*map(run.gan.logits, images, labels))


def publish(run: Run, folder, weights: bool = False) -> None:
    """Write what of a run may be committed to `folder`: record, losses, grids of generated images, no real one.

    With `weights` also those of the generator that samples, in float16.
    """
    folder = Path(folder)
    if folder.resolve() == run.folder.resolve():
        raise GancourseError(f"{folder} cannot be published over itself: name another folder")
    records.check_replaceable(folder)
    along = sorted(run.folder.glob("generated-images-*.png"))
    with atomic(folder, folder=True) as scratch:
        records.write(scratch, run.record)
        save_samples(run, scratch / "generated.png")
        for name in ("losses.npy", "generated-along.png"):  # the second, if it was published before
            if (run.folder / name).exists():
                shutil.copyfile(run.folder / name, scratch / name)
        if _of_faces(run.recipe) and along:
            _save_rows(along, scratch / "generated-along.png")
        if weights:
            _side(run.recipe).save_weights(run.gan, scratch)


def save_samples(run: Run, path, rows: int = 10, seed: int = 0) -> None:
    """Write a PNG grid of generated images, `rows` rows of them; a column for each digit, ten columns of faces."""
    columns = _columns(run.recipe, run.record["data"], 10)
    _save_png(path, run.draw(rows * columns, seed), columns)


def _grid_every(recipe, per_epoch: int) -> int:
    """Steps between two saved grids of samples."""
    if getattr(recipe, "save_every", 0):
        return recipe.save_every
    return per_epoch if getattr(recipe, "epochs", 0) else -(-recipe.steps // GRIDS)


def _side(recipe):
    """The module that does for this recipe's framework what a run needs."""
    return importlib.import_module(f"gancourse.{recipe.framework}_gan.running")


def _of_faces(recipe) -> bool:
    return data.SOURCES[recipe.data].faces


def _conditional(recipe) -> bool:
    return getattr(recipe, "conditional", False)


def _columns(recipe, about_data: dict, otherwise: int) -> int:
    """Of a grid of samples: one for each digit."""
    return otherwise if _of_faces(recipe) else about_data["classes"]


def _load(recipe, split, path):
    faces = {"size": recipe.size, "fit": recipe.fit} if _of_faces(recipe) else {}
    return data.load(recipe.data, split, path, **faces)


def _save_rows(grids, path, rows: int = 11) -> None:
    """Stack the first row of `rows` grids of one run, from the first to the last: one noise, more and more trained."""
    chosen = [
        grids[i] for i in np.linspace(0, len(grids) - 1, min(rows, len(grids))).round().astype(int)
    ]
    pictures = [np.asarray(Image.open(each)) for each in chosen]
    height = (pictures[0].shape[0] - 2) // 8
    with atomic(path) as scratch:
        Image.fromarray(np.concatenate([each[:height] for each in pictures])).save(
            scratch, format="PNG"
        )


def _save_png(path, images, columns):
    with atomic(path) as scratch:
        Image.fromarray(figures.tile(images, columns)).save(scratch, format="PNG")

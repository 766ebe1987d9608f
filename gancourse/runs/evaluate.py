"""Judge images of a run against held-out real ones, and write the card into the run's record."""

import numpy as np

from gancourse import GancourseError, evaluation
from gancourse.runs.backend import backend_of
from gancourse.runs.folder import Run, conditional, load, of_faces
from gancourse.runs.record import write_record

SAMPLES = 10_000  # judged by default
FACES = 2_000  # drawn at most, where faces are judged: more would change little and cost minutes
OF_THE_RUN = ("without_ema", "discriminator", "memorisation")  # not to be had of a published run


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
    real = load(run.recipe, "test", path)
    extractors = {"inception": evaluation.inception()} if inception else {}
    if not of_faces(run.recipe):
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
    write_record(run.folder, run.record)
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
    backend, recipe = backend_of(run.recipe), run.recipe
    # The other half of the real images gives the floor.
    count = min(len(drawn), len(real) // 2)
    card = evaluation.face_card(drawn[:count], real.images)
    known = load(recipe, "train", path)
    if real.labels is not None:
        judge = evaluation.domain_judge(
            recipe.data, recipe.size, recipe.fit, train=known, test=real
        )
        labels = np.arange(len(drawn)) % real.classes if conditional(recipe) else None
        card["domains"] = evaluation.domain_card(drawn, judge, real, labels)
    if real.attributes is not None:
        judge = evaluation.attribute_judge(known, real)
        card["attributes"] = evaluation.attribute_card(drawn, judge, real)
    if not (run.folder / backend.CHECKPOINT).exists():
        earlier = run.record.get("evaluation") or {}
        if earlier.get("noise_seed") != seed:  # those were of other samples
            return card
        return card | {key: earlier[key] for key in OF_THE_RUN if key in earlier}
    if recipe.ema:
        plain = backend.sample(run.gan, count, run.record["data"]["classes"], seed, averaged=False)
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
    if not conditional(run.recipe):
        return evaluation.discriminator_card(*map(run.gan.logits, images))
    labels = known.labels[rows], held_out.labels, np.arange(len(drawn)) % known.classes
    return evaluation.discriminator_card(*map(run.gan.logits, images, labels))

"""The `gancourse` command: prepare data, train, sample, evaluate, from a terminal."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from gancourse import GancourseError, __version__, data, files, logs, recipes, runtime
from gancourse.data.audit import KINDS, LEFT_OUT

app = typer.Typer(
    help="GANs from five student reports: prepare data, train recipes, sample and judge the results.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command; bad input ends in one message on the error output and exit status 1."""
    try:
        app()
    except (GancourseError, OSError) as error:
        print(f"gancourse: {error}", file=sys.stderr)
    except ModuleNotFoundError as error:
        print(f"gancourse: this needs {error.name}: pip install {error.name}", file=sys.stderr)
    sys.exit(1)


Folder = Annotated[Path, typer.Argument(help="The folder of a run.", show_default=False)]
DataPath = Annotated[
    Path | None, typer.Option("--data", help="A folder with the original data files.")
]
RecordPath = Annotated[
    Path | None, typer.Option(help="Also evaluate, and write what may be committed to this folder.")
]


@app.command()
def doctor() -> None:
    """Say what this machine has and what the course will do on it."""
    print(f"gancourse {__version__}")
    for package, version in runtime.versions().items():
        print(f"  {package:<13}{version}")
    if "torch" in runtime.versions():
        device = runtime.device()
        precision = str(runtime.precision(device)).removeprefix("torch.")
        print(f"PyTorch on   {runtime.describe_device(device)}, in {precision}")
    else:
        print("PyTorch      not installed: the PyTorch chapters need it (pip install torch)")
    if "keras" in runtime.versions():
        from gancourse.keras_gan import backend

        where, precision = backend.describe_device(), backend.policy("auto")
        print(f"Keras on     {where}, by {backend.name()}, in {precision}")
    else:
        print("Keras        not installed: the Keras chapters need it (pip install tensorflow)")
    budget = runtime.budget()
    print(
        f"budget       {budget}"
        + ("" if budget != "reduced" else ": embedded data, a minute or so a chapter")
    )
    print(f"cache        {files.cache_dir()}")


@app.command("data")
def data_command(
    name: Annotated[str | None, typer.Argument(help="A data set; without one, list them.")] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A folder with the original files; for faces also a zip."),
    ] = None,
    size: Annotated[
        int | None, typer.Option(help="Of faces, in pixels: 8 to 512.", show_default="64")
    ] = None,
    fit: Annotated[
        str, typer.Option(help="crop faces to a square, or squash them into one.")
    ] = "crop",
) -> None:
    """Prepare a data set: verify its files and keep them as arrays in the cache. Without NAME, list the sets."""
    if name is None:
        for each, about in data.SOURCES.items():
            print(f"{each:<24} {about.title}: {about.count}. {about.licence}. [{_state(each)}]")
        return
    try:
        folder = data.prepare(name, source, size, fit)
    except KeyboardInterrupt:
        raise GancourseError(
            "interrupted; the same command goes on after the files already done"
        ) from None
    if data.SOURCES[name].faces:
        _print_audit(folder)
    # Of the array just prepared, whatever the environment says.
    train, test = (data.load(name, split, size=size, fit=fit) for split in ("train", "test"))
    print(
        f"{name}: {len(train):,} training and {len(test):,} test images, fingerprint {train.fingerprint}, in {folder}"
    )


def _state(name: str) -> str:
    about, ready = data.SOURCES[name], data.preparations(name)
    if about.embedded:
        return "embedded"
    if ready and about.faces:
        return "prepared: " + ", ".join(folder.name.removeprefix(f"{name}-") for folder in ready)
    if ready:
        return "prepared"
    return f"to fetch, {about.megabytes:,g} MB" if about.megabytes else "to fetch"


def _print_audit(folder: Path) -> None:
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    print(f"{about['files']:,} files")
    for kind, count in about["audit"].items():
        fate = "left out" if kind in LEFT_OUT else "kept"
        print(f"  {count:>9,}  {kind:<14} {fate}: {KINDS[kind]}")
    if set(about["audit"]) != {"good"}:
        print(f"Those that are not simply good are listed by name in {folder / 'audit.csv'}")


@app.command()
def train(
    recipe: Annotated[
        str, typer.Argument(help=f"One of: {', '.join(recipes.RECIPES)}.", show_default=False)
    ],
    budget: Annotated[
        str | None, typer.Option(help="reduced, colab or full; default as `doctor` says.")
    ] = None,
    data_path: DataPath = None,
    out: Annotated[
        Path | None, typer.Option(help="The run's folder; default runs/RECIPE-BUDGET-SEED.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the folder's last checkpoint.")
    ] = False,
    seed: Annotated[
        int, typer.Option(min=0, max=2**63 - 1, help="Of weights, noise and shuffling.")
    ] = 0,
    record: RecordPath = None,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE", help="Change a field of the recipe; repeatable."
        ),
    ] = None,
    checkpoint_every: Annotated[int, typer.Option(min=1, help="Steps between checkpoints.")] = 1000,
) -> None:
    """Train a recipe into a run folder: checkpoint, losses, log, sample grids, record."""
    from gancourse import runs

    budget = runtime.budget(budget)
    chosen = recipes.recipe(recipe, budget, _pairs(changes or []))
    out = out or Path("runs") / f"{recipe}-{budget}-{seed}"
    try:
        history = runs.train_recipe(
            recipe, budget, chosen, seed, out, data_path, resume, checkpoint_every
        )
    except (KeyboardInterrupt, OSError, GancourseError) as error:
        if not _interrupted(error):
            raise
        raise GancourseError(
            f"interrupted; the same command with --resume --out {out} goes on from the last checkpoint"
        ) from None
    print(f"{recipe}: {len(history.values):,} steps in {history.seconds:,.0f} s, in {out}")
    if record:
        run = runs.open_run(out)
        _print_card(runs.evaluate(run, path=data_path))
        runs.publish(run, record)


def _interrupted(error: BaseException | None) -> bool:
    """Whether an interrupt is behind an error: one in the middle of a write comes out as the error of that write."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


@app.command()
def sample(
    run: Folder,
    out: Annotated[
        Path | None, typer.Option(help="The picture to write; default RUN/samples.png.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, max=100, help="Rows of images.")] = 10,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of the noise.")] = 0,
) -> None:
    """Draw a grid of generated images: a column for each digit, ten columns of faces."""
    from gancourse import runs

    target = out or run / "samples.png"
    runs.save_samples(runs.open_run(run), target, rows, seed)
    print(f"wrote {target}")


@app.command()
def evaluate(
    run: Folder,
    data_path: DataPath = None,
    samples: Annotated[int, typer.Option(help="Images to judge.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Of the noise.")] = 0,
    record: RecordPath = None,
    weights: Annotated[
        bool, typer.Option("--weights", help="Put the generator's weights into the record.")
    ] = False,
    inception: Annotated[
        bool,
        typer.Option(
            "--inception", help="Also by Inception's features; needs torch-fidelity and a network."
        ),
    ] = False,
) -> None:
    """Judge a run's samples and write the score card into its record."""
    from gancourse import runs

    if weights and record is None:
        raise GancourseError("--weights go into a record: say which with --record")
    opened = runs.open_run(run)
    _print_card(runs.evaluate(opened, samples, seed, data_path, inception))
    if record:
        runs.publish(opened, record, weights)


@app.command("read")
def read_command(
    log: Annotated[
        str,
        typer.Argument(
            help="A log as text, a losses.npy, the folder of a run, or - for standard input.",
            show_default=False,
        ),
    ],
) -> None:
    """Say what a training log shows: who is winning, whether its numbers fit together, what they suggest."""
    print(logs.explain(logs.read(log)))


@app.command("release")
def release_command(
    out: Annotated[Path, typer.Argument(help="A new folder, or one with an earlier release.")],
    tests: Annotated[
        Path | None, typer.Option(help="A folder of private tests, NAME.py for the exercise NAME.")
    ] = None,
) -> None:
    """Write student and instructor notebooks and an nbgrader course; run it in a checkout of the course."""
    from gancourse.classroom.release import release

    for chapter in release(Path(), out, tests):
        by_person = f", {len(chapter.open_exercises)} open" if chapter.open_exercises else ""
        count, points = len(chapter.exercises), chapter.points
        print(f"{chapter.name:<28} {count} exercises, {points} points{by_person}")
    print(f"All of it is in {out}; {out / 'README.md'} says what is for whom.")


@app.command("grade")
def grade_command(
    submissions: Annotated[Path, typer.Argument(help="A folder of assignments handed in.")],
    release: Annotated[Path, typer.Option(help="What gancourse release wrote.")],
    out: Annotated[
        Path, typer.Option(help="Where scores and feedback go; what is there is kept.")
    ] = Path("grades"),
    seconds: Annotated[int, typer.Option(help="For one submission.", min=10)] = 300,
    memory: Annotated[float, typer.Option(help="For one submission, in GB.", min=0.5)] = 4,
    jobs: Annotated[
        int | None,
        typer.Option(help="At a time.", min=1, show_default="as many as there are cores"),
    ] = None,
) -> None:
    """Grade submissions with nbgrader, each on its own, into scores and a feedback page a student."""
    from gancourse.classroom import grading, sandbox

    limits = grading.Limits(seconds=seconds, memory=int(memory * 2**30))
    if not sandbox.available():
        print(
            "No sandbox here (bubblewrap): submissions are limited, but could read files and use the network.",
            file=sys.stderr,
        )
    grades = grading.grade(submissions, release, out, limits, jobs)
    refused = [each for each in grades if each.refused]
    for each in refused:
        print(f"refused: {each.student}, {each.assignment}: {each.refused}")
    print(
        f"{len(grades)} submissions, {len(refused)} refused; {out / 'scores.csv'}, {out / 'feedback'}"
    )


def _print_card(card: dict) -> None:
    if "agreement" in card:
        judge = card["judge"]
        print(f"label agreement   {card['agreement']:.4f} of {card['samples']:,} samples")
        print(
            f"within-class std  {card['std']:.4f}, {card['std_ratio']:.3f} of the real test images'"
        )
        print(
            f"judge             {judge['test_accuracy']:.4f} on the test images of {judge['data']}"
        )
    else:
        print(
            f"distance          {card['distance']:.2f} with {card['samples']:,} samples, by level:"
        )
        for side, value in card["distance_by_level"].items():
            print(
                f"  {side:>4} pixels     {value:.2f}, real to real {card['floor_by_level'][side]:.2f}"
            )
        print(f"layout            {card['layout']:.3f}, real to real {card['layout_floor']:.3f}")
        print(f"spread            {card['spread_ratio']:.3f} of the real test images'")
        if "domains" in card:
            shares = (f"{kind} {card['domains'][kind]:.1%}" for kind in ("photo", "cartoon"))
            doubted = card["domains"]["in_between"]
            print(f"domains           {', '.join(shares)}, in between {doubted:.1%}")
        if "attributes" in card:
            lost, looks = card["attributes"]["missing"], card["attributes"]["looks"]
            print(f"missing           {', '.join(lost) or 'no attribute'}")
            print(
                f"looks             {looks['fake']} combinations in {looks['of']:,} faces, real {looks['real']}"
            )
        if "memorisation" in card:
            near = card["memorisation"]["share_below_held_out_1_percent"]
            print(
                f"copies            {near:.1%} nearer to a training image than 99 of 100 real ones"
            )
    for name, features in (("features", "features"), ("inception", "Inception's")):
        if name in card:
            _print_features(card[name], card[f"{name}_floor"], features)


def _print_features(card: dict, floor: dict, features: str) -> None:
    """Distances and shares on features; behind each what other real images have."""
    settings = card["settings"]
    print(f"{features:<17} {settings['samples']:,} samples, {settings['extractor']}")
    print(f"  Fréchet         {card['frechet']:.4g}, real to real {floor['frechet']:.4g}")
    print(
        f"  kernel          {card['kernel']:.4g} ± {card['kernel_std']:.2g}, real to real {floor['kernel']:.4g}"
    )
    for share in ("precision", "recall", "density", "coverage"):
        print(f"  {share:<15} {card[share]:.3f}, real to real {floor[share]:.3f}")


def _pairs(changes: list[str]) -> dict[str, str]:
    for change in changes:
        if "=" not in change:
            raise GancourseError(f"--set {change}: write it as FIELD=VALUE")
    return dict(change.split("=", 1) for change in changes)


if __name__ == "__main__":
    main()

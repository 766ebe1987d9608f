"""train, sample, evaluate: the verbs that work on a run folder."""

from pathlib import Path
from typing import Annotated

import typer

from gancourse import GancourseError, launch, recipes, runtime

Folder = Annotated[Path, typer.Argument(help="The folder of a run.", show_default=False)]
DataPath = Annotated[
    Path | None, typer.Option("--data", help="A folder with the original data files.")
]
RecordPath = Annotated[
    Path | None, typer.Option(help="Also write what may be committed of the run to this folder.")
]


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
        int,
        typer.Option(min=0, max=2**63 - 1, help="The seed for weights, noise and shuffling."),
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
    """Train a recipe into a run folder: checkpoint, losses, log, sample grids, record.

    On N devices of one machine: torchrun --nproc-per-node N -m gancourse train RECIPE …
    """
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
    if launch.rank():  # the first process says what came out, and evaluates it
        return
    print(f"{recipe}: {len(history.values):,} steps in {history.seconds:,.0f} s, in {out}")
    if record:
        run = runs.open_run(out)
        _print_card(run, runs.evaluate(run, path=data_path))
        runs.publish(run, record)


def _interrupted(error: BaseException | None) -> bool:
    """Whether an interrupt caused an error: in the middle of a write it comes out as the error of that write."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def sample(
    run: Folder,
    out: Annotated[
        Path | None, typer.Option(help="The picture to write; default RUN/samples.png.")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, max=100, help="Rows of images.")] = 10,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The seed for the noise.")] = 0,
) -> None:
    """Draw a grid of generated images: one column per class, or ten columns without classes."""
    from gancourse import runs

    target = out or run / "samples.png"
    runs.save_samples(runs.open_run(run), target, rows, seed)
    print(f"wrote {target}")


def evaluate(
    run: Folder,
    data_path: DataPath = None,
    samples: Annotated[int, typer.Option(help="How many images to evaluate.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, max=2**63 - 1, help="The seed for the noise.")] = 0,
    record: RecordPath = None,
    weights: Annotated[
        bool, typer.Option("--weights", help="Put the generator's weights into the record.")
    ] = False,
    inception: Annotated[
        bool,
        typer.Option(
            "--inception",
            help="Also measure on Inception's features; needs torch-fidelity and a network connection.",
        ),
    ] = False,
) -> None:
    """Evaluate a run's samples and write the card into its record."""
    from gancourse import runs

    if weights and record is None:
        raise GancourseError("--weights puts weights into a record: name its folder with --record")
    opened = runs.open_run(run)
    _print_card(opened, runs.evaluate(opened, samples, seed, data_path, inception))
    if record:
        runs.publish(opened, record, weights)


def _print_card(run, card: dict) -> None:
    from gancourse import evaluation

    print(*evaluation.suite_of(run.spec).lines(card), sep="\n")


def _pairs(changes: list[str]) -> dict[str, str]:
    for change in changes:
        if "=" not in change:
            raise GancourseError(f"--set {change}: write it as FIELD=VALUE")
    return dict(change.split("=", 1) for change in changes)

"""doctor: what this machine has."""

from typing import Annotated

import typer

from gancourse import __version__, files, recipes, runtime


def doctor(
    times: Annotated[
        bool,
        typer.Option(
            "--times",
            help="Also time a few steps of each recipe, at full size: some minutes on a CPU.",
        ),
    ] = False,
) -> None:
    """Say what this machine has and how the course will use it."""
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
        from gancourse.keras_gan import engine

        where, precision = engine.describe_device(), engine.policy("auto")
        print(f"Keras on     {where}, by {engine.name()}, in {precision}")
    else:
        print("Keras        not installed: the Keras chapters need it (pip install tensorflow)")
    budget = runtime.budget()
    print(
        f"budget       {budget}"
        + ("" if budget != "reduced" else ": embedded data, a minute or so a chapter")
    )
    print(f"cache        {files.cache_dir()}")
    if times:
        _print_times()


def _print_times() -> None:
    """How long each recipe of the `colab` budget would take here, from a few steps of it."""
    from gancourse.runs import seconds_per_step

    print("budget colab, from four steps of each recipe timed here:")
    for name, budgets in recipes.RECIPES.items():
        recipe = budgets["colab"]
        if recipe.framework not in runtime.versions():
            print(f"  {name:<18}{recipe.framework} is not installed")
            continue
        seconds = seconds_per_step(recipe)
        if epochs := getattr(recipe, "epochs", 0):
            minutes = epochs * 10_000 / recipe.batch * seconds / 60
            whole = f"{epochs} epochs: {minutes:,.1f} minutes for each 10,000 images of the set"
        else:
            whole = f"{recipe.steps:,} steps: {recipe.steps * seconds / 60:,.1f} minutes"
        print(f"  {name:<18}{seconds:.3g} s a step, {whole}", flush=True)

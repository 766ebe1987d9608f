"""doctor: what this machine has."""

from gancourse import __version__, files, runtime


def doctor() -> None:
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

"""data: list the data sets, or prepare one."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gancourse import GancourseError
from gancourse import data as sets
from gancourse.data.audit import KINDS, LEFT_OUT
from gancourse.data.spec import Bundled


def data(
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
    count: Annotated[
        int, typer.Option(min=0, help="Of faces, how many files to prepare; 0 for all.")
    ] = 0,
) -> None:
    """Prepare a data set: verify its files and keep them as arrays in the cache. Without NAME, list the sets."""
    if name is None:
        for spec in sets.CATALOG.values():
            print(f"{spec.name:<24} {spec.title}: {spec.count}. {spec.licence}. [{_state(spec)}]")
        return
    try:
        folder = sets.prepare(name, source, size, fit, count)
    except KeyboardInterrupt:
        raise GancourseError(
            "interrupted; the same command goes on after the files already done"
        ) from None
    metadata = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    if "audit" in metadata:
        _print_audit(metadata, folder)
    # Loads the array just prepared, whatever the environment says.
    train, test = (
        sets.load(name, split, size=size, fit=fit, count=count) for split in ("train", "test")
    )
    print(
        f"{name}: {len(train):,} training and {len(test):,} test images, fingerprint {train.fingerprint}, in {folder}"
    )


def _state(spec: sets.DatasetSpec) -> str:
    source = spec.source
    if isinstance(source, Bundled):
        return "embedded"
    if ready := sets.preparations(spec):
        sizes = ", ".join(folder.name.removeprefix(f"{spec.name}-") for folder in ready)
        return f"prepared: {sizes}" if spec.resizable else "prepared"
    return f"to fetch, {source.megabytes:,g} MB" if source.megabytes else "to fetch"


def _print_audit(metadata: dict, folder: Path) -> None:
    print(f"{metadata['files']:,} files")
    for kind, count in metadata["audit"].items():
        fate = "left out" if kind in LEFT_OUT else "kept"
        print(f"  {count:>9,}  {kind:<14} {fate}: {KINDS[kind]}")
    if set(metadata["audit"]) != {"good"}:
        print(f"All files that are not simply good are listed in {folder / 'audit.csv'}")

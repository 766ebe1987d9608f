"""data: list the sets, prepare one."""

import json
from pathlib import Path
from typing import Annotated

import typer

from gancourse import GancourseError
from gancourse import data as sets
from gancourse.data.audit import KINDS, LEFT_OUT


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
) -> None:
    """Prepare a data set: verify its files and keep them as arrays in the cache. Without NAME, list the sets."""
    if name is None:
        for each, about in sets.SOURCES.items():
            print(f"{each:<24} {about.title}: {about.count}. {about.licence}. [{_state(each)}]")
        return
    try:
        folder = sets.prepare(name, source, size, fit)
    except KeyboardInterrupt:
        raise GancourseError(
            "interrupted; the same command goes on after the files already done"
        ) from None
    if sets.SOURCES[name].faces:
        _print_audit(folder)
    # Of the array just prepared, whatever the environment says.
    train, test = (sets.load(name, split, size=size, fit=fit) for split in ("train", "test"))
    print(
        f"{name}: {len(train):,} training and {len(test):,} test images, fingerprint {train.fingerprint}, in {folder}"
    )


def _state(name: str) -> str:
    about, ready = sets.SOURCES[name], sets.preparations(name)
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

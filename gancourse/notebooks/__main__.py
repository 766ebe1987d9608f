"""`python -m gancourse.notebooks [--run] [FILE.py ...]`: in a checkout, write what is made from the chapters' sources.

Without files: all chapters of `book/chapters.toml`, and the lists of chapters. With --run a chapter is executed even if
all its checked cells have outputs.
"""

import sys
from pathlib import Path

from gancourse import files
from gancourse.notebooks.contents import lists, read_contents
from gancourse.notebooks.pairs import sync
from gancourse.notebooks.plain import Links


def main(arguments: list[str]) -> int:
    """Run the command with these arguments, and return its exit status."""
    root = Path()
    chosen = [Path(word) for word in arguments if not word.startswith("-")]
    chapters = [root / "notebooks" / f"{entry.name}.py" for entry in read_contents(root)]
    links = Links(root)
    for path in chosen or chapters:
        changed = sync(path, links, run="--run" in arguments)
        print(f"{path}: {', '.join(file.name for file in changed) or 'in step'}")
    for path, text in {} if chosen else lists(root).items():
        if text != path.read_text(encoding="utf-8"):
            files.write_text(path, text)
            print(f"{path}: its chapters")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

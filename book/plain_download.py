"""A Sphinx extension: a chapter's page offers the plain notebook for download, not only the source it is built from."""

import shutil
from pathlib import Path


def offer_notebook(app, page, template, context, doctree) -> None:
    """Copy the .ipynb beside a page's source into the book, and tell the theme's download button."""
    notebook = Path(app.srcdir, page).with_suffix(".ipynb")
    if app.builder.format == "html" and notebook.is_file():
        target = Path(app.outdir, "_sources", page).with_suffix(".ipynb")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook, target)
        context["ipynb_source"] = f"{page}.ipynb"  # sphinx-book-theme's name for it


def setup(app) -> dict:
    """Connect it before the theme's own buttons, whose priority is 501."""
    app.connect("html-page-context", offer_notebook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

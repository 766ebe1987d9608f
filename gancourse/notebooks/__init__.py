"""From a chapter's source to its page and its notebook, for maintainers: `make notebooks` runs this package.

`notebooks/NN_name.py` is edited and reviewed, and the book is built from it. `NN_name.ipynb` is made from it: the same
cells in plain Markdown, for Colab, Kaggle, JupyterLab, VS Code, GitHub and nbval. What a class gets is made from that.
"""

"""Where the course is on the web: pyproject.toml has the repository's address, and the others follow from it.

Colab, Kaggle and SageMaker Studio Lab open one notebook of a repository; Binder and Codespaces build a machine for the
whole repository, from its folders .binder and .devcontainer.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

BRANCH = "main"
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"


@dataclass(frozen=True)
class Addresses:
    """The course's addresses on the web.

    Attributes
    ----------
    owner, name : str
        The owner and the name of the repository on GitHub.
    """

    owner: str
    name: str

    @property
    def repository(self) -> str:
        """The repository's own page."""
        return f"https://github.com/{self.owner}/{self.name}"

    def page(self, name: str) -> str:
        """A page of the published book.

        Parameters
        ----------
        name : str
            The page's path without a suffix, such as "book/setup".
        """
        return f"https://{self.owner}.github.io/{self.name}/{name}.html"

    def colab(self, path: str, branch: str = BRANCH) -> str:
        """The address under which Colab opens a notebook of the repository.

        Parameters
        ----------
        path : str
            The notebook's path in the repository.
        branch : str
            The branch that holds it.
        """
        return f"https://colab.research.google.com/github/{self.owner}/{self.name}/blob/{branch}/{path}"

    def kaggle(self, path: str, branch: str = BRANCH) -> str:
        """The address under which Kaggle copies a notebook of the repository into an editor.

        Parameters
        ----------
        path : str
            The notebook's path in the repository.
        branch : str
            The branch that holds it.
        """
        return f"https://kaggle.com/kernels/welcome?src={self.repository}/blob/{branch}/{path}"

    def studio_lab(self, path: str, branch: str = BRANCH) -> str:
        """The address under which SageMaker Studio Lab opens a notebook of the repository.

        Parameters
        ----------
        path : str
            The notebook's path in the repository.
        branch : str
            The branch that holds it.
        """
        return f"https://studiolab.sagemaker.aws/import/github/{self.owner}/{self.name}/blob/{branch}/{path}"

    def open_in(self, path: str, branch: str = BRANCH) -> str:
        """Markdown that opens a notebook of the repository: Colab's badge, and a link for each of the other places.

        Parameters
        ----------
        path : str
            The notebook's path in the repository.
        branch : str
            The branch that holds it.
        """
        return (
            f"[![Open in Colab]({BADGE})]({self.colab(path, branch)}) or in "
            f"[Kaggle]({self.kaggle(path, branch)}) or [Studio Lab]({self.studio_lab(path, branch)})"
        )

    @property
    def binder(self) -> str:
        """The address under which Binder builds the course's environment and opens its notebooks in JupyterLab."""
        return f"https://mybinder.org/v2/gh/{self.owner}/{self.name}/{BRANCH}?urlpath=lab/tree/notebooks"

    @property
    def codespaces(self) -> str:
        """The address under which GitHub makes a codespace of the repository."""
        return f"https://codespaces.new/{self.owner}/{self.name}"

    def raw(self, path: str) -> str:
        """The address of a file's bytes, for pictures.

        Parameters
        ----------
        path : str
            The file's path in the repository.
        """
        return f"https://raw.githubusercontent.com/{self.owner}/{self.name}/{BRANCH}/{path}"


def read_addresses(root: Path) -> Addresses:
    """The addresses of a checkout's course.

    Parameters
    ----------
    root : Path
        The checkout.

    Returns
    -------
    Addresses
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    owner, name = project["urls"]["Repository"].rsplit("/", 2)[1:]
    return Addresses(owner, name)

"""gancourse: the library under the notebooks of a course on generative adversarial networks.

Importing this package loads neither PyTorch nor TensorFlow; a chapter imports the part it needs:
`gancourse.torch_gan` for the PyTorch chapters, `gancourse.data`, `gancourse.evaluation` and `gancourse.figures`
for all of them. Arrays that cross a module's border are NumPy arrays.
"""

__version__ = "0.1.0"


class GancourseError(Exception):
    """Bad input or a failed write: the message says what was wrong, where, and what to do."""

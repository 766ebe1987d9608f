"""Training logs: read anybody's, check that the numbers fit together, say which network is winning.

Four formats are understood: the one that report 004 and many notebooks print and this course writes too; the one of
PyTorch's DCGAN tutorial; Keras's progress output; and the `losses.npy` of a run folder.
"""

from gancourse.logs.checks import D_WINS, EVEN, G_WINS, UNKNOWN, jensen, verdict
from gancourse.logs.explain import diagnosis_metrics, explain
from gancourse.logs.formats import Log, parse, read

__all__ = [
    "D_WINS",
    "EVEN",
    "G_WINS",
    "UNKNOWN",
    "Log",
    "diagnosis_metrics",
    "explain",
    "jensen",
    "parse",
    "read",
    "verdict",
]

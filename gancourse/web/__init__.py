"""What a reader can move or answer: in the built page, without a kernel or a network, or with a live kernel."""

from gancourse.web.diagrams import BLUE, ORANGE, game, network
from gancourse.web.explorers import class_explorer, figure_explorer
from gancourse.web.quiz import quiz, quizzes
from gancourse.web.slider import frame_slider
from gancourse.web.snapshots import Snapshots

__all__ = [
    "BLUE",
    "ORANGE",
    "Snapshots",
    "class_explorer",
    "figure_explorer",
    "frame_slider",
    "game",
    "network",
    "quiz",
    "quizzes",
]

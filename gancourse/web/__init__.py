"""What a reader can move or answer: in the built page, without a kernel or a network, or with a live kernel."""

from gancourse.web.explorers import class_explorer, figure_explorer
from gancourse.web.quiz import quiz, quizzes
from gancourse.web.slider import frame_slider
from gancourse.web.snapshots import Snapshots

__all__ = ["Snapshots", "class_explorer", "figure_explorer", "frame_slider", "quiz", "quizzes"]

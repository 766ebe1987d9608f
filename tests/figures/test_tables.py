"""Tables: the Markdown of a cell's result."""

from gancourse import figures


def test_a_table_is_markdown():
    shown = figures.table(("run", ""), [("first", 1), ("second", 0.5)])
    assert shown.data == "| run |  |\n| --- | --- |\n| first | 1 |\n| second | 0.5 |"


def test_mean_and_range():
    assert figures.mean_and_range([1, 1.25, 3], 2) == "1.75 (1.00 to 3.00)"


def test_the_note_of_a_run_says_its_budget_or_that_it_was_reduced():
    assert figures.run_note("reduced", "mnist") == figures.REDUCED
    assert figures.run_note("full", "mnist") == "full run on mnist"

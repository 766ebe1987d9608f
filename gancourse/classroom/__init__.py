"""The classroom: what instructors release to students, and how submissions are graded.

`exercises` reads a chapter, `release` writes notebooks and assignments from it, `grading` runs submissions through
nbgrader. Only grading needs nbgrader.
"""

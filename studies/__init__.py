"""Comparisons over arms and seeds that become records: `python -m studies.NAME FOLDER`, from the root of a clone."""

"""What each piece of evidence is worth. Fitted: `python -m tests.grouping.fit --write` writes this file."""

FOR_ONE = {"meaning": 0.0}

FOR_NONE = {"always": 0.0}

"""What each piece of evidence is worth. Fitted: `python -m tests.grouping.fit --write` writes this file."""

FOR_ONE = {
    "meaning": 0.655,
    "meaning_ahead": 5.114,
    "same_kind": 0.243,
    "kind_typical": 0.54,
    "words": 0.423,
    "words_typical": 1.134,
    "named_of_kind": 0.545,
    "same_place": -2.118,
    "other_place": -2.692,
    "other_names": -2.258,
    "numbers": 3.193,
    "both_nothing": -2.035,
}

FOR_NONE = {
    "always": 1.404,
    "nothing": 0.661,
    "sure_kind": 1.247,
    "short_nothing": 0.686,
}

"""What each piece of evidence is worth. Fitted: `python -m tests.grouping.fit --write` writes this file."""

FOR_ONE = {
    "meaning": 1.563,
    "meaning_ahead": 4.652,
    "same_kind": 0.194,
    "kind_typical": 0.599,
    "words": 0.449,
    "words_typical": 0.888,
    "named_of_kind": 0.493,
    "same_place": -2.126,
    "other_place": -3.086,
    "other_names": -2.299,
    "numbers": 2.854,
    "both_nothing": -1.799,
}

FOR_NONE = {
    "always": 1.403,
    "nothing": 0.69,
    "sure_kind": 1.167,
    "short_nothing": 0.745,
}

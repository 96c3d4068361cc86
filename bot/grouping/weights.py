"""What each piece of evidence is worth. Fitted: `python -m tests.grouping.fit --write` writes this file."""

FOR_ONE = {
    "meaning": 0.512,
    "meaning_ahead": 5.072,
    "same_kind": 0.243,
    "kind_typical": 0.526,
    "words": 0.426,
    "words_typical": 1.165,
    "named_of_kind": 0.53,
    "same_place": -2.047,
    "other_place": -2.731,
    "other_names": -2.247,
    "numbers": 3.382,
    "both_nothing": -1.901,
}

FOR_NONE = {
    "always": 1.404,
    "nothing": 0.664,
    "sure_kind": 1.241,
    "short_nothing": 0.688,
}

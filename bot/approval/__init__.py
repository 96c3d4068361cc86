"""Who may do what with which words: authority, gates, and the card on which the decision is made.

Pure decisions over values that were read in the same transaction that acts on them.
"""

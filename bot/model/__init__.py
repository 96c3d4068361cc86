"""The words of the trade as values: no input or output, no clock, no knowledge of any other room.

Everything here is a frozen dataclass, an enum, a transition table or a pure function over them.
"""

"""Keeping it: copies of everything that happened, put back and checked; and how long each kind of data is kept."""

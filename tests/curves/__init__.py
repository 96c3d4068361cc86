"""Counts become alerts, outlooks and pictures."""

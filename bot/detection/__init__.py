"""Mention counts become spikes and forecasts: pure, streaming, many topics at once; knows nobody else in `bot`."""

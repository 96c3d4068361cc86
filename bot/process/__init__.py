"""One process: its place among others, what it does every few seconds, what it reads again, how it is, its logs."""

"""How well the detector finds what rises, and how often it cries wolf: see `README.md` of the benches."""

"""The promises of the design (§1), checked after every step of a machine that does whatever people and time may do."""

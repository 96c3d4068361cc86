"""How fast alerts are taken, beside Alertmanager (`tests.bench.intake_speed`)."""

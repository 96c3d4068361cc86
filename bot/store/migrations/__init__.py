"""Alembic migrations, in order; each goes up and down."""

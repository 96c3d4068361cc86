"""The store: tables, queries and migrations. The only room with SQL; SQLite and PostgreSQL share one schema.

Every query function takes a transaction (:data:`bot.store.database.Tx`) first, so that whoever tells the story decides
what is committed together. Writers use :meth:`bot.store.database.Database.write`, readers ``read``.
"""

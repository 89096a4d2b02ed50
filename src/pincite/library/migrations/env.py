"""Alembic's entry: run the steps on the connection that ``migrate.py`` hands over, inside its one transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()

"""Runs migrations on the connection that `app.db.migrate` hands over."""

import importlib

from alembic import context
from sqlmodel import SQLModel

from app.db import MODELS

for module in MODELS:
    importlib.import_module(module)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=False,
    compare_type=True,
    include_object=lambda _object, name, kind, _reflected, _compared: (
        not (kind == "table" and str(name).startswith(("visit_search", "visit_line")))
    ),
)
context.run_migrations()

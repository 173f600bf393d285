"""Operations that our migrations share."""

from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class AddIndexAgain(AddIndexConcurrently):
    """An index built while people work, in a migration that may be repeated.

    A build that fails leaves an index that PostgreSQL does not use: it is dropped and built again.
    A whole one stays.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)",
                [self.index.name],
            )
            (is_whole,) = cursor.fetchone() or (None,)
        if is_whole is False:
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY {name}")
        if not is_whole:
            super().database_forwards(app_label, schema_editor, from_state, to_state)

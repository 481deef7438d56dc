"""The index: no Django model, for SQLite and PostgreSQL have nothing in common here."""

from django.db import migrations

from kawaraban.search import postgres, sqlite


def _kind(schema_editor):
    return postgres if schema_editor.connection.vendor == "postgresql" else sqlite


def create(apps, schema_editor):
    for statement in _kind(schema_editor).CREATE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in _kind(schema_editor).DROP:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create, drop)]

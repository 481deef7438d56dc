"""Editors may pin stories and keep others apart."""

from django.db import migrations

MODELS = ("pin", "notbeside")
ACTS = ("add", "change", "delete", "view")


def let_editors(apps, schema_editor):
    # Django makes permissions only after the last migration; made here, it finds them.
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for editors in Group.objects.filter(name="Editors"):
        for model in MODELS:
            kind, _ = ContentType.objects.get_or_create(app_label="newsroom", model=model)
            for act in ACTS:
                found, _ = Permission.objects.get_or_create(
                    content_type=kind, codename=f"{act}_{model}", defaults={"name": f"Can {act} {model}"}
                )
                editors.permissions.add(found)


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0003_pins_and_not_beside")]

    operations = [migrations.RunPython(let_editors, migrations.RunPython.noop, elidable=False)]

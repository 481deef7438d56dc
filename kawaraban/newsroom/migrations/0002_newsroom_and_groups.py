"""The newsroom's one root page and its site; who may do what in it."""

from django.conf import settings
from django.db import migrations

REPORTERS, EDITORS, MODERATORS = "Reporters", "Editors", "Moderators"

PAGES = {
    REPORTERS: ["add_page"],
    EDITORS: ["add_page", "change_page", "publish_page", "lock_page", "unlock_page", "bulk_delete_page"],
    MODERATORS: [],
}
PHOTOS = {
    REPORTERS: ["add_image", "choose_image"],
    EDITORS: ["add_image", "change_image", "choose_image"],
    MODERATORS: [],
}
KEPT_BY_EDITORS = [
    *("stories.section", "stories.topic", "stories.storyline", "people.person"),
]
ROWS = {
    REPORTERS: ["wagtailadmin.admin.access_admin"],
    EDITORS: [
        "wagtailadmin.admin.access_admin",
        "newsroom.publicationsettings.change_publicationsettings",
        "discussion.comment.change_comment",
        *(
            f"{kept}.{act}_{kept.split('.')[1]}"
            for kept in KEPT_BY_EDITORS
            for act in ("add", "change", "delete", "view")
        ),
    ],
    MODERATORS: ["wagtailadmin.admin.access_admin", "discussion.comment.change_comment"],
}


def open_newsroom(apps, schema_editor):
    """Wagtail's welcome page gives way to the newsroom, at the same place in the tree."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Locale = apps.get_model("wagtailcore", "Locale")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Newsroom = apps.get_model("newsroom", "Newsroom")

    locale, _ = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE.split("-")[0])
    Page.objects.filter(depth=2, content_type__app_label="wagtailcore").delete()
    kind, _ = ContentType.objects.get_or_create(app_label="newsroom", model="newsroom")
    newsroom = Newsroom.objects.create(
        title="Newsroom",
        draft_title="Newsroom",
        slug="newsroom",
        content_type=kind,
        locale=locale,
        path="00010001",
        depth=2,
        numchild=0,
        url_path="/newsroom/",
        live=True,
    )
    Page.objects.filter(depth=1).update(numchild=1)
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page_id=newsroom.pk, is_default_site=True)


def seat_groups(apps, schema_editor):
    """Reporters write, editors publish as well, moderators look after the discussion."""
    Collection = apps.get_model("wagtailcore", "Collection")
    Group = apps.get_model("auth", "Group")
    OnCollection = apps.get_model("wagtailcore", "GroupCollectionPermission")
    OnPage = apps.get_model("wagtailcore", "GroupPagePermission")
    Page = apps.get_model("wagtailcore", "Page")

    root = Page.objects.get(depth=1)
    photos = Collection.objects.get(depth=1)
    for name in (REPORTERS, EDITORS, MODERATORS):
        group, _ = Group.objects.get_or_create(name=name)
        OnPage.objects.filter(group=group).delete()
        OnCollection.objects.filter(group=group).delete()
        group.permissions.set([permission(apps, *path.split(".")) for path in ROWS[name]])
        for code in PAGES[name]:
            OnPage.objects.create(
                group=group, page=root, permission=permission(apps, "wagtailcore", "page", code)
            )
        for code in PHOTOS[name]:
            OnCollection.objects.create(
                group=group, collection=photos, permission=permission(apps, "wagtailimages", "image", code)
            )


def let_editors_approve(apps, schema_editor):
    """Wagtail's own workflow asks its Moderators, who look after comments here."""
    Group = apps.get_model("auth", "Group")
    GroupApprovalTask = apps.get_model("wagtailcore", "GroupApprovalTask")
    Workflow = apps.get_model("wagtailcore", "Workflow")

    for task in GroupApprovalTask.objects.all():
        task.groups.set(Group.objects.filter(name=EDITORS))
    GroupApprovalTask.objects.update(name="Editors approval")
    Workflow.objects.update(name="Editors approval")


def permission(apps, app, model, code):
    # Django makes permissions only after the last migration; made here, it finds them.
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    kind, _ = ContentType.objects.get_or_create(app_label=app, model=model)
    found, _ = Permission.objects.get_or_create(
        content_type=kind, codename=code, defaults={"name": f"Can {code.replace('_', ' ')}"}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("discussion", "0001_comment"),
        ("newsroom", "0001_article"),
        ("people", "0002_person"),
        ("stories", "0001_story"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtailimages", "0027_image_description"),
    ]

    operations = [
        migrations.RunPython(open_newsroom, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(seat_groups, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(let_editors_approve, migrations.RunPython.noop, elidable=False),
    ]

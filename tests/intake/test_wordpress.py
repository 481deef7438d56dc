"""A WordPress export into stories: what readers saw there comes along, and nothing they did not see."""

import datetime as dt

import pytest

from kawaraban.intake.incoming import IncomingPerson, Label, NoStory, Unreadable
from kawaraban.intake.sources import wordpress
from kawaraban.stories.elements import Paragraph
from tests.intake.exports import HOME, comment, export, item, meta


@pytest.fixture
def opened(tmp_path):
    def written(*items, **about):
        file = tmp_path / "export.xml"
        encoding = about.get("encoding", "UTF-8")
        file.write_bytes(export(*items, **about).encode(encoding))
        return wordpress.open_file(file)

    return written


@pytest.fixture
def story(opened):
    def the_only(*items, **about):
        (found,) = [one for one in opened(*items, **about).items() if not isinstance(one, NoStory)]
        return found

    return the_only


@pytest.fixture(autouse=True)
def in_english(settings):
    settings.LANGUAGE_CODE = "en"


def test_a_post_comes_along_whole(story):
    found = story(
        item(
            excerpt="<p>港で\n年に一度。</p>",
            more='<category domain="category" nicename="%e5%9c%b0%e5%9f%9f"><![CDATA[地域]]></category>'
            '<category domain="category" nicename="kurashi"><![CDATA[くらし &amp; 食]]></category>'
            '<category domain="post_tag" nicename="sakana"><![CDATA[魚]]></category>'
            '<category domain="post_format" nicename="post-format-aside"><![CDATA[Aside]]></category>',
        )
    )
    assert found.origin == "wordpress:minato.example:7"
    assert (found.headline, found.dek, found.slug) == ("朝市", "港で 年に一度。", "asa-ichi")
    assert found.body == (Paragraph("朝市が始まった。"),)
    assert found.by == (IncomingPerson("港 花子", "minato"),)
    assert found.sections == (Label("地域", "地域"), Label("くらし & 食", "kurashi"))
    assert found.topics == (Label("魚", "sakana"),)
    assert found.published_at == dt.datetime(2024, 1, 15, 0, 30, tzinfo=dt.UTC)
    assert found.updated_at == dt.datetime(2024, 1, 16, 1, 0, tzinfo=dt.UTC)
    assert found.public and found.comments_open and found.notes == ()


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_every_version_of_the_format_reads_the_same(story, version):
    assert (
        story(item(excerpt="要約"), version=version).fingerprint()
        == story(item(excerpt="要約")).fingerprint()
    )


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "EUC-JP", "Shift_JIS", "ISO-2022-JP"])
def test_the_encodings_of_japanese_sites_are_read(story, encoding):
    assert story(item(), encoding=encoding).headline == "朝市"


def test_reading_again_gives_the_same(opened):
    source = opened(item(), item(post_id="8", post_type="page"))
    assert list(source.items()) == list(source.items())
    assert source.total == 2


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"post_type": "page"}, "page"),
        ({"post_type": "attachment", "status": "inherit"}, "attachment"),
        ({"post_type": "nav_menu_item"}, "menu item"),
        ({"status": "trash"}, "trash"),
        ({"status": "auto-draft"}, "automatic draft"),
    ],
)
def test_what_is_no_story_says_what_it_is(opened, changes, what):
    assert list(opened(item(**changes)).items()) == [NoStory(what)]


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"status": "draft"}, ""),
        ({"status": "pending"}, ""),
        ({"status": "private"}, "private"),
        ({"status": "future"}, "2024-01-15 00:30"),
        ({"post_password": "himitsu"}, "password"),
        ({"status": "hidden-by-a-plugin"}, "hidden-by-a-plugin"),
    ],
)
def test_what_the_public_did_not_see_stays_from_it(story, changes, note):
    found = story(item(**changes))
    assert not found.public
    assert note in " ".join(found.notes) and bool(found.notes) == bool(note)
    assert "himitsu" not in repr(found)


def test_times_come_from_what_there_is(story):
    none = "0000-00-00 00:00:00"
    by_pub_date = story(item(post_date_gmt=none, post_modified_gmt=none))
    assert by_pub_date.published_at == dt.datetime(2024, 1, 15, 0, 30, tzinfo=dt.UTC)
    assert by_pub_date.updated_at is None
    nonsense = "Mon, 30 Nov -0001 00:00:00 +0000"
    other = item(post_id="9", post_type="page")
    by_local_time = story(item(post_date_gmt=none, pubDate=nonsense), other)
    assert by_local_time.published_at == dt.datetime(2024, 1, 15, 0, 30, tzinfo=dt.UTC)
    nothing = story(item(post_date_gmt=none, post_date=none, pubDate=nonsense))
    assert nothing.published_at is None


def test_a_post_without_headline_is_called_by_its_first_words(story):
    found = story(item("<p>" + "網を上げると魚が光った。" * 9 + "</p>", title=" "))
    assert found.headline.startswith("網を上げると") and found.headline.endswith("…")
    assert len(found.headline) == 41 and found.notes
    assert story(item("", title="")).headline


def test_what_is_too_long_is_cut_and_kept_in_a_note(story):
    long = "長い見出し" * 50
    found = story(item(title=long, excerpt=long * 2))
    assert len(found.headline) <= 200 and len(found.dek) <= 400
    assert all(any(whole in note for note in found.notes) for whole in (long, long * 2))
    family = "👨‍👩‍👧‍👦" * 60
    assert len(story(item(title=family)).headline) <= 200


def test_a_headline_has_neither_tags_nor_entities(story):
    assert story(item(title="<em>海</em> &amp; 空 < 山")).headline == "海 & 空 < 山"


def test_nobodys_e_mail_or_address_comes_along(story):
    found = story(item(creator="umi@example.com", more=comment(1)))
    assert found.by == (IncomingPerson("海野 渡", "海野-渡"),)
    stranger = story(item(creator="kaze@example.com"))
    assert [one.name for one in stranger.by] == ["kaze"]
    for one in (found, stranger):
        assert "@" not in repr(one) and "192.0.2.7" not in repr(one)
    assert story(item(creator="")).by == ()


def test_every_address_it_had_is_known(story):
    old = meta("_wp_old_slug", "%e5%b8%82%e5%a0%b4") + meta("_wp_old_slug", "asa-ichi")
    found = story(
        item(link=f"{HOME}/2024/01/asa-ichi/", guid=f"{HOME}/?p=7", more=old + meta("_wp_old_slug", "ichi"))
    )
    assert found.former_addresses == ("/2024/01/asa-ichi/", "/?p=7", "/2024/01/市場/", "/2024/01/ichi/")
    japanese = story(
        item(link=f"{HOME}/%e6%9c%9d/", post_name="%e6%9c%9d", guid="https://other.example/?p=3")
    )
    assert japanese.former_addresses == ("/朝/", "/?p=7") and japanese.slug == "朝"
    below = story(item(link="https://a.example/blog/?p=7", guid=""), home="https://a.example/blog")
    assert below.former_addresses == ("/blog/?p=7",)
    assert below.origin == "wordpress:a.example/blog:7"


def test_comments_come_after_what_they_answer(story):
    found = story(
        item(
            more=comment(5, "三", parent=4)
            + comment(4, "二<br>行", parent=2)
            + comment(2, "<p>一</p><p>&lt;段&gt;</p>", approved="0")
            + comment(3, "宣伝", approved="spam")
        )
    )
    assert [(one.body, one.state) for one in found.comments] == [
        ("一\n\n<段>", "held"),
        ("二\n行", "shown"),
        ("三", "shown"),
        ("宣伝", "rejected"),
    ]
    first, second, third, spam = found.comments
    assert (first.parent_origin, second.parent_origin, third.parent_origin) == (
        "",
        first.origin,
        second.origin,
    )
    assert spam.parent_origin == "" and first.origin == "wordpress:minato.example:comment:2"
    assert first.posted_at == dt.datetime(2024, 1, 15, 3, 0, tzinfo=dt.UTC)


def test_only_readers_words_come_along_and_answers_move_up(story):
    found = story(
        item(
            more=comment(1, "土台")
            + comment(2, "消した", approved="trash", parent=1)
            + comment(3, "答え", parent=2)
            + comment(4, "よその記事", kind="pingback")
            + comment(5, "迷子", parent=99)
            + comment(6, "輪", parent=7)
            + comment(7, "回る", parent=6)
            + comment(8, "無名", name="")
        )
    )
    by_body = {one.body: one for one in found.comments}
    assert set(by_body) == {"土台", "答え", "迷子", "輪", "回る", "無名"}
    assert by_body["答え"].parent_origin == by_body["土台"].origin
    assert by_body["迷子"].parent_origin == "" and by_body["無名"].name
    seen = {""}
    for one in found.comments:
        assert one.parent_origin in seen
        seen.add(one.origin)


def test_pictures_are_named_in_one_note(story):
    photo = item(
        title="船", post_type="attachment", status="inherit", post_id="30", attachment_url=f"{HOME}/fune.jpg"
    )
    found = story(
        item(
            f'<p>前</p>[caption id="x"]<img src="{HOME}/ami.jpg"> 網を干す[/caption]'
            '[gallery ids="30"]<p>後</p>',
            more=meta("_thumbnail_id", "30"),
        ),
        photo,
    )
    assert found.body == (Paragraph("前"), Paragraph("後"))
    (note,) = found.notes
    assert f"{HOME}/ami.jpg (網を干す)" in note and note.count(f"{HOME}/fune.jpg (船)") == 1


def test_a_block_used_in_many_posts_is_set_in(story):
    shared = item(
        "<!-- wp:paragraph --><p>共通</p><!-- /wp:paragraph -->", post_type="wp_block", post_id="40"
    )
    found = story(item('<!-- wp:block {"ref":40} /--><!-- wp:block {"ref":41} /-->'), shared)
    assert found.body == (Paragraph("共通"),)
    assert "41" in found.notes[0]


def test_characters_that_xml_forbids_are_dropped(story):
    found = story(item("<p>\x00波\x08\x0b音\x1f\ufffe</p>", title="波音"))
    assert found.body == (Paragraph("波音"),)


def test_a_reference_over_the_edge_of_a_chunk_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr("kawaraban.intake.sources.wxr._CHUNK", 7)
    file = tmp_path / "export.xml"
    file.write_text(export(item(title="波&海")).replace("朝市が", "&#x1;朝&#8;市が"), "utf-8")
    (found,) = wordpress.open_file(file).items()
    assert found.headline == "波&海"
    assert found.body == (Paragraph("朝市が始まった。"),)


GOOD = export(item())
BOMB = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "encoding"),
        (b"PK\x03\x04 no xml at all", "not XML"),
        ("ただの文".encode(), "not XML"),
        (b"<!doctype html><html><body>Hello</body></html>", "not XML"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "document type"),
        (b"<html><body>Hello</body></html>", "no WordPress export"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>', "WXR"),
        (GOOD.encode()[:-40], "ends"),
        (GOOD.encode()[: len(GOOD.encode()) * 2 // 3], "ends"),
        (GOOD.replace("<rss", BOMB + "<rss", 1).encode(), "entities"),
        (GOOD.encode("euc-jp"), "encoding"),
        (GOOD.encode("shift_jis"), "encoding"),
        (GOOD.replace("UTF-8", "klingon", 1).encode(), "klingon"),
        (GOOD.replace("UTF-8", "base64", 1).encode(), "base64"),
        (GOOD.replace("UTF-8", "UTF-16", 1).encode(), "UTF-16"),
        (GOOD.replace("</item>", "</itme>", 1).encode(), "sound XML"),
        (GOOD.replace("<item>", "<item>" + "<a>" * 500, 1).encode(), "without end"),
        (GOOD.replace("朝市", "&nbsp;朝市", 1).encode(), "sound XML"),
    ],
)
def test_what_is_no_export_is_refused_in_one_line(tmp_path, raw, said):
    file = tmp_path / "bad.xml"
    file.write_bytes(raw)
    with pytest.raises(Unreadable, match=said) as refused:
        wordpress.open_file(file)
    assert "\n" not in str(refused.value) and "bad.xml" in str(refused.value)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    for path in (tmp_path / "missing.xml", tmp_path):
        with pytest.raises(Unreadable, match=path.name):
            wordpress.open_file(path)

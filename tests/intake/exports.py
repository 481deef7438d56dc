"""WordPress exports made up for the tests, as WordPress writes them."""

from xml.sax.saxutils import escape

HEAD = """<?xml version="1.0" encoding="{encoding}" ?>
<!-- generator="WordPress/6.4" created="2024-02-01 09:00" -->
<rss version="2.0"
	xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:wp="http://wordpress.org/export/{version}/">
<channel>
	<title>港の新聞</title>
	<link>{home}</link>
	<wp:wxr_version>{version}</wp:wxr_version>
	<wp:base_site_url>{home}</wp:base_site_url>
	<wp:base_blog_url>{home}</wp:base_blog_url>
	<wp:author><wp:author_login>minato</wp:author_login><wp:author_email>minato@example.com</wp:author_email>
	<wp:author_display_name><![CDATA[港 花子]]></wp:author_display_name></wp:author>
	<wp:author><wp:author_login>umi@example.com</wp:author_login><wp:author_email>umi@example.com</wp:author_email>
	<wp:author_display_name><![CDATA[海野 渡]]></wp:author_display_name></wp:author>
"""
FOOT = "</channel>\n</rss>\n"
HOME = "https://minato.example"

_DEFAULTS = {
    "link": f"{HOME}/2024/01/asa-ichi/",
    "pubDate": "Mon, 15 Jan 2024 00:30:00 +0000",
    "dc:creator": "minato",
    "guid": f"{HOME}/?p=7",
    "wp:post_id": "7",
    "wp:post_date": "2024-01-15 09:30:00",
    "wp:post_date_gmt": "2024-01-15 00:30:00",
    "wp:post_modified_gmt": "2024-01-16 01:00:00",
    "wp:comment_status": "open",
    "wp:post_name": "asa-ichi",
    "wp:status": "publish",
    "wp:post_type": "post",
    "wp:post_password": "",
}


def item(content="<p>朝市が始まった。</p>", *, title="朝市", excerpt="", more="", **changes):
    """One item; `changes` by the tag's local name, `more` as XML."""
    values = dict(_DEFAULTS)
    for name, value in changes.items():
        values[next((tag for tag in values if tag.rpartition(":")[2] == name), f"wp:{name}")] = value
    rest = "".join(f"<{tag}>{escape(value)}</{tag}>\n" for tag, value in values.items())
    return (
        f"<item><title>{escape(title)}</title>\n{rest}"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>\n"
        f"<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>\n{more}</item>\n"
    )


def comment(number, body="いいですね。", *, parent=0, approved="1", kind="comment", name="読者"):
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_author><![CDATA[{name}]]></wp:comment_author>"
        "<wp:comment_author_email>dokusha@example.com</wp:comment_author_email>"
        "<wp:comment_author_IP>192.0.2.7</wp:comment_author_IP>"
        "<wp:comment_date>2024-01-15 12:00:00</wp:comment_date>"
        "<wp:comment_date_gmt>2024-01-15 03:00:00</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[{body}]]></wp:comment_content>"
        f"<wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>{kind}</wp:comment_type>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>\n"
    )


def meta(key, value):
    return (
        f"<wp:postmeta><wp:meta_key>{key}</wp:meta_key>"
        f"<wp:meta_value><![CDATA[{value}]]></wp:meta_value></wp:postmeta>\n"
    )


def export(*items, version="1.2", encoding="UTF-8", home=HOME):
    return HEAD.format(version=version, encoding=encoding, home=home) + "".join(items) + FOOT

"""HTML as people wrote it becomes elements; no word is lost, and nothing but the promised tags gets out."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kawaraban.intake.sources.markup import Cleaned, LeftOut, elements_of, lines_of, text_of
from kawaraban.stories.elements import (
    LinkCard,
    ListOfItems,
    Paragraph,
    Quotation,
    Subheading,
    Table,
)

BASE = "https://minato.example/2024/01/asa-ichi/"


def body(markup):
    return list(elements_of(markup, BASE).elements)


def left_out(markup):
    return list(elements_of(markup, BASE).left_out)


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("", []),
        ("  \n&nbsp;\n ", []),
        ("一行", ["一行"]),
        ("一段\n\n二段", ["一段", "二段"]),
        ("一行\n二行", ["一行<br>二行"]),
        ("一行<br />\n二行", ["一行<br>二行"]),
        ("一段<br><br>二段", ["一段", "二段"]),
        ("<strong>太字\n\nも二段</strong>", ["<strong>太字</strong>", "<strong>も二段</strong>"]),
        ("<p>一段</p>\n\n<p>二段</p>", ["一段", "二段"]),
        ("前<div>中</div>後", ["前", "中", "後"]),
        ("一ページ目<!--nextpage-->二ページ目<!--more-->続き", ["一ページ目", "二ページ目", "続き"]),
        ("<!-- wp:paragraph --><p>一行\n二行</p><!-- /wp:paragraph -->", ["一行 二行"]),
        ("<p>閉じない<p>段落", ["閉じない", "段落"]),
        ("a &lt;b&gt; &amp; c < d", ["a &lt;b&gt; &amp; c &lt; d"]),
        (
            "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字",
            ["<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字"],
        ),
        ("<kbd>Ctrl</kbd> <q>引用</q> H<sub>2</sub>O", ["<code>Ctrl</code> “引用” H<sub>2</sub>O"]),
        ("<section><article><p>奥</p></article></section>", ["奥"]),
        ('<img class="emoji" alt="🐟" src="x.svg">が跳ねる', ["🐟が跳ねる"]),
        ("[1]と[注]と[sic]はそのまま", ["[1]と[注]と[sic]はそのまま"]),
        ("[[gallery]]と書く", ["[gallery]と書く"]),
        ("<b></b><i> </i>", []),
        ("見え\u202eない\u0000印", ["見えない印"]),
    ],
)
def test_paragraphs_are_as_wordpress_shows_them(markup, expected):
    assert body(markup) == [Paragraph(one) for one in expected]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        (
            '<a href="https://umi.example/?a=1&amp;b=2">海</a>',
            '<a href="https://umi.example/?a=1&amp;b=2">海</a>',
        ),
        ('<a href="mailto:a@example.com">便り</a>', '<a href="mailto:a@example.com">便り</a>'),
        ('<a href="/kiji/">記事</a>', '<a href="https://minato.example/kiji/">記事</a>'),
        ('<a href="#note">注</a>', "注"),
        ('<a href="javascript:alert(1)">押す</a>', "押す"),
        ('<a href="java\nscript:alert(1)">押す</a>', "押す"),
        ('<a href=" &#106;avascript:alert(1)">押す</a>', "押す"),
        ('<a href="data:text/html,x">押す</a>', "押す"),
        ('<a href="http://[">壊れ</a>', "壊れ"),
        ('<span onclick="x()" style="color:red">赤</span>', "赤"),
        (
            '<a href="https://x.example/&quot;onclick=&quot;x">罠</a>',
            '<a href="https://x.example/&quot;onclick=&quot;x">罠</a>',
        ),
    ],
)
def test_links_lead_to_the_web_or_to_mail(markup, expected):
    assert body(markup) == [Paragraph(expected)]


def test_what_readers_never_saw_goes_silently():
    silent = (
        "<script>x()</script><style>p{}</style><form><label>検索</label></form><hr><template>t</template>"
    )
    assert elements_of(f"<p>前</p>{silent}<p>後</p>") == Cleaned((Paragraph("前"), Paragraph("後")), ())


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2>見出し</h2>", [Subheading("見出し")]),
        ("<h6><strong>太い</strong>\n見出し</h6>", [Subheading("太い 見出し")]),
        (f"<h2>{'長' * 121}</h2>", [Paragraph("長" * 121)]),
        ("<h3><ruby>港<rt>みなと</rt></ruby></h3>", [Subheading("港（みなと）")]),
        (
            "<a href='https://a.example/'><h2>題</h2>文</a>",
            [Subheading("題"), Paragraph('<a href="https://a.example/">文</a>')],
        ),
        (
            "<ul><li>一</li><li>二<ol><li>二の一</li></ol>二の後</li></ul>",
            [ListOfItems(("一", "二", "二の一", "二の後"))],
        ),
        ("<ol><li><p>一</p><p>続き</p></li><li></li></ol>", [ListOfItems(("一<br>続き",), numbered=True)]),
        (
            "<dl><dt>潮</dt><dd>満ちる</dd><dd>引く</dd><dt>凪</dt></dl>",
            [ListOfItems(("潮: 満ちる", "引く", "凪"))],
        ),
        (
            "<blockquote><p>海は広い。</p><p>大きい。</p><cite>漁師</cite></blockquote>",
            [Quotation("海は広い。\n\n大きい。", "漁師")],
        ),
        ("<blockquote><cite>海の本</cite>は言う。</blockquote>", [Quotation("海の本は言う。")]),
        (f"<blockquote>{'波' * 1001}</blockquote>", [Paragraph("波" * 1001)]),
        (
            '<figure class="wp-block-pullquote"><blockquote><p>凪</p><cite>人</cite></blockquote></figure>',
            [Quotation("凪", "人")],
        ),
        (
            "<pre>if x:\n    <b>y</b>\n\nz</pre>",
            [Paragraph("<code>if x:<br>&nbsp;&nbsp;&nbsp;&nbsp;<b>y</b><br><br>z</code>")],
        ),
        ('<pre class="wp-block-verse">春\n夏</pre>', [Paragraph("春<br>夏")]),
        ("<p>文<table><tr><td>表</td></tr></table>", [Paragraph("文"), Table((), (("表",),))]),
    ],
)
def test_blocks_become_elements(markup, expected):
    assert body(markup) == expected


def test_tables_keep_their_columns():
    (table,) = body(
        "<figure class='wp-block-table'><table><thead><tr><th>便</th><th>時</th></tr></thead>"
        "<tfoot><tr><td>計</td><td>3</td></tr></tfoot>"
        "<tbody><tr><td rowspan='2'>朝</td><td>6</td></tr><tr><td>7<br>半</td></tr>"
        "<tr><td colspan='2'>欠航 <b>あり</b></td></tr></tbody></table>"
        "<figcaption>船の<i>時刻</i></figcaption></figure>"
    )
    assert table == Table(
        ("便", "時"), (("朝", "6"), ("", "7 半"), ("欠航 あり", ""), ("計", "3")), "船の時刻"
    )
    assert body("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>") == [
        Table(("a", "b"), (("1", "2"),))
    ]
    assert body("<table><tr><td><table><tr><td>内</td></tr></table></td><td>横</td></tr></table>") == [
        Table((), (("内",),)),
        Paragraph("横"),
    ]
    assert body("<table></table><table><tr><td> </td></tr></table>") == []
    assert body("<table><tr><td colspan='99999999'>広</td><td rowspan='x'>変</td></tr></table>")


@pytest.mark.parametrize(
    ("markup", "url", "title"),
    [
        ("https://film.example/watch?v=1", "https://film.example/watch?v=1", "film.example"),
        (
            "<p><a href='https://film.example/a'>https://film.example/a</a></p>",
            "https://film.example/a",
            "film.example",
        ),
        ("[embed]https://film.example/a[/embed]", "https://film.example/a", "film.example"),
        ("[youtube https://film.example/a]", "https://film.example/a", "film.example"),
        ("[youtube=https://film.example/a&w=3]", "https://film.example/a&w=3", "film.example"),
        ("[audio mp3='https://film.example/a.mp3'][/audio]", "https://film.example/a.mp3", "film.example"),
        ("<iframe src='//film.example/a' title='港の一日'></iframe>", "https://film.example/a", "港の一日"),
        (
            "<iframe src='https://www.youtube.com/embed/abc_def-123?rel=0'></iframe>",
            "https://www.youtube.com/watch?v=abc_def-123",
            "www.youtube.com",
        ),
        (
            "<video><source src='/a.mp4'>古い閲覧機です</video>",
            "https://minato.example/a.mp4",
            "minato.example",
        ),
        (
            "<object><param name='movie' value='https://film.example/a'><embed src='https://film.example/b'></object>",
            "https://film.example/b",
            "film.example",
        ),
        (
            "<!-- wp:embed --><figure class='wp-block-embed'><div>\nhttps://film.example/a\n</div>"
            "<figcaption>入港</figcaption></figure><!-- /wp:embed -->",
            "https://film.example/a",
            "入港",
        ),
    ],
)
def test_what_other_sites_show_becomes_a_card(markup, url, title):
    (card,) = body(markup)
    assert (card.url, card.title) == (url, title) and isinstance(card, LinkCard) and card.site


@pytest.mark.parametrize(
    "markup",
    ["<iframe src='javascript:x()'></iframe>", "<iframe src='http://nowhere'></iframe>", "<iframe></iframe>"],
)
def test_no_card_leads_nowhere(markup):
    assert body(markup) == [] and left_out(markup)[0].what == "shortcode"


def test_an_address_with_words_around_it_stays_a_sentence():
    markup = '詳しくは https://a.example/ へ。\n\n<a href="https://b.example/">https://a.example/</a>'
    assert [type(one) for one in body(markup)] == [Paragraph, Paragraph]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<img src='/a.jpg' alt='船'>", [LeftOut("picture", "https://minato.example/a.jpg", "船")]),
        ("<a href='/a.jpg'><img src='/a.jpg'></a>", [LeftOut("picture", "https://minato.example/a.jpg")]),
        (
            "<figure><img src='/a.jpg' alt='船'><figcaption>港の<b>船</b></figcaption></figure>",
            [LeftOut("picture", "https://minato.example/a.jpg", "港の船")],
        ),
        (
            "[caption width='3']<img src='/a.jpg'> 港の船[/caption]",
            [LeftOut("picture", "https://minato.example/a.jpg", "港の船")],
        ),
        ('[gallery ids="1,2" link="file"]', [LeftOut("gallery", caption="1,2")]),
        ("[gallery]", [LeftOut("gallery")]),
        (
            "<div style='background-image:url(\"/b.jpg\")'></div>",
            [LeftOut("picture", "https://minato.example/b.jpg")],
        ),
        (
            '[contact-form-7 id="5" title="便り"]',
            [LeftOut("shortcode", caption='[contact-form-7 id="5" title="便り"]')],
        ),
    ],
)
def test_what_no_element_takes_is_named(markup, expected):
    assert elements_of(markup, BASE) == Cleaned((), tuple(expected))


def test_a_shortcode_goes_and_its_words_stay():
    found = elements_of('[box color="red"]大事な<b>話</b>[/box]\n\n文中の[date year="2"]は文のうち')
    assert found.elements == (Paragraph("大事な<b>話</b>"), Paragraph('文中の[date year="2"]は文のうち'))
    assert found.left_out == (LeftOut("shortcode", caption='[box color="red"]'),)


def test_shortcodes_in_code_are_shown():
    assert body("<pre>[gallery ids='1']</pre>") == [Paragraph("<code>[gallery ids='1']</code>")]


def test_a_caption_without_an_end_swallows_nothing():
    (one, two) = body("[caption id='x']\n\n一段\n\n二段")
    assert (one, two) == (Paragraph("一段"), Paragraph("二段"))


def test_words_that_were_struck_out_and_links_that_were_lost_are_named():
    found = left_out("<del>十人</del>十二人<h2><a href='https://a.example/'>題</a></h2>")
    assert found == [LeftOut("struck", caption="十人"), LeftOut("link", "https://a.example/")]


@pytest.mark.parametrize("deep", [70, 300, 5_000])
@pytest.mark.parametrize("tag", ["div", "b", "blockquote", "ul><li", "table><tr><td", "pre", "figure"])
def test_tags_in_tags_without_end_cost_no_words(deep, tag):
    words = "".join(lines_of(one) for one in body(f"<{tag}>" * deep + "深い海"))
    assert "深い海" in words


def test_comments_become_text():
    assert (
        text_of("一<br>二<p>三 &amp; <a href='x'>四</a></p><ul><li>五</li></ul>") == "一\n二\n\n三 & 四\n\n五"
    )
    assert text_of("https://a.example/") == "https://a.example/"


# Trees of tags as nobody would write them, with words that can be told apart.
INLINE = ["b", "em", "a", "span", "ruby", "rt", "sup", "code", "u", "cite", "kbd", "abbr", "unknown-tag"]
BLOCKS = [
    "p",
    "div",
    "section",
    "h2",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "tr",
    "td",
    "th",
    "thead",
    "caption",
    "figure",
    "figcaption",
    "details",
    "summary",
    "center",
    "address",
    "footer",
]
WORD = st.integers(0, 99_999).map("語{:05}".format)
SHORTCODES = ["[box a='1']", "[/box]", "[caption]", "[/caption]", "[embed]", "[/embed]", "[gallery]", "[1]"]
LEAF = WORD | st.sampled_from(
    ["\n", "\n\n", " ", "<br>", "<hr>", "<!-- x -->", "　", "&nbsp;", "<img src='/a'>", *SHORTCODES]
)
ATTRIBUTES = st.sampled_from(
    [
        "",
        " onclick='x()'",
        " style='a:b'",
        " href='https://a.example/'",
        " href='javascript:x()'",
        " class='wp-caption'",
    ]
)


@st.composite
def element(draw, children):
    tag = draw(st.sampled_from(INLINE + BLOCKS))
    inner = "".join(draw(st.lists(children, max_size=4)))
    ending = draw(st.sampled_from([f"</{tag}>", f"</{tag}>", f"</{tag}>", ""]))
    return f"<{tag}{draw(ATTRIBUTES)}>{inner}{ending}"


TREES = st.lists(st.recursive(LEAF, element, max_leaves=25), max_size=6).map("".join)


class _Tags(HTMLParser):
    def __init__(self, markup):
        super().__init__()
        self.found = []
        self.feed(markup)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def said(found):
    return " ".join([*map(lines_of, found.elements), *(one.caption for one in found.left_out)])


def pieces_of(found):
    for one in found.elements:
        if isinstance(one, Paragraph):
            yield one.html
        elif isinstance(one, ListOfItems):
            yield from one.items


@given(TREES, st.booleans())
@example("<ul>語00001<li>語00002</ul><dl>語00003<dt>語00004</dl><table>語00005<tr>語00006", False)
@example("<figure class='wp-caption'><img src='/a'>語00001<figcaption>語00002", False)
@example("<figure><figure><img src='/a'><figcaption>語00001</figcaption></figure><figcaption>語00002", True)
@example("<blockquote>語00001<footer>語00002<blockquote>語00003<cite>語00004", True)
def test_no_word_is_lost_whatever_the_tags(markup, blocks):
    found = elements_of(("<!-- wp:html -->" if blocks else "") + markup, BASE)
    assert sorted(set(re.findall("語[0-9]{5}", markup))) == sorted(set(re.findall("語[0-9]{5}", said(found))))


@given(TREES)
def test_nothing_but_the_promised_tags_gets_out(markup):
    promised = {"a", "b", "strong", "i", "em", "ruby", "rt", "rp", "sup", "sub", "br", "code"}
    for piece in pieces_of(elements_of(markup, BASE)):
        for tag, attributes in _Tags(piece).found:
            assert tag in promised
            assert set(attributes) <= ({"href"} if tag == "a" else set())
            assert attributes.get("href", "https://").startswith(("https://", "http://", "mailto:"))


@given(st.text(alphabet=st.sampled_from("ab<>/[]\"'=&;# \n!-—海p1") | st.characters(), max_size=60))
def test_any_text_is_taken(markup):
    for piece in pieces_of(elements_of(markup, BASE)):
        assert html.unescape(re.sub("<[^>]*>", "", piece)).strip()


@given(st.text(alphabet="海山川。、 a&<", max_size=40))
def test_plain_words_come_out_as_they_went_in(text):
    taken = " ".join(map(lines_of, elements_of(html.escape(text)).elements))
    assert taken.split() == text.split()

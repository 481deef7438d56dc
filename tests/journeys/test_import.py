"""An importer runs: a newspaper's archive comes in beside what is served, killed and started again."""

import json
import signal
import subprocess

from tests.intake import exports
from tests.intake.pages import PAGE
from tests.publication import KAWARABAN, ROOT, until

_POSTS = 12


def test_an_archive_comes_in_once_though_its_import_is_killed(served, tmp_path):
    export = tmp_path / "export.xml"
    export.write_text(_archive(), "utf-8")
    importing = subprocess.Popen(
        [*KAWARABAN, "intake", "wordpress", str(export)],
        env=served.environment(),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until(lambda: served.get("/?p=102").status == 200, 30)
    importing.send_signal(signal.SIGKILL)
    importing.wait()
    told = json.loads(served.command("intake", "wordpress", str(export), "--json"))
    assert told["stories"]["failed"] == 0
    assert told["stories"]["new"] + told["stories"]["unchanged"] == _POSTS
    again = json.loads(served.command("intake", "wordpress", str(export), "--json"))
    assert (again["stories"]["unchanged"], again["comments"]["unchanged"]) == (_POSTS, _POSTS)
    for number in range(_POSTS):
        page = served.get(f"/2024/01/asa-ichi-{number}/")
        assert page.status == 200 and f"朝市{number}" in page.body and f"声{number}" in page.body
    assert served.get("/sitemap.xml").body.count("/asa-ichi-") == _POSTS


def test_a_page_copied_as_text_stands_before_readers_within_a_second(served, tmp_path):
    copied = tmp_path / "page.txt"
    copied.write_text(PAGE, "utf-8")
    served.command("intake", "pagetext", str(copied), "--publish", "--section", "life")
    served.within(1, lambda: "/life/南港の魚市場" in served.get("/life/").body)
    told = json.loads(
        served.command("intake", "pagetext", str(copied), "--publish", "--section", "life", "--json")
    )
    assert told["stories"]["unchanged"] == 1 and told["page"]["repeated"] == 1


def _archive():
    return exports.export(
        *(
            exports.item(
                f"<p>朝市{number}が始まった。</p>",
                title=f"朝市{number}",
                post_id=str(100 + number),
                post_name=f"asa-ichi-{number}",
                link=f"{exports.HOME}/2024/01/asa-ichi-{number}/",
                guid=f"{exports.HOME}/?p={100 + number}",
                more=exports.comment(number + 1, f"声{number}"),
            )
            for number in range(_POSTS)
        )
    )

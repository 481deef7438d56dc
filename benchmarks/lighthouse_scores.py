"""Lighthouse's four scores for a phone, of the demo's front, a section and a story."""

import json
import os
import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.rig import CannotMeasure, Rig
from benchmarks.rows import Found, Missing, Row
from benchmarks.visits import fetched

_HERE = Path(__file__).parent / "lighthouse"
_CLI = _HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
SCORES = ("performance", "accessibility", "best-practices", "seo")
_BROWSER = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync"
_LONGEST = 180  # seconds
_STORY = re.compile(rb"<link>([^<]+)</link>")


def measure(rig: Rig) -> list[Found]:
    node, chromium = rig.need("node", "chromium")
    if not _CLI.exists():
        raise CannotMeasure("Lighthouse is missing: make benchmarks/lighthouse/node_modules/.ready")
    with rig.serving(rig.demo(), read=0) as house:
        story = _STORY.findall(fetched(f"{house.base}/feed.xml"))[1].decode().split("/", 3)[3]
        pages = {"front": "/", "section": f"/{story.split('/')[0]}/", "story": f"/{story}"}
        found: list[Found] = []
        for name, path in pages.items():
            reports = []
            for number in range(1, rig.rounds + 1):
                rig.say(f"Lighthouse, {name}, {number} of {rig.rounds}")
                reports.append(_report(node, chromium, house.base + path))
            found.append(_row(name, reports))
    return found


def _report(node: str, chromium: str, url: str) -> dict[str, Any] | str:
    """Lighthouse's report of a page as a phone sees it; its last words if it made none."""
    command = [node, str(_CLI), url, "--output=json", "--quiet", "--no-enable-error-reporting"]
    command += [f"--only-categories={','.join(SCORES)}", f"--chrome-flags={_BROWSER}"]
    env = {**os.environ, "CHROME_PATH": chromium}
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=_LONGEST)
        report: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return f"no report in {_LONGEST} s"
    except json.JSONDecodeError:
        return done.stderr.strip()[-200:]
    return report


def _row(name: str, reports: list[dict[str, Any] | str]) -> Found:
    made = [report for report in reports if not isinstance(report, str)]
    if not made:
        return Missing(f"Lighthouse, {name}", str(reports[-1]))
    scores = {one: [round(100 * report["categories"][one]["score"]) for report in made] for one in SCORES}
    medians = {one: statistics.median(each) for one, each in scores.items()}
    lowest = min(medians, key=lambda one: medians[one])
    told = ", ".join(f"{one} {score:g}" for one, score in medians.items())
    wrong = sorted({audit for report in made for audit in _not_passed(report)})
    return Row(
        f"Lighthouse mobile, {name}: the lowest of four scores",
        medians[lowest],
        100,
        "",
        more_is_better=True,
        spread=(min(scores[lowest]), max(scores[lowest])),
        beside=told + (f"; not passed: {', '.join(wrong)}" if wrong else ""),
    )


def _not_passed(report: dict[str, Any]) -> list[str]:
    """The audits that cost a score something."""
    return [
        ref["id"]
        for category in report["categories"].values()
        for ref in category["auditRefs"]
        if ref["weight"]
        and (report["audits"][ref["id"]]["score"] or 0) < 0.9
        and report["audits"][ref["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
    ]

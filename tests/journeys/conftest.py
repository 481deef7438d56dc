"""Accounts of the demo publication at their desks."""

import pytest


@pytest.fixture
def desk(chromium, served):
    """Signs a demo account in at the newsroom, in a browser of its own; the page it then sees."""
    opened = []

    def sign_in(name):
        context = chromium.new_context(
            base_url=served.base, locale="ja-JP", viewport={"width": 1280, "height": 900}
        )
        context.set_default_timeout(20_000)
        opened.append(context)
        page = context.new_page()
        page.goto("/newsroom/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", served.password(name))
        page.locator("[type=submit]").click()
        page.wait_for_url("**/newsroom/")
        return page

    yield sign_in
    for context in opened:
        context.close()

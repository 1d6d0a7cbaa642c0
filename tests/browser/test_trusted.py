"""A device that took in the authority and one that did not: what browsers allow them, and what /trust tells them."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import begin_shift, connect, cut_off, unsent, visits
from tests.browser.reach import barriers
from tests.browser.trusted import NAME, Tablets, TrustedLive
from tests.office import PIN

REGISTERS = """async () => {
  await navigator.serviceWorker.register('/trust/check.js', { scope: '/trust/' });
  await new Promise((kept, failed) => {
    const opening = indexedDB.open('kept', 1);
    opening.onsuccess = kept;
    opening.onerror = failed;
  });
}"""

LOOKS: list[dict[str, Any]] = [
    {"viewport": {"width": 800, "height": 1280}, "locale": "vi-VN", "color_scheme": "light"},
    {"viewport": {"width": 360, "height": 740}, "locale": "en-GB", "color_scheme": "dark"},
]


def result(page: Page, name: str) -> None:
    """Wait until the page's own test has said this and nothing else."""
    expect(page.locator("[data-result]:visible")).to_have_attribute("data-result", name)


def plain_url(trusted: TrustedLive) -> str:
    return f"http://{NAME}:{urlsplit(trusted.url).port}"


def test_a_tablet_that_trusts_the_authority_may_do_all_also_after_its_browser_was_killed(
    tablets: Tablets, trusted: TrustedLive
) -> None:
    page = tablets.start("bàn bảo vệ").pages[0]
    page.goto(f"{plain_url(trusted)}/trust")
    result(page, "trusted")
    assert not page.evaluate("isSecureContext")
    page.get_by_role("link", name="Mở bằng https").click()
    page.wait_for_url(f"{trusted.secure_url}/trust")
    result(page, "trusted")
    assert page.evaluate("isSecureContext")
    page.evaluate(REGISTERS)
    tablets.kill("bàn bảo vệ")
    page = tablets.start("bàn bảo vệ").pages[0]
    page.goto(f"{plain_url(trusted)}/login")
    assert page.url == f"{trusted.secure_url}/login"
    assert page.evaluate("isSecureContext")
    kept = page.evaluate("indexedDB.databases().then((known) => known.map(({ name }) => name))")
    assert kept == ["kept"]


def test_a_device_that_does_not_trust_it_yet_is_told_so_and_what_to_do(chromium: Browser, trusted: TrustedLive) -> None:
    wrong: list[str] = []
    for look in LOOKS:
        context = chromium.new_context(**look, user_agent="Android")
        page = context.new_page()
        page.goto(f"{plain_url(trusted)}/trust")
        result(page, "untrusted")
        wrong += barriers(page, keyboard=True)
        with page.expect_download() as downloading:
            page.locator("details[open] a[download]").click()
        assert downloading.value.suggested_filename == "gatebook-ca.crt"
        context.close()
    # Whoever passes over the warning reads the page, but is not taken for a device that trusts.
    context = chromium.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(f"{trusted.secure_url}/trust")
    result(page, "accepted")
    context.close()
    # Without scripts the page says how to see it.
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{plain_url(trusted)}/trust")
    result(page, "without")
    context.close()
    assert wrong == []


def test_a_tablet_that_worked_on_http_sends_what_it_has_before_it_moves_to_https(
    tablets: Tablets, trusted: TrustedLive
) -> None:
    page = tablets.page("bàn bảo vệ", plain_url(trusted))
    hand = begin_shift(page, trusted.office)
    cut_off(page)
    hand.row("Đỗ Văn Đức")
    hand.digits("364")
    hand.tiles()
    hand.decide()
    unsent(page, 1)
    hand.tap(page.locator(".bar-duty"))
    hand.tap(page.locator(".option", has_text="Bàn giao ca"))
    hand.button("Kết thúc ca, chưa có người nhận")
    expect(page.locator(".device .notice")).to_contain_text("chưa được bảo mật")
    move = page.get_by_role("link", name="Chuyển sang địa chỉ bảo mật")
    # Each address keeps its own lines: what is only here has to go first.
    expect(move).to_have_count(0)
    # Beside the name it may say that this PIN needs the network, which is cut for commands only.
    hand.tap(page.locator(".person", has_text="Nguyễn Văn Đức"))
    hand.digits(PIN)
    connect(page)
    unsent(page, 0)
    assert visits(trusted.office)["Đỗ Văn Đức"].state == "on_site"
    hand.tap(page.locator(".bar-duty"))
    hand.tap(page.locator(".option", has_text="Bàn giao ca"))
    hand.button("Kết thúc ca, chưa có người nhận")
    hand.tap(move)
    page.wait_for_url(f"{trusted.secure_url}/tablet")
    hand.button("Nguyễn Văn Đức")
    hand.digits(PIN)
    expect(page.get_by_role("tab", name="Ở trong")).to_contain_text("1")
    assert page.evaluate("navigator.serviceWorker.ready.then((found) => found.active !== null)")

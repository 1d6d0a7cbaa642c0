"""The form behind a poster's code, from the notice to the pass."""

from tests.selfservice.conftest import Visitor


def test_three_steps_lead_to_a_pass(visitor: Visitor) -> None:
    visitor.walk()
    page = visitor.browser.get(f"/p/{visitor.token}")
    assert page.status_code == 200
    assert "Đang chờ bảo vệ" in page.text

"""A real Chromium before the live service; each test has a browser profile of its own."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from config.launcher import browser as chromium
from tests.journeys.stack import Stack, running

Open = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Stack]:
    """The service, once per worker process of the tests."""
    if chromium.skipped():
        pytest.skip("SKIPPED browser tests: asked by BROWSER_TESTS=skip")
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("journeys")) as started:
        yield started


@pytest.fixture(scope="session")
def browser(stack: Stack) -> Iterator[Browser]:
    """One Chromium."""
    path = chromium.ensure()
    assert path is not None
    env: dict[str, str | float | bool] = {**os.environ, **chromium.environment(path)}
    # Because Playwright keeps a loop running in this thread, and Django would take every test
    # after it for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=str(path), args=list(chromium.ARGUMENTS), env=env
        )
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def contexts(browser: Browser) -> Iterator[list[BrowserContext]]:
    """What a test opened, closed when it ends."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


@pytest.fixture
def visit(stack: Stack, browser: Browser, contexts: list[BrowserContext]) -> Open:
    """Opens a fresh browser profile; `script=False` switches JavaScript off."""

    def open_page(*, script: bool = True, width: int = 1200, **options: object) -> Page:
        context = browser.new_context(
            base_url=stack.url,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
            accept_downloads=True,
            # Because a colour in the middle of its transition is nobody's last word.
            **{"locale": "en-GB", "reduced_motion": "reduce", **options},  # type: ignore[arg-type]
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    return open_page


@pytest.fixture(scope="session")
def signed_in() -> dict[str, StorageState]:
    """The cookies of who has signed in once: codes are mailed sparingly."""
    return {}


@pytest.fixture
def enter(stack: Stack, visit: Open, signed_in: dict[str, StorageState]) -> Open:
    """Gives a page of a customer who signed in by the mailed code."""

    def entered(name: str, **options: object) -> Page:
        if name in signed_in:
            return visit(storage_state=signed_in[name], **options)
        page = visit(**options)
        page.goto("/sign-in")
        page.fill("input[name=email]", f"{name}@journey.example")
        page.locator("main form button").first.click()
        page.fill("input[name=code]", newest_code(stack))
        page.locator("main form button").first.click()
        page.wait_for_url("**/")
        signed_in[name] = page.context.storage_state()
        return page

    return entered


def newest_code(stack: Stack) -> str:
    """The six digits of the last message that was mailed."""
    files = sorted(stack.mail.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
    found = re.findall(r"^(\d{6})\r?$", files[-1].read_text(), re.MULTILINE)
    return str(found[-1])

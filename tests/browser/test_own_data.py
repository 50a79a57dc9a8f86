"""Points of one's own: drawn, from a file, from a link."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.browser.accessibility import axe_violations
from tests.browser.playground import Playground

CSV = "height,width,kind\n" + "".join(
    f"{1 + k / 10},{(k * 7) % 10},{'cat' if k % 2 else 'dog'}\n" for k in range(40)
)


@pytest.fixture
def expected_problems() -> list[str]:
    return ["status of 422"]


def tile(page: Page) -> Locator:
    return page.get_by_role("button", name="Yours")


def opened(page: Page) -> FloatRect:
    """Opens the drawing; where its plane is."""
    tile(page).click()
    plane = page.get_by_role("application", name="Plane to draw points on")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box
    return box


def draw(page: Page, box: FloatRect, *path: tuple[float, float]) -> None:
    """One stroke along positions of the plane."""

    def at(x1: float, x2: float) -> tuple[float, float]:
        return box["x"] + (x1 + 6) / 12 * box["width"], box["y"] + (6 - x2) / 12 * box["height"]

    page.mouse.move(*at(*path[0]))
    page.mouse.down()
    for position in path[1:]:
        page.mouse.move(*at(*position), steps=4)
    page.mouse.up()


def use(person: Playground) -> dict[str, Any]:
    """Press the button; the settings of the data that the server then has."""
    button = person.page.get_by_role("button", name="Use these points")
    data: dict[str, Any] = person.taken(button.click)["data"]
    return data


def write(folder: Path, text: str, name: str = "animals.csv") -> Path:
    file = folder / name
    file.write_text(text)
    return file


def test_drawing_points_and_training_on_them(
    playground: Playground, new_playground: Callable[..., Playground]
) -> None:
    person, page = playground, playground.page
    box = opened(page)
    button = page.get_by_role("button", name="Use these points")
    expect(button).to_be_disabled()
    draw(page, box, (-4, 4), (-4, -4), (-3, -4), (-3, 4))
    expect(page.get_by_text("Now those of a second class.")).to_be_visible()
    page.get_by_role("button", name="Class 1").click()
    draw(page, box, (3, 4), (3, -4), (4, -4), (4, 4))
    draw(page, box, (0, 5))
    page.get_by_role("button", name="Erase").click()
    draw(page, box, (0.1, 5.1))
    for label in (2, 3, 4, 5):
        page.get_by_role("button", name="Another class").click()
        expect(page.get_by_role("button", name=f"Class {label}")).to_be_visible()
    # Nothing has moved under the pointer.
    assert page.get_by_role("application", name="Plane to draw points on").bounding_box() == box
    data = use(person)
    assert data["kind"] == "custom"
    expect(page.get_by_role("group", name="Your own points")).to_be_hidden()
    expect(tile(page)).to_have_attribute("aria-current", "true")
    expect(tile(page)).to_be_focused()
    points = person.get("/data?run=0")
    every = points["train"]["x"] + points["test"]["x"]
    assert len(every) > 60
    assert all(2.9 < abs(x1) < 4.1 for x1, _ in every)
    person.play()
    page.wait_for_function(
        "() => parseFloat(document.querySelector('[data-readout=test_accuracy]').innerText) > 99"
    )
    person.pause()

    # The link brings them back, with their picture.
    assert f"data.kind=custom&data.id={data['id']}" in page.url.replace("%22", "")
    other = new_playground(page.url.partition("#")[2])
    other.expect_epoch(person.epoch)
    other.expect_received(person.history())
    expect(tile(other.page)).to_have_attribute("aria-current", "true")
    expect(tile(other.page).locator("canvas")).to_be_visible()
    # They can be drawn on there.
    opened(other.page)
    expect(other.page.get_by_text(f"{len(every)} points")).to_be_visible()

    # Another kind, and back.
    other.page.keyboard.press("Escape")
    assert other.taken(lambda: other.choose_data("XOR"))["data"]["kind"] == "xor"
    expect(tile(other.page)).to_have_attribute("aria-current", "false")
    opened(other.page)
    back = other.page.get_by_role("button", name="Go back to the points")
    assert other.taken(back.click)["data"]["id"] == data["id"]


def test_drawing_by_keyboard(playground: Playground) -> None:
    page = playground.page
    tile(page).press("Enter")
    plane = page.get_by_role("application", name="Plane to draw points on")
    for _ in range(5):  # two classes, another one, the eraser, the plane
        page.keyboard.press("Tab")
    expect(plane).to_be_focused()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter", "1", "ArrowLeft", " "):
        page.keyboard.press(key)
    for key in ("Shift+ArrowDown", "Enter", "Enter", "Delete", "ArrowLeft", "0", "Enter"):
        page.keyboard.press(key)
    playground.expect_epoch(0)  # the keys of the page were left alone
    playground.expect_status("paused")
    expect(page.get_by_text("Now those of a second class.")).to_be_visible()
    for key in ("1", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("Control+z")
    expect(page.get_by_text("Now those of a second class.")).to_be_visible()
    page.keyboard.press("Control+Shift+z")
    use(playground)
    points = playground.get("/data?run=0")
    every = sorted(points["train"]["x"] + points["test"]["x"])
    assert every == [[-1.0, 0.4], [-0.5, 0.4], [0.5, 0.5]]
    before = playground.taken(lambda: page.keyboard.press("Control+z"))
    assert before["data"]["kind"] == "circle"


def test_starting_from_the_points_shown(playground: Playground) -> None:
    page = playground.page
    opened(page)
    page.get_by_role("button", name="Copy shown").click()
    expect(page.get_by_text("500 points")).to_be_visible()
    page.get_by_role("button", name="Another class").click()
    box = page.get_by_role("application", name="Plane to draw points on").bounding_box()
    assert box
    draw(page, box, (-5.5, 5.5), (-4, 5.5))
    spec_data = use(playground)
    assert spec_data["kind"] == "custom"
    assert playground.get("/data?run=0")["classes"] == 3
    expect(page.get_by_role("group", name="Your own points")).to_be_hidden()
    opened(page)
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Place points of two classes.")).to_be_visible()


def test_a_file(playground: Playground, tmp_path: Path) -> None:
    page = playground.page
    opened(page)
    file = page.get_by_label("CSV file")
    bad = CSV.replace("1.5,", "1.5x,")
    file.set_input_files(write(tmp_path, bad))
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Row 7, column 'height': '1.5x' is no number")
    spec = playground.taken(lambda: file.set_input_files(write(tmp_path, CSV)))
    assert spec["data"]["kind"] == "custom"
    assert spec["scaling"]["kind"] == "standardize"
    assert playground.get("/data?run=0")["class_names"] == ["cat", "dog"]
    # Its columns are the features.
    tiles = page.get_by_role("group", name="Units")
    expect(tiles.get_by_role("button", name="height")).to_be_visible()
    page.get_by_role("button", name="Features", exact=True).click()
    choices = page.get_by_role("group", name="Features")
    width = choices.get_by_role("button", name="width")
    assert playground.taken(width.click)["features"] == ["height"]
    page.keyboard.press("Escape")
    playground.pause_at(20)
    page.reload()
    playground.expect_ready()
    assert playground.spec["features"] == ["height"]
    expect(tiles.get_by_role("button", name="height")).to_be_visible()
    # Planar data have no such columns.
    assert playground.taken(lambda: playground.choose_data("Spiral"))["features"] == ["x1", "x2"]
    opened(page)
    back = page.get_by_role("button", name="Go back to animals, 40 rows of 2 columns")
    assert playground.taken(back.click)["data"]["id"] == spec["data"]["id"]


def test_values_in_a_file(playground: Playground, tmp_path: Path) -> None:
    rows = "".join(f"{k % 7 - 3};{k % 5};{(k % 7) / 3:.2f}\n".replace(".", ",") for k in range(60))
    file = playground.page.get_by_label("CSV file")

    def load() -> dict[str, Any]:
        return playground.taken(lambda: file.set_input_files(write(tmp_path, "a;b;c\n" + rows)))

    opened(playground.page)
    assert load()["data"]["standardize"] is True
    found = playground.get("/data?run=0")
    assert found["task"] == "regression"
    assert abs(sum(found["train"]["y"] + found["test"]["y"])) < 1e-9
    opened(playground.page)
    playground.page.get_by_label("Standardize columns and values").uncheck()
    assert load()["data"]["standardize"] is False
    expect(playground.page.locator("[data-readout=test_r2]")).to_be_visible()
    expect(playground.page.get_by_role("button", name="Yours, in use")).to_be_visible()


def test_a_link_to_points_that_are_not_here(playground: Playground) -> None:
    playground.go("data.kind=custom&data.id=0123456789abcdef&data.noise=0.3")
    said = playground.page.locator(".notice[role=alert]")
    expect(said).to_contain_text("Left out of the link")
    expect(said).to_contain_text("0123456789abcdef")
    expect(said).not_to_contain_text("Is missing")
    expect(playground.settings.locator("#data-problem")).to_contain_text("does not have the data")
    assert playground.spec["data"]["kind"] == "circle"
    playground.pause_at(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_nothing_is_found_while_drawing(
    new_playground: Callable[..., Playground], tmp_path: Path, width: int, height: int, theme: str
) -> None:
    person = new_playground(viewport={"width": width, "height": height}, color_scheme=theme)
    page = person.page
    box = opened(page)
    draw(page, box, (-4, 4), (-4, -4), (4, -4))
    page.get_by_label("CSV file").set_input_files(write(tmp_path, "a,b\n1,c\n"))
    expect(page.get_by_role("alert")).to_be_visible()
    page.screenshot(path=tmp_path / f"{width} {theme} drawing.png")
    assert not axe_violations(page)
    inside = page.get_by_role("group", name="Your own points").bounding_box()
    assert inside
    assert inside["x"] >= 0
    assert inside["x"] + inside["width"] <= width
    assert inside["height"] <= height

"""Every setting has a control of its name that works; the schema says which there are."""

import re
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.playground import Playground
from tests.browser.schema import Setting, settings

NOT_YET = {"name"}
"""Only matters where runs are compared."""
OWN = "custom"
"""Data that are not chosen but made: see test_own_data.py."""


@pytest.fixture
def all_settings(page: Page) -> list[Setting]:
    schema = page.request.get("/api/schema").json()
    found = [
        setting
        for setting in settings(schema)
        if setting.path not in NOT_YET and setting.kind != OWN
    ]
    assert {"data.noise", "layers.0.activation", "optimizer.momentum"} <= {s.path for s in found}
    return found


def value_at(spec: Any, path: str) -> Any:
    for key in path.split("."):
        spec = spec[int(key)] if isinstance(spec, list) else spec[key]
    return spec


def name_of(setting: Setting) -> str:
    """The accessible name of the setting's control."""
    return f"{setting.title}, layer 1" if setting.path.startswith("layers.0.") else setting.title


def choose_kind(person: Playground, all_settings: list[Setting], setting: Setting) -> None:
    """Choose the kind of data, optimizer, ... that has this setting, and show it."""
    if setting.path.startswith("layers.0."):
        person.open_layer(1)
    above = setting.path.rpartition(".")[0]
    if not setting.kind or (value_at(person.spec, above) or {}).get("kind") == setting.kind:
        return
    choice = next(one for one in all_settings if one.path == above)
    person.taken(partial(choose, person, choice, setting.kind))
    if setting.path.startswith("layers.0."):
        person.open_layer(1)


def choose(person: Playground, choice: Setting, kind: str) -> None:
    if choice.path == "data":
        person.choose_data(choice.kinds[kind])
    else:
        person.choose(name_of(choice), choice.kinds[kind])


def controls_of(page: Page, setting: Setting) -> list[Locator]:
    name = name_of(setting)
    if setting.path == "data":
        group = page.get_by_role("group", name=name, exact=True)
        more = page.get_by_role("button", name=re.compile("^All [0-9]+$"))
        if more.is_visible():
            more.click()
        return [
            group.get_by_role("button", name=title)
            if kind == OWN
            else group.get_by_role("radio", name=title, exact=True)
            for kind, title in setting.kinds.items()
        ]
    if setting.path == "features":
        group = page.get_by_role("group", name=name, exact=True)
        planar = setting.node["x-control"]["titles"]
        return [group.get_by_role("button").nth(k) for k in range(len(planar))]
    if setting.path == "layers":
        return [page.get_by_role("button", name="Add a layer")]
    if setting.is_number:
        return [page.get_by_role("textbox", name=name, exact=True)]
    if setting.is_choice or "enum" in setting.node:
        return [page.get_by_role("combobox", name=name, exact=True)]
    if setting.node.get("type") == "boolean":
        return [page.get_by_role("checkbox", name=name, exact=True)]
    return [page.get_by_label(name, exact=True).first]  # a number or a word


def test_every_setting_has_a_control_of_its_name(
    playground: Playground, all_settings: list[Setting]
) -> None:
    page = playground.page
    playground.show_all_settings()
    for setting in all_settings:
        if setting.is_choice and len(setting.kinds) == 1:
            continue  # there is nothing to choose
        choose_kind(playground, all_settings, setting)
        if setting.path == "features":
            page.keyboard.press("Escape")  # what a layer had opened
            page.get_by_role("button", name="Features", exact=True).click()
        for control in controls_of(page, setting):
            expect(control).to_be_visible()
            expect(control).to_be_enabled()
        if setting.is_choice and setting.path != "data":
            options = page.get_by_role("combobox", name=name_of(setting), exact=True)
            expect(options.get_by_role("option")).to_have_text(
                ["As the others"] * setting.nullable + list(setting.kinds.values())
            )


def test_every_setting_explains_itself(playground: Playground, all_settings: list[Setting]) -> None:
    page = playground.page
    playground.show_all_settings()
    for setting in all_settings:
        if setting.kind not in ("", "circle", "adam"):
            continue
        name, text = name_of(setting), setting.node["description"]
        if setting.path.startswith("layers.0."):
            playground.open_layer(1)
        if setting.is_number:
            control = playground.entry(name)
        elif setting.is_choice and len(setting.kinds) > 1 and setting.path != "data":
            control = page.get_by_role("combobox", name=name, exact=True)
        else:
            continue
        expect(control).to_have_accessible_description(re.compile(re.escape(text)))


def shows(playground: Playground, name: str, value: float) -> bool:
    return float(playground.entry(name).input_value() or "nan") == value


def test_every_number_can_be_typed_and_put_back(
    playground: Playground, all_settings: list[Setting]
) -> None:
    playground.show_all_settings()
    for setting in all_settings:
        if not setting.is_number or (setting.path.startswith("data.") and setting.kind != "circle"):
            continue
        choose_kind(playground, all_settings, setting)
        name = name_of(setting)
        before = float(playground.entry(name).input_value() or 0)  # empty: as the others
        value = setting.another(before)
        spec = playground.taken(partial(playground.type_in, name, str(value)))
        assert value_at(spec, setting.path) == value
        playground.until(partial(shows, playground, name, value))
        expect(playground.entry(name)).to_have_attribute("aria-invalid", "false")
        if not setting.path.startswith("layers."):
            put_back = playground.settings.get_by_role("button", name=f"Put back {name}")
            spec = playground.taken(put_back.click)
            assert value_at(spec, setting.path) == pytest.approx(before)


def test_every_choice_can_be_made(playground: Playground, all_settings: list[Setting]) -> None:
    playground.show_all_settings()
    spec = playground.spec
    for setting in all_settings:
        if not setting.is_choice or len(setting.kinds) == 1:
            continue
        if setting.path.startswith("layers.0."):
            playground.open_layer(1)
        for kind in reversed(setting.kinds):
            if kind == OWN or (value_at(spec, setting.path) or {}).get("kind") == kind:
                continue
            spec = playground.taken(partial(choose, playground, setting, kind))
            assert value_at(spec, setting.path)["kind"] == kind


def test_thumbnails_change_the_points(playground: Playground) -> None:
    page = playground.page
    playground.taken(lambda: playground.choose_data("Gaussian"))
    radio = page.get_by_role("radio", name="Gaussian")
    expect(radio).to_be_checked()
    points = playground.get("/data?run=0")["train"]["x"]
    page.get_by_role("application", name="Map of the plane").press("ArrowRight")
    shown = f"{points[0][0]:.2f}".replace("-", "−")
    expect(page.locator(".point-card")).to_contain_text(shown)
    spec = playground.taken(lambda: radio.press("ArrowLeft"))
    assert spec["data"]["kind"] == "xor"
    expect(page.get_by_role("radio", name="XOR")).to_be_checked()
    expect(page.get_by_role("radio", name="XOR")).to_be_focused()


def test_sliders_follow_keys_and_pointer(playground: Playground) -> None:
    page = playground.page
    slider = page.get_by_role("slider", name="Noise", exact=True)
    spec = playground.taken(lambda: slider.press("ArrowRight"))
    assert spec["data"]["noise"] == 0.15
    expect(playground.entry("Noise")).to_have_value("0.15")
    expect(slider).to_have_attribute("aria-valuetext", "0.15")
    spec = playground.taken(lambda: slider.press("End"))
    assert spec["data"]["noise"] == 2
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    playground.until(lambda: playground.spec["data"]["noise"] == pytest.approx(1, abs=0.1))
    playground.expect_epoch(0)  # the right arrow was the slider's


def test_layers_and_units_come_and_go(playground: Playground) -> None:
    page = playground.page

    def units_after(button: str) -> list[int]:
        playground.taken(page.get_by_role("button", name=button).click)
        sizes: list[int] = playground.get()["runs"][0]["units"]
        tiles = page.get_by_role("group", name="Units").get_by_role("button")
        expect(tiles).to_have_count(sum(sizes))
        return sizes

    assert units_after("More: Units, layer 1") == [2, 5, 2, 1]
    assert units_after("Fewer: Units, layer 2") == [2, 5, 1, 1]
    expect(page.get_by_role("button", name="Fewer: Units, layer 2")).to_be_disabled()
    assert units_after("Add a layer") == [2, 5, 1, 1, 1]
    assert units_after("Remove layer 1") == [2, 1, 1, 1]
    assert units_after("Remove layer 2") == [2, 1, 1]
    assert units_after("Remove layer 1") == [2, 1]
    playground.pause_at(5)
    assert len(playground.history()) > 5


def test_features_come_and_go(playground: Playground) -> None:
    page = playground.page
    page.get_by_role("button", name="Features", exact=True).click()
    choices = page.get_by_role("group", name="Features")
    product = choices.get_by_role("button", name="x₁x₂", exact=True)
    assert playground.taken(product.click)["features"] == ["x1", "x2", "x1*x2"]
    expect(product).to_have_attribute("aria-pressed", "true")
    tiles = page.get_by_role("group", name="Units").get_by_role("button")
    expect(tiles).to_have_count(3 + 4 + 2 + 1)
    second = choices.get_by_role("button", name="x₂", exact=True)
    assert playground.taken(second.click)["features"] == ["x1", "x1*x2"]
    page.keyboard.press("Escape")
    expect(choices).to_be_hidden()
    expect(page.get_by_role("button", name="Features", exact=True)).to_be_focused()


def test_a_change_of_shape_says_that_it_restarted(playground: Playground) -> None:
    playground.pause_at(10)
    playground.page.get_by_role("button", name="More: Units, layer 1").click()
    playground.expect_epoch(0)
    said = playground.page.get_by_text("Restarted from epoch 0: hidden layers changed")
    expect(said).to_be_visible()
    assert len(playground.history()) == 1

"""Texts are found in the code, wherever they stand there."""

from tests.texts import javascript, python

MODULE = """
import { t } from "./i18n.js"; // t("no comment")
const rate = 1 / 2; /* t("none") */
const TITLE = message("A title");
export const view = (n) => html`
  <p title=${t("It's here")} class="a b">${tn("{count} unit", "{count} units", n)} ${t(`x`)}</p>
  ${list.map((one) => html`<li aria-label="Spoken">${t("Inside {one}", { one })} and plain</li>`)}
`;
const either = t(rate ? "On" : "Off");
const long = t("Begun here, " + "ended there");
split(/"[`]/).t("a method"); const key = "ArrowLeft"; throw new Error("Only for us");
const spoken = `Layer ${n} of them`;
"""


def test_what_is_handed_to_the_catalogue() -> None:
    assert javascript.keys(MODULE) == [
        ("A title", ""),
        ("It's here", ""),
        ("{count} unit", "{count} units"),
        ("Inside {one}", ""),
        ("On", ""),
        ("Off", ""),
        ("Begun here, ended there", ""),
    ]


def test_what_is_not_although_it_should() -> None:
    found = [one.partition(": ")[2] for one in javascript.untranslated(MODULE)]
    assert found == ["Spoken", "{} and plain", "Layer {} of them"]


def test_sentences_of_the_server() -> None:
    source = '''
def check(count: "How many there are", rate):
    """A docstring is for us."""
    logger.info("nobody reads this: %s", count)
    if count > 1:
        raise ValueError("not for people, but long enough")
    raise Refusal(f"At most {limits.most} of {count} fit: {count}, not {rate / 10:g} or {rate:g}")
'''
    assert python.sentences(source) == [
        "At most {most} of {count} fit: {count}, not {rate} or {rate_}"
    ]

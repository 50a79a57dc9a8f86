"""For all tests: data sets are stored in a folder of this run of the tests, never in the home."""

import os
import tempfile

import pytest

_folder = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    # Not a fixture: examples of every data set are made while tests are collected.
    folder = config.stash[_folder] = tempfile.TemporaryDirectory(prefix="neural-playground-")
    os.environ["NEURAL_PLAYGROUND_DATA"] = folder.name


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_folder].cleanup()

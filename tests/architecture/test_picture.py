"""The picture of the packages is drawn from the imports, and the imports have no cycle."""

from tests.architecture.picture import PICTURE, drawn, imports, layers


def test_the_picture_is_up_to_date():
    assert PICTURE.read_text("utf-8") == drawn(), "python -m tests.architecture.picture"


def test_every_package_has_a_layer_of_its_own_height():
    assert sorted(package for layer in layers(imports()) for package in layer) == sorted(imports())


def test_there_are_at_most_eighteen_packages():
    assert len(imports()) <= 18

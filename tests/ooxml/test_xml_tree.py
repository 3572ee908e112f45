"""XML parts as trees: what other programs wrote comes out as it went in; what is dangerous is refused."""

from xml.etree.ElementTree import canonicalize

import pytest

from xlperf.ooxml.xml_tree import DamagedXmlError, make, namespace_of, parsed, prefix_for, qualified, written

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PART = f"""<?xml version="1.0" encoding="UTF-8"?>
<x:worksheet xmlns:x="{MAIN}" xmlns:mc="urn:mc" mc:Ignorable="x14ac"><!-- kept -->
<x:c r="A1" note="line&#10;break &quot;quoted&quot; &amp;"><x:v>1 &lt; 2&#13;</x:v></x:c>
<mc:extra/>tail<?keep this?>
</x:worksheet>""".encode()


def test_a_part_comes_out_as_it_went_in():
    again = written(parsed(PART))
    assert canonicalize(again, with_comments=True) == canonicalize(PART, with_comments=True)
    assert b"xmlns:mc" in again
    assert b"<?keep this?>" in again


def test_new_elements_take_the_prefix_of_their_parent():
    root = parsed(PART)
    root.append(make(root, "legacyDrawing", **{f"{prefix_for(root, LINKS)}id": "rId1"}))
    assert b'<x:legacyDrawing r:id="rId1"/>' in written(root)
    assert namespace_of(parsed(written(root))) == MAIN
    assert qualified(parsed(written(root))[-1], "id") == "rId1"


def test_a_prefix_that_means_something_else_is_not_taken():
    root = parsed(f'<a xmlns="{MAIN}" xmlns:r="urn:other"/>'.encode())
    assert prefix_for(root, LINKS) == "r1:"
    assert prefix_for(root, "urn:other") == "r:"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>',
        "<a><b></a>",
        "",
        "<a>" * 600 + "</a>" * 600,
    ],
)
def test_what_is_damaged_or_declares_a_document_type_is_refused(text, encoding):
    with pytest.raises(DamagedXmlError):
        parsed(text.encode(encoding))

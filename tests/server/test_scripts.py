"""The scripts that Excel loads, run by node over stand-ins for Office.js, against the running service."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from tests.server.service import free_port
from xlperf.declarations.source import texts_of
from xlperf.declarations.worksheet_functions import declared as functions
from xlperf.server.listening import message

NODE = shutil.which("node")
EXCEL = Path(__file__).parent / "excel.mjs"
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed")


def run(base: str, scripts, calls=(), dataset=None, *, stopped=False):
    given = {"base": base, "scripts": scripts, "calls": calls, "stopped": stopped}
    assert NODE
    ended = subprocess.run(
        [NODE, str(EXCEL), json.dumps(dataset or {})],
        input=json.dumps(given),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    return json.loads(ended.stdout)


@pytest.fixture(scope="module")
def base(service):
    return f"http://127.0.0.1:{service.port}"


@pytest.fixture(scope="module")
def script(service):
    return service.ask("GET", "/functions.js").body.decode()


@needs_node
def test_functions_answer_as_the_service_does(service, base, script):
    calls = [
        {
            "name": "XP_STAFF_CONTROL_RATE",
            "args": [[[95], [""]], [[100]], "left out"],
            "places": ["表!A1:A2", "表!B1", ""],
        },
        {"name": "XP_READ", "args": [[["≥1.2万亩"]], "left out"]},
        {"name": "XP_CHECK", "args": [[[""]], [[["随手", "写的"]], [[1]]]]},
    ]
    found = run(base, [script], calls)
    assert found["ids"] == list(functions().functions)
    for call, answer in zip(calls, found["answers"], strict=True):
        given = [None if value == "left out" else value for value in call["args"]]
        assert answer == {"result": service.rows(call["name"], given)}
    sent = json.loads(found["requests"][0]["body"])
    assert sent == {
        "client": "Office.js",
        "func_name": "XP_STAFF_CONTROL_RATE",
        "args": [[[95], [""]], [[100]], None],
        "caller_address": "Sheet1!B2",
        "parameter_addresses": ["表!A1:A2", "表!B1", ""],
        "runtime": "1.3",
    }
    assert found["requests"][0]["headers"] == {"Content-Type": "application/json"}


@needs_node
def test_a_refused_call_is_an_error_with_a_text(base, script):
    (answer,) = run(base, [script], [{"name": "XP_READ", "args": []}])["answers"]
    assert answer == {
        "code": "#N/A",
        "message": message("shape", reason=message("count")),
    }


@needs_node
def test_a_service_that_does_not_run_is_reported_in_the_cell(script):
    nowhere = f"http://127.0.0.1:{free_port()}"
    (answer,) = run(nowhere, [script], [{"name": "XP_READ", "args": [[["5"]]]}], stopped=True)["answers"]
    assert answer == {"code": "#N/A", "message": texts_of("server")["pane"]["stopped"]}


@pytest.fixture(scope="module")
def page(service):
    return service.ask("GET", "/taskpane.html").body.decode()


def dataset(page: str) -> dict[str, str]:
    body = re.search("<body([^>]*)>", page)
    return {name: unescape(text) for name, text in re.findall(r'data-([a-z]+)="([^"]*)"', body[1])}


@needs_node
def test_the_pane_lists_the_functions(service, base, page):
    script = service.ask("GET", "/taskpane.js").body.decode()
    found = run(base, [script], dataset=dataset(page))
    count = len(functions().functions)
    assert found["state"] == texts_of("server")["pane"]["running"].format(count=count)
    assert len(found["list"]) == 2 * count
    assert "XLPERF.在职人员控制率（在职人员数，编制数，口径）" in found["list"]
    stopped = run(base, [script], dataset=dataset(page), stopped=True)
    assert stopped["state"] == texts_of("server")["pane"]["stopped"]


def test_the_page_loads_office_and_the_scripts_in_order(page):
    assert re.findall(r'<script src="([^"]+)"', page) == [
        texts_of("server")["office"]["script"],
        "/functions.js",
        "/taskpane.js",
    ]
    assert '<html lang="zh-CN">' in page
    assert "$" not in page


def test_the_page_says_where_functions_are_found(page):
    assert texts_of("server")["pane"]["intro"].format(namespace="XLPERF") in page

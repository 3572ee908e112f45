"""一键校验 over a live workbook: the verdict of the batch, told, listed, coloured, and taken back."""

import xlperf
from tests.received import good as g
from xlperf.live.listing import find_listing, read_lines
from xlperf.live.ribbon import perform


def test_trial(opened, person, plain, tmp_path):
    book = opened(plain)
    sheet = book.sheets[0]
    sheet.range(g.address("基础", "编制数")).value = 1
    perform("check", person)
    print(person.said, person.bad)
    for line in read_lines(find_listing(book)):
        print(line)
    book.api.save_copy(tmp_path / "再.xlsx")
    report = xlperf.check([tmp_path / "再.xlsx"])
    print(len(report.findings))

#!/bin/sh
# Draw the pictures of the README and the pages again, by LibreOffice, pdftoppm and Chromium: the filled forms, the working
# copy and its list, the problem list of the demo, what goes back to a unit, and the register of a season.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here/../.."
xlperf=${XLPERF:-.venv/bin/xlperf}
python=${PYTHON:-.venv/bin/python}
$xlperf -q demo -o "$work" >/dev/null
as_pdf() { # file
    soffice "-env:UserInstallation=file://$work/office" --headless --convert-to pdf --outdir "$work/pdf" "$1" >/dev/null 2>&1
}
draw() { # file, page, picture
    as_pdf "$1"
    name=$(basename "$1")
    pdftoppm -r 80 -png -singlefile -f "$2" -l "$2" "$work/pdf/${name%.*}.pdf" "$here/$3"
}
page_of() { # file that has been drawn, text: the first page with it
    pdftotext "$work/pdf/$1.pdf" - | awk -v text="$2" '{n+=gsub(/\f/,"")} index($0,text){print n+1; exit}'
}
unit=$(ls "$work"/填报/001_*.xlsx)
draw "$unit" 2 overall
working=$(ls "$work"/工作稿/*.xlsx)
draw "$working" 3 working
$python - "$working" "$work/校验.xlsx" <<'END'
import sys

import openpyxl

source, target = sys.argv[1:]
book = openpyxl.load_workbook(source)
book["校验"].print_area = "A1:I24"
book.save(target)
END
as_pdf "$work/校验.xlsx"
draw "$work/校验.xlsx" "$(page_of 校验 校验结果)" verdicts
draw "$work/问题清单.xlsx" 1 summary
draw "$work/问题清单.xlsx" "$(page_of 问题清单 处理办法)" problems
$xlperf -q annotate "$work/收到" -o "$work/退回" --due 2025-04-30 --sender 某某县财政局 >/dev/null || true
first=$(ls -S "$work"/退回/*/*.xlsx | head -1)
draw "$(dirname "$first")/退回通知.docx" 1 notice
draw "$first" 1 annotated
small=$work/小 season=$work/2024年.db
$xlperf -q demo --units 24 -o "$small" >/dev/null
cp "$small"/收到/* "$small"/填报/
rm "$small"/填报/02[34]_*
$xlperf -q rounds start "$season" --ledger "$small/演示台账.xlsx" --due 2025-04-15 >/dev/null
$xlperf -q rounds receive "$season" "$small/填报" --on 2025-04-10 --by 某某 >/dev/null
$xlperf -q rounds check "$season" --on 2025-04-11 --fail-on 从不 >/dev/null
$xlperf -q rounds accept "$season" --on 2025-04-11 >/dev/null
$xlperf -q rounds return "$season" -o "$work/第一轮" --on 2025-04-11 --due 2025-04-25 >/dev/null || true
$xlperf -q rounds register "$season" -o "$work/报送登记.xlsx" >/dev/null
draw "$work/报送登记.xlsx" 1 register
$xlperf -q check "$work/收到" -o "$work/list.html" >/dev/null || true
picture() { # width, height, picture
    chromium --headless --no-sandbox --disable-gpu "--user-data-dir=$work/browser" "--window-size=$1,$2" \
        "--screenshot=$here/$3.png" "file://$work/list.html" >/dev/null 2>&1
}
picture 1300 900 problems-page
picture 390 900 problems-phone

#!/bin/sh
# Draw the pictures of the README again, by LibreOffice, pdftoppm and Chromium: the filled forms, the working copy and
# the problem list of the demo, as a workbook and as a page.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here/../.."
.venv/bin/xlperf -q demo -o "$work" >/dev/null
draw() { # workbook, first page, picture
    soffice "-env:UserInstallation=file://$work/office" --headless --convert-to pdf --outdir "$work/pdf" "$1" >/dev/null 2>&1
    pdftoppm -r 80 -png -singlefile -f "$2" "$work/pdf/$(basename "$1" .xlsx).pdf" "$here/$3"
}
unit=$(ls "$work"/填报/001_*.xlsx)
draw "$unit" 1 basic
draw "$unit" 2 overall
draw "$unit" 3 project
working=$(ls "$work"/工作稿/*.xlsx)
draw "$working" 3 working
draw "$working" "$(pdftotext "$work/pdf/$(basename "$working" .xlsx).pdf" - | awk '/\f/{n+=gsub(/\f/,"")} /校验结果/{print n+2; exit}')" verdicts
draw "$work/问题清单.xlsx" 1 summary
draw "$work/问题清单.xlsx" "$(pdftotext "$work/pdf/问题清单.pdf" - | awk '/\f/{n+=gsub(/\f/,"")} /处理办法/{print n+1; exit}')" problems
.venv/bin/xlperf -q check "$work/收到" -o "$work/list.html" >/dev/null || true
picture() { # width, height, picture
    chromium --headless --no-sandbox --disable-gpu "--user-data-dir=$work/browser" "--window-size=$1,$2" \
        "--screenshot=$here/$3.png" "file://$work/list.html" >/dev/null 2>&1
}
picture 1300 900 problems-page
picture 390 900 problems-phone

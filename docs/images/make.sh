#!/bin/sh
# Draw the pictures of the README and the pages again, by LibreOffice, pdftoppm and Chromium. With names of pictures
# (make.sh rollup grading) only these are put in place.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$here/../.."
xlperf=${XLPERF:-.venv/bin/xlperf}
python=${PYTHON:-.venv/bin/python}
asked=${*:-all}
is_asked() { case " $asked " in *" all "* | *" $1 "*) ;; *) return 1 ;; esac; }
as_pdf() { # file: the .pdf of it, made once
    pdfs=$work/pdf/$(printf %s "$1" | cksum | cut -d" " -f1)
    test -d "$pdfs" ||
        soffice "-env:UserInstallation=file://$work/office" --headless --convert-to pdf --outdir "$pdfs" "$1" >/dev/null 2>&1
    ls "$pdfs"/*.pdf
}
page_of() { # pdf, number of a page or a text: the first page with it
    case $2 in [0-9]*) echo "$2" && return ;; esac
    pdftotext "$1" - | awk -v text="$2" '{n+=gsub(/\f/,"")} index($0,text){print n+1; exit}'
}
draw() { # picture, dots an inch, file, its pages: numbers or texts on them; more than one are drawn whole
    is_asked "$1" || return 0
    picture=$1 dots=$2 pdf=$(as_pdf "$3") number=0
    shift 3
    rm -f "$work"/page-*
    for place in "$@"; do
        page=$(page_of "$pdf" "$place")
        number=$((number + 1))
        pdftoppm -r "$dots" -singlefile -f "$page" -l "$page" "$pdf" "$work/page-$number"
    done
    $python "$here/trim.py" "$here/$picture.png" "$work"/page-*.ppm
}
screen() { # picture, width, height, page
    is_asked "$1" || return 0
    chromium --headless --no-sandbox --disable-gpu --hide-scrollbars "--user-data-dir=$work/browser" \
        "--window-size=$2,$3" "--screenshot=$here/$1.png" "file://$4" >/dev/null 2>&1
}

# what a unit fills and what is found: filled forms, the working copy, the lists of problems
$xlperf -q demo -o "$work" >/dev/null
draw overall 80 "$(ls "$work"/填报/001_*.xlsx)" 2
working=$(ls "$work"/工作稿/*.xlsx)
draw working 80 "$working" 3
$python - "$working" "$work/校验.xlsx" <<'END'
import sys

import openpyxl

source, target = sys.argv[1:]
book = openpyxl.load_workbook(source)
book["校验"].print_area = "A1:I24"
book.save(target)
END
draw verdicts 80 "$work/校验.xlsx" 校验结果
draw summary 80 "$work/问题清单.xlsx" 1
draw problems 80 "$work/问题清单.xlsx" 处理办法
$xlperf -q check "$work/收到" -o "$work/list.html" >/dev/null || true
screen problems-page 1300 900 "$work/list.html"
screen problems-phone 390 900 "$work/list.html"

# what goes back to a unit
$xlperf -q annotate "$work/收到" -o "$work/退回" --due 2025-04-30 --sender 某某县财政局 >/dev/null || true
first=$(ls -S "$work"/退回/*/*.xlsx | head -1)
draw notice 80 "$(dirname "$first")/退回通知.docx" 1
draw annotated 80 "$first" 1

# a season of 24 units: the register, what was sent last, grades by the dates of a table and a person's entries
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
draw register 80 "$work/报送登记.xlsx" 1
$xlperf -q report "$small/演示台账.xlsx" -o "$work/报告" >/dev/null
report=$(ls "$work"/报告/002_*.docx)
draw 自评报告 60 "$report" 1 2 财政供养人员情况 预期目标
help() { PYTHONPATH=. $python "$here/season.py" "$@"; }
help finish "$work/报告"
$xlperf -q rounds latest "$season" -o "$work/最后报送"
for unit in "$work"/最后报送/*; do
    cp "$work/报告/$(basename "$unit")"_*.docx "$unit"
done
rm "$work"/最后报送/022_*/*.docx
help days "$work/日期.csv" "$small/演示台账.xlsx"
set -- "$work/最后报送" --dates "$work/日期.csv" --deadline 线上报送=2025-07-15 --deadline 公开=2025-07-30 -o "$work/评分"
$xlperf -q grade "$@" >/dev/null
help grade "$work/评分"
$xlperf -q grade "$@" >/dev/null
draw grading 90 "$(ls "$work"/评分/005_*.xlsx)" 1
draw grading-summary 80 "$work/评分/考核评分汇总.xlsx" 1

# the roll-up of a district, and what is said of a form of another place
help district "$work/全区"
$xlperf -q rollup "$work/全区" -o "$work/汇总.html" >/dev/null
screen rollup 1180 1125 "$work/汇总.html"
help foreign "$work/附件3.xlsx"
draw foreign-form 80 "$work/附件3.xlsx" 1
$xlperf -q check "$work/附件3.xlsx" -o "$work/foreign.html" >/dev/null || true
screen foreign-list 1300 620 "$work/foreign.html"

# the self-check page and the intake behind it, where the engine is
if is_asked selfcheck && test -d .venv/engine; then $python -m tests.server.page.pictures; fi
if is_asked intake && test -d .venv/engine; then $python -m tests.server.intake.pictures; fi

# the intake page, in a browser against a running service
if is_asked intake; then $python -m tests.server.intake.pictures; fi

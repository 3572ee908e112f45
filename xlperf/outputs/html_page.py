"""The frame of the problem list as a web page: looks on screens, telephones and paper, filters."""

from string import Template

PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>$title</title>
<style>
:root { color-scheme: light }
body { font: 15px/1.55 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0 auto; padding: 1.2em;
 max-width: 1500px; color: #222; background: #fff; box-sizing: border-box }
h1 { font-size: 1.5em; margin: 0 } h2 { font-size: 1.1em; margin: 1.6em 0 .4em; overflow-wrap: anywhere }
h2 small { font-weight: normal; color: #555; white-space: nowrap; margin-left: .6em }
.verdict { font-size: 1.15em; font-weight: bold; border-left: .4em solid; padding: .5em .8em; margin: .8em 0 }
.verdict.error { background: #fdecee; border-color: #c00000 }
.verdict.warning { background: #fff7dc; border-color: #d9a400 }
.verdict.note, .verdict.good { background: #eaf5ea; border-color: #2e7d32 }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
th, td { border: 1px solid #ccc; padding: .35em .5em; text-align: left; vertical-align: top;
 overflow-wrap: anywhere }
th { background: #1f4e78; color: #fff; font-weight: normal }
col.severity { width: 5.4em } col.where { width: 14% } col.value, col.expected { width: 8.5% }
col.fix { width: 25% } col.status { width: 6em }
td small, td p, td li { color: #555; font-size: .87em }
td p { margin: .3em 0 0 } td ul { margin: 0; padding-left: 1.2em }
td b { font-weight: bold } td.where { white-space: pre-line }
.error td.severity { background: #ffc7ce } .warning td.severity { background: #ffeb9c }
.note td.severity { background: #ddebf7 } .exempted, .fixed, .unchecked { color: #666 }
form { margin: 1em 0; display: flex; flex-wrap: wrap; gap: .4em 1em; align-items: center }
select, input { font: inherit; margin-left: .3em; max-width: 16em; color: #222; background: #fff;
 border: 1px solid #999 }
[hidden] { display: none !important }
@media (max-width: 760px) {
 body { padding: .7em } thead, colgroup { display: none } table, tbody, tr, td { display: block; border: 0 }
 tr { border: 1px solid #ccc; border-left: .4em solid #9dc3e6; margin-bottom: .7em; padding: .3em .1em }
 tr.error { border-left-color: #c00000 } tr.warning { border-left-color: #d9a400 }
 td { padding: .1em .6em } td:empty { display: none } td.severity { display: inline-block; font-weight: bold }
 td.value::before, td.expected::before, td.fix::before { content: attr(data-heading) "："; color: #555 }
 label { width: 100% } select, input { width: 100%; max-width: none; margin: 0; box-sizing: border-box }
}
@page { size: A4 landscape; margin: 12mm }
@media print { form, details { display: none } body { padding: 0; font-size: 10pt } h2 { break-after: avoid }
 thead { display: table-header-group } tr { break-inside: avoid }
 * { print-color-adjust: exact; -webkit-print-color-adjust: exact } }
</style>
</head>
<body>
<h1>$title</h1>
<p class="verdict $grade">$verdict</p>
<p>$summary</p>
$files<form>
<label>$severity<select name="severity">$severities</select></label>
<label>$unit<select name="unit">$units</select></label>
<label>$code<select name="code">$codes</select></label>
$status<label>$text<input name="text" type="search"></label>
<output id="shown"></output>
</form>
$sections
<script>
const form = document.querySelector("form"), rows = [...document.querySelectorAll("tbody tr")];
const sections = [...document.querySelectorAll("section")];
function show() {
  const text = form.text.value.trim();
  let count = 0;
  for (const row of rows) {
    const fits = key => !form[key]?.value || row.dataset[key] === form[key].value;
    row.hidden = !(["severity", "unit", "code", "status"].every(fits) && row.textContent.includes(text));
    count += !row.hidden;
  }
  for (const section of sections) section.hidden = !section.querySelector("tbody tr:not([hidden])");
  document.getElementById("shown").textContent = "$shown" + count + "$of" + rows.length + "$end";
}
form.addEventListener("input", show);
form.addEventListener("submit", event => event.preventDefault());
show();
</script>
</body>
</html>
""")

"""The frame of the roll-up as a web page: light and dark, screens, telephones, paper; no network."""

import base64
import hashlib
from string import Template

STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --dim: #5a6675; --page: #f4f6f8; --card: #fff;
 --line: #d5dbe1; --a: #1f4e78; --b: #c55a11; --c: #7f9fbf; --warn: #fce4d6; --link: #0b57a4 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaee; --dim: #9fabb8; --page: #14181d;
 --card: #1e242b; --line: #36404b; --a: #6ea8dc; --b: #f0935a; --c: #40607f; --warn: #4a2f20;
 --link: #8ec1f2 } }
* { box-sizing: border-box }
body { font: 15px/1.6 "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; margin: 0 auto; padding: 1.2em;
 max-width: 1240px; color: var(--ink); background: var(--page); overflow-wrap: anywhere }
a { color: var(--link) }
h1 { font-size: 1.55em; margin: 0 0 .3em } h2 { font-size: 1.15em; margin: 1.8em 0 .6em }
header p { margin: .2em 0; color: var(--dim) }
.tiles { display: grid; grid-template-columns: repeat(4, 1fr); gap: .8em; margin: 1.2em 0 }
.tile, figure, details, .box { background: var(--card); border: 1px solid var(--line); border-radius: 8px }
.tile { padding: .8em 1em } .tile b { display: block; font-size: 1.5em } .tile small { color: var(--dim) }
.charts { display: grid; grid-template-columns: repeat(2, 1fr); gap: .8em }
figure { margin: 0; padding: .8em } figcaption { font-weight: bold; margin-bottom: .5em }
svg { width: 100%; height: auto; display: block }
.bar.a { fill: var(--a) } .bar.b { fill: var(--b) } .bar.c { fill: var(--c) }
a:hover .bar, a:focus .bar { opacity: .75 }
.axis { stroke: var(--line) } svg text { fill: var(--ink); font-size: 15px; text-anchor: middle }
svg .n { font-weight: bold } svg .s { font-size: 11px; font-weight: normal } svg .r { text-anchor: end }
svg .v, svg .k { text-anchor: start }
.box { overflow-x: auto } table { border-collapse: collapse; width: 100% }
th, td { padding: .35em .7em; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
th { background: var(--a); color: var(--card); font-weight: normal; white-space: nowrap }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.doubt { background: var(--warn) }
details { margin: .4em 0; padding: .1em .8em } summary { cursor: pointer; padding: .4em 0 }
summary small { color: var(--dim); margin-left: .8em }
details .box { margin: .3em 0 .8em; border-radius: 4px }
details ul { margin: .2em 0 .8em; padding-left: 1.2em; columns: 3 14em }
:target { outline: 3px solid var(--b); outline-offset: 2px; scroll-margin-top: 4em }
@media (max-width: 760px) { body { padding: .7em } .tiles { grid-template-columns: repeat(2, 1fr) }
 .charts { grid-template-columns: 1fr } svg text { font-size: 18px } svg .s { font-size: 13px }
 th, td { padding: .3em .45em } .tile b { font-size: 1.2em } }
@page { size: A4 landscape; margin: 12mm }
@media print { body { background: #fff; max-width: none; padding: 0 } figure, tr { break-inside: avoid } }
"""

_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

PAGE = Template(f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>{STYLE}</style>
</head>
<body>
<header><h1>$title</h1>$summary</header>
<div class="tiles">$tiles</div>
<div class="charts">$charts</div>
$sections
</body>
</html>
""")

// The report on the page: findings by form, each with its figures and a drawing; the filter. What pages need.
"use strict";

const byId = id => document.getElementById(id);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function show(found, day) {
  Object.assign(byId("verdict"), { textContent: found.verdict, className: found.grade });
  byId("counts").textContent = found.counts;
  byId("day").textContent = filled(texts.checked_at, { day });
  byId("downloads").hidden = false;
  byId("groups").replaceChildren(...found.groups.map(section));
  const filter = byId("filter"), choice = filter.elements.group;
  choice.replaceChildren(choice.options[0], ...found.groups.map((group, at) => new Option(titleOf(group), at)));
  filter.reset();
  filter.hidden = !found.groups.length;
  byId("checked").querySelector("ul").replaceChildren(...found.files.map(file => element("li", {
    textContent: [file.path, file.unit, file.forms || texts.unrecognised, file.profile, file.counts]
      .filter(Boolean).join(" · "),
  })));
  byId("result").hidden = false;
  narrow();
  byId("verdict").focus();
}

const titleOf = group => [group.title, group.sheet, group.file].filter(Boolean).join(" · ");

function section(group, at) {
  const heading = element("h3", { id: `group-${at}`, textContent: titleOf(group) },
                          element("small", { textContent: group.counts }));
  const made = element("section", {}, heading, ...group.findings.map(article));
  made.setAttribute("aria-labelledby", heading.id);
  made.dataset.group = at;
  return made;
}

function article(finding) {
  const made = element("article", { id: `finding-${finding.number}`, className: finding.grade });
  made.dataset.grade = finding.grade;
  const where = [finding.cell, finding.subject].filter(Boolean).join(" ");
  made.append(
    element("h4", {}, element("span", { className: "grade", textContent: finding.severity }), `${where} `,
            element("span", { className: "code", textContent: finding.code })),
    element("p", { textContent: finding.message }));
  for (const [heading, items] of finding.under) {
    made.append(element("p", { textContent: `${heading}：` }),
                element("ul", {}, ...items.map(text => element("li", { textContent: text }))));
  }
  const facts = [["value", "figures"], ["expected", "figures"], ["fix", ""], ["why", ""]];
  const shown = facts.map(([name, kind]) => [texts[name], finding[name === "why" ? "basis" : name], kind])
    .filter(([, text]) => text);
  if (shown.length) {
    made.append(element("dl", {}, ...shown.flatMap(([name, text, kind]) => [
      element("dt", { textContent: name }), element("dd", { textContent: text, className: kind })])));
  }
  return made;
}

function draw(number, { columns, rows }) {
  const table = element("table", {}, element("caption", { textContent: texts.around }));
  if (columns.some(Boolean)) {
    const letters = columns.map(letter => element("th", { textContent: letter, scope: "col" }));
    table.append(element("tr", {}, element("td"), ...letters));
  }
  for (const [name, cells] of rows) {
    const made = cells.map(cell => element("td", {
      textContent: cell.text, colSpan: cell.columns, rowSpan: cell.rows, className: cell.is_meant ? "meant" : "",
      title: cell.is_meant ? texts.meant : "",
    }));
    table.append(element("tr", {}, ...(name ? [element("th", { textContent: name, scope: "row" })] : []), ...made));
  }
  const around = element("div", { className: "around" }, table);
  wide.observe(around);
  byId(`finding-${number}`)?.append(around);
}

// A drawing that has to be scrolled sideways can be reached by the keyboard.
const wide = new ResizeObserver(changes => {
  for (const { target } of changes) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});

function narrow() {
  const { grade, group, text } = byId("filter").elements, wanted = text.value.trim();
  let shown = 0, total = 0;
  for (const part of document.querySelectorAll("#groups section")) {
    let here = 0;
    for (const found of part.querySelectorAll("article")) {
      found.hidden = Boolean((grade.value && found.dataset.grade !== grade.value)
        || (group.value && part.dataset.group !== group.value) || !found.textContent.includes(wanted));
      here += !found.hidden;
      total++;
    }
    part.hidden = !here;
    shown += here;
  }
  byId("shown").textContent = filled(texts.shown, { shown, total });
}

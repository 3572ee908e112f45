// Prints every cell of workbooks that holds something, as JSON by file: node read_cells.js sheetjs|exceljs FILE…
const [, , kind, ...paths] = process.argv;
async function cellsOf(path) {
  const cells = {};
  if (kind === "sheetjs") {
    const XLSX = require("xlsx");
    const book = XLSX.readFile(path, { cellFormula: true, cellDates: false });
    for (const name of book.SheetNames)
      for (const [at, cell] of Object.entries(book.Sheets[name]))
        if (at[0] !== "!" && cell.v !== undefined) cells[`${name}!${at}`] = cell.t === "e" ? cell.w : cell.v;
  } else {
    const ExcelJS = require("exceljs");
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => {
      let value = cell.value;
      if (cell.type === ExcelJS.ValueType.Merge) return;
      if (value && typeof value === "object") {
        if (value.richText) value = value.richText.map((run) => run.text).join("");
        else if ("formula" in value || "sharedFormula" in value) value = value.result === undefined ? "" : value.result;
        else if ("hyperlink" in value) value = value.text;
      }
      if (value && value.error) value = value.error;
      cells[`${sheet.name}!${cell.address}`] = value;
    })));
  }
  return cells;
}
async function main() {
  const files = {};
  for (const path of paths)
    try { files[path] = await cellsOf(path); } catch (error) { files[path] = String(error); }
  console.log(JSON.stringify(files));
}
main();

"""Every check in each of its situations: what is arranged on a pretended Windows, what is found.

A test holds that the situations here are all that doctor.json declares.
"""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.excel.installation.pretend import OFFICE, OURS, ROOT, XLWINGS, Pretend, ValueKind, options
from tests.excel.installation.test_install import LISTED, QUOTED, put, there
from xlperf.core.errors import DeclarationError, InputError
from xlperf.declarations.source import texts_of
from xlperf.excel.doctor.examination import CHECKS, Examined, Standing, examine, summary
from xlperf.excel.installation.addin_files import install_paths
from xlperf.excel.installation.computer import Hive, RegistryKey, RegistryValue

POLICIES = r"Software\Policies\Microsoft\Office\16.0"
SECURITY = rf"{OFFICE}\16.0\Excel\Security"
ASR = r"Software\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules"
CHILDREN = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
Arrange = Callable[[Pretend], object]
SITUATIONS: list[tuple[str, str, Arrange]] = []


def situation(name: str, case: str) -> Callable[[Arrange], Arrange]:
    """Arrange a well computer with the add-in so that the check ``name`` finds ``case``."""

    def register(arrange: Arrange) -> Arrange:
        SITUATIONS.append((name, case, arrange))
        return arrange

    return register


for _name in texts_of("doctor")["checks"]:
    SITUATIONS.append((_name, "well", lambda machine: None))


@situation("python", "old")
def _(machine):
    machine.python = replace(machine.python, version=(3, 10, 11))


@situation("python", "store")
def _(machine):
    machine.python = replace(
        machine.python, base=r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.3.12"
    )


@situation("encoding", "narrow")
def _(machine):
    machine.python = replace(machine.python, encoding="mbcs")


@situation("temporary", "refused")
def _(machine):
    machine.variables["TEMP"] = r"D:\不在"


@situation("settings", "refused")
def _(machine):
    folder = machine.file(install_paths(machine).settings)
    folder.write_text("a file where the folder should be")


@situation("libreoffice", "missing")
def _(machine):
    machine.programs.clear()


@situation("fonts", "missing")
def _(machine):
    key = RegistryKey(Hive.MACHINE, r"SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts")
    machine.registry.delete(key, "SimSun & NSimSun (TrueType)")
    machine.registry.write(key, "Arial (TrueType)", RegistryValue("arial.ttf"))


def without_excel(machine):
    machine.file(machine.pure(ROOT) / "EXCEL.EXE").unlink()


@situation("excel", "none")
def _(machine):
    without_excel(machine)


@situation("excel", "wps")
def _(machine):
    without_excel(machine)
    machine.wps()


@situation("excel", "old")
def _(machine):
    without_excel(machine)
    machine.excel("12.0", bits=32, folder=r"C:\Office12")


@situation("progid", "wps")
def _(machine):
    machine.wps()


@situation("progid", "other")
def _(machine):
    machine.answer(r"C:\Other\sheet.exe -Embedding", "{1}")


@situation("progid", "nobody")
def _(machine):
    for view in (64, 32):
        machine.registry.delete(RegistryKey(Hive.CLASSES, r"Excel.Application\CLSID", view), "")


@situation("addin", "none")
def _(machine):
    there(machine, LISTED).unlink()


@situation("blocked", "blocked")
def _(machine):
    there(machine, LISTED).with_name("xlperf.xlam:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")


@situation("listed", "unlisted")
def _(machine):
    machine.registry.delete(options(), "OPEN")


@situation("listed", "unticked")
def _(machine):
    machine.registry.delete(options(), "OPEN")
    machine.registry.write(
        RegistryKey(Hive.USER, rf"{OFFICE}\16.0\Excel\Add-in Manager"), LISTED, RegistryValue("")
    )


@situation("listed", "gap")
def _(machine):
    machine.registry.delete(options(), "OPEN")
    machine.list_addin("OPEN1", QUOTED)


@situation("listed", "startup")
def _(machine):
    places_of = install_paths(machine)
    target = machine.file(places_of.started)
    target.parent.mkdir(parents=True)
    there(machine, LISTED).rename(target)


@situation("disabled", "disabled")
def _(machine):
    machine.disable(LISTED)


@situation("macros", "vba_off")
def _(machine):
    machine.policy(rf"{POLICIES}\Common", "vbaoff", 1)


@situation("macros", "addins_off")
def _(machine):
    machine.policy(SECURITY, "DisableAllAddins", 1)


@situation("macros", "blocked")
def _(machine):
    machine.policy(rf"{POLICIES}\Excel\Resiliency", "restricttolist", 1)


@situation("macros", "blocked")
def _(machine):
    key = RegistryKey(Hive.USER, rf"{POLICIES}\Excel\Resiliency\AddinList")
    machine.registry.write(key, "xlperf.xlam", RegistryValue("0"))


@situation("macros", "well")
def _(machine):
    key = RegistryKey(Hive.USER, rf"{POLICIES}\Excel\Resiliency\AddinList")
    machine.registry.write(key, "xlperf.xlam", RegistryValue("1"))
    machine.policy(rf"{POLICIES}\Excel\Resiliency", "restricttolist", 1)


@situation("macros", "signed")
def _(machine):
    machine.policy(rf"{POLICIES}\Excel\Security", "requireaddinsig", 1)


@situation("macros", "signed")
def _(machine):
    machine.policy(rf"{POLICIES}\Common\Security", "requirealwaysonmacrosig", 1)


@situation("macros", "warnings")
def _(machine):
    machine.policy(SECURITY, "VBAWarnings", 4)


@situation("macros", "warnings")
def _(machine):
    machine.policy(rf"{POLICIES}\Excel\Security", "vbawarnings", 3)
    machine.policy(SECURITY, "VBAWarnings", 1)


@situation("macros", "well")
def _(machine):
    machine.policy(SECURITY, "VBAWarnings", 2)


@situation("macros", "well")
def _(machine):
    machine.policy(rf"{POLICIES}\Excel\Security", "vbawarnings", 2)
    machine.policy(SECURITY, "VBAWarnings", 4)


def trusting(machine):
    machine.policy(SECURITY, "VBAWarnings", 4)
    key = RegistryKey(Hive.USER, rf"{SECURITY}\Trusted Locations\Location3")
    machine.registry.write(key, "Path", RegistryValue("c:\\users\\ZHANG\\AppData\\Local\\"))
    machine.registry.write(key, "AllowSubfolders", RegistryValue(1, ValueKind.NUMBER))


@situation("macros", "well")
def _(machine):
    trusting(machine)


@situation("macros", "warnings")
def _(machine):
    trusting(machine)
    machine.policy(rf"{SECURITY}\Trusted Locations", "AllLocationsDisabled", 1)


@situation("child_processes", "blocked")
def _(machine):
    machine.registry.write(RegistryKey(Hive.MACHINE, ASR), CHILDREN, RegistryValue("1"))


@situation("child_processes", "well")
def _(machine):
    machine.registry.write(RegistryKey(Hive.MACHINE, ASR), CHILDREN, RegistryValue("2"))


@situation("environment", "missing")
def _(machine):
    for path in machine.file(install_paths(machine).venv).rglob("METADATA"):
        path.unlink()


@situation("environment", "orphan")
def _(machine):
    machine.file(install_paths(machine).venv / "pyvenv.cfg").write_text(
        "home = C:\\Python311\nversion = 3.11.9\n"
    )


@situation("environment", "well")
def _(machine):
    home = machine.file(machine.pure(r"C:\Python312"))
    home.mkdir()
    (home / "python.exe").write_bytes(b"MZ")
    machine.file(install_paths(machine).venv / "pyvenv.cfg").write_text("home = C:\\Python312\n")


@situation("environment", "unable")
def _(machine):
    del machine.offered["pywin32"]
    for path in machine.file(install_paths(machine).venv).rglob("METADATA"):
        path.unlink()
    machine.fill(install_paths(machine).venv)


@situation("environment", "unable")
def _(machine):
    machine.python = replace(machine.python, prefix=str(install_paths(machine).venv))
    machine.modules.clear()


@situation("versions", "xlperf")
def _(machine):
    machine.offered["xlperf"] = "0.0.1"
    machine.fill(install_paths(machine).venv)


@situation("versions", "xlwings")
def _(machine):
    machine.offered["xlwings"] = "0.30.0"
    machine.fill(install_paths(machine).venv)


@situation("versions", "xlwings")
def _(machine):
    there(machine, LISTED).write_bytes(b"no VBA in it")


@situation("dll", "missing")
def _(machine):
    (machine.file(install_paths(machine).venv) / f"xlwings64-{XLWINGS}.dll").unlink()


@situation("dll", "missing")
def _(machine):
    (machine.file(install_paths(machine).venv) / f"xlwings32-{XLWINGS}.dll").unlink()
    machine.excel("14.0", bits=32, folder=r"C:\Office14")


@situation("location", "network")
def _(machine):
    machine.variables["APPDATA"] = r"\\server\profiles\zhang"
    target = machine.file(install_paths(machine).started)
    target.parent.mkdir(parents=True)
    there(machine, LISTED).rename(target)


@situation("location", "network")
def _(machine):
    machine.variables["APPDATA"] = r"H:\profiles\zhang"
    machine.network_drives.add("H:")
    target = machine.file(install_paths(machine).started)
    target.parent.mkdir(parents=True)
    there(machine, LISTED).rename(target)


@situation("location", "cloud")
def _(machine):
    machine.variables["OneDrive"] = r"C:\Users\zhang"


@pytest.mark.parametrize(
    ("name", "case", "arrange"),
    SITUATIONS,
    ids=[f"{name}-{case}-{number}" for number, (name, case, _) in enumerate(SITUATIONS)],
)
def test_situation(installed, name, case, arrange):
    arrange(installed)
    answered = CHECKS[name](Examined(installed))
    assert answered.case == case
    (found,) = [result for result in examine(installed) if result.name == name]
    if found.standing is not Standing.SKIPPED:
        assert found.found == texts_of("doctor")["checks"][name]["cases"][case]["found"].format_map(
            answered.values
        )
    assert found.ok == (found.standing is not Standing.ACTION)
    assert bool(found.cure) == (not found.ok)


def test_declarations_that_are_wrong(installed, monkeypatch):
    wrong = [DeclarationError("rules/basic.json", "B501 没有错误的例子")]
    monkeypatch.setattr("xlperf.excel.doctor.computer_checks.lint", lambda: wrong)
    (found,) = [result for result in examine(installed) if result.name == "declarations"]
    assert not found.ok
    assert "B501" in found.found


@pytest.mark.parametrize(
    ("page", "user", "letters"),
    [
        (1252, "张三", "张三"),
        (936, "张三", ""),
        (65001, "张三", ""),
        (936, "한솔", "한솔"),
        (9999, "a张", "张"),
    ],
)
def test_letters_that_the_code_page_lacks(tmp_path, addin, page, user, letters):
    machine = Pretend(tmp_path / "disk", user=user)
    machine.page = page
    machine.file(install_paths(machine).venv).mkdir(parents=True)
    for short_names in (True, False):
        machine.short_names = short_names
        answered = CHECKS["code_page"](Examined(machine))
        outside = "outside" if short_names else "unreachable"
        assert answered.case == (outside if letters else "well")
        assert answered.values.get("letters", "") == letters
        (found,) = [result for result in examine(machine) if result.name == "code_page"]
        assert found.ok == (short_names or not letters)


def test_every_case_that_is_declared_is_arranged_here():
    elsewhere = {("declarations", "wrong"), ("code_page", "outside"), ("code_page", "unreachable")}
    declared_cases = {
        (name, case) for name, check in texts_of("doctor")["checks"].items() for case in check["cases"]
    }
    assert {(name, case) for name, case, _ in SITUATIONS} | elsewhere == declared_cases


def test_a_well_computer_is_well_throughout(installed):
    results = examine(installed)
    assert [result.name for result in results] == list(texts_of("doctor")["checks"])
    assert {result.standing for result in results} == {Standing.OK}
    (versions,) = [result for result in results if result.name == "versions"]
    assert (OURS in versions.found, XLWINGS in versions.found) == (True, True)


def test_in_xlstart_all_is_well(excel, wheels):
    put(excel, wheels, startup=True)
    excel.policy(SECURITY, "VBAWarnings", 4)
    assert {result.standing for result in examine(excel)} == {Standing.OK}


def test_without_the_addin_its_checks_are_skipped(excel):
    results = {result.name: result for result in examine(excel)}
    assert results["addin"].standing is Standing.NOTE
    assert results["dll"].found == "不适用（没有装加载项）"
    assert results["progid"].standing is Standing.OK
    assert all(result.ok for result in results.values())


def test_without_excel_nothing_has_to_be_cured(windows):
    windows.wps()
    results = {result.name: result for result in examine(windows)}
    assert "WPS 不支持" in results["excel"].found
    assert results["progid"].found == "不适用（没有装 Excel）"
    assert all(result.ok for result in results.values())


def test_the_stores_python_is_no_matter_without_excel(windows):
    windows.python = replace(windows.python, base=r"C:\Program Files\WindowsApps\Python")
    assert all(result.ok for result in examine(windows))


def test_what_windows_denies_is_reported_and_stops_nothing(installed):
    def denied(key):
        raise InputError(f"注册表“{key}”不让读。")

    installed.registry.values = denied
    results = {result.name: result for result in examine(installed)}
    assert len(results) == len(texts_of("doctor")["checks"])
    assert results["disabled"].found.startswith("没能检查：注册表“HKEY_")
    assert results["disabled"].standing is Standing.FAILED
    failed = sum(result.found.startswith("没能检查") for result in results.values())
    said = summary([*results.values()])
    assert said.startswith(f"查了 {len(results) - failed} 项")
    assert said.endswith(f"另有 {failed} 项没能检查，是否正常不知道。")
    assert results["temporary"].standing is Standing.OK


def test_nothing_is_changed(installed):
    before = installed.registry.snapshot()
    files = sorted(installed.root.rglob("*"))
    examine(installed)
    assert installed.registry.snapshot() == before
    assert sorted(installed.root.rglob("*")) == files

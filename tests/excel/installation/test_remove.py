"""remove undoes install: the registry is what it was, and nothing of the user's is lost."""

from pathlib import PureWindowsPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.excel.installation.pretend import OFFICE, OURS, Pretend, ValueKind, options
from tests.excel.installation.test_install import LISTED, QUOTED, put, there
from xlperf.core.errors import InputError, OutputError
from xlperf.excel.doctor.examination import read_state
from xlperf.excel.installation.addin_files import install_paths
from xlperf.excel.installation.computer import Hive, Machine, RegistryKey, RegistryValue
from xlperf.excel.installation.install import install, remove

LOCATIONS = rf"{OFFICE}\16.0\Excel\Security\Trusted Locations"
PATHS = st.sampled_from(['"C:\\a.xlam"', '/R "D:\\工具\\b.xll"', '/A "Some.Server"', "ANALYS32.XLL", ""])
LISTS = st.dictionaries(
    st.integers(0, 6), st.tuples(PATHS, st.sampled_from([ValueKind.TEXT, ValueKind.EXPANDING_TEXT]))
)
TRUSTED = st.sets(st.integers(0, 5))


@given(
    lists=st.dictionaries(st.sampled_from(["14.0", "15.0", "16.0"]), LISTS),
    trusted=TRUSTED,
    wishes=st.fixed_dictionaries({"startup": st.booleans(), "trusting": st.booleans()}),
    times=st.integers(1, 2),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_install_then_remove_is_nothing(tmp_path_factory, addin, wheels, lists, trusted, wishes, times):
    machine = Pretend(tmp_path_factory.mktemp("disk"))
    machine.excel("16.0")
    machine.excel("14.0", bits=32, folder=r"C:\Program Files (x86)\Microsoft Office\Office14")
    for version, lines in lists.items():
        for number, (text, kind) in lines.items():
            machine.list_addin(f"OPEN{number or ''}", text, version, kind)
    for number in trusted:
        key = RegistryKey(Hive.USER, rf"{LOCATIONS}\Location{number}")
        machine.registry.write(key, "Path", RegistryValue("D:\\报表\\"))
    before = machine.registry.snapshot()
    for _ in range(times):
        put(machine, wheels, **wishes)
    list(remove(machine, venv=True))
    assert machine.registry.snapshot() == before
    assert not machine.file(install_paths(machine).home).exists()


def test_keys_that_excel_never_made_go_again(bare, wheels):
    bare.excel()
    for at in [at for at in bare.registry.keys if at[0] is Hive.USER]:
        del bare.registry.keys[at]
    before = bare.registry.snapshot()
    put(bare, wheels, trusting=True)
    list(remove(bare))
    assert bare.registry.snapshot() == before


def test_lines_behind_ours_move_up_when_excel_has_rewritten_the_list(machine, wheels):
    machine.list_addin("OPEN", '"C:\\a.xlam"')
    put(machine, wheels)
    machine.list_addin("OPEN2", '/R "C:\\b.xll"')
    machine.list_addin("OPEN3", "%APPDATA%\\c.xlam", kind=ValueKind.EXPANDING_TEXT)
    messages = list(remove(machine))
    assert machine.opens() == {
        "OPEN": '"C:\\a.xlam"',
        "OPEN1": '/R "C:\\b.xll"',
        "OPEN2": "%APPDATA%\\c.xlam",
    }
    assert machine.registry.values(options())["OPEN2"].kind == ValueKind.EXPANDING_TEXT
    assert messages[-1] == "移除完成。"


def test_the_order_of_the_others_never_changes(machine, wheels):
    put(machine, wheels)
    machine.list_addin("OPEN", '"C:\\first.xlam"')
    machine.list_addin("OPEN1", QUOTED.lower())
    machine.list_addin("OPEN2", '"C:\\last.xlam"')
    list(remove(machine))
    assert machine.opens() == {"OPEN": '"C:\\first.xlam"', "OPEN1": '"C:\\last.xlam"'}


def test_an_unticked_addin_leaves_excels_dialog(machine, wheels):
    put(machine, wheels)
    machine.registry.delete(options(), "OPEN")
    manager = RegistryKey(Hive.USER, rf"{OFFICE}\16.0\Excel\Add-in Manager")
    machine.registry.write(manager, LISTED, RegistryValue(""))
    assert read_state(machine).in_excels[0].unticked
    list(remove(machine))
    assert machine.registry.values(manager) == {}


def test_a_location_that_the_user_changed_stays(machine, wheels):
    put(machine, wheels, trusting=True)
    key = RegistryKey(Hive.USER, rf"{LOCATIONS}\Location0")
    machine.registry.write(key, "Path", RegistryValue("D:\\别处\\"))
    list(remove(machine))
    assert machine.registry.values(key)["Path"].text == "D:\\别处\\"


def test_the_python_stays_unless_asked(machine, wheels):
    put(machine, wheels)
    list(remove(machine))
    assert machine.file(install_paths(machine).python).exists()
    list(remove(machine, venv=True))
    assert not machine.file(install_paths(machine).home).exists()


def test_settings_stay_unless_asked(machine, wheels):
    put(machine, wheels)
    folder = machine.file(install_paths(machine).settings)
    folder.mkdir(parents=True)
    (folder / "settings.json").write_text("{}")
    list(remove(machine))
    assert (folder / "settings.json").exists()
    list(remove(machine, settings=True))
    assert not folder.exists()


def test_an_addin_changed_by_hand_is_kept(machine, wheels):
    put(machine, wheels)
    there(machine, LISTED).write_bytes(b"changed")
    messages = list(remove(machine))
    kept = list(machine.file(install_paths(machine).backups).iterdir())
    assert [path.read_bytes() for path in kept] == [b"changed"]
    assert any("另存" in line for line in messages)


def test_without_a_record_the_list_and_the_file_are_found(machine, wheels):
    put(machine, wheels)
    machine.file(install_paths(machine).record).write_text("{broken")
    list(remove(machine))
    assert machine.opens() == {}
    assert not there(machine, LISTED).exists()


def test_nothing_installed(machine):
    assert list(remove(machine)) == ["这台电脑上没有装加载项，没有作任何改动。"]


def test_while_excel_runs(machine, wheels):
    put(machine, wheels)
    machine.running.add("excel.exe")
    with pytest.raises(InputError, match="关闭所有 Excel"):
        list(remove(machine))
    assert there(machine, LISTED).exists()


def test_a_denied_registry_leaves_the_record(machine, wheels):
    put(machine, wheels)
    machine.registry.refused = [rf"{OFFICE}\16.0"]
    with pytest.raises(OutputError, match="不让改"):
        list(remove(machine))
    machine.registry.refused = []
    list(remove(machine))
    assert machine.opens() == {}


def test_other_systems():
    with pytest.raises(InputError, match="Windows"):
        list(remove(Machine()))


def test_removing_with_excel_gone_cleans_its_list(machine, wheels):
    put(machine, wheels)
    machine.file(PureWindowsPath(r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE")).unlink()
    list(remove(machine))
    assert machine.opens() == {}


def test_another_year_installs_over_this_one(machine, wheels, addin, monkeypatch):
    put(machine, wheels)
    addin.write_bytes(addin.read_bytes() + b"next year")
    list(install(machine, wheels))
    assert there(machine, LISTED).read_bytes() == addin.read_bytes()
    assert read_state(machine).xlperf == OURS
    list(remove(machine))
    assert not there(machine, LISTED).exists()

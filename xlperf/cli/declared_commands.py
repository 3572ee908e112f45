"""``xlperf forms``, ``explain``: profiles and forms listed, shown, checked, drafted; codes explained."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, Group, echo, echo_next
from xlperf.cli.option_types import Output
from xlperf.core.errors import DeclarationError, InputError

if TYPE_CHECKING:
    from xlperf.declarations.model import Field, Form, Profile
    from xlperf.drafting import Question


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.group(cls=Group, subcommand_metavar="命令 …")
def forms() -> None:
    """列出、查看、检验、起草口径和表样。"""


@forms.command("list", cls=Command)
def list_profiles() -> None:
    """列出全部口径。"""
    from xlperf.declarations.profile import load_profile, profile_ids

    for name in profile_ids():
        profile = load_profile(name)
        click.echo(f"{name}  {profile.name}（{len(profile.forms)} 张表，{len(profile.rules)} 条规则）")
    echo_next("forms_list", profile=profile_ids()[0])


@forms.command(cls=Command)
@click.argument("profile", metavar="口径")
@click.argument("form", metavar="[表]", required=False)
def show(profile: str, form: str | None) -> None:
    """查看一个口径，或其中一张表的字段和公式。"""
    from xlperf.declarations.profile import load_profile

    declared = load_profile(profile)
    for line in _form_lines(declared, form) if form else _profile_lines(declared):
        click.echo(line)
    first = next(iter(declared.forms))
    echo_next("forms_show_form" if form else "forms_show", profile=declared.id, form=first)


@forms.command(cls=Command)
@click.argument("paths", metavar="[文件或口径]…", nargs=-1)
def lint(paths: tuple[str, ...]) -> int:
    """检验声明，指出写错的文件和位置；缺省检验全部口径。"""
    from xlperf.declarations.profile import common_files, profile_ids

    wrong = 0
    for path in paths or (*common_files(), *profile_ids()):
        try:
            _lint(path)
        except DeclarationError as error:
            wrong += 1
            click.echo(f"{path}：错误：{error}")
        else:
            click.echo(f"{path}：正确")
    profile = next((name for name in paths if name in profile_ids()), profile_ids()[0])
    echo_next("lint_wrong" if wrong else "lint_right", profile=profile)
    return int(wrong > 0)


@forms.command(cls=Command)
@click.argument("official", metavar="官方空白附件")
@click.option(
    "-o",
    "--output",
    metavar="文件夹",
    type=Output(),
    default="口径草稿",
    show_default=True,
    help="写到哪个文件夹；里面缺的声明从现有的复制，整个文件夹可以直接用。",
)
@click.option(
    "--id", "profile_id", metavar="标识", default="", help="新口径的标识；缺省由所继承的口径和年度得出。"
)
@click.option("--extends", metavar="口径", default="", help="继承哪个口径；缺省继承最像的一个。")
@click.option("--fresh", is_flag=True, help="不继承，每张表都完整起草。")
@click.option("--force", is_flag=True, help="已有的同名声明也重新写过。")
def draft(official: str, output: Path, profile_id: str, extends: str, fresh: bool, force: bool) -> int:
    """由官方空白附件起草口径和表样。

    读 .xlsx、.xls、.ods、.docx、.doc 等。与现有口径相近的，只写不同之处；不相近的，
    写出完整的表样。拿不准的逐条列出，也写在声明的 $comment 里。
    起草后立即装载、生成空表，与官方文件逐格核对；不一致的列出，退出码为 1。
    """
    from xlperf.drafting import draft_file, prove, save

    if extends and fresh:
        raise InputError("--extends 和 --fresh 只能写一个。")
    made = draft_file(official, profile_id, extends, fresh=fresh)
    for path in save(made, output, force=force):
        click.echo(f"已写出：{path}")
    wrong = list(prove(made))
    _print("与官方文件不一致", wrong)
    _print("未能确定", made.questions)
    agreed = "" if wrong else "空表与官方文件逐格一致。"
    echo(f"{agreed}改好以后，把环境变量 XLPERF_SCHEMAS 设为“{output}”，运行 xlperf forms lint {made.id}。")
    return int(bool(wrong))


def _print(heading: str, questions: "Sequence[Question]") -> None:
    if questions:
        click.echo(f"{heading}（{len(questions)} 处）：")
    for number, question in enumerate(questions, 1):
        click.echo(f"  {number}. {question}")


def _lint(name: str) -> None:
    """Check the profile ``name``, or a declaration file; raises DeclarationError."""
    from xlperf.core.paths import schemas_dir
    from xlperf.declarations.profile import check_weights, common_files, load_profile
    from xlperf.declarations.source import read

    path = Path(name)
    if name in common_files():
        _lint_common(name)
        return
    if path.suffix != ".json":
        check_weights(load_profile(name))
        return
    if not path.is_file():
        raise InputError(f"找不到声明文件“{path}”。")
    folder = path.resolve().parent
    read(path, folder.name.removesuffix("s"))
    if path.resolve().is_relative_to(schemas_dir() / "profiles"):
        check_weights(load_profile(path.stem))


def _lint_common(name: str) -> None:
    """Check a file that all profiles share, and the ledger against them all."""
    from xlperf.declarations.profile import check_common
    from xlperf.ledgers.layout import check_layout

    check_common(name)
    if name == "ledger.json":
        check_layout()


def _profile_lines(profile: "Profile") -> Iterator[str]:
    yield f"{profile.id}  {profile.name}"
    yield f"地区：{profile.place}，年度：{profile.year}"
    yield f"继承：{' ← '.join(profile.lineage)}"
    yield f"来源：{'；'.join(profile.sources)}"
    yield "表："
    for alias, form in profile.forms.items():
        fields = sum(not field.virtual for field in form.fields.values())
        yield f"  {alias}  {form.attachment} {form.title}（{fields} 个字段，{len(form.tables)} 个明细表）"
    yield "参数："
    for name, value in profile.parameters.items():
        yield f"  {name} = {value}"


def _form_lines(profile: "Profile", name: str) -> Iterator[str]:
    form = next((form for alias, form in profile.forms.items() if name in (alias, form.id, form.title)), None)
    if form is None:
        raise InputError(f"口径“{profile.id}”没有表“{name}”，可用：{'、'.join(profile.forms)}。")
    yield f"{form.attachment} {form.title}（工作表：{form.sheet_name(0)}）"
    for field in form.fields.values():
        yield f"  {_field_line(field)}"
    yield from _table_lines(form)


def _table_lines(form: "Form") -> Iterator[str]:
    for table in form.tables.values():
        yield f"明细表 {table.id}（{table.label}）"
        for column in table.columns.values():
            yield f"  {_field_line(column)}"


def _field_line(field: "Field") -> str:
    label = field.label.replace("\n", "")
    kind = field.type.name + (f"，{field.type.unit}" if field.type.unit else "")
    need = "，必填" if field.required else ""
    formula = f" = {field.formula_text}" if field.formula_text else ""
    return f"{field.id}  {label}（{kind}{need}）{formula}"


@click.command(cls=Command)
@click.argument("codes", metavar="代码…", nargs=-1, required=True)
@click.option("--formulas", is_flag=True, help="连同规则的公式：给写口径、改规则的人看。")
def explain(codes: Sequence[str], formulas: bool) -> None:
    """说明一个问题代码：查什么、依据、怎么改，附正确和错误的例子。

    代码在问题清单的“代码”一列，例如 B501。
    """
    from xlperf.declarations.explain import explain as page

    click.echo("\n\n".join(page(code, formulas=formulas) for code in codes))
    echo_next("explain")

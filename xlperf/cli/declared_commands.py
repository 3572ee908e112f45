"""``xlperf forms``, ``explain``: profiles and forms listed, shown, checked, drafted; codes explained."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, Group, echo, echo_next, message
from xlperf.cli.option_types import Output
from xlperf.core.errors import DeclarationError, InputError

if TYPE_CHECKING:
    from xlperf.declarations.forms_and_rules import Field, Form, Profile
    from xlperf.drafting import OpenPoint


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.group("forms", cls=Group)
def forms() -> None:
    """Profiles and forms: listed, shown, checked, drafted."""


@forms.command("list")
def list_profiles() -> None:
    """Print all profiles."""
    from xlperf.declarations.profile import load_profile, profile_ids

    for name in profile_ids():
        profile = load_profile(name)
        forms, rules = len(profile.forms), len(profile.rules)
        click.echo(message("profile", id=name, name=profile.name, forms=forms, rules=rules))
    echo_next("forms_list", profile=profile_ids()[0])


@forms.command("show")
@click.argument("profile")
@click.argument("form", required=False)
def show(profile: str, form: str | None) -> None:
    """Print a profile, or the fields of one of its forms."""
    from xlperf.declarations.profile import load_profile

    declared = load_profile(profile)
    for line in _form_lines(declared, form) if form else _profile_lines(declared):
        click.echo(line)
    first = next(iter(declared.forms))
    echo_next("forms_show_form" if form else "forms_show", profile=declared.id, form=first)


@forms.command("lint")
@click.argument("paths", nargs=-1)
def lint(paths: tuple[str, ...]) -> int:
    """Check declarations; 1 where any is wrong."""
    from xlperf.declarations.lint import common_files, files_in_folders
    from xlperf.declarations.profile import profile_ids

    wrong = 0
    for path in paths or (*common_files(), *files_in_folders(), *profile_ids()):
        try:
            _lint(path)
        except DeclarationError as error:
            wrong += 1
            click.echo(message("wrong", path=path, error=error))
        else:
            click.echo(message("right", path=path))
    profile = next((name for name in paths if name in profile_ids()), profile_ids()[0])
    echo_next("lint_wrong" if wrong else "lint_right", profile=profile)
    return int(wrong > 0)


@forms.command("draft")
@click.argument("official")
@click.option("-o", "--output", type=Output(), show_default=True)
@click.option("--id", "profile_id", default="")
@click.option("--extends", default="")
@click.option("--fresh", is_flag=True)
@click.option("--force", is_flag=True)
def draft(official: str, output: Path, profile_id: str, extends: str, fresh: bool, force: bool) -> int:
    """Draft the declarations of an official blank attachment; 1 where its blank differs from it."""
    from xlperf.drafting import draft_file, prove, save

    if extends and fresh:
        raise InputError(message("one_of_two"))
    made = draft_file(official, profile_id, extends, fresh=fresh)
    for path in save(made, output, force=force):
        click.echo(message("wrote_file", path=path))
    wrong = list(prove(made))
    _print("differs", wrong)
    _print("undecided", made.questions)
    if not wrong:
        echo(message("agrees"))
    echo_next("forms_draft", output=output, id=made.id)
    return int(bool(wrong))


@forms.command("next-year")
@click.argument("profile")
@click.option("-o", "--output", type=Output(), show_default=True)
@click.option("--year", type=click.IntRange(2010, 2100))
@click.option("--force", is_flag=True)
def next_year(profile: str, output: Path, year: int | None, force: bool) -> None:
    """Write the profile that has the forms of another in the next year."""
    from xlperf.declarations.profile import load_profile
    from xlperf.drafting import next_year as following
    from xlperf.drafting import save

    made = following(load_profile(profile), year)
    for path in save(made, output, force=force):
        click.echo(message("wrote_file", path=path))
    _print("undecided", made.questions)
    echo_next("forms_draft", output=output, id=made.id)


def _print(heading: str, questions: "Sequence[OpenPoint]") -> None:
    if questions:
        click.echo(message("questions", heading=message(heading), count=len(questions)))
    for number, question in enumerate(questions, 1):
        click.echo(f"  {number}. {question}")


def _lint(name: str) -> None:
    """Check the profile ``name``, or a declaration file; raises DeclarationError."""
    from xlperf.checks.rule_examples import check_examples
    from xlperf.core.paths import schemas_dir
    from xlperf.declarations.lint import check_file, check_profile
    from xlperf.declarations.profile import load_profile
    from xlperf.intake.reading.lexicon import lexicon
    from xlperf.ledgers.layout import check_layout

    path = Path(name)
    if path.suffix != ".json":
        check_profile(name)
        check_examples(load_profile(name))
        return
    ours = schemas_dir() / name
    if not ours.is_file() and not path.is_file():
        raise InputError(message("no_file", path=path))
    check_file(ours if ours.is_file() else path)
    if path.name == "ledger.json":
        check_layout()
    elif "lexicon" in (path.stem, path.parent.name):
        lexicon()


def _profile_lines(profile: "Profile") -> Iterator[str]:
    yield f"{profile.id}  {profile.name}"
    yield message("place", place=profile.place, year=profile.year)
    yield message("lineage", names=" ← ".join(profile.lineage))
    yield message("sources", names=message("between_sources").join(profile.sources))
    yield message("forms")
    for alias, form in profile.forms.items():
        fields = sum(not field.virtual for field in form.fields.values())
        values = {"attachment": form.attachment, "title": form.title, "tables": len(form.tables)}
        yield message("form", alias=alias, fields=fields, **values)
    yield message("parameters")
    for name, value in profile.parameters.items():
        yield f"  {name} = {value}"


def _form_lines(profile: "Profile", name: str) -> Iterator[str]:
    form = next((form for alias, form in profile.forms.items() if name in (alias, form.id, form.title)), None)
    if form is None:
        raise InputError(message("no_form", profile=profile.id, name=name, known="、".join(profile.forms)))
    yield message("form_title", attachment=form.attachment, title=form.title, sheet=form.sheet_name(0))
    for field in form.fields.values():
        yield f"  {_field_line(field)}"
    yield from _table_lines(form)


def _table_lines(form: "Form") -> Iterator[str]:
    for table in form.tables.values():
        yield message("table", id=table.id, label=table.label)
        for column in table.columns.values():
            yield f"  {_field_line(column)}"


def _field_line(field: "Field") -> str:
    label = field.label.replace("\n", "")
    unit = message("unit", unit=field.type.unit) if field.type.unit else ""
    need = message("required") if field.required else ""
    formula = f" = {field.formula_text}" if field.formula_text else ""
    values = {"unit": unit, "need": need, "formula": formula}
    return message("field", id=field.id, label=label, kind=field.type.name, **values)


@click.command("explain", cls=Command)
@click.argument("codes", nargs=-1, required=True)
@click.option("--formulas", is_flag=True)
def explain(codes: Sequence[str], formulas: bool) -> None:
    """Print the pages of finding codes; InputError for an unknown one."""
    from xlperf.declarations.explain import explain as page

    click.echo("\n\n".join(page(code, formulas=formulas) for code in codes))
    echo_next("explain")

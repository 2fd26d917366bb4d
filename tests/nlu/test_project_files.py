"""Which files are the bot's: Rasa's layout, a shop's folder, imports, and everybody else's YAML."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.errors import SourceError
from nlu.project_files import has_rasa_layout, project_files

IMPORTER = "importers: [{name: MultiProjectImporter}]\n"


def write(root: Path, *names: str, **content: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content.get(path.stem.replace("-", "_"), "version: '3.1'\n"))
    return root


def found(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in project_files(root).paths]


def test_of_rasas_layout_only_what_rasa_reads(tmp_path: Path) -> None:
    write(
        tmp_path,
        *("config.yml", "domain.yml", "data/nlu.yml", "data/core/rules.yaml"),
        *("endpoints.yml", "credentials.yml", "tests/test_stories.yml", "actions/settings.yml"),
        *("docker-compose.yml", "Chart.yaml", ".github/workflows/ci.yml", "deploy/templates/a.yml"),
        *("node_modules/x/data.yml", "venv/lib/domain.yml", ".frontdesk/models/x.yml", "other.yml"),
        *("data/.hidden.yml", "data/notes.md"),
    )
    assert has_rasa_layout(tmp_path)
    assert found(tmp_path) == ["config.yml", "domain.yml", "data/nlu.yml", "data/core/rules.yaml"]


def test_a_folder_of_domain_files(tmp_path: Path) -> None:
    write(tmp_path, "config.yml", "domain/a.yml", "domain/forms/b.yml", "data/nlu.yml")
    assert found(tmp_path) == ["config.yml", "domain/a.yml", "domain/forms/b.yml", "data/nlu.yml"]


FOREIGN = {
    "compose.yml": "version: '3'\nservices: {a: {}}\nconfigs: {}\n",
    "k8s/all.yml": "apiVersion: v1\nkind: Pod\n---\napiVersion: v1\n",
    "k8s/helm.yml": "{{- if x }}\napiVersion: v1\n{{- end }}\n",
    "chart/Chart.yaml": "name: bot\n",
    "chart/values.yaml": "image: {{ x }}\n",
    "openapi.yml": "openapi: 3.1.0\nresponses: {}\n",
    "venv/pyvenv.cfg": "",
    "venv/lib/nlu.yml": "nlu: 3\n",
    "node_modules/a/nlu.yml": "nlu: 3\n",
    ".github/workflows/a.yml": "jobs: {}\n",
    "shop/catalogue.yml": "products: []\n",
    "results/intent_report.yml": "nlu: 3\n",
    "test/nlu.yml": "nlu: 3\n",
    "tests/test_a.yml": "stories: 3\n",
    "endpoints.yml": "rules: 3\n",
}


def test_of_a_folder_that_is_the_bots_everything_but_other_tools_files(tmp_path: Path) -> None:
    write(tmp_path, "domain.yml", "nlu/a.yml", "faq/b.yaml")
    for name, content in FOREIGN.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    assert not has_rasa_layout(tmp_path)
    assert sorted(found(tmp_path)) == ["domain.yml", "faq/b.yaml", "nlu/a.yml"]


def test_a_file_is_itself(tmp_path: Path) -> None:
    write(tmp_path, "test_a.yml")
    assert project_files(tmp_path / "test_a.yml").paths == (tmp_path / "test_a.yml",)


def test_imported_projects_are_read_with_what_they_import(tmp_path: Path) -> None:
    """MultiProjectImporter: folders and files, also outside; an imported config.yml is not ours."""
    root = tmp_path / "bot"
    write(
        tmp_path,
        *("bot/config.yml", "bot/domain.yml", "bot/data/nlu.yml"),
        *("bot/skills/a/config.yml", "bot/skills/a/domain.yml", "bot/skills/a/data/nlu.yml"),
        *("bot/skills/a/tests/test_a.yml", "bot/skills/unused/domain.yml"),
        *("shared/greet.yml", "one.yml"),
    )
    (root / "config.yml").write_text(IMPORTER + "imports: [skills/a, ../one.yml]\n")
    (root / "skills/a/config.yml").write_text(IMPORTER + "imports: [../../../shared, ../..]\n")
    paths = [path.resolve().relative_to(tmp_path).as_posix() for path in project_files(root).paths]
    assert sorted(paths) == [
        "bot/config.yml",
        "bot/data/nlu.yml",
        "bot/domain.yml",
        "bot/skills/a/data/nlu.yml",
        "bot/skills/a/domain.yml",
        "one.yml",
        "shared/greet.yml",
    ], "a cycle ends, and no file is read twice"


def test_imports_that_cannot_be_followed_are_warned_of(tmp_path: Path) -> None:
    write(tmp_path, "config.yml", "data/nlu.yml")
    (tmp_path / "config.yml").write_text(
        "importers:\n- name: MultiProjectImporter\n- name: my.Own\nimports:\n- nowhere\n"
    )
    config = tmp_path / "config.yml"
    assert project_files(tmp_path).warnings == (
        f"{config}:3: the importer 'my.Own' is not run; there are RasaFileImporter, "
        "MultiProjectImporter",
        f"{config}:5: there is no 'nowhere'",
    )
    config.write_text("importers:\n- name: RasaFileImporter\nimports: [data]\n")
    assert "counts only with" in project_files(tmp_path).warnings[0]


@pytest.mark.parametrize(
    "wrong", ["imports: skills", "imports: [3]", "importers: a", "importers: [a]"]
)
def test_malformed_imports_have_a_place(tmp_path: Path, wrong: str) -> None:
    write(tmp_path, "config.yml")
    (tmp_path / "config.yml").write_text(f"language: en\n{wrong}\n")
    with pytest.raises(SourceError, match=r"config.yml:2: 'import"):
        project_files(tmp_path)

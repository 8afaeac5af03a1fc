"""`tagwork assist register | list | retire`: an operator's own model helps to mark (docs/operate/assist.md)."""

import argparse
import json
import sys
from pathlib import Path

SUMMARY = "models of your own that help with marking"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    register = actions.add_parser("register", help="check a model against its contract and keep it")
    register.add_argument("contract", metavar="MODEL.JSON", help="the contract; the ONNX file lies beside it")
    shown = actions.add_parser("list", help="every version that was ever registered, and what is installed")
    retire = actions.add_parser("retire", help="ask a model no more; what it helped with keeps its name")
    retire.add_argument("name", metavar="NAME")
    for action in (register, shown, retire):
        action.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    from tagwork.jobs.setup import start_django

    start_django()
    from tagwork.kit.errors import Refusal

    try:
        match arguments.action:
            case "register":
                return _register(Path(arguments.contract), arguments.json)
            case "retire":
                return _retire(arguments.name, arguments.json)
            case _:
                return _list(arguments.json)
    except (Refusal, OSError) as error:
        print(json.dumps({"error": str(error)}) if arguments.json else f"tagwork assist: {error}", file=sys.stderr)
        return 1


def _register(contract: Path, as_json: bool) -> int:
    from tagwork.projects.operations.register_assist_model import register_assist_model

    made = register_assist_model(contract, by="command")
    if as_json:
        print(json.dumps({"name": made.name, "version": made.version, "look_milliseconds": made.look_milliseconds}))
    else:
        print(f"{made.name} {made.version} is registered; one look takes {made.look_milliseconds} ms.")
        print("Clients can choose it on the settings page of a project.")
    return 0


def _retire(name: str, as_json: bool) -> int:
    from tagwork.projects.operations.register_assist_model import retire_assist_model

    versions = retire_assist_model(name, by="command")
    print(json.dumps({"retired": versions}) if as_json else f"{versions} versions of {name} are asked no more.")
    return 0 if versions else 1


def _list(as_json: bool) -> int:
    from tagwork.kit.vision import library_version
    from tagwork.projects.queries import assist_models

    libraries = {name: library_version(name) for name in ("opencv-python-headless", "onnxruntime")}
    models = [
        {
            "name": one.name,
            "version": one.version,
            "licence": one.licence,
            "sha256": one.sha256,
            "look_milliseconds": one.look_milliseconds,
            "retired": one.retired_at is not None,
        }
        for one in assist_models()
    ]
    if as_json:
        print(json.dumps({"libraries": libraries, "models": models}))
        return 0
    for name, version in libraries.items():
        print(f"{name} {version or 'is not installed: pip install tagwork[assist]'}")
    for one in models:
        state = "retired" if one["retired"] else f"{one['look_milliseconds']} ms a look"
        print(f"{one['name']} {one['version']}: {state}; {one['licence']}")
    return 0

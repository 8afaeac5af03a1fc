"""An operator's own model, looked at before it may help anybody: the contract, the file's hash, and one look."""

import hashlib
import json
from pathlib import Path

from django.db import transaction

from tagwork.core.assist_models import BadContract, read_contract
from tagwork.kit import audit, clock
from tagwork.kit.storage import local_files
from tagwork.kit.vision import ModelRefused, vision
from tagwork.projects.models import AssistModel

MAX_BYTES = 512 * 1024 * 1024
CHECK_SECONDS = 120.0


def register_assist_model(contract_file: Path, *, by: str) -> AssistModel:
    """The stored version; the same one again when it is there already. `contract_file` is a model.json, the model lies
    beside it. Raises ModelRefused, VisionAbsent, OSError."""
    try:
        contract = read_contract(json.loads(contract_file.read_bytes()))
    except (BadContract, ValueError) as error:
        raise ModelRefused(f"{contract_file.name}: {error}") from None
    model_file = contract_file.parent / contract["file"]
    byte_size = model_file.stat().st_size
    if byte_size > MAX_BYTES:
        raise ModelRefused(f"{model_file.name} is larger than {MAX_BYTES // 1024**2} MiB.")
    content = model_file.read_bytes()
    if hashlib.sha256(content).hexdigest() != contract["sha256"]:
        raise ModelRefused(f"{model_file.name} is not the file whose sha256 the contract names.")
    known = AssistModel.objects.filter(name=contract["name"], version=contract["version"]).first()
    if known is not None:
        if known.contract == contract and known.retired_at is None:
            return known
        raise ModelRefused(
            "This version was registered before, with another contract or retired: give it a new version."
        )
    store = local_files()
    key = store.put(content, ".onnx")
    try:
        # What was stored is what is looked at: the file beside the contract may change under our hands.
        took = vision.check_model(store.path(key), contract, wall_seconds=CHECK_SECONDS)
        with transaction.atomic():
            made = AssistModel.objects.create(
                name=contract["name"],
                version=contract["version"],
                licence=contract["licence"],
                contract=contract,
                sha256=contract["sha256"],
                file_key=key,
                byte_size=byte_size,
                look_milliseconds=took,
                registered_at=clock.now(),
            )
            detail = {"sha256": made.sha256, "licence": made.licence}
            audit.record(by, "assist_model.registered", f"assist_model:{made.name}@{made.version}", detail)
    except BaseException:
        store.delete(key)
        raise
    return made


@transaction.atomic
def retire_assist_model(name: str, *, by: str) -> int:
    """How many versions of it are asked no more; projects that name it go on without help. The file is kept: answers
    name the version that helped."""
    retired = AssistModel.objects.filter(name=name, retired_at=None).update(retired_at=clock.now())
    if retired:
        audit.record(by, "assist_model.retired", f"assist_model:{name}", {"versions": retired})
    return retired

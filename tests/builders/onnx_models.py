"""Small ONNX models, made here: what is redder than blue is the object."""

import hashlib
import json
from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

SIDE_PX = 64


def red_less_blue(*, with_box: bool = False, shape: list[Any] | None = None, scale: float = 1.0) -> bytes:
    """[1, 3, 64, 64] to [1, 1, 64, 64]: red minus blue, by a convolution of one pixel."""
    inputs = [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape or [1, 3, SIDE_PX, SIDE_PX])]
    weights = helper.make_tensor("weights", TensorProto.FLOAT, [1, 3, 1, 1], [scale, 0.0, -scale])
    nodes = [helper.make_node("Conv", ["image", "weights"], ["difference" if with_box else "mask"])]
    if with_box:
        # The score is one where the box is told from its left edge to its right one, nothing where it is empty.
        inputs.append(helper.make_tensor_value_info("box", TensorProto.FLOAT, [1, 4]))
        nodes += [
            helper.make_node("ReduceMax", ["box"], ["reach"], keepdims=0),
            helper.make_node("Sign", ["reach"], ["there"]),
            helper.make_node("Mul", ["difference", "there"], ["mask"]),
        ]
    outputs = [helper.make_tensor_value_info("mask", TensorProto.FLOAT, [1, 1, None, None])]
    graph = helper.make_graph(nodes, "red_less_blue", inputs, outputs, [weights])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return bytes(made.SerializeToString())


def contract(model: bytes, **changes: Any) -> dict[str, Any]:
    return {
        "name": "red-things",
        "version": "1",
        "licence": "CC0-1.0",
        "file": "red.onnx",
        "sha256": hashlib.sha256(model).hexdigest(),
        "input": {"name": "image", "width_px": SIDE_PX, "height_px": SIDE_PX},
        "output": {"name": "mask", "threshold": 0.3},
        **changes,
    }


def written(folder: Path, model: bytes, **changes: Any) -> Path:
    """The model and its contract beside each other; answers with the contract's path."""
    (folder / "red.onnx").write_bytes(model)
    path = folder / "model.json"
    path.write_text(json.dumps(contract(model, **changes)))
    return path

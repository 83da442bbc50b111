"""Exports a trained model as a folder that Bittbridge.Serverless answers with: model.onnx and model.json.

At the end of a training program that has this file beside it:

    from export import export

    export(network, "my-model", name="my-net", version="1", windows=windows, features="log-returns",
           scaling={"kind": "standard", "mean": mean, "deviation": deviation}, output="log-return", outputs=("price", "lower", "upper"))

PyTorch models need torch, scikit-learn models need skl2onnx. For any other framework, write model.onnx yourself and call describe().
docs/your-own-model.md lists the fields of model.json.
"""
import importlib.util
import inspect
import json
import math
import pathlib

STEPS_EXTRA = {"closes": 0, "minus-last": 0, "log-returns": 1}
OPSET = 17


def export(model, folder, name, version, windows, features, output, scaling=None, output_scaling=None, outputs=("price",), shape=None, predict=None, tolerance=None):
    """Writes model.onnx and model.json into the folder, and returns its path.

    model           a torch.nn.Module, or a fitted scikit-learn estimator or pipeline
    windows         a few lists of closes in CNY, oldest first, 5 minutes apart: the cases that every later load is checked with
    features        "closes", "minus-last" or "log-returns": what the model was trained on
    output          "price", "change" or "log-return": what the model returns
    scaling         the scaling of the features outside the model, such as {"kind": "min-max", "min": low, "max": high}
    output_scaling  the scaling of the target, which is inverted
    outputs         what the numbers of the output are: ("price",) or ("price", "lower", "upper")
    shape           the shape of the input, such as (1, 12, 1); by default one row
    predict         your own function from a window to its price, or (price, lower, upper): it checks features and scaling too
    """
    steps = len(windows[0]) - _extra(features)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    shape = tuple(shape or (1, steps))
    if _is_torch(model):
        input_name, output_name, run = _export_torch(model, folder / "model.onnx", shape)
    elif hasattr(model, "predict") and hasattr(model, "get_params"):
        input_name, output_name, run = _export_sklearn(model, folder / "model.onnx", shape)
    else:
        raise TypeError(f"{type(model).__name__} is neither a torch.nn.Module nor a scikit-learn estimator: export it yourself, and call describe().")

    def computed(window):
        row = [_scaled(value, at, scaling) for at, value in enumerate(_features(window, features))]
        return [_price(_unscaled(number, output_scaling), window[-1], output) for number in run(row)]

    several = len(outputs) > 1
    places = {part: {"name": output_name, "index": at} if several else output_name for at, part in enumerate(outputs)}
    fields = {"type": "float", "steps": steps, "features": features, "input": input_name, "output": {"kind": output, **places}}
    if scaling:
        fields["scaling"] = scaling
    if output_scaling:
        fields["output"]["scaling"] = output_scaling
    if tolerance:
        fields["tolerance"] = tolerance
    describe(folder, name, version, windows, predict or computed, **fields)
    return folder


def describe(folder, name, version, windows, predict, **fields):
    """Writes model.json beside a model.onnx, and prints what to do next. predict: one window -> its price in CNY, or (price, lower, upper)."""
    folder = pathlib.Path(folder)
    cases = []
    for window in windows:
        answer = predict(window)
        numbers = [float(number) for number in (answer if isinstance(answer, (tuple, list)) else [answer])]
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError(f"The model returns {numbers} for a window: check its features and scaling.")
        cases.append({"window": [float(close) for close in window], **dict(zip(("price", "lower", "upper"), numbers))})
    description = {"formatVersion": 1, "name": name, "version": version, **fields, "cases": cases}
    (folder / "model.json").write_text(json.dumps(description, indent=2, default=float) + "\n", encoding="utf-8")
    command, path = "dotnet run --project src/Cli --", folder.resolve()
    print(
        f"""{folder} holds {name}@{version}: model.onnx and model.json with {len(cases)} cases.

Next, in the folder of Bittbridge.Serverless:
  check it      {command} models verify {path}
  measure it    {command} backtest --prices PRICES.csv --model {path} --from 70%
  compare it    {command} tournament --prices PRICES.csv --models filtered-smoothers,{path} --from 70%
  answer        Bittbridge__Model={path} dotnet run eng/start.cs
"""
    )


def _is_torch(model):
    return any(base.__module__ == "torch.nn.modules.module" and base.__name__ == "Module" for base in type(model).__mro__)


def _export_torch(model, path, shape):
    import torch

    model.eval()
    options = {"input_names": ["window"], "output_names": ["forecast"], "opset_version": OPSET}
    # The exporter of PyTorch 2.5 and later needs onnxscript, and would put large weights into a file of their own.
    parameters = inspect.signature(torch.onnx.export).parameters
    if "external_data" in parameters:
        has_onnxscript = importlib.util.find_spec("onnxscript") is not None
        options.update({"dynamo": True, "external_data": False, "opset_version": 18} if has_onnxscript else {"dynamo": False})
    torch.onnx.export(model, (torch.zeros(shape),), str(path), **options)

    def run(row):
        with torch.no_grad():
            return model(torch.tensor(row, dtype=torch.float32).reshape(shape)).reshape(-1).tolist()

    return "window", "forecast", run


def _export_sklearn(model, path, shape):
    import numpy
    from skl2onnx import to_onnx

    exported = to_onnx(model, numpy.zeros(shape, numpy.float32), target_opset=OPSET)
    path.write_bytes(exported.SerializeToString())

    def run(row):
        return numpy.asarray(model.predict(numpy.array(row, numpy.float32).reshape(shape))).reshape(-1).tolist()

    return exported.graph.input[0].name, exported.graph.output[0].name, run


def _extra(features):
    if features not in STEPS_EXTRA:
        raise ValueError(f"features is {features!r}: use {', '.join(STEPS_EXTRA)}.")
    return STEPS_EXTRA[features]


def _features(window, features):
    if features == "closes":
        return list(window)
    if features == "minus-last":
        return [close - window[-1] for close in window]
    return [math.log(close / before) for before, close in zip(window, window[1:])]


def _scaled(value, at, scaling):
    offset, scale = _scale(scaling, at)
    return (value - offset) / scale


def _unscaled(value, scaling):
    offset, scale = _scale(scaling, 0)
    return value * scale + offset


def _scale(scaling, at):
    if not scaling or scaling["kind"] == "none":
        return 0.0, 1.0
    first, second = (_at(scaling[key], at) for key in (("min", "max") if scaling["kind"] == "min-max" else ("mean", "deviation")))
    return first, second - first if scaling["kind"] == "min-max" else second


def _at(values, at):
    return values[at] if hasattr(values, "__len__") else values


def _price(number, last, output):
    if output == "price":
        return number
    if output == "change":
        return last + number
    if output == "log-return":
        return last * math.exp(number)
    raise ValueError(f"output is {output!r}: use price, change or log-return.")

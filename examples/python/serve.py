#!/usr/bin/env python3
"""Serves a model that was written for the Python reference miner, so that Bittbridge.Serverless can answer with it.

    python3 serve.py my_model.py [ClassName] [--port 9000] [--token-file FILE] [--verbose]

The class has the interface of the reference miner: predict(timestamp) returns (prediction, interval), either may be None, and
initialize() and cleanup() are optional. Its file needs no change: if the package miner_model is not installed, this program
provides miner_model.model_interface.

A model gets the recorded prices in either of two ways:
  - predict has parameters named times, prices or usd: they receive the lists of the request (see docs/your-own-model.md);
  - the object has an attribute historical_data: it is set to the list of prices, oldest first, before each call.

Needs Python 3.8 or later and no packages.
"""
import abc
import argparse
import hmac
import importlib.util
import inspect
import json
import math
import os
import pathlib
import queue
import select
import signal
import socket
import sys
import threading
import time
import traceback
import types
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_REQUEST_BYTES = 1024 * 1024
HISTORY = ("times", "prices", "usd")

# Forecasts work on small matrices, for which more threads of numpy only compete with the miner. The environment takes precedence.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")


class PredictionModel(abc.ABC):
    """The interface of the reference miner."""

    @abc.abstractmethod
    def predict(self, timestamp):
        """Returns (prediction, interval)."""

    def initialize(self):
        return True

    def cleanup(self):
        pass


class Refusal(Exception):
    """Why there is no answer, or no server: one sentence for the user."""


class ModelRunner:
    """The model, which only the main thread calls: one call at a time, as in the reference miner."""

    def __init__(self, path, class_name):
        self.file = path.name
        self._path = str(path)
        self._last = (None, None)
        model_class = find_class(load_module(path), class_name, path.name)
        self.name = model_class.__name__
        self._model = self._call("__init__", model_class)
        if hasattr(self._model, "initialize") and self._call("initialize", self._model.initialize) is False:
            raise Refusal(f"{self.name}.initialize() returned False: correct what it needs, and start again.")
        self._predict = self._model.predict
        parameters = inspect.signature(self._predict).parameters.values()
        takes_all = any(parameter.kind == parameter.VAR_KEYWORD for parameter in parameters)
        self._wanted = [name for name in HISTORY if takes_all or any(parameter.name == name for parameter in parameters)]
        self._fills_history = hasattr(self._model, "historical_data")

    @property
    def sees(self):
        """The parts of a request that the model receives."""
        return ["timestamp", *self._wanted] + (["historical_data"] if self._fills_history else [])

    def answer(self, body):
        """The answer to a request, as JSON. The same request again, from another validator, gets the same answer."""
        if self._last[0] != body:
            self._last = (body, self._compute(read_request(body)))
        return self._last[1]

    def cleanup(self):
        if hasattr(self._model, "cleanup"):
            self._call("cleanup", self._model.cleanup)

    def _compute(self, request):
        if self._fills_history:
            self._model.historical_data = list(request["prices"])
        history = {name: request[name] for name in self._wanted}
        result = self._call("predict", self._predict, request["timestamp"], **history)
        if not isinstance(result, (tuple, list)) or len(result) != 2:
            raise Refusal(f"{self.name}.predict() returned {shown(result)}: return (prediction, interval), or (None, None) for no answer.")
        prediction, interval = result
        if prediction is None:
            return to_json({"prediction": None, "interval": None})
        price = self._number("the price", prediction)
        return to_json({"prediction": price, "interval": None if interval is None else self._interval(interval)})

    def _interval(self, interval):
        try:
            bounds = list(interval)
        except TypeError:
            bounds = []
        if len(bounds) != 2:
            raise Refusal(f"{self.name}.predict() returned the interval {shown(interval)}: return [lower, upper], or None.")
        lower, upper = (self._number("the bound", bound) for bound in bounds)
        if lower > upper:
            raise Refusal(f"{self.name}.predict() returned the interval [{lower}, {upper}], whose bounds are reversed: return [lower, upper].")
        return [lower, upper]

    def _number(self, what, value):
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise Refusal(f"{self.name}.predict() returned {what} {shown(value)}: return a number, or None for no answer.") from None
        if not math.isfinite(number):
            raise Refusal(f"{self.name}.predict() returned {what} {number}: return a finite number, or None for no answer.")
        return number

    def _call(self, method, function, *arguments, **named):
        try:
            return function(*arguments, **named)
        except Exception as error:
            traceback.print_exc()
            lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self._path]
            where = f" ({self.file}, line {lines[-1]})" if lines else ""
            raise Refusal(f"{self.name}.{method}() raised {in_words(error)}{where}.") from None


def load_module(path):
    if not path.is_file():
        raise Refusal(f"There is no file {path}: name the file that contains your model.")
    sys.path.insert(0, str(path.parent))
    provide_interface()
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None:
        raise Refusal(f"{path} is not a Python file: name one that ends in .py.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        traceback.print_exc()
        raise Refusal(f"{path.name} needs the package {error.name}, which {sys.executable} does not have: install it there.") from None
    except Exception as error:
        traceback.print_exc()
        raise Refusal(f"{path.name} can't be loaded: {in_words(error)}.") from None
    return module


def provide_interface():
    """Makes `from miner_model.model_interface import PredictionModel` work without the reference miner."""
    if importlib.util.find_spec("miner_model") is not None:
        return
    package, interface = types.ModuleType("miner_model"), types.ModuleType("miner_model.model_interface")
    package.__path__ = []
    package.model_interface = interface
    interface.PredictionModel = PredictionModel
    sys.modules["miner_model"], sys.modules["miner_model.model_interface"] = package, interface


def find_class(module, name, file):
    own = {
        found.__name__: found
        for found in vars(module).values()
        if inspect.isclass(found) and found.__module__ == module.__name__ and callable(getattr(found, "predict", None))
    }
    if name is not None:
        if name in own:
            return own[name]
        known = f"it has {', '.join(own)}" if own else "no class there has one"
        raise Refusal(f"{file} has no class {name} with a method predict: {known}.")
    models = [found for found in own.values() if not inspect.isabstract(found)]
    if len(models) == 1:
        return models[0]
    if models:
        raise Refusal(f"{file} has several models: name one of {', '.join(found.__name__ for found in models)} after the file.")
    raise Refusal(f"{file} has no class with a method predict: add one, as docs/from-python.md shows.")


def read_request(body):
    try:
        request = json.loads(body)
        if isinstance(request["timestamp"], str) and all(isinstance(request[name], list) for name in HISTORY):
            return request
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise Refusal("The request is not JSON with timestamp, times, prices and usd: send it from the miner.")


def to_json(value):
    return json.dumps(value).encode()


def shown(value):
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


def in_words(error):
    message = " ".join(str(error).split()).rstrip(".")
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "bittbridge-serve"
    sys_version = ""
    # Headers and body leave in one packet, so that no answer waits for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        model = self.server.model
        self._send(200, to_json({"model": model.name, "file": model.file, "receives": model.sees}))

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_REQUEST_BYTES:
            self.close_connection = True
            self._refuse(411, f"A request needs a Content-Length of at most {MAX_REQUEST_BYTES} bytes.")
            self._drain()
            return
        body = self.rfile.read(int(length))
        token = self.server.token
        if token is not None and not hmac.compare_digest(self.headers.get("Authorization", "").encode(), b"Bearer " + token):
            self._refuse(401, "The token is missing or wrong: set ModelToken of the miner to the content of --token-file.")
            return
        answered = Future()
        self.server.jobs.put((answered, body, self._is_wanted))
        try:
            self._send(200, answered.result())
        except Refusal as refusal:
            self._refuse(500, str(refusal))

    def log_message(self, *_):
        pass

    def _is_wanted(self):
        """Whether the caller still waits: a miner whose budget is spent closes the connection."""
        try:
            readable, _, _ = select.select([self.connection], [], [], 0)
            return not readable or self.connection.recv(1, socket.MSG_PEEK) != b""
        except (OSError, ValueError):
            return False

    def _drain(self):
        """Reads what the caller still sends, up to a limit: closing earlier could discard the refusal."""
        try:
            self.wfile.flush()
            self.connection.settimeout(1)
            self.connection.shutdown(socket.SHUT_WR)
            for _ in range(64):
                if not self.connection.recv(64 * 1024):
                    return
        except OSError:
            pass

    def _refuse(self, status, sentence):
        self._send(status, to_json({"error": sentence}))

    def _send(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    # Many challenges may arrive in the same second.
    request_queue_size = 128
    # On Windows it would let a second program take the same port.
    allow_reuse_address = os.name != "nt"

    def __init__(self, port, model, token):
        self.model, self.token, self.jobs = model, token, queue.Queue()
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request, client_address):
        # A caller that closes its connection is not an error of the model.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def run(server, verbose):
    """Answers requests in this thread, until a signal ends it."""
    warned = False
    while True:
        try:
            # With a timeout, so that Ctrl+C ends the wait on Windows too.
            answered, body, is_wanted = server.jobs.get(timeout=0.5)
        except queue.Empty:
            continue
        if not is_wanted():
            answered.set_exception(Refusal("The caller closed the connection."))
            continue
        started = time.perf_counter()
        try:
            answer = server.model.answer(body)
            answered.set_result(answer)
            said = answer.decode()
        except Refusal as refusal:
            answered.set_exception(refusal)
            said = str(refusal)
            print(said, file=sys.stderr, flush=True)
        except Exception as error:
            traceback.print_exc()
            said = f"The request can't be answered: {in_words(error)}."
            answered.set_exception(Refusal(said))
        took = time.perf_counter() - started
        if took > 0.6 and not warned:
            warned = True
            print(
                f"A forecast took {took:.2f} s, and the miner waits about 0.6 s (three quarters of BudgetMs): do less in predict().",
                file=sys.stderr,
                flush=True,
            )
        if verbose:
            print(f"{time.strftime('%H:%M:%S')} {said} in {took * 1000:.1f} ms", flush=True)


def welcome(model, port, has_token):
    url = f"http://127.0.0.1:{port}/"
    command = "dotnet run --project src/Cli --"
    token = "\n  its token     set Bittbridge__ModelToken for these commands to the content of the token file" if has_token else ""
    print(
        f"""{model.name} of {model.file} answers at {url} and receives {', '.join(model.sees)}. Ctrl+C stops it.

Next, in another terminal, in the folder of Bittbridge.Serverless:
  check it      {command} models verify {url}
  measure it    {command} backtest --prices PRICES.csv --model {url} --from 90%
  compare it    {command} tournament --prices PRICES.csv --models filtered-smoothers,{url} --from 90%
  answer        Bittbridge__Model={url} dotnet run eng/start.cs{token}
""",
        flush=True,
    )


def read_token(file):
    try:
        token = pathlib.Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"The token file {file} can't be read: {in_words(error)}.") from None
    if not token or any(not "!" <= letter <= "~" for letter in token):
        raise Refusal(f"The token file {file} must contain one word, such as the output of 'openssl rand -hex 32'.")
    return token.encode()


def start(options):
    token = read_token(options.token_file) if options.token_file else None
    model = ModelRunner(pathlib.Path(options.file).resolve(), options.class_name)
    try:
        try:
            server = Server(options.port, model, token)
        except (OSError, OverflowError) as error:
            raise Refusal(f"Port {options.port} can't be used ({error}): choose another one with --port.") from None
        threading.Thread(target=server.serve_forever, daemon=True).start()
        welcome(model, server.server_port, token is not None)
        run(server, options.verbose)
    finally:
        model.cleanup()


def main():
    parser = argparse.ArgumentParser(description="Serves a Python model to Bittbridge.Serverless.")
    parser.add_argument("file", help="the file with the model's class")
    parser.add_argument("class_name", nargs="?", metavar="ClassName", help="the class, if the file has several models")
    parser.add_argument("--port", type=int, default=9000, help="the port on 127.0.0.1 (9000; 0 takes a free one)")
    parser.add_argument("--token-file", help="a file with a token that a request must have as Authorization: Bearer")
    parser.add_argument("--verbose", action="store_true", help="print every answer")
    options = parser.parse_args()

    def stop(*_):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    try:
        start(options)
    except KeyboardInterrupt:
        print("Stopped.", flush=True)
        return 0
    except Refusal as refusal:
        print(refusal, file=sys.stderr, flush=True)
        return 1


if __name__ == "__main__":
    # Threads of the server may still hold connections; they end with the process.
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)

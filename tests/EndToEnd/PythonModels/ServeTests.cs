using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;

namespace Bittbridge.EndToEnd.Tests.PythonModels;

/// <summary>serve.py with models that a test writes, asked as the miner asks.</summary>
public sealed class ServeTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 4, 5, 0, TimeSpan.Zero);

    private static readonly PriceHistory History = PriceHistory.FromPoints([
        new(Now.AddMinutes(-10), 7.1, 1.0002),
        new(Now.AddMinutes(-5), 7.12),
    ]);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bittbridge-serve-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_class_of_the_guide_is_served_without_the_reference_miner()
    {
        var file = Write(
            """
            from typing import List, Optional, Tuple
            from miner_model.model_interface import PredictionModel

            class MyCustomModel(PredictionModel):
                def __init__(self):
                    self.calls = 0

                def initialize(self) -> bool:
                    print("initialized", flush=True)
                    return True

                def predict(self, timestamp: str) -> Tuple[Optional[float], Optional[List[float]]]:
                    assert timestamp == "2026-11-24T04:05:00+00:00", timestamp
                    self.calls += 1
                    return 7 + self.calls / 8, [7.0, 7.5]

                def cleanup(self) -> None:
                    print("cleaned up", flush=True)
            """
        );
        await using var program = await PythonProgram.StartAsync(PythonProgram.Any(), [file]);

        Assert.Equal(new Forecast(7.125, new(7.0, 7.5)), await AskAsync(program));
        // The same request, as of another validator in the same second, gets the same answer.
        Assert.Equal(new Forecast(7.125, new(7.0, 7.5)), await AskAsync(program));
        Assert.Equal(1, program.Lines.Count(line => line == "initialized"));
        Assert.Contains(program.Lines, line => line.Contains($"models verify {program.Url}", StringComparison.Ordinal));
        Assert.Contains(
            program.Lines,
            line => line.EndsWith($"Bittbridge__Model={program.Url} dotnet run eng/start.cs", StringComparison.Ordinal)
        );

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(0, await program.TerminateAsync());
            Assert.Equal(["cleaned up", "Stopped."], program.Lines.TakeLast(2));
        }
    }

    [Theory]
    [InlineData(
        "def predict(self, timestamp, prices, usd, times):",
        "max(prices), [times[1] - times[0], usd[0]] if usd[1] is None else None"
    )]
    [InlineData("def predict(self, timestamp, **more):", "max(more['prices']), [300, more['usd'][0]][::-1]")]
    public async Task Parameters_of_predict_receive_the_prices(string signature, string answer)
    {
        var file = Write(
            $"""
            class Mean:
                {signature}
                    price, bounds = {answer}
                    return price, sorted(bounds)
            """
        );
        await using var program = await PythonProgram.StartAsync(PythonProgram.Any(), [file]);

        Assert.Equal(new Forecast(7.12, new(1.0002, 300)), await AskAsync(program));
    }

    [Fact]
    public async Task An_attribute_for_the_history_is_filled()
    {
        var file = Write(
            """
            class Series:
                def __init__(self):
                    self.historical_data = []

                def predict(self, timestamp):
                    self.historical_data.append(0)
                    return self.historical_data[-2], None

            class Other:
                def predict(self, timestamp):
                    return None, None
            """
        );
        await using var program = await PythonProgram.StartAsync(PythonProgram.Any(), [file, "Series"]);

        Assert.Equal(new Forecast(7.12), await AskAsync(program));
    }

    [Fact]
    public async Task No_answer_is_no_forecast()
    {
        var file = Write(
            """
            class Silent:
                def predict(self, timestamp):
                    return None, None
            """
        );
        await using var program = await PythonProgram.StartAsync(PythonProgram.Any(), [file]);

        Assert.Null(await AskAsync(program));
    }

    [Theory]
    [InlineData(
        "raise KeyError('close')",
        "answered 500 (Broken.predict() raised KeyError: 'close' (my_model.py, line 3)): see the output"
    )]
    [InlineData("return 7.1", "answered 500 (Broken.predict() returned 7.1: return (prediction, interval), or (None, None) for no answer)")]
    [InlineData("return float('nan'), None", "answered 500 (Broken.predict() returned the price nan: return a finite number")]
    [InlineData("return 'high', None", "answered 500 (Broken.predict() returned the price 'high': return a number")]
    [InlineData("return 7.1, [7.2, 7.0]", "answered 500 (Broken.predict() returned the interval [7.2, 7.0], whose bounds are reversed")]
    [InlineData("return 7.1, 0.1", "answered 500 (Broken.predict() returned the interval 0.1: return [lower, upper], or None)")]
    [InlineData("return 7.1, [7.0, None]", "answered 500 (Broken.predict() returned the bound None: return a number")]
    public async Task A_wrong_answer_is_named_with_its_line_and_does_not_end_the_program(string body, string sentence)
    {
        var file = Write($"class Broken:\n    def predict(self, timestamp):\n        {body}\n");
        await using var program = await PythonProgram.StartAsync(PythonProgram.Any(), [file]);

        for (var i = 0; i < 2; i++)
        {
            var said = await Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync(program));
            Assert.StartsWith($"http://127.0.0.1:{program.Port} {sentence}", said.Message, StringComparison.Ordinal);
        }

        if (body.StartsWith("raise", StringComparison.Ordinal))
        {
            Assert.Contains("Traceback (most recent call last):", program.ErrorLines);
        }
    }

    [Theory]
    [InlineData("x = 1", "my_model.py has no class with a method predict: add one, as docs/from-python.md shows.")]
    [InlineData(
        "class A:\n    def predict(self, t): pass\nclass B(A): pass",
        "my_model.py has several models: name one of A, B after the file."
    )]
    [InlineData("import no_such_package", "my_model.py needs the package no_such_package, which ")]
    [InlineData("class A(", "my_model.py can't be loaded: SyntaxError: ")]
    [InlineData(
        "class A:\n    def __init__(self): raise OSError('no weights')\n    def predict(self, t): pass",
        "A.__init__() raised OSError: no weights (my_model.py, line 2)."
    )]
    [InlineData(
        "class A:\n    def initialize(self): return False\n    def predict(self, t): pass",
        "A.initialize() returned False: correct what it needs, and start again."
    )]
    public async Task A_file_that_cannot_be_served_ends_the_program_with_a_sentence(string code, string sentence)
    {
        var run = await PythonProgram.RunServeAsync(PythonProgram.Any(), Write(code));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith(sentence, run.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_and_a_busy_port_are_one_sentence_each()
    {
        var python = PythonProgram.Any();
        var file = Write("class A:\n    def predict(self, t): return 7.1, None");

        var missing = await PythonProgram.RunServeAsync(python, "no_model.py");

        Assert.Equal(1, missing.ExitCode);
        Assert.EndsWith("no_model.py: name the file that contains your model.", Assert.Single(missing.Lines), StringComparison.Ordinal);
        await using var program = await PythonProgram.StartAsync(python, [file]);
        var busy = await PythonProgram.RunServeAsync(python, file, "--port", $"{program.Port}");
        Assert.Equal(1, busy.ExitCode);
        Assert.StartsWith($"Port {program.Port} can't be used (", Assert.Single(busy.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_required_where_one_is_set()
    {
        var file = Write("class A:\n    def predict(self, t): return 7.1, None");
        var token = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(token, "a-token-of-the-operator\n", TestContext.Current.CancellationToken);
        await using var program = await PythonProgram.StartAsync(PythonProgram.Any(), [file, "--token-file", token]);

        Assert.Equal(new Forecast(7.1), await AskAsync(program, "a-token-of-the-operator"));
        foreach (var wrong in (string?[])[null, "a-token"])
        {
            var said = await Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync(program, wrong));
            Assert.Contains("answered 401 (The token is missing or wrong", said.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Requests_that_are_not_the_miners_are_refused()
    {
        var file = Write("class A:\n    def predict(self, t): return 7.1, None");
        await using var program = await PythonProgram.StartAsync(PythonProgram.Any(), [file]);
        using var client = new HttpClient { BaseAddress = new(program.Url) };

        Assert.Equal("""{"model": "A", "file": "my_model.py", "receives": ["timestamp"]}""", await client.GetStringAsync("", Ct));
        Assert.Equal(HttpStatusCode.InternalServerError, await PostAsync(new StringContent("hello")));
        Assert.Equal(HttpStatusCode.LengthRequired, await PostAsync(new ByteArrayContent(new byte[1024 * 1024 + 1])));
        Assert.Equal(HttpStatusCode.LengthRequired, await PostAsync(new Chunks()));

        async Task<HttpStatusCode> PostAsync(HttpContent content)
        {
            using var response = await client.PostAsync("", content, Ct);
            return response.StatusCode;
        }
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static async Task<Forecast?> AskAsync(PythonProgram program, string? token = null)
    {
        Assert.True(HttpModelAddress.TryParse(program.Url, out var address, out _));
        var model = new HttpModel(HttpModel.CreateClient(address), address, token) { IsRequired = true };
        try
        {
            await model.InitializeAsync(Ct);
            return await model.PredictAsync(Now, History, Ct);
        }
        finally
        {
            await model.CleanupAsync();
        }
    }

    private string Write(string code)
    {
        var file = Path.Combine(_folder.FullName, "my_model.py");
        File.WriteAllText(file, code);
        return file;
    }

    /// <summary>A body of unknown length, which is sent in chunks.</summary>
    private sealed class Chunks : HttpContent
    {
        public Chunks() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(Encoding.UTF8.GetBytes("{}")).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

using System.Net.Sockets;
using Bittbridge.Miner.HttpModels;
using Bittbridge.Models;
using Bittbridge.Models.Forecasting;
using Bittbridge.Testing;

namespace Bittbridge.Miner.Tests.HttpModels;

/// <summary>A model behind a real socket.</summary>
public sealed class HttpModelTests
{
    private const string Good = """{"prediction": 7.1, "interval": [7.09, 7.11]}""";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 3, 4, 567, TimeSpan.FromHours(8));

    private static readonly PriceHistory History = PriceHistory.FromPoints([
        new(Now.AddMinutes(-10), 7.1, 1.0002),
        new(Now.AddMinutes(-5), 7.123456789),
    ]);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_has_a_length_and_the_prices_in_the_documented_form()
    {
        await using var program = ModelProgram.Start(Good);
        await using var model = ModelAt(program.Url + "predict");

        var forecast = await model.AskAsync();

        Assert.Equal(new Forecast(7.1, new(7.09, 7.11)), forecast);
        var request = Assert.Single(program.Requests);
        Assert.StartsWith("POST /predict HTTP/1.1\r\n", request.Head, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Length: {request.Body.Length}\r\n", request.Head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/json\r\n", request.Head, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", request.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Authorization", request.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(
            """{"timestamp":"2026-11-24T04:03:04+00:00","times":[1795492384.567,1795492684.567],"prices":[7.1,7.123456789],"usd":[1.0002,null]}""",
            request.Body
        );
    }

    [Fact]
    public async Task An_empty_history_is_three_empty_lists()
    {
        await using var program = ModelProgram.Start("""{"prediction": null, "interval": null}""");
        await using var model = ModelAt(program.Url);

        Assert.Null(await model.Model.PredictAsync(Now, PriceHistory.Empty, Ct));

        Assert.EndsWith(""","times":[],"prices":[],"usd":[]}""", Assert.Single(program.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forecasts_share_a_connection()
    {
        await using var program = ModelProgram.Start(Good);
        await using var model = ModelAt(program.Url);

        Assert.True(await model.Model.InitializeAsync(Ct));
        await model.AskAsync();
        await model.AskAsync();

        Assert.Equal([1, 1, 1], program.Requests.Select(request => request.Connection));
    }

    [Theory]
    [InlineData("""{"prediction": 7.1, "interval": null}""")]
    [InlineData("""{"prediction": 7.1}""")]
    [InlineData("""{"interval": null, "prediction": 7.1, "model": "mine"}""")]
    public async Task Without_an_interval_there_is_only_a_price(string answer)
    {
        await using var program = ModelProgram.Start(answer);
        await using var model = ModelAt(program.Url);

        Assert.Equal(new Forecast(7.1), await model.AskAsync());
    }

    [Fact]
    public async Task Without_a_prediction_there_is_no_forecast()
    {
        await using var program = ModelProgram.Start("""{"prediction": null, "interval": [1, 2]}""");
        await using var model = ModelAt(program.Url);

        Assert.Null(await model.AskAsync());
    }

    [Fact]
    public async Task A_token_is_sent_and_never_repeated()
    {
        const string Token = "a-token-of-the-operator";
        await using var program = ModelProgram.Start(_ => ModelReply.Of(403, $$"""{"error": "{{Token}} is wrong"}"""));
        await using var model = ModelAt(program.Url, Token);

        var said = await model.RefusalAsync();

        Assert.Contains($"\r\nAuthorization: Bearer {Token}\r\n", Assert.Single(program.Requests).Head, StringComparison.Ordinal);
        Assert.EndsWith("answered 403 (*** is wrong): set ModelToken to its token", said.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> WrongAnswers =>
        new()
        {
            { """{"prediction": "7.1"}""", "the prediction a text, which is not a price: return CNY per USDT, or null" },
            { """{"prediction": -7.1}""", "the prediction -7.1, which is not a price: return CNY per USDT, or null" },
            { """{"prediction": 1e999}""", "the prediction 1e999, which is not a price: return CNY per USDT, or null" },
            { """{"prediction": NaN}""", "NaN or Infinity, which JSON does not have: return null when there is no forecast" },
            { """{"price": 7.1}""", "JSON that has no prediction: return {\"prediction\": price" },
            { "7.1", "JSON that has no prediction: return {\"prediction\": price" },
            { "", "text that is not JSON (line 1): return" },
            { "{\n\"prediction\"", "text that is not JSON (line 2): return" },
            { "<html><body>Hello</body></html>", "a page instead of JSON: check the address, and return" },
            // Long enough that the name could be the one that is looked for, so that it is unescaped.
            { """{"prediction": 7.1, "\ud800\ud800": 1}""", "JSON that contains invalid Unicode: return {\"prediction\": price" },
            { """{"prediction": 7.1, "int\ud800erval": null}""", "JSON that contains invalid Unicode: return {\"prediction\": price" },
            {
                """{"prediction": 7.1, "interval": [7.2, 7.0]}""",
                "the interval [7.2, 7], whose bounds are reversed: return [lower, upper], or null"
            },
            { """{"prediction": 7.1, "interval": [7.2, null]}""", "the interval [7.2, null]: return [lower, upper], or null" },
            { """{"prediction": 7.1, "interval": [7.0, 7.1, 7.2]}""", "an interval that is a list of 3: return [lower, upper], or null" },
            { """{"prediction": 7.1, "interval": {"lower": 7}}""", "an interval that is an object: return [lower, upper], or null" },
        };

    [Theory, MemberData(nameof(WrongAnswers))]
    public async Task A_wrong_answer_is_refused_with_the_address_the_value_and_the_remedy(string answer, string sentence)
    {
        await using var program = ModelProgram.Start(answer);
        await using var model = ModelAt(program.Url);

        var said = await model.RefusalAsync();

        Assert.StartsWith($"http://127.0.0.1:{program.Port} answered with {sentence}", said.Message, StringComparison.Ordinal);
        Assert.False(said.IsTransient);
    }

    [Theory]
    [InlineData(
        500,
        """{"error": "MyModel.predict() raised\nKeyError: 'x'."}""",
        "500 (MyModel.predict() raised KeyError: 'x'): see the output",
        false
    )]
    [InlineData(500, "<html>Internal Server Error</html>", "500: see the output", false)]
    [InlineData(503, "", "503: see the output", true)]
    [InlineData(404, "{}", "404: check the path", false)]
    [InlineData(401, """{"error": 7}""", "401: set ModelToken", false)]
    [InlineData(307, "", "307: set Model to the address", false)]
    [InlineData(400, "", "400: correct the program", false)]
    [InlineData(204, "", "204: correct the program", false)]
    public async Task Another_status_is_refused_with_what_the_program_says(int status, string body, string sentence, bool isTransient)
    {
        await using var program = ModelProgram.Start(_ => ModelReply.Of(status, body, headers: "Location: http://127.0.0.1:1/\r\n"));
        await using var model = ModelAt(program.Url);

        var said = await model.RefusalAsync();

        Assert.StartsWith($"http://127.0.0.1:{program.Port} answered {sentence}", said.Message, StringComparison.Ordinal);
        Assert.Equal(isTransient, said.IsTransient);
        Assert.Single(program.Requests);
    }

    [Fact]
    public async Task An_answer_without_end_is_not_read_to_its_end()
    {
        await using var program = ModelProgram.Start(_ => ModelReply.Of(200, new string(' ', 1024 * 1024)));
        await using var model = ModelAt(program.Url);

        Assert.Contains("answered with far more than a forecast", (await model.RefusalAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_closes_in_the_middle_of_its_answer_is_named()
    {
        await using var program = ModelProgram.Start(_ =>
            ModelReply.Raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"prediction\":", closes: true)
        );
        await using var model = ModelAt(program.Url);

        var said = await model.RefusalAsync();

        Assert.Contains("closed the connection before its answer was complete", said.Message, StringComparison.Ordinal);
        Assert.False(said.IsTransient);
    }

    [Fact]
    public async Task A_connection_that_closes_without_an_answer_is_tried_once_more()
    {
        await using var program = ModelProgram.Start(request => request.Connection == 1 ? new([], Closes: true) : ModelReply.Of(200, Good));
        await using var model = ModelAt(program.Url);

        Assert.NotNull(await model.AskAsync());
    }

    [Fact]
    public async Task Something_other_than_HTTP_is_named()
    {
        await using var program = ModelProgram.Start(_ => ModelReply.Raw("SSH-2.0-OpenSSH_9.9\r\n\r\n", closes: true));
        await using var model = ModelAt(program.Url);

        Assert.Contains("answered with something other than HTTP", (await model.RefusalAsync()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_canceled_ends_although_the_program_never_answers()
    {
        await using var program = ModelProgram.Start(_ => new(null));
        await using var model = ModelAt(program.Url);
        using var spent = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var asking = model.Model.PredictAsync(Now, History, spent.Token).AsTask();
        Assert.False(asking.IsCompleted);

        await spent.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromMinutes(3), Ct));
    }

    [Fact]
    public async Task A_program_that_starts_later_answers_then()
    {
        var port = FreePort();
        await using var model = ModelAt($"http://127.0.0.1:{port}/");
        Assert.True(await model.Model.InitializeAsync(Ct));

        var said = await model.RefusalAsync();

        Assert.StartsWith($"http://127.0.0.1:{port} can't be reached (", said.Message, StringComparison.Ordinal);
        Assert.EndsWith("start the program that serves the model, or correct the address", said.Message, StringComparison.Ordinal);
        Assert.True(said.IsTransient);
        Assert.Equal(said.Message, model.Model.Problem);

        await using var program = ModelProgram.Start(_ => ModelReply.Of(200, Good), port);

        Assert.NotNull(await model.AskAsync());
        Assert.Null(model.Model.Problem);
    }

    [Fact]
    public async Task A_command_requires_the_program()
    {
        await using var model = ModelAt($"http://127.0.0.1:{FreePort()}/", isRequired: true);

        var said = await Assert.ThrowsAsync<UnusableAnswerException>(() => model.Model.InitializeAsync(Ct).AsTask());

        Assert.Contains("can't be reached", said.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cleaning_up_twice_is_fine()
    {
        await using var model = ModelAt("http://127.0.0.1:1/");

        await model.Model.CleanupAsync();
        await model.Model.CleanupAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Subject ModelAt(string url, string? token = null, bool isRequired = false)
    {
        Assert.True(HttpModelAddress.TryParse(url, out var address, out _));
        return new(new(HttpModel.CreateClient(address), address, token) { IsRequired = isRequired });
    }

    private sealed record Subject(HttpModel Model) : IAsyncDisposable
    {
        public ValueTask<Forecast?> AskAsync() => Model.PredictAsync(Now, History, Ct);

        public Task<UnusableAnswerException> RefusalAsync() => Assert.ThrowsAsync<UnusableAnswerException>(() => AskAsync().AsTask());

        public ValueTask DisposeAsync() => Model.CleanupAsync();
    }
}

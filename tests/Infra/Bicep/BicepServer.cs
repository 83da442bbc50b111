using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bittbridge.Infra.Tests.Bicep;

/// <summary>The real Bicep compiler, kept running and asked over its JSON-RPC; one question at a time.</summary>
public sealed class BicepServer : IAsyncLifetime
{
    /// <summary>Of one question, on a machine that does much else.</summary>
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(5);

    /// <summary>The environment of the deployment, which the parameters file reads.</summary>
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["AZURE_ENV_NAME"] = "prod",
        ["AZURE_LOCATION"] = "westeurope",
        ["MINER_HOTKEY"] = BicepDeployment.Hotkey,
        ["MINER_SETTINGS"] = """{"BudgetMs":"500"}""",
        ["MINER_OPERATOR_ADDRESSES"] = """["198.51.100.7/32"]""",
    };

    private readonly ConcurrentDictionary<string, Task<BicepDeployment>> _known = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Process? _process;
    private int _asked;

    /// <summary>Where the package with the compiler was put; null where there is no package for this platform.</summary>
    public static string? Path { get; } =
        typeof(BicepServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().SingleOrDefault(data => data.Key == "Bicep")?.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            using var late = new CancellationTokenSource(MaxDuration);
            await process.WaitForExitAsync(late.Token);
            process.Dispose();
        }

        _turn.Dispose();
    }

    /// <summary>A prediction that was made before; many tests look at the same few deployments.</summary>
    public Task<BicepDeployment> OnceAsync(string parameters, Func<string, Task<BicepDeployment>> predict) =>
        _known.GetOrAdd(parameters, predict);

    /// <summary>What the compiler answers; an error of its own fails the test.</summary>
    public async Task<JsonObject> AskAsync(string method, JsonObject question, CancellationToken ct)
    {
        Assert.SkipWhen(Path is null, "There is no Bicep package for this platform, so the infrastructure was not compiled.");
        await _turn.WaitAsync(ct);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(MaxDuration);
        try
        {
            _process ??= Start(Path);
            await WriteAsync(
                _process.StandardInput.BaseStream,
                new()
                {
                    ["jsonrpc"] = "2.0",
                    ["id"] = ++_asked,
                    ["method"] = method,
                    ["params"] = new JsonArray(question),
                },
                late.Token
            );
            var answer = await ReadAsync(_process.StandardOutput.BaseStream, late.Token);
            return answer["result"] as JsonObject
                ?? throw new InvalidOperationException($"{method}: {answer["error"]?.ToJsonString() ?? "no answer"}");
        }
        catch (OperationCanceledException)
        {
            // Its answer would be taken for that to the next question.
            _process?.Kill();
            _process?.Dispose();
            _process = null;
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static Process Start(string path)
    {
        var start = new ProcessStartInfo(path, ["jsonrpc", "--stdio"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static async Task WriteAsync(Stream stream, JsonObject message, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message);
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n")),
            ct
        );
        await stream.WriteAsync(body, ct);
        await stream.FlushAsync(ct);
    }

    private static async Task<JsonObject> ReadAsync(Stream stream, CancellationToken ct)
    {
        var length = 0;
        while (await ReadLineAsync(stream, ct) is { Length: > 0 } header)
        {
            if (header.Split(':') is ["Content-Length", var value])
            {
                length = int.Parse(value, CultureInfo.InvariantCulture);
            }
        }

        var body = new byte[length];
        await stream.ReadExactlyAsync(body, ct);
        return JsonNode.Parse(body)!.AsObject();
    }

    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken ct)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (true)
        {
            await stream.ReadExactlyAsync(one, ct);
            if (one[0] == '\n')
            {
                return line.ToString().TrimEnd('\r');
            }

            line.Append((char)one[0]);
        }
    }
}

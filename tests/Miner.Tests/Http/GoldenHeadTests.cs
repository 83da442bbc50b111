using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Bittbridge.Miner.Challenges;
using Bittbridge.Miner.Storage;
using Bittbridge.Miner.Tests.Forecasting;
using Bittbridge.Miner.Tests.Storage;
using Bittbridge.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Bittbridge.Miner.Tests.Http;

/// <summary>
/// Whole heads of the answers outside the protocol: the status line and every header in its order, with what protects the reader of the
/// dashboard and how long an answer may be reused.
/// </summary>
public sealed class GoldenHeadTests(TestStorage storage)
{
    private const string RestOfPolicy =
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'";

    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("/health/live", true, "200 OK")]
    [InlineData("/health/live", false, "200 OK")]
    [InlineData("/health/ready", true, "200 OK")]
    [InlineData("/health/ready", false, "503 Service Unavailable")]
    [InlineData("/health/details", true, "200 OK")]
    [InlineData("/health/details", false, "503 Service Unavailable")]
    public async Task The_head_of_health(string path, bool hasPrices, string status)
    {
        await using var miner = await StartAsync(hasPrices ? FixedPrices.Until(Now) : new());
        GoldenAnswer.AssertHead(
            await AskAsync(miner, path),
            $$"""
            HTTP/1.1 {{status}}
            Connection: close
            Content-Type: application/json; charset=utf-8
            Date: {date}
            Cache-Control: no-store
            Transfer-Encoding: chunked
            """
        );
    }

    [Theory]
    [InlineData("/api/dashboard")]
    [InlineData("/public/data")]
    public async Task The_head_of_the_dashboard_s_data(string path)
    {
        await using var miner = await StartAsync(FixedPrices.Until(Now));
        GoldenAnswer.AssertHead(
            await AskAsync(miner, path),
            """
            HTTP/1.1 200 OK
            Content-Length: {length}
            Connection: close
            Content-Type: application/json; charset=utf-8
            Date: {date}
            Cache-Control: no-store
            X-Content-Type-Options: nosniff
            """
        );
    }

    [Theory]
    [InlineData("/", "on")]
    [InlineData("/dashboard", "on")]
    [InlineData("/Dashboard/", "on")]
    [InlineData("/public", "public")]
    public async Task The_head_of_the_dashboard_s_page_lets_its_own_scripts_run_alone(string path, string mode)
    {
        await using var miner = await StartAsync(FixedPrices.Until(Now), mode);
        var answer = await AskAsync(miner, path);
        var page = GoldenAnswer.BodyOf(answer);
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
        Assert.Contains("Copyright", page, StringComparison.Ordinal);
        var (scripts, styles) = (HashesOf(page, "script"), HashesOf(page, "style"));
        await AssertCachedAsync(
            miner,
            path,
            answer,
            "text/html; charset=utf-8",
            "max-age=0, private",
            $"""
            Content-Security-Policy: default-src 'none'; script-src {scripts}; style-src {styles}; {RestOfPolicy}
            Referrer-Policy: no-referrer
            Cross-Origin-Opener-Policy: same-origin
            Cross-Origin-Resource-Policy: same-origin
            """
        );
    }

    [Theory]
    [InlineData("/openapi.json", "application/json; charset=utf-8")]
    [InlineData("/api/track-record", "application/json; charset=utf-8")]
    [InlineData("/api/track-record?format=csv", "text/csv; charset=utf-8")]
    public async Task The_head_of_the_track_record_and_of_its_description(string path, string type)
    {
        await using var miner = await StartAsync(FixedPrices.Until(Now));
        await AssertCachedAsync(miner, path, await AskAsync(miner, path), type, "max-age=60, private");
    }

    /// <summary>An answer with its ETag, and the 304 to every caller that names it in one of the ways that HTTP has.</summary>
    private static async Task AssertCachedAsync(
        RunningMiner miner,
        string path,
        string answer,
        string type,
        string cacheControl,
        string more = ""
    )
    {
        var etag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(GoldenAnswer.BodyOf(answer))))[..32];
        var always = $"""
            Cache-Control: {cacheControl}
            ETag: "{etag}"
            Vary: Accept, Authorization
            {more}
            X-Content-Type-Options: nosniff
            """;
        GoldenAnswer.AssertHead(
            answer,
            $$"""
            HTTP/1.1 200 OK
            Content-Length: {length}
            Connection: close
            Content-Type: {{type}}
            Date: {date}
            {{always}}
            """
        );
        foreach (var known in new[] { $"\"{etag}\"", $"W/\"{etag}\"", $"\"another\", \"{etag}\"", "*" })
        {
            GoldenAnswer.AssertWhole(
                await AskAsync(miner, path, $"If-None-Match: {known}\r\n"),
                $$"""
                HTTP/1.1 304 Not Modified
                Connection: close
                Date: {date}
                {{always}}
                """,
                body: ""
            );
        }

        var others = await AskAsync(miner, path, "If-None-Match: \"another\"\r\n");
        Assert.Equal(GoldenAnswer.BodyOf(answer), GoldenAnswer.BodyOf(others));
    }

    /// <summary>The hashes by which a browser knows the text of each such element.</summary>
    private static string HashesOf(string page, string element) =>
        string.Join(
            ' ',
            Regex
                .Matches(page, $"<{element}>(.*?)</{element}>", RegexOptions.Singleline)
                .Select(found => SHA256.HashData(Encoding.UTF8.GetBytes(found.Groups[1].Value)))
                .Select(hash => $"'sha256-{Convert.ToBase64String(hash)}'")
        );

    private static Task<string> AskAsync(RunningMiner miner, string path, string header = "") =>
        miner.SendRawAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n"));

    /// <summary>The headers that the server itself adds are those of SelfHost.</summary>
    private Task<RunningMiner> StartAsync(FixedPrices prices, string dashboard = "public") =>
        RunningMiner.StartAsync(
            prices,
            [("Bittbridge:Dashboard", dashboard)],
            services =>
                services
                    .Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeTimeProvider(Now)))
                    // Longer than storage takes on a busy machine.
                    .Replace(ServiceDescriptor.Singleton(new MinerTables(storage.NewSettings(), TimeSpan.FromMinutes(9))))
                    .Configure<KestrelServerOptions>(kestrel => new ConnectionLimits(new(), null).Configure(kestrel))
        );
}

using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Testing;

namespace Bittbridge.Bittensor.Tests.Authentication;

/// <summary>
/// Every recorded request of both formats, through authentication and a list of taken nonces. What comes after is not tested here, but that
/// authentication leaves it to them is.
/// </summary>
public sealed class RecordedRequestsTests
{
    // Refused by what comes after authentication: here they must be verified.
    private static readonly HashSet<string> RefusedForTheirAccess = ["stranger", "ed25519"];

    private static readonly HashSet<string> RefusedForTheirBody =
    [
        "body-empty",
        "body-not-json",
        "body-array",
        "body-truncated",
        "body-invalid-utf8",
        "body-deep",
        "body-1mb",
        "timestamp-missing",
        "timestamp-null",
        "timestamp-number",
        "timestamp-text",
        "timestamp-no-offset",
        "timestamp-1970",
    ];

    private static readonly HashSet<string> RefusedForTheirRouteOrFraming = ["get", "unknown-synapse", "root", "length-and-chunked"];

    // Sound either way by the recordings; decided here.
    private static readonly Dictionary<string, bool> Decided = new()
    {
        ["nonce-lower"] = true,
        ["uuid-hostile"] = true,
        ["uuid-long"] = false,
        ["version-missing"] = false,
    };

    private readonly RequestAuthentication authentication = new(Ss58Address.Parse("5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"));
    private readonly HashSet<ReplayKey> taken = [];

    [Theory]
    [InlineData("fixtures/v10-cases.jsonl", 75)]
    [InlineData("fixtures/btauth-cases.jsonl", 35)]
    public void Every_case_is_judged_as_it_should_be(string file, int count)
    {
        var lines = RecordedFacts.Lines(file);
        Assert.Equal(count, lines.Count);
        foreach (var step in lines.SelectMany(RecordedRequest.Read))
        {
            var status = Judge(step);
            var verified = status == 200;
            if (
                RefusedForTheirAccess.Contains(step.Case)
                || RefusedForTheirBody.Contains(step.Case)
                || RefusedForTheirRouteOrFraming.Contains(step.Case)
            )
            {
                Assert.True(verified, $"{file} {step.Case} step {step.Step}: not verified");
                continue;
            }

            Assert.True(step.Want.Contains(status), $"{file} {step.Case} step {step.Step}: {status}");
            if (Decided.TryGetValue(step.Case, out var decided))
            {
                Assert.Equal(decided, verified);
            }
        }
    }

    [Fact]
    public void Every_request_of_the_real_dendrites_is_judged_as_it_should_be()
    {
        var lines = RecordedFacts.Lines("fixtures/dendrite-recordings.jsonl");
        Assert.Equal(16, lines.Count);
        foreach (var step in lines.SelectMany(RecordedRequest.Read))
        {
            // 403 and 400 are said after authentication: a stranger, and a timestamp that is none.
            var status = Judge(step);
            Assert.True(status == (step.Want is [401] ? 401 : 200), $"{step.Case} at {step.Now}: {status}");
        }
    }

    [Fact]
    public void No_refusal_tells_who_is_allowed_or_what_was_expected()
    {
        const string Prefix = "Not Verified with error: ";
        var refusals = 0;
        foreach (
            var step in RecordedFacts
                .Lines("fixtures/v10-cases.jsonl")
                .Concat(RecordedFacts.Lines("fixtures/btauth-cases.jsonl"))
                .SelectMany(RecordedRequest.Read)
        )
        {
            if (authentication.Authenticate(step.AsSigned(), step.Now).Refusal is { } refusal)
            {
                Assert.DoesNotContain("5FHneW46", refusal.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("5GrwvaEF", refusal.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("registered", refusal.Message, StringComparison.OrdinalIgnoreCase);
                Assert.Equal(refusal.Status == 401, refusal.Message.StartsWith(Prefix, StringComparison.Ordinal));
                Assert.InRange(refusal.Message.Replace(Prefix, "", StringComparison.Ordinal).Length, 10, 200);
                refusals++;
            }
        }

        Assert.Equal(56, refusals);
    }

    private int Judge(RecordedRequest step)
    {
        var result = authentication.Authenticate(step.AsSigned(), step.Now);
        return !result.IsVerified ? result.Refusal.Status
            : taken.Add(ReplayKey.Of(result.Caller)) ? 200
            : 401;
    }
}

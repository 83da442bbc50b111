using Bittbridge.Bittensor.Authentication;
using Bittbridge.Bittensor.Keys;
using Bittbridge.Bittensor.Wire;
using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Challenging;

/// <summary>Sends challenges as a validator does, and explains every answer without a forecast.</summary>
internal sealed class Validator(Uri miner, HotkeyPair caller, Ss58Address hotkey, WireFormat format, TimeProvider clock) : IDisposable
{
    private readonly Dendrite _dendrite = new(miner, caller, hotkey, format, clock);

    public async Task<ChallengeOutcome> AskAsync(CancellationToken ct)
    {
        var (now, started) = (clock.GetUtcNow(), clock.GetTimestamp());
        try
        {
            var reply = await _dendrite.AskAsync(ct);
            var outcome = new ChallengeOutcome(
                reply.AskedAt,
                reply.Status,
                reply.Prediction is null ? MessageOf(reply) : null,
                reply.Prediction,
                reply.Interval?.Lower,
                reply.Interval?.Upper,
                reply.PriceSource,
                reply.Model,
                reply.Took.TotalMilliseconds
            )
            {
                MinerHotkey = reply.MinerHotkey,
                SpeaksProtocol = reply.HasAxonHeaders,
            };
            return outcome.Prediction is null ? outcome with { Explanation = Explanations.OfAnswer(outcome, hotkey) } : outcome;
        }
        catch (HttpRequestException exception)
        {
            return Nothing(
                $"nothing answers at {Shown.Url(miner)} ({exception.Message.TrimEnd('.')}): is the miner running there?",
                Explanations.OfSilence(exception.HttpRequestError, miner)
            );
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Nothing(
                $"no answer within {Dendrite.Timeout.TotalSeconds:0} s: a validator would count nothing",
                Explanations.OfTimeout()
            );
        }

        ChallengeOutcome Nothing(string message, Explanation explanation) =>
            new(now, null, message, null, null, null, null, null, clock.GetElapsedTime(started).TotalMilliseconds)
            {
                Explanation = explanation,
            };
    }

    public void Dispose() => _dendrite.Dispose();

    private static string MessageOf(ChallengeReply reply) =>
        reply.Message
        ?? (
            reply is { Status: 200, NamesPrediction: true } ? "the miner has no forecast to give: see its /health/details"
            : reply.IsJson ? $"it answered {reply.Status} without a message"
            : $"it answered {reply.Status} without a message and without valid JSON: is that a miner?"
        );
}

using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli.Doctor;

/// <summary>Runs checks concurrently with one timeout: a check that does not end by then has failed.</summary>
internal sealed class CheckRunner(IReadOnlyList<ICheck> checks, TimeSpan bound, TimeProvider clock)
{
    /// <summary>The timeout of <c>doctor</c>.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(15);

    /// <summary>The findings in the order of the checks, each as soon as it and those before it are done.</summary>
    public async IAsyncEnumerable<(string Name, Finding Finding)> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct
    )
    {
        using var timeIsUp = new CancellationTokenSource(bound, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeIsUp.Token, ct);
        var running = checks.Select(check => (check.Name, Finding: RunAsync(check, either.Token, ct))).ToList();
        foreach (var (name, finding) in running)
        {
            yield return (name, await finding);
        }
    }

    private async Task<Finding> RunAsync(ICheck check, CancellationToken late, CancellationToken ct)
    {
        try
        {
            // A check that ignores the token is abandoned.
            return await Task.Run(() => check.RunAsync(late), CancellationToken.None).WaitAsync(late);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Finding.Failed(
                $"no answer within {bound.TotalSeconds:0.#} s",
                "Try again; if it repeats, a firewall, proxy or private endpoint on the way drops the packets."
            );
        }
        catch (SettingsException exception)
        {
            return Finding.OfSetting(FindingLevel.Failed, exception.Problems[0]);
        }
        // An unexpected exception fails this check only, not the others.
#pragma warning disable CA1031
        catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return Finding.Failed(
                $"the check itself failed ({exception.GetType().Name})",
                "Report this as a bug, with the command's output."
            );
        }
    }
}

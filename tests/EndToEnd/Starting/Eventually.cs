using System.Diagnostics;

namespace Bittbridge.EndToEnd.Tests.Starting;

/// <summary>Waits for another process by polling.</summary>
internal static class Eventually
{
    public static Task TrueAsync(Func<bool> condition, TimeSpan patience, Func<string> otherwise) =>
        TrueAsync(() => Task.FromResult(condition()), patience, otherwise);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> otherwise)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < patience, $"It did not happen within {patience}. {otherwise()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TestContext.Current.CancellationToken);
        }
    }
}

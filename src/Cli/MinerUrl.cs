using Bittbridge.Miner.Configuration;

namespace Bittbridge.Cli;

/// <summary>Where a miner runs, as the user gives it.</summary>
internal static class MinerUrl
{
    /// <exception cref="UsageException">It is no http(s) URL.</exception>
    public static Uri Read(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url
            : throw new UsageException($"{Shown.Value(text)} is no address of a miner: give one such as http://127.0.0.1:8091.");
}

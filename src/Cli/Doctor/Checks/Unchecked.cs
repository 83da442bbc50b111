namespace Bittbridge.Cli.Doctor.Checks;

/// <summary>A part that can't be checked yet.</summary>
internal sealed class Unchecked(string name, string why) : ICheck
{
    public string Name => name;

    public Task<Finding> RunAsync(CancellationToken ct) => Task.FromResult(Finding.Skipped(why));
}
